using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Mails;

namespace OpenGov.Participants.Secretariats;

/// <summary>Terms that run out suspend a secretariat, terms that begin bring it back (INV-08); staff hear of both in time.</summary>
internal static class SecretariatReview
{
    public static async Task RunAsync(ParticipantsDb db, SecretariatDesk desk, StaffMails mails, CancellationToken cancellationToken)
    {
        foreach (var id in await db.Secretariats.Where(row => row.State != SecretariatState.Integrating).Select(row => row.Id).ToListAsync(cancellationToken))
        {
            // Almost always nothing has changed: look before locking.
            if (await desk.ReadAsync(id, cancellationToken) is not { } seen)
                continue;
            await TellOfComposition.RunAsync(db, seen, mails, cancellationToken);
            if (!seen.Secretariat.Review(seen.Today))
                continue;
            await using var work = await db.BeginAsync(cancellationToken);
            if (await desk.ForWritingAsync(id, cancellationToken) is not { } hand || !hand.Secretariat.Review(hand.Today))
                continue;
            desk.Record(hand.Secretariat.TakeFacts());
            // One that also resolved its suspension stays suspended when the sector has somebody again.
            db.Audit(null, hand.Secretariat.State == SecretariatState.Suspended ? "secretariat_suspended" : "secretariat_returned", "secretariat", id);
            await db.SaveChangesAsync(cancellationToken);
            await work.CommitAsync(cancellationToken);
        }
    }
}
