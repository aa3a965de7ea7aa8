using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.TwoFactor;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.ApiKeys;

/// <param name="Name">For its owner to know it by, at most 80 characters.</param>
/// <param name="Scopes">Some of <c>participants:read</c>, <c>participants:write</c> and so on for each service.</param>
/// <param name="Days">Until it expires, 1 to 365.</param>
public sealed record CreateApiKeyRequest(string? Name, IReadOnlyList<string>? Scopes, int? Days, string? CurrentPassword);

/// <param name="Key">Shown once; only its hash is kept.</param>
public sealed record CreatedApiKey(Guid Id, string Key, DateTimeOffset ExpiresAt);

public sealed record ApiKeyView(
    Guid Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt);

public static class ManageApiKeys
{
    /// <summary>Those that work, newest first; an account has few, there is one page.</summary>
    public static async Task<Ok<Page<ApiKeyView>>> List(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var (accountId, now) = (http.RequireAccount().AccountId, db.Now);
        var keys = await db.ApiKeys.AsNoTracking().Where(row => row.AccountId == accountId && row.RevokedAt == null && row.ExpiresAt > now)
            .OrderByDescending(row => row.Id).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<ApiKeyView>(
            [.. keys.Select(row => new ApiKeyView(row.Id, row.Name, row.Scopes, row.CreatedAt, row.ExpiresAt, row.LastUsedAt))], Next: null));
    }

    /// <summary>No <c>Idempotency-Key</c>: the answer holds a secret that must not be stored.</summary>
    public static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> Create(
        CreateApiKeyRequest request, HttpContext http, ParticipantsDb db, PasswordProof proof, SignInChanges changes, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.SingleAsync(row => row.Id == http.RequireAccount().AccountId, cancellationToken);
        var key = ApiKey.Prefix + Secret.New();
        var created = ApiKey.Create(account.Id, request.Name, request.Scopes, request.Days, key, db.Now);
        if (created.IsRefused)
            return http.Problem(created);
        if (await proof.CheckAsync(account, request.CurrentPassword, cancellationToken) is { IsRefused: true } wrong)
            return http.Problem(wrong);
        await using var work = await db.BeginAsync(cancellationToken);
        if (await db.LockOwnAsync(http.RequireAccount(), cancellationToken) is { IsRefused: true } ended)
            return http.Problem(ended);
        var now = db.Now;
        if (await db.ApiKeys.CountAsync(row => row.AccountId == account.Id && row.RevokedAt == null && row.ExpiresAt > now, cancellationToken) >= ApiKey.MaxOfAccount)
            return http.Problem(Refusal.Conflict("api_keys_too_many", ApiKey.MaxOfAccount));

        db.Add(created.Value);
        changes.Tell(account, SignInChange.ApiKeyCreated);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created("/api/participants/v1/account/api-keys", new CreatedApiKey(created.Value.Id, key, created.Value.ExpiresAt));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Revoke(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var accountId = http.RequireAccount().AccountId;
        if (await db.ApiKeys.SingleOrDefaultAsync(row => row.Id == id && row.AccountId == accountId, cancellationToken) is not { RevokedAt: null } key)
            return http.Problem(Refusal.NotFound());
        db.Record(key.Revoke(db.Now));
        db.Audit(accountId, "api_key_revoked", "api_key", id);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>After a reset password: who had the account may have made keys.</summary>
    internal static async Task RevokeAllAsync(ParticipantsDb db, Guid accountId, CancellationToken cancellationToken)
    {
        foreach (var key in await db.ApiKeys.Where(row => row.AccountId == accountId && row.RevokedAt == null).ToListAsync(cancellationToken))
        {
            db.Record(key.Revoke(db.Now));
            db.Audit(accountId, "api_key_revoked", "api_key", key.Id);
        }
    }
}
