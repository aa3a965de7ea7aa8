namespace OpenGov.Contracts.Participants.V1;

/// <summary>What a call is for (SPEC §1.2).</summary>
public enum CallKind { RegisterParticipants, CivilSocietySeats, ConsultationOrTables }

/// <summary>What a published call was amended for. It never closes earlier.</summary>
public enum AmendmentKind { Correction, Extension, Cancellation }

/// <summary>A call became public. The first of a declared exercise begins its stage S2 (SPEC §2.2).</summary>
/// <param name="Number">As people cite it, without gaps.</param>
/// <param name="OpensOn">First day on which it is possible to apply, in the state's calendar.</param>
/// <param name="ClosesOn">Last day.</param>
/// <param name="Sectors">Whose organisations may apply.</param>
public sealed record OpenCallPublishedV1(
    Guid AggregateId,
    int AggregateVersion,
    int Number,
    CallKind Kind,
    string Title,
    DateOnly OpensOn,
    DateOnly ClosesOn,
    DateOnly? ResultsOn,
    IReadOnlyList<Sector> Sectors,
    bool TakesPeople,
    DateTimeOffset PublishedAt) : IIntegrationEvent;

/// <summary>Title and dates as they are now.</summary>
public sealed record OpenCallAmendedV1(
    Guid AggregateId,
    int AggregateVersion,
    int Number,
    AmendmentKind Kind,
    string Reason,
    string Title,
    DateOnly OpensOn,
    DateOnly ClosesOn,
    DateOnly? ResultsOn,
    DateTimeOffset AmendedAt) : IIntegrationEvent;

/// <summary>
/// Results are public: organisations by id, people as counts only (INV-51), and of small counts not even those (null).
/// </summary>
public sealed record OpenCallResolvedV1(
    Guid AggregateId,
    int AggregateVersion,
    IReadOnlyList<Guid> AcceptedOrganisations,
    int OrganisationsRefused,
    int OrganisationsWithdrawn,
    int? PeopleAccepted,
    int? PeopleRefused,
    int? PeopleWithdrawn,
    DateTimeOffset ResolvedAt) : IIntegrationEvent;
