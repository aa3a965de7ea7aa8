using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Transparency.Projections;

/// <summary>
/// The rows of the datasets, from the facts of ActionPlans. A later version of a plan replaces the rows of the former one;
/// what was reported, and a withdrawn commitment, stay. The version of each dataset follows by trigger, in this transaction.
/// </summary>
public sealed class ActionPlansCopy : Projection
{
    public ActionPlansCopy()
        : base(Owners.ActionPlans)
    {
        On<PlanPublishedV1>(PlanRows.ApplyAsync);
        On<CommitmentPublishedV1>(CommitmentRows.ApplyAsync);
        On<CommitmentWithdrawnV1>(CommitmentRows.ApplyAsync);
        OnMany<ProgressReportedV1>(ProgressRows.ApplyAsync);
        On<ActivityVerifiedV1>(ProgressRows.ApplyAsync);
    }

    public override string ResetSql =>
        "delete from progress_reports; delete from activities; delete from key_actions; delete from commitments; delete from plans;";
}

internal static class FactValues
{
    /// <summary>To the millisecond that the datasets print, so that a filter or cursor finds what was printed.</summary>
    public static DateTimeOffset Printed(this DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond));
    }

    public static string? OrNull(this string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
