using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Secretariats;

namespace OpenGov.Participants.Minutes;

/// <summary>Sessions that were closed before minutes were kept get theirs.</summary>
internal static class MinutesOfFormerSessions
{
    /// <summary>At a time; the next round goes on.</summary>
    private const int Most = 50;

    public static async Task WriteAsync(ParticipantsDb db, SecretariatDesk desk, MinutesDesk minutes, CancellationToken cancellationToken)
    {
        var without = await db.SecretariatSessions.Where(row => row.State == SecretariatSessionState.Closed && !db.SessionMinutes.Any(other => other.SessionId == row.Id))
            .OrderBy(row => row.Id).Take(Most).Select(row => row.Id).ToListAsync(cancellationToken);
        foreach (var id in without)
        {
            await using var work = await db.BeginAsync(cancellationToken);
            // Another replica may have come first.
            if (await desk.SessionForWritingAsync(id, cancellationToken) is not { } hand || await db.SessionMinutes.AnyAsync(row => row.SessionId == id, cancellationToken))
                continue;
            if (await minutes.WriteAsync(hand, cancellationToken) is { } written)
                db.Audit(null, "minutes_written", "session_minutes", written.Id);
            await db.SaveChangesAsync(cancellationToken);
            await work.CommitAsync(cancellationToken);
        }
    }
}
