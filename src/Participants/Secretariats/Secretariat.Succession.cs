using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

public sealed partial class Secretariat
{
    /// <param name="isUndone">Only what the organisation took from the other by succession goes back.</param>
    /// <returns>Numbers of the seats, and 0 for an office, that changed hands.</returns>
    internal IReadOnlyList<int> Succeed(Guid from, Guid to, Sector sectorOfTo, string basis, bool isUndone, DateOnly today)
    {
        var changed = new List<int>();
        foreach (var former in holdings.Where(row => row.OrganisationId == from && row.EndedOn is null && !(row.End <= today)).ToList())
        {
            var seat = seats.Single(row => row.Id == former.SeatId);
            var took = former.ContinuesId is { } before && holdings.Exists(row => row.Id == before && row.OrganisationId == to);
            // One that has not begun goes with its organisation: nobody has sat there yet.
            if ((isUndone && !took) || former.From > today || seat.Sector != sectorOfTo || Current(SecretariatOffice.Facilitator, today)?.OrganisationId == to
                || holdings.Exists(row => row.OrganisationId == to && row.Overlaps(today, former.Until) && SectorOf(row) != seat.Sector))
            {
                continue;
            }

            former.Finish(today, SeatEndCause.Succeeded, null);
            var holding = SeatHolding.Succeed(former, to, basis, today);
            holdings.Add(holding);
            facts.Add(new SeatHolderEndedV1(Id, Touch(), former.SeatId, former.Role, from, today));
            facts.Add(new SeatHolderAppointedV1(Id, Touch(), seat.Id, seat.Number, seat.Sector, holding.Role, to, holding.AccountId, today, holding.Until));
            changed.Add(seat.Number);
        }

        foreach (var office in offices.Where(row => row.OrganisationId == from && row.EndedOn is null).ToList())
        {
            var took = offices.Exists(row => row.Office == office.Office && row.OrganisationId == to && row.EndedOn == office.From);
            if ((isUndone && !took) || (office.Office == SecretariatOffice.Facilitator && IsSeated(to, null, today)))
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
