using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Organisations;

namespace OpenGov.Participants.Secretariats;

/// <summary>
/// The seats and offices of an organisation that ended go on with who stands in its place (SPEC §4.2): in the same seat, for the same person, in the same term.
/// What was done until then stays under the old name. Where that would break INV-05, INV-06 or INV-07 the place stays as it is, for people to settle.
/// </summary>
internal static class SeatSuccession
{
    /// <summary>In the running transaction, after the succession was stored or undone.</summary>
    /// <param name="basis">Law or decree; cited by the new holding in place of a letter of appointment.</param>
    public static async Task CarryOutAsync(ParticipantsDb db, SecretariatDesk desk, Guid from, Organisation to, string basis, bool isUndone, Guid by, CancellationToken cancellationToken)
    {
        var successor = new Successor(to.Id, to.Sector, !SectorRules.IsObligatedSubject(to.Kind), basis);
        var ids = await db.Set<SeatHolding>().Where(row => row.OrganisationId == from && row.EndedOn == null).Select(row => row.SecretariatId)
            .Union(db.Set<OfficeHolding>().Where(row => row.OrganisationId == from && row.EndedOn == null).Select(row => row.SecretariatId)).Order().ToListAsync(cancellationToken);
        foreach (var id in ids)
        {
            if (await desk.ForWritingAsync(id, cancellationToken) is not { } hand || hand.Secretariat.Succeed(from, successor, isUndone, hand.Rules, hand.Today, hand.Represented) is not { Count: > 0 } seats)
                continue;
            desk.Record(hand.Secretariat.TakeFacts());
            db.Audit(by, "seats_succeeded", "secretariat", id, after: new { from, to = to.Id, seats });
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Who stands in the place of an organisation now, through all who followed one another.</summary>
    public static async Task<Guid?> StandingAsync(ParticipantsDb db, Guid? organisation, CancellationToken cancellationToken)
    {
        if (organisation is not { } first)
            return null;
        // A circle is refused where a succession is written down.
        return await db.Database.SqlQuery<Guid>(
            $"""
            with recursive standing as (
                select id, successor_id from organisation where id = {first}
                union all select next.id, next.successor_id from organisation next join standing on next.id = standing.successor_id)
            select id as "Value" from standing where successor_id is null
            """).Cast<Guid?>().SingleOrDefaultAsync(cancellationToken);
    }
}
