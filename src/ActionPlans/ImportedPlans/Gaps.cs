using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.ImportedPlans;

/// <summary>Something that a plan of ours would have to say before publication and that the source does not.</summary>
/// <param name="Field">Name of the missing thing: objective, indicators, weights, activityDates …</param>
/// <param name="Place">JSON pointer of where it would stand, from the commitment.</param>
/// <param name="Detail">For people.</param>
public sealed record Gap(string Field, string Place, string Detail);

internal static class Gaps
{
    public static IReadOnlyList<Gap> Of(CommitmentDocument commitment, MessageCatalog texts)
    {
        var gaps = new List<Gap>();
        Missing(commitment.Kind is null, "kind");
        Missing(commitment.Types.Count == 0, "types");
        Missing(commitment.Theme is null, "theme");
        Missing(commitment.Pillars.Count == 0, "pillars");
        Missing(commitment.PublicProblem is null && commitment.ProblemTree is null, "publicProblem");
        Missing(commitment.ProblemTree is null, "problemTree");
        Missing(commitment.Objective is null, "objective");
        Missing(commitment.Population is null, "population");
        Missing(commitment.Territory.Count == 0, "territory");
        Missing(commitment.Responsible.Count == 0, "responsible");
        Missing(commitment.CoResponsible.Count == 0, "coResponsible");
        Missing(commitment.Indicators.Count == 0, "indicators");
        Missing(commitment.KeyActions.Count == 0, "keyActions");
        Missing(commitment.KeyActions.Count == 0 || commitment.KeyActions.Any(action => action.Weight is null), "weights", "/keyActions");
        var activities = commitment.KeyActions.SelectMany(action => action.Activities).ToArray();
        Missing(activities.Length == 0, "activities", "/keyActions");
        Missing(activities.Length == 0 || activities.Any(activity => activity.Start is null || activity.End is null), "activityDates", "/keyActions");
        Missing(activities.Length == 0 || activities.Any(activity => activity.MeansOfVerification is null), "meansOfVerification", "/keyActions");
        return gaps;

        void Missing(bool missing, string field, string? pointer = null)
        {
            if (missing)
                gaps.Add(new Gap(field, pointer ?? $"/{field}", texts.Text("gap_" + System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(field))));
        }
    }
}
