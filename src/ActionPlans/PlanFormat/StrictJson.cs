using System.Text.Json;
using System.Text.Unicode;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.PlanFormat;

/// <summary>
/// Reads a document that a stranger may have made: bounded before anything is built from it. What is refused here makes the
/// rest unreadable, so it is the only error reported.
/// </summary>
internal static class StrictJson
{
    public const int MaxBytes = 2 * 1024 * 1024;
    public const int MaxDepth = 16;

    /// <summary>A full plan has some tens of thousands of tokens; a parsed document costs about 24 bytes of memory for each.</summary>
    private const int MaxTokens = 400_000;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <returns>The document, to be disposed of by the caller.</returns>
    public static Result<JsonDocument> Parse(ReadOnlyMemory<byte> utf8)
    {
        var bytes = utf8.Span;
        if (bytes.Length > MaxBytes)
            return new Refusal("document_too_large", StatusCodes.Status413PayloadTooLarge, null, MaxBytes / 1024 / 1024);
        if (bytes.StartsWith(ByteOrderMark))
            return Refusal.Invalid("", "document_has_bom");
        if (!Utf8.IsValid(bytes))
            return Refusal.Invalid("", "document_not_utf8");
        try
        {
            if (Measure(bytes) is { } refusal)
                return refusal;
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException exception)
        {
            return Refusal.Invalid("", "document_not_json", (exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1);
        }
    }

    private static Refusal? Measure(ReadOnlySpan<byte> bytes)
    {
        // The reader's own limit only has to be higher than ours, so that ours speaks first.
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth * 4 });
        for (var tokens = 0; reader.Read(); tokens++)
        {
            if (reader.CurrentDepth >= MaxDepth && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                return Refusal.Invalid("", "document_too_deep", MaxDepth);
            if (tokens > MaxTokens)
                return Refusal.Invalid("", "document_too_complex", MaxTokens);
        }

        return null;
    }
}
