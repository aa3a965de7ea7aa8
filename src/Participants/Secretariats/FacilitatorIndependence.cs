using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>INV-05 after somebody facilitates: as long as they do they act for nobody for whom the office would have been refused.</summary>
internal static class FacilitatorIndependence
{
    /// <summary>Why a person may not represent an organisation; null where they may. The caller holds <see cref="RuleLock.Mandates"/>, as whoever gives the office or a seat does.</summary>
    public static async Task<Refusal?> WhyNotAsync(ParticipantsDb db, Guid account, Guid organisation, OrganisationKind kind, CancellationToken cancellationToken)
    {
        var facilitated = await db.Secretariats.AsNoTracking().Include(row => row.Holdings)
            .Where(row => db.Set<OfficeHolding>().Any(office => office.SecretariatId == row.Id && office.Office == SecretariatOffice.Facilitator && office.AccountId == account && office.EndedOn == null))
            .ToListAsync(cancellationToken);
        if (facilitated.Count == 0)
            return null;
        var today = State.Today(await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken), db.Now);
        return facilitated.Select(row => row.WhyFacilitatorMayNotActFor(organisation, SectorRules.IsObligatedSubject(kind), today)).FirstOrDefault(refusal => refusal is not null);
    }
}
