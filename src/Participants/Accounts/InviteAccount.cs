using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <param name="Email">Plain address, at most 254 characters.</param>
/// <param name="DisplayName">What the person is called in the system, at most 120 characters.</param>
public sealed record InviteAccountRequest(string? Email, string? DisplayName);

/// <param name="InvitationLink">Shown once; hand it to the person. Valid seven days, one use.</param>
public sealed record InvitedAccount(Guid Id, string InvitationLink);

/// <summary>
/// An account is made by an administrator and finished by its person. No <c>Idempotency-Key</c> here: the answer holds a
/// secret that must not be stored, and a repetition is refused by the address anyway.
/// </summary>
public static class InviteAccount
{
    public static async Task<Results<Created<InvitedAccount>, ProblemHttpResult>> Handle(
        InviteAccountRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, Invitations invitations, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var email = fields.From(EmailAddress.Read("email", request.Email));
        var name = PersonName.Read(fields, "displayName", request.DisplayName);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);

        await using var work = await db.BeginAsync(cancellationToken);
        var account = new Account(email!, name!, db.Now);
        if (Refusals.Of(await accounts.CreateAsync(account)) is { IsRefused: true } refused)
            return http.Problem(refused);
        var link = await invitations.IssueAsync(account.Id, cancellationToken);
        db.Audit(http.RequireAccount().AccountId, "account_invited", "account", account.Id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created($"/api/participants/v1/accounts/{account.Id}", new InvitedAccount(account.Id, link));
    }

    /// <summary>A new link for an account that nobody finished. Whoever did gets links by mail only, and from <see cref="SendPasswordReset"/>.</summary>
    public static async Task<Results<Ok<InvitedAccount>, ProblemHttpResult>> Again(
        Guid id, HttpContext http, ParticipantsDb db, Invitations invitations, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await db.Accounts.FindAsync([id], cancellationToken) is not { ErasedAt: null } account)
            return http.Problem(Refusal.NotFound());
        if (account.SuspendedAt is not null)
            return http.Problem(Refusal.Conflict("account_suspended"));
        if (account.PasswordHash is not null)
            return http.Problem(Refusal.Conflict("account_finished"));
        // Staff act for them openly; a link would be used by whoever made it.
        if (EmailAddress.IsNone(account.Email!))
            return http.Problem(Refusal.Conflict("account_without_address"));
        var link = await invitations.IssueAsync(id, cancellationToken);
        db.Audit(http.RequireAccount().AccountId, "account_invited_again", "account", id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new InvitedAccount(id, link));
    }
}
