using Microsoft.EntityFrameworkCore;

namespace OpenGov.Participants.Sessions;

/// <summary>Sign-ins that time has ended get their fact too: copies learn of every end in the same way.</summary>
internal static class TimedOutSessions
{
    private const int AtOnce = 200;

    /// <returns>How many were ended.</returns>
    public static async Task<int> EndAsync(ParticipantsDb db, CancellationToken cancellationToken)
    {
        var (now, idle) = (db.Now, db.Now - Session.IdleLimit);
        await using var work = await db.BeginAsync(cancellationToken);
        // Those that another replica is ending are left to it.
        var over = await db.Sessions.FromSql(
            $"""
            select * from session where ended_at is null and (expires_at <= {now} or last_seen_at <= {idle})
            order by last_seen_at limit {AtOnce} for update skip locked
            """).ToListAsync(cancellationToken);
        foreach (var session in over)
        {
            db.Record(session.End(session.EndsByItself));
            db.Audit(null, "session_timed_out", "session", session.Id);
        }

        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return over.Count;
    }
}
