using System.Text.Json.Serialization;
using OpenGov.Portal.Plans;

namespace OpenGov.Portal.ImportedPlans;

// The portal's own view of ActionPlans' answers: only what pages show. An imported plan is shown as its source prints it.

/// <param name="Level">STATE, MUNICIPAL or FEDERAL.</param>
public sealed record ImportedPlanSummary(string Slug, string Title, string? Jurisdiction, string? Level, string? Period, int CommitmentCount);

public sealed record JurisdictionView(string? CveEnt, string? Name, string? Level);

public sealed record PeriodView(string? Start, string? End, string? Note);

public sealed record SourceView(string? Title, string? Url, DateOnly? ConsultedOn, string? Note);

public sealed record ImportedDocument(
    string Title,
    string? Objective,
    JurisdictionView? Jurisdiction,
    PeriodView? Period,
    IReadOnlyList<SourceView>? SourceDocuments,
    string? Introduction,
    string? Process,
    bool ExampleData,
    IReadOnlyList<string>? Notes);

public sealed record PrintedParty(string? Name, string? Unit);

public sealed record PrintedStatus(string? Word, string? Level, bool AssumedMapping);

public sealed record PrintedActivity(int Number, string Title, DateOnly? Start, DateOnly? End);

public sealed record PrintedKeyAction(int Number, string Title, int? Weight, IReadOnlyList<PrintedActivity>? Activities);

public sealed record Assessment(string? Framework, string? Completion, string? PotentialImpact, string? DidItOpenGovernment, string? Source);

public sealed record PrintedCommitment(
    int Number,
    string Title,
    string? Kind,
    string? PublicProblem,
    string? Objective,
    IReadOnlyList<PrintedParty>? Responsible,
    string? OgpId,
    IReadOnlyList<PrintedKeyAction>? KeyActions,
    PrintedStatus? PrintedStatus,
    string? PrintedGroup,
    Assessment? ExternalAssessment,
    IReadOnlyList<string>? Notes);

public sealed record Gap(string Field, string? Detail);

public sealed record ImportedCommitment(PrintedCommitment Printed, IReadOnlyList<Gap>? Gaps);

public sealed record PrintedHeadline(string Text, int? Numerator, int? Denominator, string? PercentAsPrinted);

public sealed record PrintedBucket(string Label, string? Level, int Count);

public sealed record PrintedGroup(string Name, int? HeadingTotal, IReadOnlyList<PrintedBucket>? Buckets);

public sealed record PrintedResults(PrintedHeadline? Headline, IReadOnlyList<PrintedGroup>? Groups, string? Source, IReadOnlyList<string>? Notes);

public sealed record RecomputedGroup(string Name, int? HeadingTotal, int BucketSum);

/// <param name="Reading">FULL_AND_PARTIAL, COMPLETE_ONLY or PARTIAL_AT_HALF_WEIGHT.</param>
/// <param name="Universe">HEADINGS or BUCKETS.</param>
public sealed record AlternativeRate(string Reading, string Universe, Rate Rate);

public sealed record Recomputed(Rate? Headline, IReadOnlyList<RecomputedGroup>? Groups, IReadOnlyList<AlternativeRate>? Alternatives);

public sealed record Discrepancy(string Code, string? Field, string? Detail, string? Printed, [property: JsonPropertyName("recomputed")] string? Ours);

public sealed record ImportedPlanView(
    string Slug,
    ImportedDocument Plan,
    IReadOnlyList<ImportedCommitment>? Commitments,
    PrintedResults? PrintedResults,
    Recomputed? Recomputed,
    IReadOnlyList<Discrepancy>? Discrepancies);
