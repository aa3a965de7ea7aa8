using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Secretariats;

namespace OpenGov.Participants.Elections;

internal static class ElectionDesk
{
    /// <summary>The secretariat's row is locked first, as everywhere, then the election's.</summary>
    public static async Task<(SeatElection Election, SecretariatInHand Hand)?> ForWritingAsync(ParticipantsDb db, SecretariatDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var secretariat = await db.SeatElections.Where(row => row.Id == id).Select(row => row.SecretariatId).SingleOrDefaultAsync(cancellationToken);
        if (secretariat == Guid.Empty || await desk.ForWritingAsync(secretariat, cancellationToken) is not { } hand)
            return null;
        return (await LockAsync(db, id, cancellationToken), hand);
    }

    /// <summary>Papers go into the box one after the other, in all replicas.</summary>
    public static async Task<SeatElection> LockAsync(ParticipantsDb db, Guid id, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync($"select 1 from seat_election where id = {id} for update", cancellationToken);
        return await db.SeatElections.Include(row => row.Candidates).SingleAsync(row => row.Id == id, cancellationToken);
    }
}
