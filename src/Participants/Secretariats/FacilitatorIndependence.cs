using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.States;

namespace OpenGov.Participants.Secretariats;

/// <summary>INV-05 after somebody facilitates: they represent no organisation with a seat in the same secretariat as long as they do. Before it, the office itself is refused.</summary>
internal static class FacilitatorIndependence
{
    public static async Task<bool> IsBrokenByAsync(ParticipantsDb db, Guid account, Guid organisation, CancellationToken cancellationToken)
    {
        var today = State.Today(await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken), db.Now);
        return await db.Set<OfficeHolding>().AnyAsync(
            office => office.Office == SecretariatOffice.Facilitator && office.AccountId == account && office.EndedOn == null
                && db.Set<SeatHolding>().Any(seat => seat.SecretariatId == office.SecretariatId && seat.OrganisationId == organisation && seat.EndedOn == null && (seat.Until == null || seat.Until > today)),
            cancellationToken);
    }
}
