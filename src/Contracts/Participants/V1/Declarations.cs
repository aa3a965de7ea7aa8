namespace OpenGov.Contracts.Participants.V1;

/// <summary>Who signed the declaration: an institution or organisation by its name then, and the post of who signed for it.</summary>
public sealed record DeclarationSignatory(Guid OrganisationId, string OrganisationName, Sector Sector, string Post, DateOnly SignedOn);

/// <summary>
/// The joint declaration is signed by the three sectors (INV-03): the exercise is declared (S1, SPEC §2.2).
/// </summary>
/// <param name="SignedOn">Day of the last signature.</param>
/// <param name="TextHash">SHA-256 of title and text as UTF-8, a line feed between them; lower-case hex.</param>
public sealed record JointDeclarationSignedV1(
    Guid AggregateId,
    int AggregateVersion,
    string Title,
    DateOnly SignedOn,
    string TextHash,
    IReadOnlyList<DeclarationSignatory> Signatories) : IIntegrationEvent;

/// <summary>Attendance of a participation event by sector; null where a count is too small to be published.</summary>
/// <param name="Citizens">People who came for themselves.</param>
public sealed record Attendance(int? CivilSociety, int? PublicBodies, int? Guarantors, int? Citizens);

/// <summary>An awareness activity took place. Told again, with a higher version, when its attendance is put right.</summary>
/// <param name="Place">Null where it was only online.</param>
public sealed record AwarenessActivityHeldV1(
    Guid AggregateId,
    int AggregateVersion,
    string Topic,
    DateOnly HeldOn,
    string? Place,
    string? Link,
    Attendance Attendance,
    DateTimeOffset RecordedAt) : IIntegrationEvent;
