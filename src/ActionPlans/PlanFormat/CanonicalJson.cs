using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGov.Contracts;

namespace OpenGov.ActionPlans.PlanFormat;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785) for documents without fractional numbers: members sorted by UTF-16 code
/// units, no white space, the shortest escapes. Whole numbers up to 2^53 need none of ECMAScript's number formatting; any
/// other number is refused rather than written wrongly.
/// </summary>
public static class CanonicalJson
{
    private const long LargestWhole = 1L << 53;

    /// <summary>Null members are left out: absent and null mean the same in our documents.</summary>
    private static readonly JsonSerializerOptions Options =
        ContractsJson.Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull });

    public static byte[] Serialize<T>(T value)
    {
        using var document = JsonSerializer.SerializeToDocument(value, Options);
        return Serialize(document.RootElement);
    }

    /// <exception cref="FormatException">A number that is no whole number of at most 2^53, or a text that is not Unicode.</exception>
    public static byte[] Serialize(JsonElement element)
    {
        var text = new StringBuilder();
        Write(element, text);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text.ToString());
        }
        catch (EncoderFallbackException exception)
        {
            throw new FormatException("A text holds half of a surrogate pair (RFC 8785 §3.2.2.2).", exception);
        }
    }

    public static T Read<T>(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize<T>(utf8, Options)!;

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Hash(ReadOnlySpan<byte> canonical) => Convert.ToHexStringLower(SHA256.HashData(canonical));

    private static void Write(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                var first = true;
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    if (!first)
                        text.Append(',');
                    first = false;
                    WriteString(member.Name, text);
                    text.Append(':');
                    Write(member.Value, text);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    if (index++ > 0)
                        text.Append(',');
                    Write(item, text);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                WriteString(element.GetString()!, text);
                break;
            case JsonValueKind.Number:
                if (!element.TryGetInt64(out var number) || number is > LargestWhole or < -LargestWhole)
                    throw new FormatException($"{element.GetRawText()} is not a whole number of at most 2^53.");
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    private static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        var rest = value.AsSpan();
        for (var at = rest.IndexOfAny(Escaped); at >= 0; at = rest.IndexOfAny(Escaped))
        {
            text.Append(rest[..at]);
            var character = rest[at];
            text.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\f' => "\\f",
                '\r' => "\\r",
                _ => $"\\u{(int)character:x4}",
            });
            rest = rest[(at + 1)..];
        }

        text.Append(rest).Append('"');
    }
}
