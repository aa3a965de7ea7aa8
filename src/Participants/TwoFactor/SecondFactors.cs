using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.TwoFactor;

/// <summary>Reads, confirms and checks second factors; rows are locked, so that a code sent twice at once is taken once.</summary>
public sealed class SecondFactors(ParticipantsDb db, InstanceKey key)
{
    private const string SealPurpose = "participants: second factor";
    private const int RecoveryCodes = 10;

    public Task<bool> IsOnAsync(Guid accountId, CancellationToken cancellationToken) =>
        db.SecondFactors.AnyAsync(row => row.AccountId == accountId && row.ConfirmedAt != null, cancellationToken);

    /// <summary>Adds a secret to the unit of work that does not count yet.</summary>
    public async Task<byte[]> BeginAsync(Guid accountId, CancellationToken cancellationToken)
    {
        var secret = Totp.NewSecret();
        if (await FindAsync(accountId, cancellationToken) is { } earlier)
            earlier.BeginAgain(key.Seal(SealPurpose, secret), db.Now);
        else
            db.Add(SecondFactor.Begin(accountId, key.Seal(SealPurpose, secret), db.Now));
        return secret;
    }

    /// <summary>A code of the app, once: in a transaction, which the caller commits also where the code was wrong.</summary>
    public async Task<bool> TakeCodeAsync(Guid accountId, string? code, bool confirming, CancellationToken cancellationToken)
    {
        if (await FindAsync(accountId, cancellationToken) is not { } factor || factor.ConfirmedAt is null != confirming
            || Totp.Verify(key.Open(SealPurpose, factor.SecretSealed), code, db.Now, factor.LastStep) is not { } step)
        {
            return false;
        }

        factor.Take(step, db.Now);
        return true;
    }

    public async Task<bool> TakeRecoveryCodeAsync(Guid accountId, string? code, CancellationToken cancellationToken)
    {
        var hash = HashOf(code);
        var found = await db.RecoveryCodes.FromSql($"select * from recovery_code where account_id = {accountId} and code_hash = {hash} and used_at is null for update")
            .SingleOrDefaultAsync(cancellationToken);
        found?.Use(db.Now);
        return found is not null;
    }

    /// <summary>New codes; earlier ones are void.</summary>
    /// <returns>Shown once, 120 bits: <c>ABCD-EFGH-JKLM-NPQR-STUV-WXYZ</c>. That many cannot be guessed from a hash (OWASP ASVS 5, V6.5.2).</returns>
    public async Task<IReadOnlyList<string>> IssueRecoveryCodesAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await db.RecoveryCodes.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
        var codes = Enumerable.Range(0, RecoveryCodes)
            .Select(_ => string.Join('-', Totp.ToBase32(RandomNumberGenerator.GetBytes(15)).Chunk(4).Select(part => new string(part)))).ToArray();
        foreach (var code in codes)
            db.Add(new RecoveryCode { AccountId = accountId, CodeHash = HashOf(code) });
        return codes;
    }

    public async Task RemoveAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await db.RecoveryCodes.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
        await db.SecondFactors.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
    }

    private Task<SecondFactor?> FindAsync(Guid accountId, CancellationToken cancellationToken) =>
        db.SecondFactors.FromSql($"select * from second_factor where account_id = {accountId} for update").SingleOrDefaultAsync(cancellationToken);

    private static byte[] HashOf(string? code) =>
        Secret.Hash(new string([.. (code ?? "").Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]));
}
