using OpenGov.Portal.Http;

namespace OpenGov.Portal.Commitments;

/// <summary>Everything that is public of one commitment.</summary>
internal static class ShowCommitment
{
    /// <summary>Reports of so many activities are shown on the page; the datasets have all of them.</summary>
    private const int ReportsOfActivities = 60;

    public static async Task<IResult> HandleAsync(HttpContext http, ActionPlansApi plans, string identifier, string? listo)
    {
        var answer = await plans.CommitmentAsync(identifier);
        if (answer is not { Ok: true, Value: { } commitment })
            return Pages.For(http, answer);

        // Reports of activities that have any, side by side.
        var asked = commitment.Activities.Where(activity => activity.LastReport is not null || activity.Status is not "NOT_STARTED").Take(ReportsOfActivities)
            .Select(async activity => (Activity: activity, Reports: await plans.ReportsAsync(activity.Id)))
            .ToList();
        var found = await Task.WhenAll(asked);
        var reports = found
            .SelectMany(pair => (pair.Reports.Value?.Items ?? []).Select(report => new ActivityReport(pair.Activity, report)))
            .OrderByDescending(report => report.Report.ReportedAt)
            .ToList();
        return Pages.Of<CommitmentPage>(new CommitmentModel(commitment, reports, found.Any(pair => !pair.Reports.Ok), listo));
    }
}

public sealed record ActivityReport(ActivitySummary Activity, ReportView Report);

public sealed record CommitmentModel(CommitmentView Commitment, IReadOnlyList<ActivityReport> Reports, bool ReportsMissing, string? Done);
