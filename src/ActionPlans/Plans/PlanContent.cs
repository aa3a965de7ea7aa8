using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.Plans;

/// <summary>Ids of a published commitment's parts, so that the document alone says what reports refer to.</summary>
public sealed record PublishedIds(int Number, string Identifier, Guid Id, IReadOnlyList<PublishedActivityIds> Activities);

public sealed record PublishedActivityIds(int KeyAction, int Activity, Guid Id);

/// <summary>
/// What is hashed and stored as a version, in canonical JSON (INV-26): the plan document with the identifiers that publication
/// gave it and the resolution that approved it. Page, API and open data are renderings of it (INV-27).
/// </summary>
public sealed record PlanContent(
    string Identifier, int PlanVersion, ResolutionReference Approval, string? ChangeSummary, PlanDocument Plan, IReadOnlyList<PublishedIds> Ids);
