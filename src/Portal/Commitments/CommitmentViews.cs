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
    string? Theme,
    IReadOnlyList<PartyView>? Responsible,
    ProgressView? Progress,
    string? Status,
    string? PlanIdentifier);

public sealed record PlanReference(Guid? Id, string? Identifier, string? Title, int? PlanVersion);

public sealed record SdgTargetView(string Code, string? Title);

public sealed record IndicatorView(string? Name, string? Unit, string? Baseline, string? Target, string? Period);

public sealed record ThemeOption(string Code, string? Title);

public sealed record CommitmentView(
    Guid Id,
    string Identifier,
    int Number,
    string? OgpId,
    string Title,
    PlanReference? Plan,
    string? Kind,
    IReadOnlyList<string>? Types,
    string? Theme,
    IReadOnlyList<string>? Pillars,
    string? PublicProblem,
    string? Objective,
    IReadOnlyList<PartyView>? Responsible,
    IReadOnlyList<PartyView>? CoResponsible,
    IReadOnlyList<string>? Territory,
    IReadOnlyList<SdgTargetView>? SdgTargets,
    IReadOnlyList<IndicatorView>? Indicators,
    IReadOnlyList<KeyActionView>? KeyActions,
    ProgressView? Progress,
    string? Status,
    DateTimeOffset? PublishedAt,
    IReadOnlyList<string>? ExampleFields)
{
    public IEnumerable<ActivitySummary> Activities => (KeyActions ?? []).SelectMany(action => action.Activities ?? []);
}

/// <param name="Weight">Percent of the commitment; the weights of a commitment add to 100 (INV-21).</param>
public sealed record KeyActionView(Guid Id, int Number, string Title, int Weight, ProgressView? Progress, IReadOnlyList<ActivitySummary>? Activities)
{
    public int Counted => (Activities ?? []).Count(activity => activity.Status != "CANCELLED");
    public int Verified => (Activities ?? []).Count(activity => activity.Status == "VERIFIED");
    public int Reported => (Activities ?? []).Count(activity => activity.Status is "COMPLETED" or "VERIFIED");
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
    ReportView? LastReport);

/// <param name="Sha256">Lower-case hex; null for a link.</param>
public sealed record EvidenceView(Guid? Id, string? Kind, string? Url, string? Description, string? FileName, string? Sha256, long? Size, string? MediaType);

public sealed record ReportView(
    Guid Id,
    Guid? ActivityId,
    string? FromStatus,
    string? ToStatus,
    string? Explanation,
    string? Period,
    PartyView? ReportedBy,
    IReadOnlyList<EvidenceView>? Evidence,
    DateTimeOffset? ReportedAt);
