using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using OpenGov.Gateway.Sessions;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// All that an anonymous answer may depend on, besides the state of the services. Host and scheme are in it because answers
/// may name their own address; a caller who invents a host gets answers of its own.
/// </summary>
/// <param name="Target">Path as it was sent, and query in its canonical form.</param>
/// <param name="English">Language of the answer: the reader's choice on pages, <c>Accept-Language</c> elsewhere.</param>
internal readonly record struct RequestKey(string Target, string Host, bool Secure, bool English)
{
    /// <summary>Longer addresses are nobody's bookmark; with it a key costs at most some kilobytes.</summary>
    internal const int LongestTarget = 1024;

    private const int LongestHost = 255;
    internal const string LanguageCookie = "og_lang";

    /// <summary>Whether a kept answer may be given, and to which question.</summary>
    /// <param name="asSent">The cookies still have the names that the browser sent; else they are what <see cref="CookiePrefix"/> left of them.</param>
    public static bool TryRead(IHttpRequestFeature request, out RequestKey key, bool asSent = false)
    {
        key = default;
        var isSecure = string.Equals(request.Scheme, "https", StringComparison.OrdinalIgnoreCase);
        var headers = request.Headers;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return false;
        if (headers.Authorization.Count > 0 || headers.Range.Count > 0 || headers.IfRange.Count > 0 || headers.IfMatch.Count > 0 || headers.IfUnmodifiedSince.Count > 0
            || headers.ContentLength > 0 || headers.TransferEncoding.Count > 0 || headers.Upgrade.Count > 0
            || (headers.IfModifiedSince.Count > 0 && headers.IfNoneMatch.Count == 0))
        {
            return false;
        }

        var target = request.RawTarget;
        var host = headers.Host;
        if (target.Length is 0 or > LongestTarget || target[0] != '/' || host.Count != 1 || host[0]!.Length > LongestHost)
            return false;
        bool english;
        if (IsPage(target))
        {
            if (!TryReadLanguage(headers.Cookie, asSent && isSecure, out english))
                return false;
        }
        else if (HasSession(headers.Cookie))
        {
            return false;
        }
        else
        {
            english = Languages.IsEnglish(headers.AcceptLanguage);
        }

        key = new RequestKey(CanonicalQuery.Of(target), host[0]!, isSecure, english);
        return true;
    }

    /// <summary>
    /// Makes the request one that any reader with this key might have sent, so that nothing of this one gets into the answer
    /// that all of them are given.
    /// </summary>
    public void ApplyTo(HttpRequest request)
    {
        var headers = request.Headers;
        headers.Cookie = English && IsPage(Target) ? LanguageCookie + "=en" : default;
        headers.AcceptLanguage = English ? "en" : "es-MX";
        headers.UserAgent = default;
        headers.Referer = default;
        headers.IfModifiedSince = default;
        headers.CacheControl = default;
        headers.Pragma = default;
    }

    /// <summary>APIs and files do not look at cookies, pages do not look at <c>Accept-Language</c>.</summary>
    private static bool IsPage(string target)
    {
        if (target.StartsWith("/api/", StringComparison.OrdinalIgnoreCase) || target.StartsWith("/recursos/", StringComparison.OrdinalIgnoreCase))
            return false;
        // /datos/plans is a page, /datos/plans.csv a file.
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return !target.StartsWith("/datos/", StringComparison.OrdinalIgnoreCase) || !Path.HasExtension(query < 0 ? target : target.AsSpan(0, query));
    }

    private static bool HasSession(StringValues cookies)
    {
        foreach (var header in cookies)
        {
            if (header!.Contains(SessionForwarding.CookieName, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>False where a cookie of ours besides the language is there: the answer may be somebody's own.</summary>
    /// <param name="onlyPrefixed">Without the prefix a cookie counts for nothing, and whoever takes it off decides.</param>
    private static bool TryReadLanguage(StringValues cookies, bool onlyPrefixed, out bool english)
    {
        english = false;
        foreach (var header in cookies)
        {
            if (!header!.Contains(CookiePrefix.Own, StringComparison.OrdinalIgnoreCase))
                continue;
            if (!CookieHeaderValue.TryParseList([header], out var parsed))
                return false;
            foreach (var cookie in parsed)
            {
                if (CookiePrefix.ShortNameOf(cookie.Name) is not { } name)
                    continue;
                if (!name.Equals(LanguageCookie, StringComparison.Ordinal) || (onlyPrefixed && !cookie.Name.StartsWith(CookiePrefix.Prefix, StringComparison.Ordinal)))
                    return false;
                if (cookie.Value.Equals("en", StringComparison.OrdinalIgnoreCase))
                    english = true;
                else if (!cookie.Value.Equals("es", StringComparison.OrdinalIgnoreCase))
                    return false;
            }
        }

        return true;
    }
}
