namespace OpenGov.Contracts.ActionPlans.V1;

public sealed record ExerciseOpenedV1(
    Guid AggregateId, int AggregateVersion, string CveEnt, string Title, string Stage, DateOnly OpenedOn) : IIntegrationEvent;

/// <summary>The resolution that approved a plan version, a withdrawal or an amendment (INV-25, INV-28).</summary>
public sealed record ResolutionReference(string Number, string? Session, DateOnly AdoptedOn, string? DocumentUrl);

/// <summary>A version of a plan became public. Its commitments follow as <see cref="CommitmentPublishedV1"/>, in the same transaction.</summary>
/// <param name="Identifier">For example MX-MEX-PAL01 (SPEC §2.9).</param>
/// <param name="PlanVersion">1 for the first published version.</param>
/// <param name="ContentHash">SHA-256 of the canonical JSON (RFC 8785) of the version, lower-case hex (INV-26).</param>
public sealed record PlanPublishedV1(
    Guid AggregateId,
    int AggregateVersion,
    string Identifier,
    int PlanVersion,
    string CveEnt,
    string Title,
    string? Objective,
    DateOnly PeriodStart,
    DateOnly PeriodEnd,
    string ContentHash,
    ResolutionReference Approval,
    string? ChangeSummary,
    int CommitmentCount,
    bool ExampleData,
    DateTimeOffset PublishedAt) : IIntegrationEvent;

public sealed record CommitmentPublishedV1(
    Guid AggregateId,
    int AggregateVersion,
    Guid PlanId,
    string PlanIdentifier,
    int PlanVersion,
    string Identifier,
    int Number,
    string? OgpId,
    string Title,
    CommitmentKind Kind,
    IReadOnlyList<CommitmentType> Types,
    string Theme,
    IReadOnlyList<Pillar> Pillars,
    string PublicProblem,
    string Objective,
    IReadOnlyList<ResponsibleParty> Responsible,
    IReadOnlyList<ResponsibleParty> CoResponsible,
    IReadOnlyList<string> Territory,
    IReadOnlyList<string> SdgTargets,
    IReadOnlyList<PublishedIndicator> Indicators,
    IReadOnlyList<PublishedKeyAction> KeyActions,
    CommitmentProgress Progress,
    CommitmentStatus Status,
    DateTimeOffset PublishedAt) : IIntegrationEvent;

/// <param name="Baseline">Null: "sin línea base".</param>
public sealed record PublishedIndicator(string Name, string Unit, string? Baseline, string Target, string Period);

/// <param name="Weight">Integer 1 to 100; the weights of a commitment add to exactly 100 (INV-21).</param>
public sealed record PublishedKeyAction(Guid Id, int Number, string Title, int Weight, IReadOnlyList<PublishedActivity> Activities);

public sealed record PublishedActivity(
    Guid Id,
    int Number,
    string Title,
    DateOnly Start,
    DateOnly End,
    ResponsibleParty Responsible,
    string MeansOfVerification,
    ActivityStatus Status);

/// <summary>A published commitment left the plan by resolution; its former text stays public (INV-28).</summary>
public sealed record CommitmentWithdrawnV1(
    Guid AggregateId, int AggregateVersion, Guid PlanId, ResolutionReference Resolution, string Reason, DateTimeOffset WithdrawnAt) : IIntegrationEvent;
