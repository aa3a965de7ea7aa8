namespace OpenGov.Contracts.ActionPlans.V1;

/// <summary>A responsible institution reported on an activity. The aggregate is the commitment.</summary>
/// <param name="ReportedBy">The institution, never the person.</param>
/// <param name="Explanation">Public explanatory note (SPEC §2.10).</param>
/// <param name="Period">Reporting period, for example 2021-Q1.</param>
public sealed record ProgressReportedV1(
    Guid AggregateId,
    int AggregateVersion,
    Guid ReportId,
    Guid PlanId,
    string CommitmentIdentifier,
    Guid KeyActionId,
    Guid ActivityId,
    string ActivityTitle,
    ActivityStatus FromStatus,
    ActivityStatus ToStatus,
    string Explanation,
    string Period,
    ResponsibleParty ReportedBy,
    IReadOnlyList<PublishedEvidence> Evidence,
    CommitmentProgress Progress,
    DateTimeOffset ReportedAt) : IIntegrationEvent;

/// <param name="Sha256">Lower-case hex of the file's content; null for a link.</param>
/// <param name="Size">Bytes; null for a link.</param>
/// <param name="Url">The link, or the path of the file's public download on this instance.</param>
public sealed record PublishedEvidence(Guid Id, EvidenceKind Kind, string Url, string Description, string? FileName, string? Sha256, long? Size);

/// <summary>Somebody of another institution verified a completed activity, or took the verification back (INV-30).</summary>
public sealed record ActivityVerifiedV1(
    Guid AggregateId,
    int AggregateVersion,
    Guid VerificationId,
    Guid PlanId,
    string CommitmentIdentifier,
    Guid KeyActionId,
    Guid ActivityId,
    string ActivityTitle,
    ActivityStatus FromStatus,
    ActivityStatus ToStatus,
    string Note,
    ResponsibleParty VerifiedBy,
    CommitmentProgress Progress,
    DateTimeOffset VerifiedAt) : IIntegrationEvent;
