using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Privacy.Arco;
using OpenGov.Participants.Privacy.Breaches;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.Participants.Secretariats;

namespace OpenGov.Participants.Privacy;

/// <summary>
/// What time ends: unfinished ARCO requests, reminders of those that are due and of breaches, texts of those long closed, old lines of the access log, dead
/// sign-ins, and people who were invited and never came.
/// </summary>
internal static class PrivacyHousekeeping
{
    /// <summary>Ended sign-ins and spent invitations: long enough to look into a report of misuse.</summary>
    private static readonly TimeSpan KeepSpent = TimeSpan.FromDays(30);

    /// <summary>Invited people whose data go in one round.</summary>
    private const int AtOnce = 50;

    public static async Task RunAsync(ParticipantsDb db, ArcoDesk desk, ErasePerson erase, LegalProfileInForce rules, StaffMails mails, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.ArcoFolios, cancellationToken);
        var clock = await desk.ClockAsync(cancellationToken);
        foreach (var row in await db.ArcoRequests.Where(row => row.ClosedOn == null).ToListAsync(cancellationToken))
        {
            var before = ArcoAudit.Of(row);
            if (row.State == ArcoState.Prevented && row.Lapse(await desk.ClockAsync(row, cancellationToken)))
            {
                db.Audit(null, "arco_not_filed", "arco_request", row.Id, before, ArcoAudit.Of(row));
                await desk.TellAsync(row, PersonalMailKinds.ArcoNews, cancellationToken);
            }
            else if (row.Remind(clock) is { } reminder)
            {
                await desk.RemindStaffAsync(row, reminder, cancellationToken);
            }
        }

        await BreachesApi.RemindAsync(db, rules, mails, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        var retention = (await rules.OnAsync(clock.Today, cancellationToken))?.Parameters.Retention ?? new Retention(24, 12);
        var (old, spent) = (db.Now.AddMonths(-retention.AccessLogMonths), db.Now - KeepSpent);
        await ForgetTextsAsync(db, clock.Today.AddMonths(-retention.RegistrationMonths), cancellationToken);
        await db.PersonalDataAccesses.Where(row => row.At < old).ExecuteDeleteAsync(cancellationToken);
        // That they signed in, and when last, outlives the sign-in: accounts that nobody uses end by time (IdleAccounts).
        await db.Database.ExecuteSqlAsync(
            $"""
            with gone as (delete from session where expires_at < {spent} returning account_id, last_seen_at)
            update account a set used_at = greatest(a.used_at, g.seen) from (select account_id, max(last_seen_at) as seen from gone group by account_id) g where a.id = g.account_id and a.erased_at is null
            """, cancellationToken);
        await work.CommitAsync(cancellationToken);
        await ForgetWhoNeverCameAsync(db, erase, spent, cancellationToken);
    }

    /// <summary>Who asked and what was written; that there was a request, and that it was answered in time, stays.</summary>
    private static Task<int> ForgetTextsAsync(ParticipantsDb db, DateOnly closedBefore, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        update arco_request set applicant_name = null, applicant_contact = null, identity_check = null, description = null, prevention = null, completion = null,
            extension_reason = null, answer = null, rectification = null, effect_reason = null, version = version + 1
        where closed_on < {closedBefore}
            and coalesce(applicant_name, applicant_contact, identity_check, description, prevention, completion, extension_reason, answer, rectification, effect_reason) is not null
        """, cancellationToken);

    /// <summary>
    /// Somebody else wrote their name and address down, and they never agreed to anything. Who has a mandate, a seat or a post is still expected;
    /// whoever registered has terms of their own.
    /// </summary>
    private static async Task ForgetWhoNeverCameAsync(ParticipantsDb db, ErasePerson erase, DateTimeOffset spent, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
        var now = db.Now;
        var people = await db.Accounts
            .Where(account => account.PasswordHash == null && account.ErasedAt == null && account.PrivacyNoticeId == null
                && !db.Registrations.Any(row => row.AccountId == account.Id) && !db.Set<SeatHolding>().Any(row => row.AccountId == account.Id)
                && !db.Set<OfficeHolding>().Any(row => row.AccountId == account.Id)
                && !db.ArcoRequests.Any(row => row.PersonId == account.Id && row.ClosedOn == null)
                && db.Invitations.Any(row => row.AccountId == account.Id) && !db.Invitations.Any(row => row.AccountId == account.Id && row.ExpiresAt >= spent)
                && !db.Mandates.Any(row => row.AccountId == account.Id && (row.Term.Until == null || row.Term.Until > now) && (row.Term.EndedAt == null || row.Term.EndedAt > now))
                && !db.StaffPosts.Any(row => row.AccountId == account.Id && (row.Term.Until == null || row.Term.Until > now) && (row.Term.EndedAt == null || row.Term.EndedAt > now)))
            .Select(account => account.Id).Take(AtOnce).ToListAsync(cancellationToken);
        foreach (var person in people)
            await erase.RunAsync(person, request: null, ErasureReason.Retention, by: null, cancellationToken);
        // Of the others only a used or void link is left; who is still expected keeps the link, to be found here later.
        await db.Invitations.Where(row => row.ExpiresAt < spent && db.Accounts.Any(account => account.Id == row.AccountId && account.PasswordHash != null)).ExecuteDeleteAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }
}
