using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Operation;
using RabbitMQ.Client;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>A message that could not be read, as it is kept.</summary>
/// <param name="Digest">SHA-256 of the body as it came.</param>
/// <param name="Body">Without the payload of facts that carry personal data; they stay at their owner.</param>
/// <param name="Reason">What the bus wrote beside it; null where it says nothing.</param>
internal sealed record BrokenMessage(byte[] Digest, byte[] Body, string? ContentType, string? MessageId, string? Reason, string? TraceId)
{
    private const int LongestReason = 2000;

    /// <summary>As an operator sees it: more would be no help to anybody.</summary>
    private const int LongestContent = 64 * 1024;

    private static readonly JsonDocumentOptions WholeOnly = new() { AllowDuplicateProperties = false };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static BrokenMessage Of(byte[] body, IReadOnlyBasicProperties properties)
    {
        var digest = SHA256.HashData(body);
        var envelope = Parse(body);
        if (envelope is not null && Personal(envelope) is { Count: > 0 } personal)
        {
            personal.ForEach(fact => fact["payload"] = null);
            body = Encoding.UTF8.GetBytes(envelope.ToJsonString());
        }

        return new BrokenMessage(digest, body, properties.ContentType, properties.MessageId, ReasonOf(properties), TraceOf(properties, envelope));
    }

    /// <summary>Its text, for people. Where it cannot be taken apart, nobody knows what is in it: addresses and secrets become marks.</summary>
    public static string Shown(byte[] body)
    {
        var text = Parse(body)?.ToJsonString(Indented) ?? Encoding.UTF8.GetString(body);
        return SafeText.Of(text.Replace('\0', '�'), LongestContent);
    }

    /// <summary>Facts in it whose payload was left out, or erased at the owner.</summary>
    public static List<JsonObject> Personal(JsonNode envelope) => [.. Facts(envelope).Where(fact => EventTypes.CarriesPersonalData(Text(fact["type"]) ?? ""))];

    /// <summary>Read to its end here: a member that is there twice, or text that is none, would pass the parser and fail wherever it is looked at.</summary>
    /// <returns>Null where it is no JSON object that can be taken apart.</returns>
    public static JsonNode? Parse(byte[] body)
    {
        try
        {
            var envelope = JsonNode.Parse(body, documentOptions: WholeOnly) as JsonObject;
            Walk(envelope);
            return envelope;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static void Walk(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members)
                    Walk(value);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Walk(item);
                break;
            case JsonValue value:
                value.TryGetValue<string>(out _);
                break;
        }
    }

    private static IEnumerable<JsonObject> Facts(JsonNode envelope) =>
        ((envelope["message"] as JsonObject)?["events"] as JsonArray)?.OfType<JsonObject>() ?? [];

    private static string? ReasonOf(IReadOnlyBasicProperties properties)
    {
        var parts = new[] { Header(properties, "MT-Reason"), Header(properties, "MT-Fault-ExceptionType"), Header(properties, "MT-Fault-Message") }.Where(part => !string.IsNullOrEmpty(part)).ToList();
        return parts.Count == 0 ? null : SafeText.Of(string.Join(": ", parts), LongestReason);
    }

    /// <summary>Of the request that caused the first of its facts; where that cannot be read, of the delivery.</summary>
    private static string? TraceOf(IReadOnlyBasicProperties properties, JsonNode? envelope)
    {
        string?[] known =
        [
            envelope is null ? null : Facts(envelope).Select(fact => Text(fact["traceParent"])).FirstOrDefault(),
            envelope is null ? null : Text((envelope["headers"] as JsonObject)?["MT-Activity-Id"]),
            Header(properties, "MT-Activity-Id"),
            Header(properties, "traceparent"),
        ];
        return known.Select(text => ActivityContext.TryParse(text, null, out var context) ? context.TraceId.ToString() : null).FirstOrDefault(trace => trace is not null);
    }

    private static string? Header(IReadOnlyBasicProperties properties, string name) => properties.Headers?.TryGetValue(name, out var value) != true ? null : value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes).Replace("\0", "", StringComparison.Ordinal),
        string text => text,
        _ => null,
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
