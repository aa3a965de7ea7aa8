using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.TwoFactor;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Passkeys;

/// <param name="Name">By which its owner knows the device, 1 to 80 characters.</param>
/// <param name="Credential">JSON of the browser's <c>PublicKeyCredential</c>.</param>
public sealed record AddPasskeyRequest(string? Name, string? State, string? Credential);

/// <param name="BackedUp">Its maker keeps a copy: it survives the loss of the device.</param>
public sealed record PasskeyView(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool BackedUp);

public static class ManagePasskeys
{
    /// <summary>An account has few; there is one page.</summary>
    public static async Task<Ok<Page<PasskeyView>>> List(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var accountId = http.RequireAccount().AccountId;
        var rows = await db.Passkeys.AsNoTracking().Where(row => row.AccountId == accountId).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<PasskeyView>(rows.ConvertAll(View), Next: null));
    }

    public static async Task<Results<Ok<PasskeyOptions>, ProblemHttpResult>> Begin(
        CurrentPasswordRequest request, HttpContext http, ParticipantsDb db, PasskeyCeremonies ceremonies, PasswordProof proof, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.SingleAsync(row => row.Id == http.RequireAccount().AccountId, cancellationToken);
        if (await proof.CheckAsync(account, request.CurrentPassword, cancellationToken) is { IsRefused: true } wrong)
            return http.Problem(wrong);
        if (await db.Passkeys.CountAsync(row => row.AccountId == account.Id, cancellationToken) >= Passkey.MaxOfAccount)
            return http.Problem(Refusal.Conflict("passkeys_too_many", Passkey.MaxOfAccount));
        var asked = await ceremonies.AskForNewAsync(account, http, cancellationToken);
        return asked.IsRefused ? http.Problem(asked) : TypedResults.Ok(asked.Value);
    }

    public static async Task<Results<Created<PasskeyView>, ProblemHttpResult>> Add(
        AddPasskeyRequest request, HttpContext http, ParticipantsDb db, PasskeyCeremonies ceremonies, SignInChanges changes, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.SingleAsync(row => row.Id == http.RequireAccount().AccountId, cancellationToken);
        var fields = new Fields();
        var name = fields.Text("name", request.Name, 1, 80);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var attested = await ceremonies.TakeNewAsync(account.Id, request.State, request.Credential, http, cancellationToken);
        if (attested.IsRefused)
            return http.Problem(attested);

        await using var work = await db.BeginAsync(cancellationToken);
        // Two tabs at once: the second waits here, and then sees the first.
        if (await db.LockOwnAsync(http.RequireAccount(), cancellationToken) is { IsRefused: true } ended)
            return http.Problem(ended);
        if (await db.Passkeys.CountAsync(row => row.AccountId == account.Id, cancellationToken) >= Passkey.MaxOfAccount)
            return http.Problem(Refusal.Conflict("passkeys_too_many", Passkey.MaxOfAccount));
        var passkey = Passkey.Add(account.Id, name, attested.Value, db.Now);
        db.Add(passkey);
        changes.Tell(account, SignInChange.PasskeyAdded);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created("/api/participants/v1/account/passkeys", View(passkey));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid id, CurrentPasswordRequest request, HttpContext http, ParticipantsDb db, PasswordProof proof, SignInChanges changes, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.SingleAsync(row => row.Id == http.RequireAccount().AccountId, cancellationToken);
        if (await db.Passkeys.SingleOrDefaultAsync(row => row.Id == id && row.AccountId == account.Id, cancellationToken) is not { } passkey)
            return http.Problem(Refusal.NotFound());
        if (await proof.CheckAsync(account, request.CurrentPassword, cancellationToken) is { IsRefused: true } wrong)
            return http.Problem(wrong);
        db.Remove(passkey);
        changes.Tell(account, SignInChange.PasskeyRemoved);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>After a reset password: who had the account may have added one.</summary>
    internal static Task<int> RemoveAllAsync(ParticipantsDb db, Guid accountId, CancellationToken cancellationToken) =>
        db.Passkeys.Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);

    private static PasskeyView View(Passkey row) => new(row.Id, row.Name, row.CreatedAt, row.LastUsedAt, row.BackedUp);
}
