using OpenGov.ActionPlans.Copies;

namespace OpenGov.ActionPlans.Plans;

/// <summary>What the rules for a document need to know of the instance. Built by <see cref="PlanContextReader"/>, or by a test.</summary>
/// <param name="CveEnt">The instance's state; null while the instance is not set up.</param>
/// <param name="Iso">For example MX-MEX.</param>
/// <param name="Themes">Code → may still be used by new commitments (not retired).</param>
/// <param name="MaxCommitments">From the legal profile; null: no limit.</param>
/// <param name="PublishedThemes">Themes that the plan's published commitments already have, by commitment number: they may stay although retired.</param>
public sealed record PlanContext(
    string? CveEnt,
    string? Iso,
    bool ExerciseOpened,
    IReadOnlyDictionary<string, bool> Themes,
    OrganisationDirectory Organisations,
    int? MaxCommitments,
    IReadOnlyDictionary<int, string> PublishedThemes);
