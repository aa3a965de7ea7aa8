using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.Sessions;
using OpenGov.Participants.SignInPolicies;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Accounts;

/// <summary>Greets the person behind a link; tells neither the address nor whether another link would exist.</summary>
public sealed record InvitationGreeting(string DisplayName);

/// <param name="Password">12 to 128 characters (<see cref="PasswordRules"/>).</param>
/// <param name="PrivacyNoticeId">The notice that the form showed: the one in force (INV-50).</param>
public sealed record AcceptInvitationRequest(string? Password, Guid? PrivacyNoticeId = null);

public static class AcceptInvitation
{
    public static async Task<Results<Ok<InvitationGreeting>, ProblemHttpResult>> Read(
        string token, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var (hash, now) = (Secret.Hash(token), db.Now);
        var displayName = await (
            from invitation in db.Invitations
            join account in db.Accounts on invitation.AccountId equals account.Id
            where account.PasswordHash == null && invitation.TokenHash == hash && invitation.UsedAt == null && invitation.VoidedAt == null && invitation.ExpiresAt > now
            select account.DisplayName).SingleOrDefaultAsync(cancellationToken);
        return displayName is null ? http.Problem(Refusal.NotFound()) : TypedResults.Ok(new InvitationGreeting(displayName));
    }

    /// <summary>
    /// Sets the first password and signs in. Never a later one: the link went through an administrator's hands, who would sign in as somebody else,
    /// past their second step.
    /// </summary>
    public static async Task<Results<Ok<StartedSession>, ProblemHttpResult>> Handle(
        string token, AcceptInvitationRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, Invitations invitations, SignInAttempts attempts, DeviceTokens devices,
        NoticeInForce notices, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await invitations.FindOpenAsync(token, cancellationToken) is not { } invitation)
            return http.Problem(Refusal.NotFound());
        // Locked: a password that another link sets meanwhile is seen here.
        var account = await db.Locked(invitation.AccountId).SingleAsync(cancellationToken);
        if (account.PasswordHash is not null)
            return http.Problem(Refusal.NotFound());
        var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
        if (notice.IsRefused)
            return http.Problem(notice);
        account.WasShown(notice.Value);
        if (Refusals.Of(await accounts.AddPasswordAsync(account, request.Password ?? "")) is { IsRefused: true } refused)
            return http.Problem(refused);
        invitation.Use(db.Now);
        account.ConfirmAddress(db.Now);
        var begun = await db.StartAsync(account, http, SignInWay.Link, cancellationToken);
        if (begun.IsRefused)
            return http.Problem(begun);
        var started = begun.Value with { DeviceToken = devices.Issue(account.Email!) };
        db.Audit(account.Id, "password_set", "account", account.Id);
        await db.SaveChangesAsync(cancellationToken);
        await attempts.ForgetWithAsync(db, account.Email!, cancellationToken);
        started = started with { SecondStepMissing = await db.LacksSecondStepAsync(account.Id, cancellationToken) };
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(started);
    }
}
