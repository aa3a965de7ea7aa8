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
/// <param name="PrivacyNoticeId">The notice that the form showed: the one in force.</param>
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
            where invitation.TokenHash == hash && invitation.UsedAt == null && invitation.VoidedAt == null && invitation.ExpiresAt > now
            select account.DisplayName).SingleOrDefaultAsync(cancellationToken);
        return displayName is null ? http.Problem(Refusal.NotFound()) : TypedResults.Ok(new InvitationGreeting(displayName));
    }

    /// <summary>Sets the password, ends whatever sign-ins the account had (a link may answer a stolen password) and signs in.</summary>
    public static async Task<Results<Ok<StartedSession>, ProblemHttpResult>> Handle(
        string token, AcceptInvitationRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, Invitations invitations, SignInAttempts attempts, DeviceTokens devices,
        NoticeInForce notices, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await invitations.FindOpenAsync(token, cancellationToken) is not { } invitation)
            return http.Problem(Refusal.NotFound());
        var account = await db.Accounts.SingleAsync(row => row.Id == invitation.AccountId, cancellationToken);

        if (request.PrivacyNoticeId is not null)
        {
            var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
            if (notice.IsRefused)
                return http.Problem(notice);
            account.WasShown(notice.Value);
        }

        account.PasswordHash = null;
        if (Refusals.Of(await accounts.AddPasswordAsync(account, request.Password ?? "")) is { IsRefused: true } refused)
            return http.Problem(refused);
        invitation.Use(db.Now);
        account.ConfirmAddress(db.Now);
        await db.EndAllAsync(account.Id, except: null, by: account.Id, cancellationToken);
        var started = db.Start(account.Id, Device.Of(http)) with { DeviceToken = devices.Issue(account.Email!) };
        db.Audit(account.Id, "password_set", "account", account.Id);
        await db.SaveChangesAsync(cancellationToken);
        await attempts.ForgetAsync(account.Email!, null, cancellationToken);
        started = started with { SecondStepMissing = await db.LacksSecondStepAsync(account.Id, cancellationToken) };
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(started);
    }
}
