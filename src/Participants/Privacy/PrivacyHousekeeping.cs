using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Privacy.Arco;

namespace OpenGov.Participants.Privacy;

/// <summary>What time ends: unfinished ARCO requests, reminders of those that are due, old lines of the access log, dead sign-ins and invitations.</summary>
internal static class PrivacyHousekeeping
{
    /// <summary>Ended sign-ins and spent invitations: long enough to look into a report of misuse.</summary>
    private static readonly TimeSpan KeepSpent = TimeSpan.FromDays(30);

    public static async Task RunAsync(ParticipantsDb db, ArcoDesk desk, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.ArcoFolios, cancellationToken);
        var clock = await desk.ClockAsync(cancellationToken);
        foreach (var row in await db.ArcoRequests.Where(row => row.ClosedOn == null).ToListAsync(cancellationToken))
        {
            var before = ArcoAudit.Of(row);
            if (row.Lapse(clock.Today))
                db.Audit(null, "arco_not_filed", "arco_request", row.Id, before, ArcoAudit.Of(row));
            else if (row.Remind(clock))
                await desk.RemindStaffAsync(row, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        var months = (await rules.OnAsync(clock.Today, cancellationToken))?.Parameters.Retention.AccessLogMonths ?? 12;
        var (old, spent) = (db.Now.AddMonths(-months), db.Now - KeepSpent);
        await db.PersonalDataAccesses.Where(row => row.At < old).ExecuteDeleteAsync(cancellationToken);
        await db.Sessions.Where(row => row.ExpiresAt < spent).ExecuteDeleteAsync(cancellationToken);
        await db.Invitations.Where(row => row.ExpiresAt < spent).ExecuteDeleteAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
    }
}
