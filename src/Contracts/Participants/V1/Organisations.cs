namespace OpenGov.Contracts.Participants.V1;

/// <summary>Kinds of organisation (SPEC §1.1). The first nine are obligated subjects.</summary>
public enum OrganisationKind
{
    Executive, Legislative, Judicial, AutonomousBody, Municipality, Union, PublicTrust, PoliticalParty, Guarantor,
    CivilSocietyOrganization, AcademicInstitution, Business, ProfessionalCollege, CitizenCouncil,
}

/// <summary>The three sectors of a Technical Secretariat (SPEC §1.1).</summary>
public enum Sector { CivilSociety, PublicBody, Guarantor }

/// <summary>What is public of an organisation. Both events carry the whole, so the last one wins.</summary>
/// <param name="Cvegeo">INEGI code of a municipality (5 digits) where the organisation is one.</param>
public sealed record OrganisationDetails(string Name, string? Acronym, OrganisationKind Kind, Sector Sector, string? Cvegeo);

public sealed record OrganisationRegisteredV1(Guid AggregateId, int AggregateVersion, OrganisationDetails Organisation) : IIntegrationEvent;

public sealed record OrganisationChangedV1(Guid AggregateId, int AggregateVersion, OrganisationDetails Organisation) : IIntegrationEvent;

/// <summary>Another organisation stands in its place from a day on. What it did stays under its own name.</summary>
/// <param name="AggregateId">The one that ended.</param>
public sealed record OrganisationSucceededV1(Guid AggregateId, int AggregateVersion, Guid SuccessorId, DateOnly On) : IIntegrationEvent;

/// <summary>The succession was written down by mistake: nobody stands in its place.</summary>
/// <param name="AggregateId">The one that goes on.</param>
public sealed record OrganisationSuccessionUndoneV1(Guid AggregateId, int AggregateVersion, Guid SuccessorId) : IIntegrationEvent;

/// <summary>What is public of an organisation beyond its details.</summary>
/// <param name="Municipality">Of its seat, by name.</param>
public sealed record OrganisationProfile(string? Municipality, string? Purpose, string? Website)
{
    public static readonly OrganisationProfile Empty = new(null, null, null);
}

/// <summary>Carries the whole; told with the registration or change that it came with, where there is something to tell.</summary>
public sealed record OrganisationProfileChangedV1(Guid AggregateId, int AggregateVersion, OrganisationProfile Profile) : IIntegrationEvent;
