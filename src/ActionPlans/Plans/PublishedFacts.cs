using OpenGov.ActionPlans.Commitments;
using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.Plans;

/// <summary>The facts of a publication.</summary>
internal static class PublishedFacts
{
    public static PlanPublishedV1 Of(Plan plan, PlanVersion version, PlanContent content, string cveEnt, int aggregateVersion) => new(
        plan.Id,
        aggregateVersion,
        plan.Identifier,
        version.Number,
        cveEnt,
        plan.Title,
        content.Plan.Objective,
        plan.PeriodStart,
        plan.PeriodEnd,
        version.ContentHash,
        content.Approval,
        content.ChangeSummary,
        content.Plan.Commitments.Count,
        plan.ExampleData,
        version.PublishedAt);

    public static CommitmentPublishedV1 Of(Commitment commitment, Plan plan, CommitmentDocument document, ThresholdsToday thresholds) => new(
        commitment.Id,
        commitment.Version,
        plan.Id,
        plan.Identifier,
        plan.PublishedVersion,
        commitment.Identifier,
        commitment.Number,
        document.OgpId,
        document.Title,
        document.Kind!.Value,
        document.Types,
        document.Theme!,
        [.. document.Pillars.Select(link => link.Pillar)],
        document.PublicProblem ?? "",
        document.Objective!,
        [.. document.Responsible.Select(Party)],
        [.. document.CoResponsible.Select(Party)],
        document.Territory,
        [.. document.SdgTargets.Select(link => link.Code)],
        [.. document.Indicators
            .Where(indicator => indicator is { Unit: not null, Target: not null, Period: not null })
            .Select(indicator => new PublishedIndicator(indicator.Name, indicator.Unit!, indicator.Baseline, indicator.Target!, indicator.Period!))],
        [.. commitment.KeyActions.Where(action => action.RemovedInVersion is null).OrderBy(action => action.Number)
            .Select(action => new PublishedKeyAction(
                action.Id,
                action.Number,
                action.Title,
                action.Weight,
                [.. action.Activities.OrderBy(activity => activity.Number).Select(activity => new PublishedActivity(
                    activity.Id, activity.Number, activity.Title, activity.StartsOn, activity.EndsOn, activity.Responsible, activity.MeansOfVerification, activity.Status))]))],
        commitment.Progress.ToContract(thresholds.Suggest(commitment)),
        commitment.Status,
        commitment.PublishedAt);

    private static ResponsibleParty Party(Party party) => new(party.Id, party.Name!, party.Unit);
}
