using System.Security.Cryptography;
using System.Text;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>
/// Addresses under <c>/internal</c> are for the instance's own processes: the gateway does not route them, and they ask for
/// the secret derived from <see cref="InstanceKey"/> as well.
/// </summary>
public static class InternalCalls
{
    private const string Scheme = "Internal ";

    public static RouteGroupBuilder MapInternal(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/internal").ExcludeFromDescription();
        group.AddEndpointFilter(async (context, next) =>
            IsInternal(context.HttpContext) ? await next(context) : context.HttpContext.Problem(Refusal.NotFound()));
        return group;
    }

    public static void Authorize(HttpRequestMessage request, InstanceKey key) =>
        request.Headers.TryAddWithoutValidation("Authorization", Scheme + key.InternalSecret);

    private static bool IsInternal(HttpContext http)
    {
        var given = Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString());
        var expected = Encoding.UTF8.GetBytes(Scheme + http.RequestServices.GetRequiredService<InstanceKey>().InternalSecret);
        return CryptographicOperations.FixedTimeEquals(given, expected);
    }
}
