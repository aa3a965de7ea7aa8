using OpenGov.Portal.Commitments;

namespace OpenGov.Portal.ImportedPlans;

public sealed record ImportedPlanSummary(string Slug, string Title, string? Jurisdiction, int? Commitments);

public sealed record ImportedPlanView(string Slug, string Title, string? Jurisdiction, IReadOnlyList<CommitmentView>? Commitments);
