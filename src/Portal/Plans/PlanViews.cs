using System.Text.Json.Serialization;
using OpenGov.Portal.Commitments;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Plans;

// The portal's own view of ActionPlans' answers: only what pages show.

public sealed record ExerciseView(Guid Id, string Title, string? Stage, DateOnly? OpenedOn);

/// <param name="Percent">One decimal, half away from zero; null is "no aplica".</param>
public sealed record Rate(
    [property: JsonConverter(typeof(TextOrNumber))] string? Numerator, [property: JsonConverter(typeof(TextOrNumber))] string? Denominator, string? Percent);

/// <param name="Kind">ALL, COCREATED or PROACTIVE.</param>
/// <param name="Levels">Commitments by completion level.</param>
public sealed record TotalsGroup(string Kind, IReadOnlyDictionary<string, int> Levels, Rate? StrictRate, Rate? HighRate, Rate? MeanProgress)
{
    public int Active => Levels.Where(level => level.Key != "WITHDRAWN").Sum(level => level.Value);
}

public sealed record Totals(int Published, int Withdrawn, int Active, IReadOnlyList<TotalsGroup>? Groups)
{
    public TotalsGroup? All => Groups?.FirstOrDefault(group => group.Kind == "ALL");
}

/// <param name="PlanVersion">Null for a plan that was never published.</param>
public sealed record PlanSummary(
    Guid Id, string Identifier, string Title, int? PlanVersion, bool IsDraft, DateOnly? PeriodStart, DateOnly? PeriodEnd, DateTimeOffset? PublishedAt)
{
    public bool IsPublished => PlanVersion is not null;
}

public sealed record ResolutionView(string? Number, string? Session, DateOnly? AdoptedOn, string? DocumentUrl);

/// <param name="ContentHash">SHA-256 of the canonical JSON of the version, lower-case hex (INV-26).</param>
public sealed record PlanVersionView(int PlanVersion, string? ContentHash, ResolutionView? Approval, string? ChangeSummary, DateTimeOffset? PublishedAt);

public sealed record PlanView(
    Guid Id,
    string Identifier,
    string Title,
    string? Objective,
    DateOnly? PeriodStart,
    DateOnly? PeriodEnd,
    bool ExampleData,
    int PlanVersion,
    string? ContentHash,
    ResolutionView? Approval,
    string? ChangeSummary,
    DateTimeOffset? PublishedAt,
    IReadOnlyList<CommitmentSummary>? Commitments,
    Totals? Totals);
