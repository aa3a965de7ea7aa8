using OpenGov.Portal.Account;
using OpenGov.Portal.Errors;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Secretariat;

/// <summary>Keeps people with neither a post nor the office of chair or executive secretary from the pages of sessions. Of which secretariat, the service decides.</summary>
internal sealed class StaffOrOffice : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        switch (http.RequestServices.GetRequiredService<Visit>().Session)
        {
            case null:
                return Pages.SignInFirst(http);
            case { SecondStepMissing: true }:
                return Pages.See(SecondFactor.Address);
            case { IsStaff: true }:
                return await next(context);
        }

        return await http.RequestServices.GetRequiredService<SecretariatClient>().OwnOfficesAsync() switch
        {
            { Ok: true, Value.Items.Count: > 0 } => await next(context),
            { Ok: true } => Pages.Of<ForbiddenPage>(StatusCodes.Status403Forbidden),
            var away => Pages.For(http, away),
        };
    }
}
