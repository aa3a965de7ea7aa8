using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OpenGov.Participants.Accounts;

/// <summary>
/// The list of common passwords and Spanish words that ships with the product (docs/accounts.md says where it comes from): some
/// 90,000 entries as sorted hashes in memory, one look-up a few microseconds.
/// </summary>
public static class CommonPasswords
{
    private static readonly ulong[] Hashes = Load();

    public static int Count => Hashes.Length;

    /// <summary>
    /// True for an entry of the list, also with digits and signs around it, twice or thrice in a row, or written with the usual
    /// substitutes (<c>C0ntr4señ4_2024!</c>): whoever guesses tries those first.
    /// </summary>
    public static bool Covers(string password)
    {
        var plain = Normalize(password);
        return Candidates(plain).Any(Contains) || Candidates(Undisguise(plain)).Any(Contains) || OnlyWord(Undisguise(plain)).Any(Contains);
    }

    /// <summary>Lower case without accents; the list is written in the same form (<c>build-list.mjs</c>).</summary>
    internal static string Normalize(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var character in text.ToLowerInvariant().Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
                letters.Append(character);
        }

        return letters.ToString();
    }

    private static IEnumerable<string> Candidates(string password)
    {
        var word = password.Trim().TrimStart(Around).TrimEnd(Around);
        foreach (var text in (string[])[password, word, .. Joined(password), .. Joined(word)])
        {
            yield return text;
            for (var times = 2; times <= 4; times++)
            {
                if (text.Length % times == 0 && text.Length / times is >= 3 and var length
                    && string.Concat(Enumerable.Repeat(text[..length], times)) == text)
                {
                    yield return text[..length];
                    yield return text[..length].Trim(Around);
                }
            }
        }
    }

    /// <summary>Words run together are the word that the list has: <c>gobierno_abierto</c>. A phrase of more words stays a phrase.</summary>
    private static IEnumerable<string> Joined(string text) =>
        text.Split(Between, StringSplitOptions.RemoveEmptyEntries) is { Length: 2 } parts ? [string.Concat(parts)] : [];

    /// <summary>The one run of letters that is more than what digits turned into letters leave behind.</summary>
    private static string[] OnlyWord(string text)
    {
        var runs = string.Concat(text.Select(character => char.IsLetter(character) ? character : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var words = runs.Where(run => run.Length >= 3).ToArray();
        return words.Length == 1 ? words : [];
    }

    private static readonly char[] Between = [' ', '_', '-', '.'];

    private static readonly char[] Around = [.. "0123456789 .,:;-_!?¡¿*#$%&/()=+@'\"<>|°{}[]^~"];

    private static string Undisguise(string text) => string.Create(text.Length, text, static (letters, text) =>
    {
        for (var index = 0; index < letters.Length; index++)
        {
            letters[index] = text[index] switch
            {
                '0' => 'o', '1' or '!' => 'i', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' => 't', var other => other,
            };
        }
    });

    private static bool Contains(string text) =>
        text.Length >= 4 && Array.BinarySearch(Hashes, BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)))) >= 0;

    private static ulong[] Load()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream("passwords/common")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var bytes = content.ToArray();
        var hashes = new ulong[bytes.Length / sizeof(ulong)];
        for (var index = 0; index < hashes.Length; index++)
            hashes[index] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(index * sizeof(ulong)));
        return hashes;
    }
}
