using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Protection;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <summary>
/// All that an administrator can do about a lost password: its owner gets the mail that they could ask for themselves. The link is shown
/// to nobody else, and a second step is asked for as before.
/// </summary>
public static class SendPasswordReset
{
    public static async Task<Results<Accepted, ProblemHttpResult>> Handle(
        Guid id, HttpContext http, ParticipantsDb db, AccountLinks links, PersonalMails mails, Throttle throttle, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.ErasedAt == null, cancellationToken);
        if (account is null)
            return http.Problem(Refusal.NotFound());
        if (account.SuspendedAt is not null)
            return http.Problem(Refusal.Conflict("account_suspended"));
        if (!account.IsFinished || EmailAddress.IsNone(account.Email!))
            return http.Problem(Refusal.Conflict("account_not_finished"));
        if (await throttle.TakeAsync(Allowances.ResetsOfAddress, account.NormalizedEmail!, cancellationToken) is { IsOver: true } over)
            return Throttle.Refuse(http, over);

        await using var work = await db.BeginAsync(cancellationToken);
        var token = await links.IssueAsync(id, LinkPurpose.ResetPassword, null, cancellationToken);
        mails.Request(id, account.Email!, PersonalMailKinds.PasswordReset, AccountLink.LifetimeOf(LinkPurpose.ResetPassword), $"/cuenta/restablecer/{token}");
        db.Audit(http.RequireAccount().AccountId, "password_reset_sent", "account", id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null);
    }
}
