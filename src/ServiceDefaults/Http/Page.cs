using System.Buffers.Text;
using System.Text;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>One page of a list. <paramref name="Next"/> is the cursor of the following page, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Keyset cursors: the last row's sort key, opaque to callers.</summary>
public static class Cursor
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    public static string Encode(params ReadOnlySpan<string> key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('\u001f', key!)));

    /// <returns>The key's parts, or null where the cursor was not made by us.</returns>
    public static string[]? Decode(string cursor, int parts)
    {
        try
        {
            var key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\u001f');
            return key.Length == parts ? key : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static Result<int> Limit(int? asked) => asked switch
    {
        null => DefaultLimit,
        >= 1 and <= MaxLimit => asked.Value,
        _ => Refusal.Invalid("limit", "limit_invalid", MaxLimit),
    };
}
