using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace OpenGov.Gateway.Caching;

/// <summary>Which of the two languages a service would choose for an <c>Accept-Language</c>.</summary>
internal static class Languages
{
    /// <summary>As many as the framework looks at.</summary>
    private const int LooksAt = 3;

    private static readonly HeaderMemory<bool> Remembered = new(Parse);

    public static bool IsEnglish(StringValues accepted) => accepted.Count > 0 && Remembered.Of(accepted);

    /// <summary>The language that a reader of pages chose, whatever else their cookies say.</summary>
    public static bool IsEnglishPage(StringValues cookies) =>
        CookieHeaderValue.TryParseList([.. cookies.OfType<string>()], out var parsed)
        && parsed.Any(cookie => cookie.Name.Equals(RequestKey.LanguageCookie, StringComparison.Ordinal) && cookie.Value.Equals("en", StringComparison.OrdinalIgnoreCase));

    private static bool Parse(string text)
    {
        if (!StringWithQualityHeaderValue.TryParseList([text], out var languages))
            return false;
        // The framework's order: by quality, and what has none counts as one.
        foreach (var language in languages.Take(LooksAt).OrderByDescending(language => language, StringWithQualityHeaderValueComparer.QualityComparer))
        {
            var tag = language.Value;
            if (tag.Equals("es-MX", StringComparison.OrdinalIgnoreCase))
                return false;
            if (tag.Equals("en", StringComparison.OrdinalIgnoreCase) || tag.StartsWith("en-", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
