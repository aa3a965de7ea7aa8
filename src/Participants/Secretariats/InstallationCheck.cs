using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <param name="Rule">INV-01 to INV-07, SPEC-2.4 for the rank of the public seats, SPEC-2.1 for the awareness activities.</param>
/// <param name="Refusal">Why it does not hold; null where it does.</param>
public sealed record RuleFinding(string Rule, Refusal? Refusal)
{
    public bool Holds => Refusal is null;

    /// <summary>Of the text that says how it came out where it holds, with its figures.</summary>
    public required string Code { get; init; }

    /// <summary>Numbers, days and names of parts, as the text wants them.</summary>
    public required IReadOnlyList<object> Figures { get; init; }
}

/// <summary>What an installation act must rest on (SPEC §2.13). All findings are given, so that people see what is left to do.</summary>
public static class InstallationCheck
{
    /// <param name="awareness">Days on which awareness activities were held.</param>
    /// <param name="represented">The organisations for which the person who facilitates acts.</param>
    public static IReadOnlyList<RuleFinding> Run(Secretariat secretariat, DateOnly day, GoverningRules rules, IReadOnlyList<DateOnly> awareness, IReadOnlyList<Guid>? represented = null)
    {
        var composition = secretariat.On(day);
        var findings = new List<RuleFinding>();
        foreach (var sector in Enum.GetValues<Sector>())
            findings.Add(Seated(composition, sector, rules));
        var organisations = composition.Occupied.Select(seat => seat.Titular!.OrganisationId).Distinct().Count();
        var enough = composition.Occupied.Count >= rules.MinVotingSeats && organisations >= 3;
        findings.Add(new("INV-02", enough ? null : Refusal.Rule("installation_few_seats", null, composition.Occupied.Count, organisations, rules.MinVotingSeats))
        {
            Code = "installed_with_seats",
            Figures = [composition.Occupied.Count, organisations, rules.MinVotingSeats],
        });
        findings.Add(new("INV-03", Declaration(secretariat, day)) { Code = "installed_with_declaration", Figures = [secretariat.DeclaredOn ?? day, secretariat.DeclaredBy.Count] });
        findings.Add(new("INV-04", secretariat.Mechanism is not { Parts.AreComplete: true } ? Refusal.Rule("installation_without_mechanism") : null)
        {
            Code = "installed_with_mechanism",
            Figures = [secretariat.Mechanism?.Number ?? 0],
        });
        findings.Add(Facilitated(secretariat, day, rules, represented ?? []));
        findings.Add(Presided(secretariat, day, rules));
        var holders = composition.Seats.Sum(seat => (seat.Titular is null ? 0 : 1) + (seat.Alternate is null ? 0 : 1));
        findings.Add(new("INV-07", Holders(composition)) { Code = "installed_with_holders", Figures = [holders] });
        if (rules.MinRank is { } least)
            findings.Add(Ranked(secretariat, day, least));
        var held = awareness.Count(on => on <= day);
        findings.Add(new("SPEC-2.1", held < rules.AwarenessMinEvents ? Refusal.Rule("installation_without_awareness", null, held, rules.AwarenessMinEvents) : null)
        {
            Code = "installed_with_awareness",
            Figures = [held, rules.AwarenessMinEvents],
        });
        return findings;
    }

    private static RuleFinding Seated(Composition composition, Sector sector, GoverningRules rules)
    {
        var count = composition.Occupied.Count(seat => seat.Sector == sector);
        var refusal = count == 0 ? Vacant(sector) : null;
        // Where a state has several guarantors, its profile says which of them sits.
        if (refusal is null && sector == Sector.Guarantor && rules.SeatGuarantorId is { } named
            && !composition.Occupied.Any(seat => seat.Sector == sector && seat.Titular!.OrganisationId == named))
        {
            refusal = Refusal.Rule("installation_other_guarantor");
        }

        return sector switch
        {
            Sector.CivilSociety => new("INV-01", refusal) { Code = "installed_with_civil_society", Figures = [count] },
            Sector.PublicBody => new("INV-01", refusal) { Code = "installed_with_public_bodies", Figures = [count] },
            _ => new("INV-01", refusal) { Code = "installed_with_guarantor", Figures = [count] },
        };
    }

    private static RuleFinding Facilitated(Secretariat secretariat, DateOnly day, GoverningRules rules, IReadOnlyList<Guid> represented)
    {
        var since = secretariat.Current(SecretariatOffice.Facilitator, day)?.From;
        var refusal = Facilitator(secretariat, day, rules, represented);
        return since is { } from
            ? new("INV-05", refusal) { Code = "installed_with_facilitator", Figures = [from] }
            : new("INV-05", refusal) { Code = "installed_without_facilitator", Figures = [] };
    }

    private static RuleFinding Presided(Secretariat secretariat, DateOnly day, GoverningRules rules)
    {
        var isOne = secretariat.Current(SecretariatOffice.Chair, day)?.OrganisationId == secretariat.Current(SecretariatOffice.ExecutiveSecretary, day)?.OrganisationId;
        var refusal = Offices(secretariat, day, rules);
        return isOne
            ? new("INV-06", refusal) { Code = "installed_with_one_organisation_in_both_offices", Figures = [] }
            : new("INV-06", refusal) { Code = "installed_with_offices", Figures = [] };
    }

    /// <summary>Whoever sits for a public body can decide for it (SPEC §2.4.13), titular and alternate.</summary>
    private static RuleFinding Ranked(Secretariat secretariat, DateOnly day, SeatRank least)
    {
        var sitting = secretariat.Holdings.Where(row => row.IsInForce(day) && secretariat.Seats.Single(seat => seat.Id == row.SeatId).Sector == Sector.PublicBody).ToList();
        var reached = sitting.Count(row => row.Rank >= least);
        return new("SPEC-2.4", reached < sitting.Count ? Refusal.Rule("installation_rank_too_low", null, reached, sitting.Count) : null)
        {
            Code = "installed_with_rank",
            Figures = [reached, sitting.Count],
        };
    }

    private static Refusal Vacant(Sector sector) => sector switch
    {
        Sector.CivilSociety => Refusal.Rule("installation_lacks_civil_society"),
        Sector.PublicBody => Refusal.Rule("installation_lacks_public_bodies"),
        _ => Refusal.Rule("installation_lacks_guarantor"),
    };

    private static Refusal? Declaration(Secretariat secretariat, DateOnly day)
    {
        if (secretariat.DeclaredOn is not { } declared)
            return Refusal.Rule("installation_without_declaration");
        if (secretariat.DeclaredBy.Count < 3)
            return Refusal.Rule("installation_declaration_unsigned", null, secretariat.DeclaredBy.Count);
        return declared > day ? Refusal.Rule("installation_before_declaration") : null;
    }

    private static Refusal? Facilitator(Secretariat secretariat, DateOnly day, GoverningRules rules, IReadOnlyList<Guid> represented)
    {
        if (secretariat.Current(SecretariatOffice.Facilitator, day) is not { } facilitator)
            return rules.FacilitatorRequired ? Refusal.Rule("installation_without_facilitator") : null;
        if (facilitator is { OrganisationId: null, AccountId: null })
            return Refusal.Rule("facilitator_unnamed");
        var seated = secretariat.On(day).Seats.SelectMany(seat => new[] { seat.Titular, seat.Alternate }).OfType<Holder>();
        return seated.Any(holder => (facilitator.OrganisationId is { } organisation && holder.OrganisationId == organisation)
            || (facilitator.AccountId is { } account && holder.AccountId == account)
            || represented.Contains(holder.OrganisationId))
            ? Refusal.Rule("facilitator_holds_no_seat")
            : null;
    }

    private static Refusal? Offices(Secretariat secretariat, DateOnly day, GoverningRules rules)
    {
        if (secretariat.Current(SecretariatOffice.Chair, day) is not { } chair || secretariat.Current(SecretariatOffice.ExecutiveSecretary, day) is not { } secretary)
            return Refusal.Rule("installation_without_offices");
        return chair.OrganisationId == secretary.OrganisationId && !rules.ChairMayBeExecutiveSecretary ? Refusal.Rule("chair_is_executive_secretary") : null;
    }

    private static Refusal? Holders(Composition composition)
    {
        var holders = composition.Seats.SelectMany(seat => new[] { seat.Titular, seat.Alternate }.OfType<Holder>().Select(holder => (seat, holder))).ToList();
        if (holders.GroupBy(pair => pair.holder.OrganisationId).Any(group => group.Select(pair => pair.seat.Sector).Distinct().Count() > 1))
            return Refusal.Rule("organisation_in_two_sectors");
        return holders.Where(pair => pair.holder.AccountId is not null).GroupBy(pair => pair.holder.AccountId).Any(group => group.Count() > 1)
            ? Refusal.Rule("person_holds_two_seats")
            : null;
    }
}
