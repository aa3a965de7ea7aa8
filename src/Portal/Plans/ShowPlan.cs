using OpenGov.Portal.Http;

namespace OpenGov.Portal.Plans;

/// <summary>The plan in force, or the one asked for, with its versions and figures.</summary>
internal static class ShowPlan
{
    /// <param name="id">Identifier of a plan; without it the one published last.</param>
    public static async Task<IResult> HandleAsync(HttpContext http, ActionPlansApi plans, string? id)
    {
        var all = await plans.PlansAsync();
        if (!all.Ok && id is null)
            return Pages.Unavailable(http);

        var published = all.Value?.Items ?? [];
        var chosen = id ?? Latest(published)?.Identifier;
        if (chosen is null)
            return Pages.Of<NoPlanPage>();

        var answer = await plans.PlanAsync(chosen);
        if (answer is not { Ok: true, Value: { } plan })
            return Pages.For(http, answer);

        var versions = await plans.VersionsAsync(plan.Id);
        var others = published.Where(other => other.Id != plan.Id).ToList();
        return Pages.Of<PlanPage>(new PlanModel(plan, versions.Value?.Items, others));
    }

    public static PlanSummary? Latest(IEnumerable<PlanSummary> plans) => plans.Where(plan => plan.IsPublished).MaxBy(plan => (plan.PeriodStart, plan.PublishedAt));
}

public sealed record PlanModel(PlanView Plan, IReadOnlyList<PlanVersionView>? Versions, IReadOnlyList<PlanSummary> Others);
