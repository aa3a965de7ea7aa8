using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Elections;

/// <summary>
/// Where a representative votes for the organisation: marks, looks again, puts the paper into the box. What was chosen is on no page afterwards.
/// </summary>
internal static class OwnPapers
{
    /// <summary>Prefix of the field of a candidate.</summary>
    public const string Choice = "para_";

    /// <summary>Hidden field: where the form leads. Without it to the second look.</summary>
    public const string Step = "paso";

    public const string Cast = "urna";
    public const string Change = "cambiar";

    public static Task<IResult> ShowAsync(HttpContext http, ElectionsClient elections, Guid id, string? listo) => PageAsync(http, elections, id, new FormState(), listo);

    public static async Task<IResult> VoteAsync(HttpContext http, ElectionsClient elections, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var shown = await elections.OneAsync(id);
        if (shown is not { Ok: true, Value: { } election })
            return Pages.For(http, shown);
        Guid[] chosen = [.. OwnPaperModel.Marked(election, form).Select(one => one.OrganisationId)];
        switch (form.Value(Step))
        {
            case Change:
                return await PageAsync(http, elections, id, form, null);
            // What cannot be changed afterwards is asked twice.
            case not Cast:
                return await PageAsync(http, elections, id, Slips(form, election, chosen.Length), null, review: true);
        }

        var answer = await elections.VoteAsync(id, new { organisationId = Guid.TryParse(form.Value("organisationId"), out var organisation) ? organisation : (Guid?)null, candidates = chosen });
        return answer.Ok ? Pages.See($"/elecciones/{id}/papeleta?listo=paper_cast") : answer.MustSignIn ? Pages.For(http, answer) : await PageAsync(http, elections, id, form.Refuse(answer), null);
    }

    /// <summary>What the service would refuse, or could not know: nothing marked is either a slip or meant, and only the latter is a blank paper.</summary>
    private static FormState Slips(FormState form, ElectionView election, int chosen)
    {
        if (form.ValueOrNull("organisationId") is null)
            form.Refuse("organisationId", Text.T("elections.forMissing"));
        if (chosen == 0 != form.IsChecked("blank"))
            form.Refuse("candidates", Text.T(chosen == 0 ? "elections.nothingMarked" : "elections.blankAndMarked"));
        else if (chosen > election.SeatNumbers.Count)
            form.Refuse("candidates", Text.T("elections.tooManyMarked", election.SeatNumbers.Count));
        return form;
    }

    private static async Task<IResult> PageAsync(HttpContext http, ElectionsClient elections, Guid id, FormState form, string? done, bool review = false)
    {
        var papers = await elections.PapersAsync(id);
        if (!papers.Ok)
            return Pages.For(http, papers);
        var answer = await elections.OneAsync(id);
        if (answer is not { Ok: true, Value: { } election })
            return Pages.For(http, answer);
        var mayVote = papers.Value!.Items.Any(paper => !paper.HasVoted && paper.OrganisationId.ToString() == form.Value("organisationId"));
        return Pages.Of<OwnPaperPage>(
            new OwnPaperModel(election, papers.Value.Items, form, done, review && mayVote && !form.HasErrors), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

/// <param name="Review">The second look at what was marked, before it goes into the box.</param>
public sealed record OwnPaperModel(ElectionView Election, IReadOnlyList<OwnPaper> Papers, FormState Form, string? Done, bool Review)
{
    public IEnumerable<CandidateView> Chosen => Marked(Election, Form);

    internal static IEnumerable<CandidateView> Marked(ElectionView election, FormState form) => election.Candidates.Where(one => form.IsChecked(OwnPapers.Choice + one.OrganisationId));
}
