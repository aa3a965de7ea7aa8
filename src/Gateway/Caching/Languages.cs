using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace OpenGov.Gateway.Caching;

/// <summary>Which of the two languages a service would choose for an <c>Accept-Language</c>.</summary>
internal static class Languages
{
    /// <summary>Browsers of one country send a handful of these. Whoever invents more empties the memory, and the real ones are soon back in it.</summary>
    private const int MostRemembered = 256;

    /// <summary>As many as the framework looks at.</summary>
    private const int LooksAt = 3;

    private static readonly ConcurrentDictionary<string, bool> Remembered = new(StringComparer.Ordinal);

    public static bool IsEnglish(StringValues accepted)
    {
        if (accepted.Count == 0)
            return false;
        var text = accepted.Count == 1 ? accepted[0]! : accepted.ToString();
        if (Remembered.TryGetValue(text, out var known))
            return known;
        var english = Parse(text);
        if (text.Length > 128)
            return english;
        if (Remembered.Count >= MostRemembered)
            Remembered.Clear();
        Remembered.TryAdd(text, english);
        return english;
    }

    /// <summary>The language that a reader of pages chose, whatever else their cookies say.</summary>
    public static bool IsEnglishPage(StringValues cookies) =>
        CookieHeaderValue.TryParseList([.. cookies.OfType<string>()], out var parsed)
        && parsed.Any(cookie => cookie.Name.Equals(RequestKey.LanguageCookie, StringComparison.Ordinal) && cookie.Value.Equals("en", StringComparison.OrdinalIgnoreCase));

    internal static bool Remembers(string text) => Remembered.ContainsKey(text);

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
