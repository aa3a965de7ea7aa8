using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpenGov.Gateway.Live;

/// <summary>A session as the portal shows it: the parts of its page, made once for everybody who watches in one language.</summary>
/// <param name="Id">Another one as soon as any part is another one; the same in every replica.</param>
/// <param name="Over">Nothing more will change.</param>
internal sealed record LiveState(string Id, bool Over, IReadOnlyList<LivePart> Parts);

/// <param name="Html">Written by the portal, texts of people encoded.</param>
/// <param name="Says">What a screen reader says when the part changed.</param>
internal sealed record LivePart(string Name, string Html, string? Says);

/// <summary>States as they go over the wire (HTML, "server-sent events"): the id, and one line of JSON.</summary>
internal static class LiveEvents
{
    /// <summary>A comment: keeps the connection from looking idle to whatever stands in between.</summary>
    public static readonly ReadOnlyMemory<byte> Heartbeat = ":\n\n"u8.ToArray();

    /// <summary>The JSON stands in no page, so that letters need no escapes; line ends are escaped all the same.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="before">What the spectator has; null: nothing that is known here, all parts go.</param>
    public static ReadOnlyMemory<byte> Of(LiveState state, LiveState? before)
    {
        var parts = before is null ? state.Parts : [.. state.Parts.Where(part => !before.Parts.Contains(part))];
        var data = JsonSerializer.Serialize(new { whole = before is null, state.Over, order = state.Parts.Select(part => part.Name), parts }, Json);
        return Encoding.UTF8.GetBytes($"id: {state.Id}\ndata: {data}\n\n");
    }
}
