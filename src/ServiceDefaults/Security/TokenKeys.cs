using System.Collections.Frozen;
using System.Security.Cryptography;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>
/// The keys that Participants signs with. Fetched when a token names a key not seen yet, at most once in five seconds, so
/// that forged key ids cannot make a service hammer Participants; kept while Participants is away.
/// </summary>
public class TokenKeys(IHttpClientFactory clients, TimeProvider clock, ILogger<TokenKeys> log) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim fetching = new(1, 1);
    private volatile FrozenDictionary<string, ECDsa> keys = FrozenDictionary<string, ECDsa>.Empty;
    private DateTimeOffset lastFetch = DateTimeOffset.MinValue;

    public virtual async ValueTask<ECDsa?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (keys.TryGetValue(keyId, out var known))
            return known;
        await fetching.WaitAsync(cancellationToken);
        try
        {
            if (!keys.TryGetValue(keyId, out known) && clock.GetUtcNow() - lastFetch >= Pause)
            {
                lastFetch = clock.GetUtcNow();
                await FetchAsync(cancellationToken);
                keys.TryGetValue(keyId, out known);
            }

            return known;
        }
        finally
        {
            fetching.Release();
        }
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            var set = await clients.CreateClient("participants").GetFromJsonAsync<JsonWebKeySet>("/api/participants/v1/jwks", cancellationToken);
            keys = set!.Keys
                .Select(key => (key.KeyId, Key: key.ToKey()))
                .Where(pair => pair.Key is not null)
                .ToFrozenDictionary(pair => pair.KeyId, pair => pair.Key!, StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is HttpRequestException or System.Text.Json.JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            log.LogWarning("The signing keys could not be fetched from Participants: {Reason}", exception.Message);
        }
    }

    public void Dispose()
    {
        fetching.Dispose();
        GC.SuppressFinalize(this);
    }
}
