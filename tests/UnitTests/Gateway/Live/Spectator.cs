using System.Net;
using System.Text.Json.Nodes;

namespace OpenGov.UnitTests.Gateway.Live;

/// <summary>A browser's side of a stream, line by line.</summary>
internal sealed class Spectator : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StreamReader lines;

    private Spectator(HttpResponseMessage answer, StreamReader lines) => (Answer, this.lines) = (answer, lines);

    public HttpResponseMessage Answer { get; }

    public static async Task<Spectator> OpenAsync(HttpClient client, Guid session, string? lastEventId = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/sesiones/{session}/en-vivo{query}");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        using var limit = new CancellationTokenSource(Limit);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        return new Spectator(answer, new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token)));
    }

    /// <summary>The lines up to the next empty one; null when the stream has ended.</summary>
    public async Task<IReadOnlyList<string>?> NextAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var block = new List<string>();
        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0)
                return block;
            block.Add(line);
        }

        return null;
    }

    /// <summary>The next event with data, past comments and the time to wait.</summary>
    public async Task<(string Id, JsonNode Data)> ChangeAsync()
    {
        while (await NextAsync() is { } block)
        {
            if (block.FirstOrDefault(line => line.StartsWith("data: ", StringComparison.Ordinal)) is { } data)
                return (block.Single(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..], JsonNode.Parse(data["data: ".Length..])!);
        }

        throw new InvalidOperationException($"The stream ended with {Answer.StatusCode}.");
    }

    public void Dispose()
    {
        lines.Dispose();
        Answer.Dispose();
    }
}
