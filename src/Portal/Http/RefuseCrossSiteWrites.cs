using OpenGov.Portal.Errors;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Portal.Http;

/// <summary>
/// Forms carry no token; a browser says itself where a request comes from (docs/decisions/0003-cross-site-writes.md). The
/// gateway refuses too; this one holds when the portal is reached another way.
/// </summary>
internal sealed class RefuseCrossSiteWrites(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http) =>
        CrossSiteWrites.IsRefused(http.Request) ? Pages.Of<CrossSitePage>(StatusCodes.Status403Forbidden).ExecuteAsync(http) : next(http);
}
