using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>Who sits: seats, appointments, ends of term, substitutes and offices (SPEC §2.4).</summary>
public sealed partial class Secretariat
{
    public Result<Seat> AddSeat(Sector sector, GoverningRules rules, DateOnly today)
    {
        if (rules.MaxSeatsPerSector is { } most && seats.Count(seat => seat.Sector == sector && seat.IsInForce(today)) >= most)
            return Refusal.Rule("sector_has_all_seats", "sector", most);
        Touch();
        var seat = Seat.Create(Id, seats.Count + 1, sector, today);
        seats.Add(seat);
        return seat;
    }

    /// <summary>
    /// A mechanism may allow fewer seats than there are: one that nobody holds, nor will, is taken away from today on. What happened in it stays, and so does the
    /// place of each sector (INV-01) and the least number of seats (INV-02).
    /// </summary>
    public Result RetireSeat(Guid seatId, string reason, GoverningRules rules, DateOnly today)
    {
        if (seats.SingleOrDefault(row => row.Id == seatId) is not { } seat)
            return Refusal.NotFound();
        if (seat.RetiredOn is not null)
            return Refusal.Conflict("seat_retired");
        if (holdings.Any(row => row.SeatId == seatId && row.Overlaps(today, null)))
            return Refusal.Conflict("seat_is_held");
        if (State != SecretariatState.Integrating)
        {
            var left = seats.FindAll(row => row != seat && row.IsInForce(today));
            if (!left.Exists(row => row.Sector == seat.Sector))
                return Refusal.Rule("sector_needs_a_seat");
            if (left.Count < rules.MinVotingSeats)
                return Refusal.Rule("seats_below_minimum", null, left.Count, rules.MinVotingSeats);
        }

        Touch();
        seat.Retire(today, reason);
        return Result.Done;
    }

    /// <param name="represented">The organisations for which the person who facilitates acts (INV-05).</param>
    public Result<SeatHolding> Appoint(Guid seatId, Appointment given, GoverningRules rules, DateOnly today, IReadOnlyList<Guid>? represented = null)
    {
        var seat = seats.SingleOrDefault(row => row.Id == seatId);
        if (seat is null)
            return Refusal.NotFound();
        if (seat.RetiredOn is not null)
            return Refusal.Conflict("seat_retired");
        var refusals = new List<Refusal>();
        if (given.Until is { } until && until <= given.From)
            refusals.Add(Refusal.Invalid("until", "until_before_from"));
        else if (given.Until is { } past && past <= today && State != SecretariatState.Integrating)
            refusals.Add(Refusal.Invalid("until", "until_in_past"));
        // Who sat on a day that is over was seen then: only before the installation is the past a record of what happened elsewhere.
        if (given.From < today && State != SecretariatState.Integrating)
            refusals.Add(Refusal.Invalid("from", "moment_in_past"));
        if (given.Sector != seat.Sector)
            refusals.Add(Refusal.Rule("seat_of_another_sector", "organisationId"));
        if (given.Until is null && seat.Sector == Sector.CivilSociety)
            refusals.Add(Refusal.Rule("seat_needs_term", "until", rules.SeatTermMonths));
        else if (given.Until > given.From.AddMonths(rules.SeatTermMonths) && seat.Sector == Sector.CivilSociety)
            refusals.Add(Refusal.Rule("seat_term_too_long", "until", rules.SeatTermMonths));
        var concurrent = holdings.Where(row => row.Overlaps(given.From, given.Until)).ToList();
        if (concurrent.Any(row => row.SeatId == seatId && row.Role == given.Role))
            refusals.Add(Refusal.Conflict("seat_already_held"));
        if (concurrent.Any(row => row.OrganisationId == given.OrganisationId && SectorOf(row) != seat.Sector))
            refusals.Add(Refusal.Rule("organisation_in_two_sectors", "organisationId"));
        if (given.AccountId is { } person && concurrent.Any(row => row.AccountId == person))
            refusals.Add(Refusal.Rule("person_holds_two_seats", "accountId"));
        if (Current(SecretariatOffice.Facilitator, today) is { } facilitator
            && (facilitator.OrganisationId == given.OrganisationId || (facilitator.AccountId is { } account && account == given.AccountId) || (represented?.Contains(given.OrganisationId) ?? false)))
            refusals.Add(Refusal.Rule("facilitator_holds_no_seat", "organisationId"));
        // Before the installation it is a record of what happened elsewhere.
        if (given is { Access: SeatAccess.Election, ElectionId: null } && State != SecretariatState.Integrating)
            refusals.Add(Refusal.Rule("seat_election_needs_proclamation", "access"));
        // While members are looked for the mechanism is a draft: the installation asks.
        if (seat.Sector == Sector.PublicBody && State != SecretariatState.Integrating && rules.MinRank is { } least && !(given.Rank >= least))
            refusals.Add(Refusal.Rule("seat_rank_too_low", "rank"));
        if (seat.Sector == Sector.CivilSociety && given.Role == SeatRole.Titular && !MayTakeTerm(given.OrganisationId, given.From, given.Until, rules))
            refusals.Add(Refusal.Rule("too_many_consecutive_terms", "organisationId", rules.MaxConsecutiveTerms));
        if (refusals.Count > 0)
            return Result<SeatHolding>.From(refusals);

        var holding = SeatHolding.Take(seat, given);
        holdings.Add(holding);
        facts.Add(new SeatHolderAppointedV1(Id, Touch(), seat.Id, seat.Number, seat.Sector, given.Role, given.OrganisationId, given.AccountId, given.From, given.Until));
        Review(today);
        return holding;
    }

    /// <summary>Ends a holding before its term. INV-08: where a sector is left with nobody the secretariat is suspended.</summary>
    public Result EndHolding(Guid holdingId, string? reason, DateOnly today, SeatEndCause cause = SeatEndCause.Other)
    {
        var holding = holdings.SingleOrDefault(row => row.Id == holdingId);
        if (holding is null)
            return Refusal.NotFound();
        if (holding.EndedOn is not null || holding.End <= today)
            return Refusal.Conflict("term_already_over");
        holding.Finish(today, cause, reason);
        facts.Add(new SeatHolderEndedV1(Id, Touch(), holding.SeatId, holding.Role, holding.OrganisationId, holding.EndedOn!.Value));
        Review(today);
        return Result.Done;
    }

    /// <summary>
    /// Another person sits for the same organisation, in the same term: one holding ends and the next goes on from it, without a day between them. The seat is
    /// never vacant, so that nothing is suspended for its sake (INV-08), and no other term begins.
    /// </summary>
    public Result<SeatHolding> Substitute(Guid holdingId, Substitution by, GoverningRules rules, DateOnly today)
    {
        if (holdings.SingleOrDefault(row => row.Id == holdingId) is not { } former)
            return Refusal.NotFound();
        if (!former.IsInForce(today) || former.EndedOn is not null)
            return Refusal.Conflict("seat_holding_not_in_force");
        var refusals = new List<Refusal>();
        if (by.AccountId is null && by.Post is null)
            refusals.Add(Refusal.Invalid("accountId", "substitute_unnamed"));
        else if (by.AccountId == former.AccountId && by.Post == former.Post && by.Rank == former.Rank)
            refusals.Add(Refusal.Rule("substitute_is_the_same", "accountId"));
        if (by.AccountId is { } person && holdings.Any(row => row != former && row.AccountId == person && row.Overlaps(today, former.Until)))
            refusals.Add(Refusal.Rule("person_holds_two_seats", "accountId"));
        if (by.AccountId is not null && Current(SecretariatOffice.Facilitator, today)?.AccountId == by.AccountId)
            refusals.Add(Refusal.Rule("facilitator_holds_no_seat", "accountId"));
        if (SectorOf(former) == Sector.PublicBody && State != SecretariatState.Integrating && rules.MinRank is { } least && !(by.Rank >= least))
            refusals.Add(Refusal.Rule("seat_rank_too_low", "rank"));
        if (refusals.Count > 0)
            return Result<SeatHolding>.From(refusals);

        former.Finish(today, SeatEndCause.Replaced, by.Reason);
        var holding = SeatHolding.Continue(former, by, today);
        holdings.Add(holding);
        facts.Add(new SeatHolderSubstitutedV1(Id, Touch(), holding.SeatId, holding.Role, holding.OrganisationId, holding.AccountId, today, holding.Until));
        // Another sector may have lost its last holder at midnight.
        Review(today);
        return holding;
    }

    /// <summary>Whoever held the office before no longer does. What was stays: once installed an office changes hands today, not in the past.</summary>
    public Result Assign(SecretariatOffice office, OfficeTaken by, DateOnly from, GoverningRules rules, DateOnly today)
    {
        var (organisation, account) = (by.OrganisationId, by.AccountId);
        if (from > today)
            return Refusal.Invalid("from", "moment_in_future");
        if (from < today && State != SecretariatState.Integrating)
            return Refusal.Invalid("from", "moment_in_past");
        if (offices.Any(row => row.Office == office && (row.EndedOn is { } end ? end > row.From && end > from : row.From > from)))
            return Refusal.Invalid("from", "office_held_then");
        if (office != SecretariatOffice.Facilitator && organisation is null)
            return Refusal.Invalid("organisationId", "field_required");
        if (organisation is null && account is null)
            return Refusal.Rule("facilitator_unnamed", "organisationId");
        if (WhyMayNotHold(office, by, rules, today) is { } broken)
            return broken;
        Touch();
        foreach (var former in offices.Where(row => row.Office == office && row.EndedOn is null))
            former.Finish(from);
        offices.Add(OfficeHolding.Take(Id, office, organisation, account, from));
        return Result.Done;
    }

    /// <summary>INV-05 as long as somebody facilitates: why they may not act for an organisation; null where they may.</summary>
    public Refusal? WhyFacilitatorMayNotActFor(Guid organisation, bool isObligatedSubject, DateOnly today) =>
        WhyMayNotFacilitate(new OfficeTaken(organisation, null, null, !isObligatedSubject), today);

    /// <summary>What INV-05, INV-06 and the profile ask of whoever comes to hold an office, whichever way they come to it.</summary>
    private Refusal? WhyMayNotHold(SecretariatOffice office, OfficeTaken by, GoverningRules rules, DateOnly today)
    {
        if (office == SecretariatOffice.Facilitator)
            return WhyMayNotFacilitate(by, today);
        var (sector, beside) = office == SecretariatOffice.Chair ? (rules.ChairSector, SecretariatOffice.ExecutiveSecretary) : (rules.ExecutiveSecretarySector, SecretariatOffice.Chair);
        if (sector is not null && by.Sector != sector)
            return Refusal.Rule("office_of_another_sector", "organisationId");
        return !rules.ChairMayBeExecutiveSecretary && Current(beside, today)?.OrganisationId == by.OrganisationId ? Refusal.Rule("chair_is_executive_secretary", "organisationId") : null;
    }

    private Refusal? WhyMayNotFacilitate(OfficeTaken by, DateOnly today) =>
        IsSeated(by.OrganisationId, by.AccountId, today) || by.ActsFor.Any(one => IsSeated(one, null, today)) ? Refusal.Rule("facilitator_holds_no_seat", "organisationId")
        : by.IsIndependent ? null
        : Refusal.Rule("facilitator_not_independent", "organisationId");

    private Sector SectorOf(SeatHolding holding) => seats.Single(seat => seat.Id == holding.SeatId).Sector;

    private bool IsSeated(Guid? organisation, Guid? account, DateOnly today) => holdings.Any(row =>
        (row.End is null || today < row.End) && ((organisation is not null && row.OrganisationId == organisation) || (account is not null && row.AccountId == account)));
}
