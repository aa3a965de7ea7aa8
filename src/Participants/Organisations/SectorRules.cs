using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations;

/// <summary>
/// Which sector a kind counts for (SPEC §1.1). Obligated subjects are public bodies, guarantors are guarantors, civil society
/// is civil society; of the remaining four the legal profile's <c>subsectors</c> say it, CIVIL_SOCIETY unless it does, and a
/// single organisation may be told apart (Veracruz counted its public university among the public bodies).
/// </summary>
public sealed class SectorRules(IReadOnlyDictionary<OrganisationKind, Sector> subsectors)
{
    public static readonly SectorRules Default = new(new Dictionary<OrganisationKind, Sector>());

    /// <summary>The kinds whose sector a state may set.</summary>
    public static readonly IReadOnlyList<OrganisationKind> Configurable =
        [OrganisationKind.AcademicInstitution, OrganisationKind.Business, OrganisationKind.ProfessionalCollege, OrganisationKind.CitizenCouncil];

    /// <summary>Bound by the law on transparency: whom alone a plan can make responsible for a commitment (INV-23).</summary>
    public static bool IsObligatedSubject(OrganisationKind kind) => kind != OrganisationKind.CivilSocietyOrganization && !Configurable.Contains(kind);

    public Sector DefaultOf(OrganisationKind kind) => kind switch
    {
        OrganisationKind.Guarantor => Sector.Guarantor,
        OrganisationKind.CivilSocietyOrganization => Sector.CivilSociety,
        _ when Configurable.Contains(kind) => subsectors.TryGetValue(kind, out var sector) ? sector : Sector.CivilSociety,
        _ => Sector.PublicBody,
    };

    public Result<Sector> Of(OrganisationKind kind, Sector? asked)
    {
        var derived = DefaultOf(kind);
        if (asked is null || asked == derived)
            return derived;
        return Configurable.Contains(kind) && asked != Sector.Guarantor ? asked.Value : Refusal.Rule("sector_not_of_kind", "sector");
    }
}
