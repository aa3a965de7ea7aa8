using System.Globalization;
using System.Text;

namespace OpenGov.Notifications.Mail;

/// <summary>Texts in the forms that mail allows: encoded words in headers (RFC 2047), quoted-printable in bodies (RFC 2045 §6.7).</summary>
internal static class MimeText
{
    private const int MaxLine = 76;
    // =?utf-8?B?…?= may have 75 characters: 45 octets make 60 of base64.
    private const int OctetsPerWord = 45;

    /// <summary>
    /// A header's free text. Everything beyond plain ASCII becomes encoded words, and line ends and other control characters
    /// become spaces first, so that no text can begin a header of its own.
    /// </summary>
    public static string Header(string text)
    {
        var clean = Clean(text);
        if (clean.All(character => character is >= ' ' and <= '~') && clean.Length <= MaxLine - 12 && !clean.Contains("=?", StringComparison.Ordinal))
            return clean;
        return EncodedWords(clean);
    }

    private static string EncodedWords(string text)
    {
        var words = new List<string>();
        var octets = new List<byte>(OctetsPerWord);
        Span<byte> encoded = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var size = rune.EncodeToUtf8(encoded);
            if (octets.Count + size > OctetsPerWord)
                Flush();
            octets.AddRange(encoded[..size]);
        }

        Flush();
        return string.Join("\r\n ", words);

        void Flush()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. octets])}?=");
            octets.Clear();
        }
    }

    /// <summary>A display name and its address: <c>=?utf-8?B?…?= &lt;avisos@ejemplo.mx&gt;</c>.</summary>
    public static string Mailbox(string name, Subscriptions.EmailAddress address)
    {
        var clean = Clean(name);
        if (clean.Length == 0)
            return address.ToString();
        // Anything but letters, digits and spaces would have to be quoted; encoded words say it without quoting rules.
        var plain = clean.Length <= 60 && clean.All(character => char.IsAsciiLetterOrDigit(character) || character == ' ');
        return plain ? $"{clean} <{address}>" : $"{EncodedWords(clean)}\r\n <{address}>";
    }

    public static string QuotedPrintable(string text)
    {
        var output = new StringBuilder(text.Length + (text.Length / 4));
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            AppendLine(output, Encoding.UTF8.GetBytes(line));
            output.Append("\r\n");
        }

        return output.ToString();
    }

    private static void AppendLine(StringBuilder output, byte[] line)
    {
        var column = 0;
        for (var index = 0; index < line.Length; index++)
        {
            var octet = line[index];
            var last = index == line.Length - 1;
            var literal = octet is >= 33 and <= 126 and not (byte)'=' || (octet is (byte)' ' or (byte)'\t' && !last);
            var width = literal ? 1 : 3;
            // One column is kept for the soft line break.
            if (column + width > MaxLine - 1)
            {
                output.Append("=\r\n");
                column = 0;
            }

            if (literal)
                output.Append((char)octet);
            else
                output.Append('=').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
            column += width;
        }
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // Line and paragraph separators end lines for some programs; direction marks make a subject read as another.
            var category = Rune.GetUnicodeCategory(rune);
            var space = category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format;
            clean.Append(space ? " " : rune.ToString());
        }

        return clean.ToString().Trim();
    }
}
