using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.ApiKeys;
using OpenGov.Participants.Sessions;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <summary>
/// What an administrator does when an account is in wrong hands, or its person is away for good: nobody gets in, at once. Posts,
/// mandates and seats stay as they are; they are ended where they are kept.
/// </summary>
public static class SuspendAccount
{
    /// <summary>
    /// Ends sign-ins, programs' keys and open links, also those to another address and those with which its person invited others; none works again, and before the
    /// suspension is lifted no new one does.
    /// </summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(Guid id, HttpContext http, ParticipantsDb db, AccountLinks links, CancellationToken cancellationToken)
    {
        var by = http.RequireAccount().AccountId;
        await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
        if (await FindAsync(id, db, cancellationToken) is not { } account)
            return http.Problem(Refusal.NotFound());
        if (id == by)
            return http.Problem(Refusal.Conflict("account_own"));
        if (await IsLastAdministratorAsync(id, db, cancellationToken))
            return http.Problem(Refusal.Conflict("last_administrator"));
        if (account.Suspend(db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        // The row is written before the sign-ins are read: one that begins meanwhile waits for it (schema).
        await db.SaveChangesAsync(cancellationToken);

        var now = db.Now;
        await db.EndAllAsync(id, except: null, by, cancellationToken);
        await ManageApiKeys.RevokeAllAsync(db, id, cancellationToken);
        await db.Invitations.Where(row => row.AccountId == id && row.UsedAt == null && row.VoidedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(one => one.VoidedAt, now), cancellationToken);
        await db.RepresentativeInvitations.Where(row => (row.AccountId == id || row.InvitedBy == id) && row.AcceptedAt == null && row.VoidedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(one => one.VoidedAt, now), cancellationToken);
        await links.VoidAllAsync(id, except: null, cancellationToken);
        db.Audit(by, "account_suspended", "account", id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Lift(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, db, cancellationToken) is not { } account)
            return http.Problem(Refusal.NotFound());
        if (account.LiftSuspension() is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(http.RequireAccount().AccountId, "account_suspension_lifted", "account", id);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>All sign-ins of a person, in every browser: a telephone was lost. The person may sign in again.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> EndSessions(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, db, cancellationToken) is null)
            return http.Problem(Refusal.NotFound());
        await db.EndAllAsync(id, except: null, http.RequireAccount().AccountId, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static Task<Account?> FindAsync(Guid id, ParticipantsDb db, CancellationToken cancellationToken) =>
        db.Accounts.SingleOrDefaultAsync(row => row.Id == id && row.ErasedAt == null, cancellationToken);

    private static async Task<bool> IsLastAdministratorAsync(Guid id, ParticipantsDb db, CancellationToken cancellationToken) =>
        await db.StaffPosts.AnyAsync(post => post.AccountId == id && post.Role == StaffRole.Administrator && post.Term.EndedAt == null, cancellationToken)
        && !await db.Administrators().AnyAsync(post => post.AccountId != id, cancellationToken);
}
