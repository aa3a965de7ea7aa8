using OpenGov.ActionPlans.Commitments;
using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.Plans;

/// <param name="PlanVersion">The latest published version; null for a plan that was never published.</param>
/// <param name="IsDraft">There is a draft to publish: a new plan, or an amendment. Only staff learn of it.</param>
/// <param name="DraftVersion">Of the draft, for the If-Match of publication.</param>
public sealed record PlanSummary(
    Guid Id,
    string Identifier,
    int Number,
    string Title,
    int? PlanVersion,
    bool IsDraft,
    int? DraftVersion,
    DateOnly? PeriodStart,
    DateOnly? PeriodEnd,
    bool ExampleData,
    DateTimeOffset? PublishedAt);

/// <param name="ContentHash">SHA-256 of the canonical JSON that <c>/plans/{id}/versions/{n}</c> gives, lower-case hex.</param>
public sealed record PlanVersionView(int PlanVersion, string ContentHash, ResolutionReference Approval, string? ChangeSummary, DateTimeOffset PublishedAt);

/// <summary>The latest published version with its commitments' present state.</summary>
/// <param name="Document">The plan document as published, without its commitments, which follow.</param>
/// <param name="Totals">Over this plan's commitments (SPEC §3.2.5).</param>
/// <param name="ExampleFields">JSON pointers of the plan's own fields filled in as example data.</param>
public sealed record PlanView(
    Guid Id,
    int Version,
    string Identifier,
    int Number,
    string Title,
    string? Objective,
    DateOnly PeriodStart,
    DateOnly PeriodEnd,
    bool ExampleData,
    int PlanVersion,
    string ContentHash,
    ResolutionReference Approval,
    string? ChangeSummary,
    DateTimeOffset PublishedAt,
    PlanDocument Document,
    IReadOnlyList<CommitmentSummary> Commitments,
    CompletionRates Totals,
    IReadOnlyList<string> ExampleFields);

/// <param name="Status">DRAFT, PROPOSED (lacks nothing of its own), UNDER_REVIEW (accepted by all responsible), APPROVED (with its resolution).</param>
public sealed record DraftCommitmentView(Guid Id, int Number, string Identifier, string Title, CommitmentStatus Status, string DefinitionHash, IReadOnlyList<Guid> AcceptedBy);

/// <summary>A draft for the staff that prepares it.</summary>
public sealed record PlanDraftView(
    Guid Id, int Version, string Identifier, int BasedOn, DateTimeOffset ChangedAt, PlanDocument Document, IReadOnlyList<DraftCommitmentView> Commitments);
