using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <param name="Rule">INV-01 to INV-07, or SPEC-2.1 for the awareness activities.</param>
/// <param name="Refusal">Why it does not hold; null where it does.</param>
public sealed record RuleFinding(string Rule, Refusal? Refusal)
{
    public bool Holds => Refusal is null;
}

/// <summary>What an installation act must rest on (SPEC §2.13). All findings are given, so that people see what is left to do.</summary>
public static class InstallationCheck
{
    /// <param name="awareness">Days on which awareness activities were held.</param>
    public static IReadOnlyList<RuleFinding> Run(Secretariat secretariat, DateOnly day, GoverningRules rules, IReadOnlyList<DateOnly> awareness)
    {
        var composition = secretariat.On(day);
        var findings = new List<RuleFinding>();
        foreach (var sector in Enum.GetValues<Sector>())
            findings.Add(new("INV-01", composition.MissingSectors.Contains(sector) ? Vacant(sector) : null));
        var organisations = composition.Occupied.Select(seat => seat.Titular!.OrganisationId).Distinct().Count();
        findings.Add(new("INV-02", composition.Occupied.Count < rules.MinVotingSeats || organisations < 3
            ? Refusal.Rule("installation_few_seats", null, composition.Occupied.Count, organisations, rules.MinVotingSeats)
            : null));
        findings.Add(new("INV-03", Declaration(secretariat, day)));
        findings.Add(new("INV-04", secretariat.Mechanism is not { Parts.AreComplete: true } ? Refusal.Rule("installation_without_mechanism") : null));
        findings.Add(new("INV-05", Facilitator(secretariat, day, rules)));
        findings.Add(new("INV-06", Offices(secretariat, day, rules)));
        findings.Add(new("INV-07", Holders(composition)));
        var held = awareness.Count(on => on <= day);
        findings.Add(new("SPEC-2.1", held < rules.AwarenessMinEvents ? Refusal.Rule("installation_without_awareness", null, held, rules.AwarenessMinEvents) : null));
        return findings;
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

    private static Refusal? Facilitator(Secretariat secretariat, DateOnly day, GoverningRules rules)
    {
        if (secretariat.Current(SecretariatOffice.Facilitator, day) is not { } facilitator)
            return rules.FacilitatorRequired ? Refusal.Rule("installation_without_facilitator") : null;
        var seated = secretariat.On(day).Seats.SelectMany(seat => new[] { seat.Titular, seat.Alternate }).OfType<Holder>();
        return seated.Any(holder => (facilitator.OrganisationId is { } organisation && holder.OrganisationId == organisation)
            || (facilitator.AccountId is { } account && holder.AccountId == account))
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
