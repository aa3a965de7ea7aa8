using OpenGov.Portal.Http;

namespace OpenGov.Portal.Commitments;

/// <summary>The commitments of the instance, filtered by theme and status.</summary>
internal static class ListCommitments
{
    /// <summary>States that a published commitment can be in.</summary>
    public static readonly IReadOnlyList<string> Statuses = ["PUBLISHED", "IN_IMPLEMENTATION", "FINAL", "WITHDRAWN"];

    public static async Task<IResult> HandleAsync(HttpContext http, ActionPlansApi plans, string? tema, string? estado, string? desde)
    {
        var status = Statuses.Contains(estado) ? estado : null;
        var themes = plans.ThemesAsync();
        var commitments = await plans.CommitmentsAsync(plan: null, tema, status, desde);
        if (commitments is not { Ok: true, Value: { } list })
            return commitments.Status == StatusCodes.Status400BadRequest ? Pages.NotFound(http) : Pages.Unavailable(http);

        return Pages.Of<CommitmentsPage>(new CommitmentsModel(list, (await themes).Value?.Items ?? [], tema, status, desde));
    }
}

public sealed record CommitmentsModel(
    Listing<CommitmentSummary> Commitments, IReadOnlyList<ThemeView> Themes, string? Theme, string? Status, string? Cursor)
{
    public bool IsFiltered => !string.IsNullOrEmpty(Theme) || Status is not null;

    public string Address(string? cursor) => "/compromisos" + Query.Of(("tema", Theme), ("estado", Status), ("desde", cursor));
}
