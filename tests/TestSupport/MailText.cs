using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenGov.TestSupport;

/// <summary>Reads what a mail program reads: encoded words and quoted-printable parts. Written apart from what writes them.</summary>
public static partial class MailText
{
    public static string Words(string value) => EncodedWord().Replace(
        BetweenWords().Replace(value, "?==?"), word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups["text"].Value)));

    public static string Part(string source, string type)
    {
        var boundary = Boundary().Match(source).Groups["boundary"].Value;
        var part = source.Split("--" + boundary).Single(part => part.Contains("Content-Type: " + type, StringComparison.Ordinal));
        return QuotedPrintable(part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    private static string QuotedPrintable(string text)
    {
        var octets = new List<byte>();
        text = text.Replace("=\r\n", "", StringComparison.Ordinal);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '=')
            {
                octets.Add(byte.Parse(text.AsSpan(index + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                index += 2;
            }
            else
            {
                octets.Add((byte)text[index]);
            }
        }

        return Encoding.UTF8.GetString([.. octets]);
    }

    [GeneratedRegex(@"=\?utf-8\?B\?(?<text>[A-Za-z0-9+/=]*)\?=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"\?=\s+=\?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BetweenWords();

    [GeneratedRegex("boundary=\"(?<boundary>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Boundary();
}
