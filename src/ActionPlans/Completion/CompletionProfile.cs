using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.Commitments;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.Completion;

/// <summary>The thresholds in force today, with the instance's calendar.</summary>
internal sealed record ThresholdsToday(CompletionThresholds Thresholds, InstanceClock Clock)
{
    public CompletionLevel Suggest(Commitment commitment) => Suggest(commitment.Status, commitment.Progress.Verified, commitment.LastReportedAt);

    public CompletionLevel Suggest(CommitmentStatus status, Fraction verified, DateTimeOffset? lastReportedAt) =>
        status == CommitmentStatus.Withdrawn
            ? CompletionLevel.Withdrawn
            : Thresholds.Suggest(verified, lastReportedAt is { } at ? Clock.DateOf(at) : null, Clock.Today);

    public string PeriodToday => ReportingPeriods.NameOf(Clock.Today, Thresholds.ReportingPeriodMonths);
}

internal static class CompletionProfile
{
    /// <summary>From the copy of the legal profile, or the specification's defaults where none is in force yet.</summary>
    public static async Task<ThresholdsToday> ReadAsync(ActionPlansDb database, CancellationToken cancellationToken)
    {
        var clock = database.Calendar;
        var profile = await database.Database
            .SqlQuery<CompletionThresholds>($"""
                select substantial_from as "SubstantialFrom", complete_from as "CompleteFrom", reporting_period_months as "ReportingPeriodMonths"
                from legal_profile where valid_from <= {clock.Today} order by valid_from desc limit 1
                """)
            .SingleOrDefaultAsync(cancellationToken);
        return new ThresholdsToday(profile ?? new CompletionThresholds(), clock);
    }
}
