using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <summary>
/// A suspension, a reset password and an erasure end the sign-ins, keys and links that there are, in one transaction that locks the account. What would outlive
/// a sign-in is added behind the same lock: it is ended with the others, or not added.
/// </summary>
internal static class LockedAccount
{
    /// <summary>The row as it stands now, until the running transaction ends.</summary>
    public static IQueryable<Account> Locked(this ParticipantsDb db, Guid id) => db.Accounts.FromSql($"select * from account where id = {id} for update");

    /// <summary>Locks the caller's own account and asks once more whether they may change it, in a sign-in that has not ended since the request came.</summary>
    public static async Task<Result> LockOwnAsync(this ParticipantsDb db, CurrentAccount caller, CancellationToken cancellationToken)
    {
        var account = await db.Locked(caller.AccountId).AsNoTracking().SingleAsync(cancellationToken);
        if (account.MayChange() is { IsRefused: true } refused)
            return refused;
        return await db.Sessions.AnyAsync(row => row.Id == caller.SessionId && row.EndedAt == null, cancellationToken)
            ? Result.Done
            : new Refusal("sign_in_required", StatusCodes.Status401Unauthorized);
    }
}
