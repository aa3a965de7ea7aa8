using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;

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
        return await db.SeatElections.Include(row => row.Candidates).Include(row => row.Exclusions).AsSplitQuery().SingleAsync(row => row.Id == id, cancellationToken);
    }

    /// <summary>Whether one of the seats is being voted on: from the call until the proclamation, or until it is called off.</summary>
    public static Task<bool> InElectionAsync(ParticipantsDb db, IEnumerable<Guid> seats, CancellationToken cancellationToken)
    {
        Guid[] asked = [.. seats];
        return db.Database.SqlQuery<bool>($"select exists (select from seat_election where state = 'CALLED' and seats && {asked}) as \"Value\"").SingleAsync(cancellationToken);
    }

    /// <summary>The elected take their seats from this day on: nobody else is appointed beyond it meanwhile.</summary>
    public static async Task<Result> FreeForAsync(ParticipantsDb db, Guid seat, DateOnly? until, CancellationToken cancellationToken)
    {
        var last = until ?? DateOnly.MaxValue;
        var from = await db.Database.SqlQuery<DateOnly?>(
            $"select min(term_from) as \"Value\" from seat_election where state = 'CALLED' and {seat} = any(seats) and term_from < {last}").SingleAsync(cancellationToken);
        return from is { } day ? Refusal.Conflict("seat_reserved_for_election", day) : Result.Done;
    }
}
