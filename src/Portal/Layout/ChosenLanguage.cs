using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Primitives;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Layout;

/// <summary>
/// Spanish, unless the reader chose otherwise with <c>?lang=</c>, which a cookie then remembers. The browser's own preference is
/// not asked: an anonymous page stays one page, which caches can share.
/// </summary>
internal sealed class ChosenLanguage : RequestCultureProvider
{
    public const string Parameter = "lang";
    public const string CookieName = "og_lang";

    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase) { ["es"] = "es-MX", ["en"] = "en" };

    public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
    {
        var asked = httpContext.Request.Query[Parameter].ToString();
        var culture = Known.GetValueOrDefault(asked) ?? Known.GetValueOrDefault(httpContext.Request.Cookies[CookieName] ?? "") ?? "es-MX";
        return Task.FromResult<ProviderCultureResult?>(new ProviderCultureResult(new StringSegment(culture)));
    }

    /// <summary>Keeps a choice made with the parameter; an answer with a cookie is not public any more.</summary>
    public static void Remember(HttpContext http)
    {
        var asked = http.Request.Query[Parameter].ToString();
        if (Known.ContainsKey(asked) && !string.Equals(http.Request.Cookies[CookieName], asked, StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Cookies.Append(CookieName, asked.ToLowerInvariant(), new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = TimeSpan.FromDays(365),
                SameSite = SameSiteMode.Lax,
                Secure = BrowserConnection.IsSecure(http),
                Path = "/",
            });
        }
    }
}
