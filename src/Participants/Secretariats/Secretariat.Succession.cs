using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

public sealed partial class Secretariat
{
    /// <summary>What a rule keeps from the successor stays as it is (INV-05 to INV-07): the law's succession is not held up, and people settle the place.</summary>
    /// <param name="isUndone">Only what the organisation took from the other by succession goes back.</param>
    /// <param name="represented">The organisations for which the person who facilitates acts.</param>
    /// <returns>Numbers of the seats, and 0 for an office, that changed hands.</returns>
    public IReadOnlyList<int> Succeed(Guid from, Successor by, bool isUndone, GoverningRules rules, DateOnly today, IReadOnlyList<Guid> represented)
    {
        var to = by.OrganisationId;
        var changed = new List<int>();
        foreach (var former in holdings.Where(row => row.OrganisationId == from && row.EndedOn is null && !(row.End <= today)).ToList())
        {
            var seat = seats.Single(row => row.Id == former.SeatId);
            var took = former.ContinuesId is { } before && holdings.Exists(row => row.Id == before && row.OrganisationId == to);
            // One that has not begun goes with its organisation: nobody has sat there yet.
            if ((isUndone && !took) || former.From > today || seat.Sector != by.Sector || Current(SecretariatOffice.Facilitator, today)?.OrganisationId == to || represented.Contains(to)
                || holdings.Exists(row => row.OrganisationId == to && row.Overlaps(today, former.Until) && SectorOf(row) != seat.Sector))
            {
                continue;
            }

            former.Finish(today, SeatEndCause.Succeeded, null);
            var holding = SeatHolding.Succeed(former, to, by.Basis, today);
            holdings.Add(holding);
            facts.Add(new SeatHolderEndedV1(Id, Touch(), former.SeatId, former.Role, from, today));
            facts.Add(new SeatHolderAppointedV1(Id, Touch(), seat.Id, seat.Number, seat.Sector, holding.Role, to, holding.AccountId, today, holding.Until));
            changed.Add(seat.Number);
        }

        foreach (var office in offices.Where(row => row.OrganisationId == from && row.EndedOn is null).ToList())
        {
            var took = offices.Exists(row => row.Office == office.Office && row.OrganisationId == to && row.EndedOn == office.From);
            if ((isUndone && !took) || WhyMayNotHold(office.Office, new OfficeTaken(to, null, by.Sector, by.IsIndependent), rules, today) is not null)
                continue;
            Touch();
            office.Finish(today);
            offices.Add(OfficeHolding.Take(Id, office.Office, to, office.AccountId, today));
            changed.Add(0);
        }

        if (changed.Count > 0)
            Review(today);
        return changed;
    }
}

/// <summary>The organisation that stands in the place of another.</summary>
/// <param name="IsIndependent">It is no obligated subject: those carry out commitments, and do not facilitate.</param>
/// <param name="Basis">Law or decree; cited by the new holding in place of a letter of appointment.</param>
public sealed record Successor(Guid OrganisationId, Sector Sector, bool IsIndependent, string Basis);
