using System.Text;

namespace OpenGov.Participants.Organisations.Import;

/// <param name="Line">Number of the record as spreadsheets show it: the header is 1.</param>
public sealed record CsvRecord(int Line, IReadOnlyList<string> Cells);

/// <summary>RFC 4180, with what spreadsheets make of it: a byte-order mark, semicolons, and Windows-1252 where it is no UTF-8.</summary>
public static class CsvFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <returns>The text, and whether it was taken for Windows-1252.</returns>
    public static (string Text, bool WasWindows1252) Decode(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        try
        {
            return (Strict.GetString(content), false);
        }
        catch (DecoderFallbackException)
        {
            return (Windows1252.GetString(content), true);
        }
    }

    /// <returns>Records with anything in them; null where a quotation mark is opened and never closed.</returns>
    public static IReadOnlyList<CsvRecord>? Read(string text)
    {
        var header = text.AsSpan(0, text.IndexOfAny(['\r', '\n']) is >= 0 and var end ? end : text.Length);
        var separator = header.Count(';') > header.Count(',') ? ';' : ',';
        var records = new List<CsvRecord>();
        var (cells, cell, line, quoted) = (new List<string>(), new StringBuilder(), 1, false);
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (quoted)
            {
                if (character != '"')
                    cell.Append(character);
                else if (at + 1 < text.Length && text[at + 1] == '"')
                    cell.Append(text[++at]);
                else
                    quoted = false;
            }
            else if (character == '"' && cell.Length == 0)
            {
                quoted = true;
            }
            else if (character == separator)
            {
                Cell();
            }
            else if (character is '\r' or '\n')
            {
                if (character == '\r' && at + 1 < text.Length && text[at + 1] == '\n')
                    at++;
                Record();
            }
            else
            {
                cell.Append(character);
            }
        }

        if (quoted)
            return null;
        if (cell.Length > 0 || cells.Count > 0)
            Record();
        return records;

        void Cell()
        {
            cells.Add(cell.ToString().Trim());
            cell.Clear();
        }

        void Record()
        {
            Cell();
            if (cells.Exists(one => one.Length > 0))
                records.Add(new CsvRecord(line, cells));
            line++;
            cells = [];
        }
    }
}
