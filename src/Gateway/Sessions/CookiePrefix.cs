using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace OpenGov.Gateway.Sessions;

/// <summary>
/// Names this instance's secure cookies <c>__Host-…</c> towards browsers, which then take them from this host alone: neither a
/// neighbour under the same domain nor a plain connection can plant one (RFC 6265bis §4.1.3.2, OWASP ASVS 5 V3.3.3). The portal
/// knows only the short names, so that both stay one where a machine's own plain address has no use for the prefix.
/// </summary>
internal sealed class CookiePrefix(RequestDelegate next)
{
    public const string Prefix = "__Host-";

    /// <summary>With what the name of each cookie of this instance begins.</summary>
    public const string Own = "og_";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (IsNamed(headers.Cookie))
            headers.Cookie = Inwards(headers.Cookie, context.Request.IsHttps);
        return next(context);
    }

    /// <summary>Of an answer: what is set as secure gets its prefix. The portal's cookies have no <c>Domain</c> and <c>Path=/</c>, as the prefix asks.</summary>
    public static void Outwards(IHeaderDictionary headers)
    {
        if (headers.SetCookie.Count == 0)
            return;
        headers.SetCookie = headers.SetCookie.Select(cookie =>
            cookie!.StartsWith(Own, StringComparison.Ordinal) && cookie.Split(';').Skip(1).Any(part => part.AsSpan().Trim().Equals("secure", StringComparison.OrdinalIgnoreCase))
                ? Prefix + cookie
                : cookie).ToArray();
    }

    /// <summary>The short name of a cookie of this instance, null for others.</summary>
    public static StringSegment? ShortNameOf(StringSegment name)
    {
        var own = name.StartsWith(Prefix, StringComparison.Ordinal) ? name.Subsegment(Prefix.Length) : name;
        return own.StartsWith(Own, StringComparison.OrdinalIgnoreCase) ? own : default(StringSegment?);
    }

    /// <summary>
    /// Prefixed ones under their short names. Those that came without the prefix stand back behind them, and count for nothing on a secure connection.
    /// </summary>
    private static StringValues Inwards(StringValues cookies, bool isSecure)
    {
        if (!CookieHeaderValue.TryParseList([.. cookies.OfType<string>()], out var parsed))
            return StringValues.Empty;
        var prefixed = parsed.Where(cookie => cookie.Name.StartsWith(Prefix + Own, StringComparison.Ordinal)).Select(cookie => cookie.Name.Value![Prefix.Length..]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return string.Join("; ", parsed
            .Where(cookie => !cookie.Name.StartsWith(Own, StringComparison.OrdinalIgnoreCase) || !(isSecure || prefixed.Contains(cookie.Name.Value!)))
            .Select(cookie => ShortNameOf(cookie.Name) is { } own ? $"{own}={cookie.Value}" : cookie.ToString()));
    }

    private static bool IsNamed(StringValues cookies)
    {
        foreach (var header in cookies)
        {
            if (header!.Contains(Own, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
