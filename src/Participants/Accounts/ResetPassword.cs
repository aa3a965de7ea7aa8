using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.ApiKeys;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Passkeys;
using OpenGov.Participants.Protection;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Accounts;

public sealed record AskPasswordResetRequest(string? Email);

/// <param name="Password">12 to 128 characters (<see cref="PasswordRules"/>).</param>
public sealed record ResetPasswordRequest(string? Password);

/// <param name="DeviceToken">Marks the browser as the owner's, see <see cref="DeviceTokens"/>: a lock by strangers does not keep it out.</param>
public sealed record PasswordWasReset(string DeviceToken);

public static class ResetPassword
{
    /// <summary>
    /// 202 whether the address has an account or not, by the same steps in the same time: a link is written and a mail leaves in
    /// both cases, the one to a stranger saying that no account uses the address.
    /// </summary>
    public static async Task<Results<Accepted, ProblemHttpResult>> Ask(
        AskPasswordResetRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, AccountLinks links, PersonalMails mails, Throttle throttle, CancellationToken cancellationToken)
    {
        var email = EmailAddress.Read("email", request.Email);
        if (email.IsRefused)
            return http.Problem(email);
        if (NetworkAddress.Of(http) is { } network && await throttle.TakeAsync(Allowances.ResetsOfNetwork, network, cancellationToken) is { IsOver: true } over)
            return Throttle.Refuse(http, over);
        if (await throttle.TakeAsync(Allowances.ResetsOfAddress, EmailAddress.Normalize(email.Value), cancellationToken) is { IsOver: true })
            return TypedResults.Accepted((string?)null);

        await using var work = await db.BeginAsync(cancellationToken);
        // Who never accepted the invitation has no password to reset, and was not shown the privacy notice yet.
        var account = await accounts.FindByEmailAsync(email.Value) is { PasswordHash: not null } known ? known : null;
        var token = await links.IssueAsync(account?.Id, LinkPurpose.ResetPassword, null, cancellationToken);
        mails.Request(
            account?.Id ?? Guid.Empty, account?.Email ?? email.Value, account is null ? PersonalMailKinds.PasswordResetUnknown : PersonalMailKinds.PasswordReset,
            AccountLink.LifetimeOf(LinkPurpose.ResetPassword), account is null ? null : $"/cuenta/restablecer/{token}");
        db.Audit(null, "password_reset_asked", "account", account?.Id ?? Guid.Empty);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    public static async Task<Results<Ok<InvitationGreeting>, ProblemHttpResult>> Read(
        string token, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var (hash, now) = (Secret.Hash(token), db.Now);
        var displayName = await (
            from link in db.AccountLinks
            join account in db.Accounts on link.AccountId equals account.Id
            where link.TokenHash == hash && link.Purpose == LinkPurpose.ResetPassword && link.UsedAt == null && link.VoidedAt == null && link.ExpiresAt > now
            select account.DisplayName).SingleOrDefaultAsync(cancellationToken);
        return displayName is null ? http.Problem(Refusal.NotFound()) : TypedResults.Ok(new InvitationGreeting(displayName));
    }

    /// <summary>Sets the password and ends every sign-in, passkey and key. It starts none: a second factor is asked for at the next sign-in as at any.</summary>
    public static async Task<Results<Ok<PasswordWasReset>, ProblemHttpResult>> Handle(
        string token, ResetPasswordRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, AccountLinks links, PersonalMails mails,
        SignInAttempts attempts, DeviceTokens devices, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await links.FindOpenAsync(token, cancellationToken) is not { Purpose: LinkPurpose.ResetPassword } link)
            return http.Problem(Refusal.NotFound());
        // Locked: a key that is made meanwhile is ended below with the others, or refused.
        var account = await db.Locked(link.AccountId!.Value).SingleAsync(cancellationToken);
        if (account.MayChange() is { IsRefused: true } kept)
            return http.Problem(kept);
        account.PasswordHash = null;
        if (Refusals.Of(await accounts.AddPasswordAsync(account, request.Password ?? "")) is { IsRefused: true } refused)
            return http.Problem(refused);

        link.Use(db.Now);
        await links.VoidAllAsync(account.Id, link, cancellationToken);
        // Who reads the mail of the address has proved that it is theirs.
        account.ConfirmAddress(db.Now);
        await db.EndAllAsync(account.Id, except: null, by: account.Id, cancellationToken);
        await ManageApiKeys.RevokeAllAsync(db, account.Id, cancellationToken);
        await ManagePasskeys.RemoveAllAsync(db, account.Id, cancellationToken);
        mails.Request(account.Id, account.Email!, PersonalMailKinds.PasswordChanged, PersonalMails.KeepNews, "/cuenta/olvido");
        db.Audit(account.Id, "password_reset", "account", account.Id);
        await db.SaveChangesAsync(cancellationToken);
        await attempts.ForgetWithAsync(db, account.Email!, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new PasswordWasReset(devices.Issue(account.Email!)));
    }
}
