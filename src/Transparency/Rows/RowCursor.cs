using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenGov.ServiceDefaults.Http;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Rows;

/// <summary>
/// The last row of a page: its values in the columns of the order. Bound to the dataset, the order and the filters by a
/// digest: a cursor taken to another query, or changed on the way, is refused and never gives a wrong page. The digest
/// guards against mistakes, not secrets: any row that a forged cursor could reach is public.
/// </summary>
internal static class RowCursor
{
    private const int MaxLength = 2048;

    public static string Encode(string query, string?[] values) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes<string?[]>([Digest(query, values), .. values]));

    /// <returns>The values, null where the row's cell was empty; a refusal where the cursor does not belong to the query.</returns>
    public static Result<object?[]> Decode(string cursor, string query, IReadOnlyList<Column> order)
    {
        var refusal = Refusal.Invalid("cursor", "cursor_invalid");
        if (cursor.Length > MaxLength || Read(cursor) is not [{ } digest, .. var texts] || texts.Length != order.Count
            || digest != Digest(query, texts))
        {
            return refusal;
        }

        var values = new object?[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            if (texts[i] is not { } text)
            {
                if (order[i].Required)
                    return refusal;
                continue;
            }

            var value = RowFilter.ParseValue(order[i], "cursor", text);
            if (value.IsRefused)
                return refusal;
            values[i] = value.Value;
        }

        return values;
    }

    private static string?[]? Read(string cursor)
    {
        try
        {
            return JsonSerializer.Deserialize<string?[]>(Base64Url.DecodeFromChars(cursor));
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string Digest(string query, string?[] values) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize<string?[]>([query, .. values]))))[..16];
}
