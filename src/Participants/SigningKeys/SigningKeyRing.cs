using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.SigningKeys;

/// <summary>The key that signs, with the private part opened.</summary>
public sealed record OpenKey(string KeyId, ECDsa Private);

/// <summary>
/// The keys in this process's memory, read again every half minute so that a rotation by another replica is followed while
/// the old key is still published.
/// </summary>
public sealed class SigningKeyRing(IServiceScopeFactory scopes, InstanceKey instanceKey, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>A forged key id must not make every request read the table.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim loading = new(1, 1);
    private volatile Loaded? loaded;

    public async ValueTask<OpenKey> CurrentAsync(CancellationToken cancellationToken) =>
        (await LoadAsync(Fresh, cancellationToken)).Signing;

    /// <returns>The public key, or null when it is not (or no longer) one of ours.</returns>
    public async ValueTask<ECDsa?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        var keys = await LoadAsync(Fresh, cancellationToken);
        if (!keys.Published.TryGetValue(keyId, out var known))
            (await LoadAsync(Pause, cancellationToken)).Published.TryGetValue(keyId, out known);
        return known;
    }

    /// <summary>The next use reads the table: after this process rotated.</summary>
    public void Forget() => loaded = null;

    private async ValueTask<Loaded> LoadAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (loaded is { } recent && clock.GetUtcNow() - recent.At < maxAge)
            return recent;
        await loading.WaitAsync(cancellationToken);
        try
        {
            if (loaded is { } other && clock.GetUtcNow() - other.At < maxAge)
                return other;
            await using var scope = scopes.CreateAsyncScope();
            var rows = await PublishedIn(scope.ServiceProvider.GetRequiredService<ParticipantsDb>()).ToListAsync(cancellationToken);
            var signing = rows.Single(row => row.RetiredAt is null);
            // Replaced keys are left to the garbage collector: a request may still be using them.
            return loaded = new Loaded(
                clock.GetUtcNow(),
                new OpenKey(signing.KeyId, signing.OpenPrivate(instanceKey)),
                rows.ToFrozenDictionary(row => row.KeyId, row => row.OpenPublic(), StringComparer.Ordinal));
        }
        finally
        {
            loading.Release();
        }
    }

    internal static IQueryable<SigningKey> PublishedIn(ParticipantsDb db)
    {
        var old = db.Now - SigningKey.PublishedAfterRetirement;
        return db.SigningKeys.AsNoTracking().Where(key => key.RetiredAt == null || key.RetiredAt > old).OrderByDescending(key => key.CreatedAt);
    }

    public void Dispose() => loading.Dispose();

    private sealed record Loaded(DateTimeOffset At, OpenKey Signing, FrozenDictionary<string, ECDsa> Published);
}

/// <summary>Participants checks tokens against its own table; the others fetch <c>/jwks</c>.</summary>
public sealed class OwnTokenKeys(SigningKeyRing ring, IHttpClientFactory clients, TimeProvider clock, ILogger<TokenKeys> log) : TokenKeys(clients, clock, log)
{
    public override ValueTask<ECDsa?> FindAsync(string keyId, CancellationToken cancellationToken) => ring.FindAsync(keyId, cancellationToken);
}
