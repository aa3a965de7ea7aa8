using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Elections;

/// <summary>Where a representative votes for the organisation. What was chosen is on no page afterwards.</summary>
internal static class OwnPapers
{
    /// <summary>Prefix of the field of a candidate.</summary>
    public const string Choice = "para_";

    public static Task<IResult> ShowAsync(HttpContext http, ElectionsClient elections, Guid id, string? listo) => PageAsync(http, elections, id, new FormState(), listo);

    public static async Task<IResult> VoteAsync(HttpContext http, ElectionsClient elections, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var shown = await elections.OneAsync(id);
        if (shown is not { Ok: true, Value: { } election })
            return Pages.For(http, shown);
        Guid[] chosen = [.. election.Candidates.Where(one => form.IsChecked(Choice + one.OrganisationId)).Select(one => one.OrganisationId)];
        // Nothing marked is either a slip or meant: only the latter is a blank paper.
        if (chosen.Length == 0 != form.IsChecked("blank"))
            return await PageAsync(http, elections, id, form.Refuse("blank", Text.T(chosen.Length == 0 ? "elections.nothingMarked" : "elections.blankAndMarked")), null);
        var answer = await elections.VoteAsync(id, new { organisationId = Guid.TryParse(form.Value("organisationId"), out var organisation) ? organisation : (Guid?)null, candidates = chosen });
        return answer.Ok ? Pages.See($"/elecciones/{id}/papeleta?listo=paper_cast") : answer.MustSignIn ? Pages.For(http, answer) : await PageAsync(http, elections, id, form.Refuse(answer), null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, ElectionsClient elections, Guid id, FormState form, string? done)
    {
        var papers = await elections.PapersAsync(id);
        if (!papers.Ok)
            return Pages.For(http, papers);
        var answer = await elections.OneAsync(id);
        return answer is { Ok: true, Value: { } election }
            ? Pages.Of<OwnPaperPage>(new OwnPaperModel(election, papers.Value!.Items, form, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }
}

public sealed record OwnPaperModel(ElectionView Election, IReadOnlyList<OwnPaper> Papers, FormState Form, string? Done);
