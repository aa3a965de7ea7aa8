using OpenGov.Gateway.Answers;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Gateway.Protection;

/// <summary>
/// Unsafe requests that a browser sends on behalf of another site are refused before any service sees them. A mail provider's
/// one-click unsubscription (RFC 8058) comes from a program without browser headers and passes.
/// </summary>
internal sealed class CrossSiteRefusal(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        // TRACE would echo headers, CONNECT would tunnel: no service has a use for either.
        if (HttpMethods.IsTrace(context.Request.Method) || HttpMethods.IsConnect(context.Request.Method))
            return Answer.WriteAsync(context, new Refusal("method_not_allowed", StatusCodes.Status405MethodNotAllowed));
        return CrossSiteWrites.IsRefused(context.Request)
            ? Answer.WriteAsync(context, new Refusal("cross_site_refused", StatusCodes.Status403Forbidden))
            : next(context);
    }
}
