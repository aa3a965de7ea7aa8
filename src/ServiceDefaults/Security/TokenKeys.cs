using System.Collections.Frozen;
using System.Security.Cryptography;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>
/// The keys that Participants signs with. Fetched when a token names a key not seen yet, at most once in five seconds, so
/// that forged key ids cannot make a service hammer Participants; again after ten minutes, so that a withdrawn key is
/// forgotten; kept while Participants is away.
/// </summary>
public class TokenKeys(IHttpClientFactory clients, TimeProvider clock, ILogger<TokenKeys> log) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim fetching = new(1, 1);
    private volatile Known known = new(FrozenDictionary<string, ECDsa>.Empty, DateTimeOffset.MinValue);
    private volatile bool areUnavailable;
    private DateTimeOffset lastFetch = DateTimeOffset.MinValue;

    /// <summary>Participants did not answer when it was last asked: a key that is not found may exist all the same.</summary>
    public bool AreUnavailable => areUnavailable;

    public virtual async ValueTask<ECDsa?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (IsSettled(keyId, out var key))
            return key;

        // An aged key is good enough for those who come while it is asked for again.
        if (!await fetching.WaitAsync(key is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken))
            return key;
        try
        {
            if (!IsSettled(keyId, out key) && clock.GetUtcNow() - lastFetch >= Pause)
            {
                lastFetch = clock.GetUtcNow();
                await FetchAsync(cancellationToken);
            }

            return known.Keys.GetValueOrDefault(keyId);
        }
        finally
        {
            fetching.Release();
        }
    }

    private bool IsSettled(string keyId, out ECDsa? key)
    {
        var current = known;
        return current.Keys.TryGetValue(keyId, out key) && clock.GetUtcNow() - current.FetchedAt < MaxAge;
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            var set = await clients.CreateClient("participants").GetFromJsonAsync<JsonWebKeySet>("/api/participants/v1/jwks", cancellationToken);
            var keys = (set?.Keys ?? [])
                .DistinctBy(key => key.KeyId, StringComparer.Ordinal)
                .Select(key => (key.KeyId, Key: key.ToKey()))
                .Where(pair => pair.Key is not null)
                .ToFrozenDictionary(pair => pair.KeyId, pair => pair.Key!, StringComparer.Ordinal);
            known = new Known(keys, clock.GetUtcNow());
            areUnavailable = false;
        }
        catch (Exception exception) when (exception is HttpRequestException or System.Text.Json.JsonException or Polly.Timeout.TimeoutRejectedException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            areUnavailable = true;
            log.LogWarning("The signing keys could not be fetched from Participants: {Reason}", FailureText.Of(exception));
        }
    }

    private sealed record Known(FrozenDictionary<string, ECDsa> Keys, DateTimeOffset FetchedAt);

    public void Dispose()
    {
        fetching.Dispose();
        GC.SuppressFinalize(this);
    }
}
