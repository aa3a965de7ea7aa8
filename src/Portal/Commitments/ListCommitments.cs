using OpenGov.Portal.Directory;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Commitments;

/// <summary>The commitments of the instance, filtered by theme, status and organisation.</summary>
internal static class ListCommitments
{
    private const int PageSize = 50;

    /// <summary>ActionPlans filters by theme; by status the page picks from pages of this size, the largest there is.</summary>
    private const int SearchSize = 200;

    /// <summary>States that a published commitment can be in.</summary>
    public static readonly IReadOnlyList<string> Statuses = ["PUBLISHED", "IN_IMPLEMENTATION", "FINAL", "WITHDRAWN"];

    public static async Task<IResult> HandleAsync(HttpContext http, ActionPlansApi plans, DirectoryClient directory, string? tema, string? estado, string? organizacion, string? desde)
    {
        var status = Statuses.Contains(estado) ? estado : null;
        Guid? organisation = null;
        if (!string.IsNullOrEmpty(organizacion) && (organisation = Guid.TryParse(organizacion, out var id) ? id : null) is null)
            return Pages.NotFound(http);
        var themes = plans.ThemesAsync();
        var party = organisation is { } one ? directory.OneAsync(one) : null;
        var commitments = status is null ? await plans.CommitmentsAsync(null, tema, desde, PageSize, organisation) : await SearchAsync(plans, tema, status, desde, organisation);
        if (commitments is not { Ok: true, Value: { } list })
            return commitments.Status == StatusCodes.Status400BadRequest ? Pages.NotFound(http) : Pages.Unavailable(http);

        return Pages.Of<CommitmentsPage>(new CommitmentsModel(list, (await themes).Value?.Items ?? [], tema, status, desde, organisation, party is null ? null : (await party).Value?.Name));
    }

    /// <summary>Reads on until a page is full or the list ends; whole pages only, so that the cursor leaves nothing out.</summary>
    private static async Task<Answer<Listing<CommitmentSummary>>> SearchAsync(ActionPlansApi plans, string? theme, string status, string? cursor, Guid? organisation)
    {
        var found = new List<CommitmentSummary>();
        while (true)
        {
            var answer = await plans.CommitmentsAsync(null, theme, cursor, SearchSize, organisation);
            if (answer is not { Ok: true, Value: { } page })
                return answer;
            found.AddRange(page.Items.Where(commitment => commitment.Status == status));
            cursor = page.Next;
            if (cursor is null || found.Count >= PageSize)
                return answer with { Value = new Listing<CommitmentSummary>(found, cursor) };
        }
    }
}

/// <param name="OrganisationName">Null where no organisation is asked for, or Participants did not answer.</param>
public sealed record CommitmentsModel(
    Listing<CommitmentSummary> Commitments, IReadOnlyList<ThemeView> Themes, string? Theme, string? Status, string? Cursor, Guid? Organisation, string? OrganisationName)
{
    public bool IsFiltered => !string.IsNullOrEmpty(Theme) || Status is not null || Organisation is not null;

    public string Address(string? cursor) => "/compromisos" + Query.Of(("tema", Theme), ("estado", Status), ("organizacion", Organisation), ("desde", cursor));
}
