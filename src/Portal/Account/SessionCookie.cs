using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

/// <summary>The cookie that holds the session token; the gateway exchanges it for a token on every request.</summary>
internal static class SessionCookie
{
    private const string Name = "og_session";

    /// <summary>Tells the owner's browser from strangers' at later sign-ins; it opens nothing.</summary>
    private const string DeviceName = "og_device";

    private static readonly TimeSpan DeviceLifetime = TimeSpan.FromDays(365);

    public static void Set(HttpContext http, SignedIn session)
    {
        http.Response.Cookies.Append(Name, session.SessionToken, Options(http, session.ExpiresAt));
        if (session.DeviceToken is { } device)
            SetDevice(http, device);
    }

    /// <summary>The same session set again: the gateway forgets what it remembers of it.</summary>
    public static void Renew(HttpContext http)
    {
        if (http.Request.Cookies[Name] is { Length: > 0 } token && http.RequestServices.GetRequiredService<Visit>().Session is { } session)
            http.Response.Cookies.Append(Name, token, Options(http, session.ExpiresAt));
    }

    public static string? DeviceOf(HttpContext http) => http.Request.Cookies[DeviceName];

    public static void SetDevice(HttpContext http, string device) =>
        http.Response.Cookies.Append(DeviceName, device, Options(http, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() + DeviceLifetime));

    public static void Clear(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    private static CookieOptions Options(HttpContext http, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Secure = BrowserConnection.IsSecure(http),
        Expires = expires,
    };
}
