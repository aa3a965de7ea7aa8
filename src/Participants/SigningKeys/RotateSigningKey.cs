using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.SigningKeys;

public sealed record RotatedKey(string KeyId, DateTimeOffset CreatedAt);

public static class RotateSigningKey
{
    /// <summary>From now on a new key signs. Tokens of the old one live out their five minutes: it stays published for an hour.</summary>
    public static async Task<Ok<RotatedKey>> Handle(HttpContext http, ParticipantsDb db, InstanceKey instanceKey, SigningKeyRing ring, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.SigningKeys, cancellationToken);
        var now = db.Now;
        // Before the insert: one key signs (unique index).
        await db.SigningKeys.Where(row => row.RetiredAt == null).ExecuteUpdateAsync(row => row.SetProperty(key => key.RetiredAt, now), cancellationToken);
        var next = SigningKey.Generate(instanceKey, now);
        db.Add(next);
        var account = http.RequireAccount().AccountId;
        db.Audit(account, "signing_key_rotated", "account", account, after: new { next.KeyId });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        ring.Forget();
        return TypedResults.Ok(new RotatedKey(next.KeyId, next.CreatedAt));
    }

    /// <summary>At each start: an instance has a key, whichever replica comes first.</summary>
    internal static async Task EnsureAsync(ParticipantsDb db, InstanceKey instanceKey, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.SigningKeys, cancellationToken);
        if (await db.SigningKeys.AnyAsync(row => row.RetiredAt == null, cancellationToken))
            return;
        db.Add(SigningKey.Generate(instanceKey, db.Now));
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
    }
}
