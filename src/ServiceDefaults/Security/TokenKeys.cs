using System.Collections.Frozen;
using System.Security.Cryptography;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>
/// The keys that Participants signs with. Fetched when a token names a key not seen yet; a fetch that brought nothing of what
/// was asked is not repeated for five seconds, so that forged key ids cannot make a service hammer Participants; again after
/// ten minutes, so that a withdrawn key is forgotten; kept while Participants is away.
/// </summary>
public class TokenKeys(IHttpClientFactory clients, TimeProvider clock, ILogger<TokenKeys> log) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>Of a fetch, its body too: others wait for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim fetching = new(1, 1);
    private volatile Known known = new(FrozenDictionary<string, ECDsa>.Empty, null);
    private volatile bool areUnavailable;

    /// <summary>Timestamp of the last fetch in vain: not of the calendar's clock, which can be set back.</summary>
    private long? lastInVain;

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
            if (!IsSettled(keyId, out key) && (lastInVain is not { } before || clock.GetElapsedTime(before) >= Pause))
            {
                // Not ended with the request that asked first: whoever came for it and left would keep the keys from all others.
                await FetchAsync();
                lastInVain = IsSettled(keyId, out key) ? null : clock.GetTimestamp();
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
        return current.Keys.TryGetValue(keyId, out key) && current.FetchedAt is { } at && clock.GetElapsedTime(at) < MaxAge;
    }

    private async Task FetchAsync()
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        try
        {
            var set = await clients.CreateClient("participants").GetFromJsonAsync<JsonWebKeySet>("/api/participants/v1/jwks", patience.Token);
            var keys = (set?.Keys ?? [])
                .DistinctBy(key => key.KeyId, StringComparer.Ordinal)
                .Select(key => (key.KeyId, Key: key.ToKey()))
                .Where(pair => pair.Key is not null)
                .ToFrozenDictionary(pair => pair.KeyId, pair => pair.Key!, StringComparer.Ordinal);
            known = new Known(keys, clock.GetTimestamp());
            areUnavailable = false;
        }
        catch (Exception exception) when (exception is HttpRequestException or System.Text.Json.JsonException or Polly.Timeout.TimeoutRejectedException or IOException or OperationCanceledException)
        {
            areUnavailable = true;
            log.LogWarning("The signing keys could not be fetched from Participants: {Reason}", FailureText.Of(exception));
        }
    }

    private sealed record Known(FrozenDictionary<string, ECDsa> Keys, long? FetchedAt);

    public void Dispose()
    {
        fetching.Dispose();
        GC.SuppressFinalize(this);
    }
}
