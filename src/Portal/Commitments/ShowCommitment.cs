using OpenGov.Portal.Http;

namespace OpenGov.Portal.Commitments;

/// <summary>Everything that is public of one commitment; of its reports the latest, and the earlier ones page by page.</summary>
internal static class ShowCommitment
{
    /// <summary>A page of them stays well within what a public page may weigh, however long their texts are.</summary>
    private const int ReportsShown = 20;

    /// <param name="informes">Reports from here on.</param>
    public static async Task<IResult> HandleAsync(HttpContext http, ActionPlansApi plans, string identifier, string? listo, string? informes)
    {
        var cursor = string.IsNullOrEmpty(informes) ? null : informes;
        var asked = plans.ReportsOfCommitmentAsync(identifier, cursor, ReportsShown);
        var answer = await plans.CommitmentAsync(identifier);
        var reports = await asked;
        if (answer is not { Ok: true, Value: { } commitment })
            return Pages.For(http, answer);
        // Not away, but asked from a place that is none.
        if (reports is { Ok: false, Away: false })
            return Pages.For(http, reports);
        return Pages.Of<CommitmentPage>(new CommitmentModel(commitment, reports.Value, cursor, listo));
    }
}

/// <param name="Reports">Null while they cannot be read.</param>
/// <param name="Cursor">Null on the page of the latest reports.</param>
public sealed record CommitmentModel(CommitmentView Commitment, Listing<CommitmentReport>? Reports, string? Cursor, string? Done)
{
    public string Address(string? cursor) => $"/compromisos/{Commitment.Identifier}" + Query.Of(("informes", cursor)) + "#informes";
}
