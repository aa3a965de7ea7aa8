using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>How many terms in a row an organisation of civil society may hold, and who may be elected.</summary>
public sealed partial class Secretariat
{
    /// <summary>Between two terms of one organisation; within it the second follows on the first.</summary>
    public const int ConsecutiveWithinDays = 30;

    /// <summary>
    /// Rotation (SPEC §2.4, rule 9): whether one more term as titular would be too many in a row, with those before it and those that were appointed ahead, in whatever order.
    /// Who stands in for a titular holds no term.
    /// </summary>
    public bool MayTakeTerm(Guid organisation, DateOnly from, DateOnly? until, GoverningRules rules) =>
        TermsBefore(organisation, from) + TermsAfter(organisation, from, until ?? from.AddMonths(rules.SeatTermMonths)) < rules.MaxConsecutiveTerms;

    /// <summary>The rule for which an organisation could not take a seat of civil society by election; null where it could.</summary>
    /// <param name="from">When the elected take their seats.</param>
    /// <param name="succeeded">Another organisation stands in its place.</param>
    public Refusal? WhyNotElected(Guid organisation, Sector sector, bool succeeded, DateOnly from, GoverningRules rules, DateOnly today)
    {
        if (succeeded)
            return Refusal.Rule("elected_was_succeeded");
        if (sector != Sector.CivilSociety)
            return Refusal.Rule("seat_of_another_sector", "organisationId");
        if (Current(SecretariatOffice.Facilitator, today)?.OrganisationId == organisation)
            return Refusal.Rule("facilitator_holds_no_seat", "organisationId");
        if (holdings.Any(row => row.OrganisationId == organisation && SectorOf(row) != Sector.CivilSociety && row.Overlaps(from, from.AddMonths(rules.SeatTermMonths))))
            return Refusal.Rule("organisation_in_two_sectors", "organisationId");
        return MayTakeTerm(organisation, from, from.AddMonths(rules.SeatTermMonths), rules) ? null : Refusal.Rule("too_many_consecutive_terms", "organisationId", rules.MaxConsecutiveTerms);
    }

    /// <summary>A term goes on through those who sat for the organisation one after the other.</summary>
    private DateOnly? EndOfTerm(SeatHolding holding) => holdings.SingleOrDefault(row => row.ContinuesId == holding.Id) is { } next ? EndOfTerm(next) : holding.End;

    /// <summary>Terms of the organisation as titular that lead up to this one without a pause.</summary>
    private int TermsBefore(Guid organisation, DateOnly from)
    {
        var (count, next) = (0, from);
        foreach (var before in holdings.Where(row => row.OrganisationId == organisation && row.Role == SeatRole.Titular && row.ContinuesId is null && row.From < from && EndOfTerm(row) != row.From).OrderByDescending(row => row.From))
        {
            if (EndOfTerm(before) is not { } end || end.AddDays(ConsecutiveWithinDays) < next)
                break;
            (count, next) = (count + 1, before.From);
        }

        return count;
    }

    /// <summary>Terms of the organisation as titular that follow on this one without a pause.</summary>
    private int TermsAfter(Guid organisation, DateOnly from, DateOnly until)
    {
        var (count, next) = (0, (DateOnly?)until);
        foreach (var after in holdings.Where(row => row.OrganisationId == organisation && row.Role == SeatRole.Titular && row.ContinuesId is null && row.From >= from && EndOfTerm(row) != row.From).OrderBy(row => row.From))
        {
            if (next is { } end && end.AddDays(ConsecutiveWithinDays) < after.From)
                break;
            (count, next) = (count + 1, EndOfTerm(after));
        }

        return count;
    }
}
