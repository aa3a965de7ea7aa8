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

    /// <summary>
    /// For the whole page: an owner that stands still in the middle of it must not hold the reader. Two attempts of ten seconds at two
    /// replicas fit, and a rebuild waits inside its transaction, which PostgreSQL ends when it idles for longer (DatabaseConnections).
    /// </summary>
    internal static readonly TimeSpan PageWithin = TimeSpan.FromSeconds(25);

    /// <exception cref="HttpRequestException">The owner does not answer, or not with a page.</exception>
    /// <exception cref="TimeoutException">The page did not come in time.</exception>
    public async Task<FeedPage> ReadAsync(string owner, long after, CancellationToken cancellationToken)
    {
        // Asking happens several times a second while the broker is away: no traces of it.
        using var untraced = SuppressInstrumentationScope.Begin();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"internal/events?after={after}&limit={PageSize}");
        InternalCalls.Authorize(request, key);
        using var client = clients.CreateClient(owner);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PageWithin);
        try
        {
            using var response = await client.SendAsync(request, limit.Token);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<FeedPage>(ContractsJson.Options, limit.Token)
                ?? throw new HttpRequestException($"The feed of {owner} answered with null.");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The feed of {owner} did not answer in {PageWithin.TotalSeconds} seconds.", exception);
        }
    }
}
