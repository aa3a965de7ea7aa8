using OpenGov.Portal.Plans;

namespace OpenGov.Portal.Commitments;

// The portal's own view of ActionPlans' answers: only what pages show.

public sealed record PartyView(Guid? OrganisationId, string Name, string? Unit);

public sealed record ProgressView(Rate? Verified, Rate? Reported, string? Suggested);

public sealed record CommitmentSummary(
    Guid Id,
    string Identifier,
    int Number,
    string Title,
    string? Kind,
    ThemeView? Theme,
    IReadOnlyList<PartyView>? Responsible,
    ProgressView? Progress,
    string? Status,
    string? PlanIdentifier);

/// <summary>A theme, as reference list (titleEs) or as part of a commitment (title).</summary>
public sealed record ThemeView(string Code, string? Title, string? TitleEs, string? TitleEn)
{
    public override string ToString() => (Layout.Format.English ? TitleEn : null) ?? TitleEs ?? Title ?? Code;
}

public sealed record PlanReference(Guid? Id, string? Identifier, string? Title, int? Version, bool ExampleData);

public sealed record PillarView(string Pillar, string? Explanation);

public sealed record WithdrawalView(ResolutionView? Resolution, string? Reason, DateTimeOffset? WithdrawnAt);

public sealed record VerificationView(string? ToStatus, string? Note, string? VerifiedBy, DateTimeOffset? VerifiedAt);

public sealed record SdgTargetView(string Code, string? Title, string? TitleEn, string? Uri, string? Explanation)
{
    public override string ToString() => (Layout.Format.English ? TitleEn : null) ?? Title ?? "";
}

public sealed record IndicatorView(string? Name, string? Unit, string? Baseline, string? Target, string? Period);

public sealed record CommitmentView(
    Guid Id,
    int Version,
    string Identifier,
    int Number,
    string? OgpId,
    string Title,
    PlanReference? Plan,
    string? Kind,
    IReadOnlyList<string>? Types,
    ThemeView? Theme,
    IReadOnlyList<PillarView>? Pillars,
    string? Problem,
    string? Objective,
    string? HowItSolves,
    IReadOnlyList<string>? ExpectedBenefits,
    string? Population,
    IReadOnlyList<string>? Territory,
    IReadOnlyList<PartyView>? Responsible,
    IReadOnlyList<PartyView>? CoResponsible,
    IReadOnlyList<PartyView>? Intervening,
    string? LegalBasis,
    string? Budget,
    IReadOnlyList<SdgTargetView>? SdgTargets,
    string? Predecessor,
    IReadOnlyList<IndicatorView>? Indicators,
    ResolutionView? Approval,
    IReadOnlyList<KeyActionView>? KeyActions,
    ProgressView? Progress,
    string? Status,
    WithdrawalView? Withdrawal,
    DateTimeOffset? PublishedAt,
    DateTimeOffset? LastReportedAt,
    IReadOnlyList<string>? ExampleFields,
    IReadOnlyList<string>? Notes)
{
    public IEnumerable<ActivitySummary> Activities => (KeyActions ?? []).SelectMany(action => action.Activities ?? []);
}

/// <param name="Weight">Percent of the commitment; the weights of a commitment add to 100 (INV-21).</param>
/// <param name="Verified">In percent of the key action itself.</param>
public sealed record KeyActionView(
    Guid Id, int Number, string Title, int Weight, Rate? Verified, Rate? Reported, IReadOnlyList<ActivitySummary>? Activities)
{
    public int Counted => (Activities ?? []).Count(activity => activity.Status != "CANCELLED");
    public int VerifiedCount => (Activities ?? []).Count(activity => activity.Status == "VERIFIED");
    public int ReportedCount => (Activities ?? []).Count(activity => activity.Status is "COMPLETED" or "VERIFIED");
}

public sealed record ActivitySummary(
    Guid Id,
    int Number,
    string Title,
    DateOnly? Start,
    DateOnly? End,
    PartyView? Responsible,
    string? MeansOfVerification,
    string? Status,
    int Version,
    bool Overdue,
    ReportView? LastReport,
    VerificationView? LastVerification);

/// <param name="Sha256">Lower-case hex; null for a link.</param>
public sealed record EvidenceView(Guid? Id, string? Kind, string? Url, string? Description, string? FileName, string? Sha256, long? Size, string? MediaType);

public sealed record ReportView(
    Guid Id,
    string? FromStatus,
    string? ToStatus,
    string? Explanation,
    string? Period,
    string? ReportedBy,
    IReadOnlyList<EvidenceView>? Evidence,
    DateTimeOffset? ReportedAt);

/// <summary>A report with the activity that it is on.</summary>
public sealed record CommitmentReport(Guid ActivityId, string? ActivityTitle, ReportView Report);
