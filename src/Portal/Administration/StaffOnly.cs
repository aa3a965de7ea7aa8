using OpenGov.Portal.Account;
using OpenGov.Portal.Errors;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Administration;

/// <summary>Keeps people without a post from pages that would be empty for them. What a post may do, the services decide.</summary>
internal sealed class StaffOnly : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.RequestServices.GetRequiredService<Visit>().Session switch
        {
            null => Pages.SignInFirst(http),
            { SecondStepMissing: true } => Pages.See(SecondFactor.Address),
            { IsStaff: false } => Pages.Of<ForbiddenPage>(StatusCodes.Status403Forbidden),
            _ => await next(context),
        };
    }
}
