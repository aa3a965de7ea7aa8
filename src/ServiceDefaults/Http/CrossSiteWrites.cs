namespace OpenGov.ServiceDefaults.Http;

/// <summary>
/// Refuses unsafe requests that a browser sends for another site (Sec-Fetch-Site, else Origin against Host). Programs send
/// neither header and pass; a browser cannot leave them out. This takes the place of antiforgery tokens, so that pages stay
/// cacheable (docs/decisions).
/// </summary>
public static class CrossSiteWrites
{
    public static bool IsRefused(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            return false;

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is not ("same-origin" or "none");

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
