using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Security;
using OpenTelemetry;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>A page of an owner's log.</summary>
/// <param name="Head">The owner's last sequence; 0 while it has no facts.</param>
/// <param name="Events">Consecutive facts after the one asked for, oldest first.</param>
public sealed record FeedPage(long Head, IReadOnlyList<RecordedEvent> Events);

/// <summary>Asks an owner for the facts after a position: <c>GET /internal/events</c>.</summary>
internal sealed class FeedReader(IHttpClientFactory clients, InstanceKey key)
{
    /// <summary>Facts asked for at once; as many as a message of the broker carries at most.</summary>
    public const int PageSize = 500;

    /// <exception cref="HttpRequestException">The owner does not answer, or not with a page.</exception>
    public async Task<FeedPage> ReadAsync(string owner, long after, CancellationToken cancellationToken)
    {
        // Asking happens several times a second while the broker is away: no traces of it.
        using var untraced = SuppressInstrumentationScope.Begin();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"internal/events?after={after}&limit={PageSize}");
        InternalCalls.Authorize(request, key);
        using var client = clients.CreateClient(owner);
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<FeedPage>(ContractsJson.Options, cancellationToken)
            ?? throw new HttpRequestException($"The feed of {owner} answered with null.");
    }
}
