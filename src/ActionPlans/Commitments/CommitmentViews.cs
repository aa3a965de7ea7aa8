using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.Commitments;

public sealed record ThemeRef(string Code, string Title, string TitleEn);

public sealed record PlanRef(Guid Id, string Identifier, string Title, int Version, DateOnly PeriodStart, DateOnly PeriodEnd, bool ExampleData);

public sealed record SdgRef(string Code, string Title, string TitleEn, string Uri, string? Explanation, bool Inferred);

/// <summary>One line of a list.</summary>
public sealed record CommitmentSummary(
    Guid Id,
    string Identifier,
    int Number,
    string Title,
    string PlanIdentifier,
    CommitmentKind Kind,
    ThemeRef Theme,
    CommitmentStatus Status,
    IReadOnlyList<ResponsibleParty> Responsible,
    ProgressView Progress,
    DateTimeOffset? LastReportedAt);

/// <param name="Url">The link, or the path of the file's download.</param>
public sealed record EvidenceView(Guid Id, EvidenceKind Kind, string Url, string Description, string? FileName, string? MediaType, string? Sha256, long? Size);

public sealed record ReportView(
    Guid Id,
    ActivityStatus FromStatus,
    ActivityStatus ToStatus,
    string Explanation,
    string Period,
    string ReportedBy,
    DateTimeOffset ReportedAt,
    IReadOnlyList<EvidenceView> Evidence);

public sealed record VerificationView(ActivityStatus FromStatus, ActivityStatus ToStatus, string Note, string VerifiedBy, DateTimeOffset VerifiedAt);

/// <param name="Version">For the If-Match of a report.</param>
/// <param name="Overdue">Past its end date in the instance's time zone and not completed.</param>
public sealed record ActivityView(
    Guid Id,
    int Number,
    string Title,
    DateOnly Start,
    DateOnly End,
    ResponsibleParty Responsible,
    string MeansOfVerification,
    ActivityStatus Status,
    int Version,
    bool Overdue,
    ReportView? LastReport,
    VerificationView? LastVerification);

/// <summary>Its own progress in percent of the key action; it contributes weight × progress / 100.</summary>
public sealed record KeyActionView(Guid Id, int Number, string Title, int Weight, FractionView Verified, FractionView Reported, IReadOnlyList<ActivityView> Activities);

/// <param name="Resolution">INV-28.</param>
public sealed record WithdrawalView(ResolutionReference Resolution, string Reason, DateTimeOffset WithdrawnAt);

/// <summary>Everything about one published commitment.</summary>
/// <param name="Version">For the If-Match of a withdrawal.</param>
/// <param name="Problem">The public problem in words.</param>
/// <param name="ExampleFields">JSON pointers, in terms of the plan document's commitment, of fields filled in as example data.</param>
public sealed record CommitmentView(
    Guid Id,
    int Version,
    string Identifier,
    int Number,
    string Title,
    PlanRef Plan,
    CommitmentKind Kind,
    IReadOnlyList<CommitmentType> Types,
    ThemeRef Theme,
    IReadOnlyList<PillarLink> Pillars,
    string? Problem,
    string? ProblemTree,
    string? Objective,
    string? HowItSolves,
    IReadOnlyList<string> ExpectedBenefits,
    string? Population,
    IReadOnlyList<string> Territory,
    IReadOnlyList<ResponsibleParty> Responsible,
    IReadOnlyList<ResponsibleParty> CoResponsible,
    IReadOnlyList<ResponsibleParty> Intervening,
    string? LegalBasis,
    string? Budget,
    IReadOnlyList<CrossCuttingReview> CrossCutting,
    IReadOnlyList<SdgRef> SdgTargets,
    string? OgpId,
    string? Predecessor,
    IReadOnlyList<IndicatorDocument> Indicators,
    IReadOnlyList<QualityCheck> QualityChecks,
    ResolutionDocument? Approval,
    IReadOnlyList<KeyActionView> KeyActions,
    ProgressView Progress,
    CommitmentStatus Status,
    WithdrawalView? Withdrawal,
    ExternalAssessment? ExternalAssessment,
    IReadOnlyList<string> ExampleFields,
    IReadOnlyList<string> Notes,
    DateTimeOffset PublishedAt,
    DateTimeOffset? LastReportedAt);
