using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <param name="Password">The new one, 12 to 128 characters (<see cref="PasswordRules"/>).</param>
public sealed record ChangePasswordRequest(string? CurrentPassword, string? Password);

public static class ChangePassword
{
    /// <summary>Ends all sign-ins but the one that this request was sent in, and says so by mail.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        ChangePasswordRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, PasswordProof proof, PersonalMails mails, CancellationToken cancellationToken)
    {
        var (accountId, sessionId) = http.RequireAccount();
        var account = await db.Accounts.SingleAsync(row => row.Id == accountId, cancellationToken);
        if (await proof.CheckAsync(account, request.CurrentPassword, cancellationToken) is { IsRefused: true } wrong)
            return http.Problem(wrong);

        await using var work = await db.BeginAsync(cancellationToken);
        account.PasswordHash = null;
        if (Refusals.Of(await accounts.AddPasswordAsync(account, request.Password ?? "")) is { IsRefused: true } refused)
            return http.Problem(refused);
        await db.EndAllAsync(accountId, except: sessionId, by: accountId, cancellationToken);
        mails.Request(accountId, account.Email!, PersonalMailKinds.PasswordChanged, PersonalMails.KeepNews, "/cuenta/olvido");
        db.Audit(accountId, "password_changed", "account", accountId);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
