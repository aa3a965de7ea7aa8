using System.Text.Json;
using OpenGov.Portal.Commitments;
using OpenGov.Portal.Data;
using OpenGov.Portal.Http;
using OpenGov.Portal.Plans;

namespace OpenGov.Portal.Home;

/// <summary>What this is, how far it got, what comes next. Every part comes from another answer, and may be away by itself.</summary>
internal static class ShowHome
{
    private const int CommitmentsShown = 6;
    private const int StepsShown = 5;

    public static async Task<IResult> HandleAsync(HttpContext http, ActionPlansApi plans, TransparencyApi transparency)
    {
        _ = http;
        var totals = plans.TotalsAsync();
        var published = plans.PlansAsync(limit: 10);
        var commitments = plans.CommitmentsAsync(null, null, null, CommitmentsShown);
        var reports = transparency.LatestReportsAsync(StepsShown);
        var underWay = transparency.ActivitiesByEndAsync("IN_PROGRESS", StepsShown);
        var waiting = transparency.ActivitiesByEndAsync("NOT_STARTED", StepsShown);
        await Task.WhenAll(totals, published, commitments, reports, underWay, waiting);

        return Pages.Of<HomePage>(new HomeModel(
            (await totals).Value,
            (await published).Value is { } list ? ShowPlan.Latest(list.Items) : null,
            !(await published).Ok,
            (await commitments).Value?.Items,
            (await reports).Value?.Items,
            Next((await underWay).Value?.Items, (await waiting).Value?.Items)));
    }

    private static List<Dictionary<string, JsonElement>>? Next(
        IReadOnlyList<Dictionary<string, JsonElement>>? underWay, IReadOnlyList<Dictionary<string, JsonElement>>? waiting) =>
        underWay is null || waiting is null ? null : [.. underWay.Concat(waiting).OrderBy(row => row.Date("end_date")).Take(StepsShown)];
}

/// <summary>A null part did not answer.</summary>
public sealed record HomeModel(
    Totals? Totals,
    PlanSummary? Plan,
    bool PlanAway,
    IReadOnlyList<CommitmentSummary>? Commitments,
    IReadOnlyList<Dictionary<string, JsonElement>>? Reports,
    IReadOnlyList<Dictionary<string, JsonElement>>? Activities);
