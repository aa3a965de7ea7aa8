using System.Text;

namespace OpenGov.SystemTests.Security;

/// <summary>
/// A Content-Disposition header as RFC 6266 §4.1 and RFC 8187 §3.2 write it down, read strictly and by nobody's library: what does not follow
/// the grammar to the last character is an error here, as browsers differ in what they make of it.
/// </summary>
internal sealed record ContentDisposition(string Kind, IReadOnlyDictionary<string, string> Parameters)
{
    private const string ExtendedPrefix = "UTF-8''";

    /// <summary>The one that readers show: <c>filename*</c> counts before <c>filename</c>.</summary>
    public string FileName => Parameters.TryGetValue("filename*", out var extended) ? Decoded(extended) : Parameters["filename"];

    public static ContentDisposition Read(string header)
    {
        var at = 0;
        var kind = Token(header, ref at);
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (at < header.Length)
        {
            Expect(header, ref at, ';');
            while (at < header.Length && header[at] is ' ' or '\t')
                at++;
            var name = Token(header, ref at);
            Expect(header, ref at, '=');
            var value = at < header.Length && header[at] == '"' ? Quoted(header, ref at) : Token(header, ref at);
            if (!parameters.TryAdd(name, value))
                throw new FormatException($"{name} twice in {header}");
        }

        return new ContentDisposition(kind, parameters);
    }

    private static string Token(string header, ref int at)
    {
        var start = at;
        while (at < header.Length && (char.IsAsciiLetterOrDigit(header[at]) || "!#$%&'*+-.^_`|~".Contains(header[at], StringComparison.Ordinal)))
            at++;
        return at > start ? header[start..at] : throw new FormatException($"no token at {start} of {header}");
    }

    private static string Quoted(string header, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < header.Length && header[at] != '"'; at++)
        {
            if (header[at] == '\\')
                at++;
            if (at >= header.Length || header[at] is < ' ' or > '~')
                throw new FormatException($"an odd character at {at} of {header}");
            value.Append(header[at]);
        }

        Expect(header, ref at, '"');
        return value.ToString();
    }

    private static void Expect(string header, ref int at, char character)
    {
        if (at >= header.Length || header[at] != character)
            throw new FormatException($"no {character} at {at} of {header}");
        at++;
    }

    private static string Decoded(string extended)
    {
        if (!extended.StartsWith(ExtendedPrefix, StringComparison.Ordinal) || extended.AsSpan(ExtendedPrefix.Length).ContainsAny('\'', '*'))
            throw new FormatException($"no extended value: {extended}");
        return Uri.UnescapeDataString(extended[ExtendedPrefix.Length..]);
    }
}
