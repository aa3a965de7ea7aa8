using System.Buffers;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>
/// Control characters (but line breaks and tabs), marks that reverse the direction of text, and code points that are no
/// characters: none of them belongs in a public text, and PostgreSQL cannot store U+0000.
/// </summary>
public static class UnwantedCharacters
{
    public static readonly SearchValues<char> All = SearchValues.Create(
        [.. Enumerable.Range(0, 0xFFFF + 1).Select(code => (char)code).Where(character => character is not ('\n' or '\r' or '\t')
            && (char.IsControl(character) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')
                or (>= '\uFDD0' and <= '\uFDEF') or '\uFFFE' or '\uFFFF' or '\uFEFF'))]);

    /// <summary>One of them, or half of a surrogate pair.</summary>
    public static bool AreIn(string text) => text.AsSpan().ContainsAny(All) || HasLoneSurrogate(text);

    private static bool HasLoneSurrogate(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
                index++;
            else if (char.IsSurrogate(text[index]))
                return true;
        }

        return false;
    }
}
