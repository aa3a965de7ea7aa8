using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Http;

/// <summary>How the browser reached this page; the portal itself is always asked by the gateway, in the clear.</summary>
internal static class BrowserConnection
{
    /// <summary>TLS may end at the gateway or before it. Cookies are then secure, and the gateway gives them their prefix.</summary>
    public static bool IsSecure(HttpContext http) =>
        http.Request.IsHttps
        || string.Equals(http.Request.Headers["X-Forwarded-Proto"], "https", StringComparison.OrdinalIgnoreCase)
        || (http.RequestServices.GetRequiredService<Visit>().Instance is { Configured: true, PublicAddress: { } address }
            && address.StartsWith("https://", StringComparison.Ordinal));
}
