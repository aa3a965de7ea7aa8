using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Completion;

/// <summary>One key action as the arithmetic sees it.</summary>
public sealed record WeightedAction(int Weight, IReadOnlyList<ActivityStatus> Activities);

/// <summary>Progress in percent, 0 to 100: <paramref name="Verified"/> is "progress", <paramref name="Reported"/> is "progress_reported".</summary>
public sealed record ExactProgress(Fraction Verified, Fraction Reported)
{
    public static ExactProgress None { get; } = new(Fraction.Zero, Fraction.Zero);

    public CommitmentProgress ToContract(CompletionLevel suggested) => new(Verified.ToContract(), Reported.ToContract(), suggested);
}

/// <summary>SPEC §3.2.2: <c>progress = Σ w_k · v_k / a_k</c> over key actions, cancelled activities left out of both counts.</summary>
public static class CommitmentArithmetic
{
    /// <returns>
    /// Refused with <c>weights_not_100</c> (INV-21), or with <c>key_action_all_cancelled</c> where a key action has no activity
    /// left: an approved change has to redistribute its weight first.
    /// </returns>
    public static Result<ExactProgress> Progress(IReadOnlyList<WeightedAction> keyActions)
    {
        var weights = keyActions.Sum(action => action.Weight);
        if (weights != 100)
            return Refusal.Rule("weights_not_100", null, weights);

        var (verified, reported) = (Fraction.Zero, Fraction.Zero);
        foreach (var action in keyActions)
        {
            var active = action.Activities.Count(status => status != ActivityStatus.Cancelled);
            if (active == 0)
                return Refusal.Rule("key_action_all_cancelled");
            var verifiedHere = action.Activities.Count(status => status == ActivityStatus.Verified);
            var completedHere = action.Activities.Count(status => status == ActivityStatus.Completed);
            verified += new Fraction(action.Weight * verifiedHere, active);
            reported += new Fraction(action.Weight * (verifiedHere + completedHere), active);
        }

        return new ExactProgress(verified, reported);
    }

    /// <summary>What a key action contributes by itself, in percent of its own weight.</summary>
    public static ExactProgress Own(IReadOnlyList<ActivityStatus> activities)
    {
        var active = activities.Count(status => status != ActivityStatus.Cancelled);
        if (active == 0)
            return ExactProgress.None;
        var verified = activities.Count(status => status == ActivityStatus.Verified);
        var completed = activities.Count(status => status == ActivityStatus.Completed);
        return new ExactProgress(new Fraction(100 * verified, active), new Fraction(100 * (verified + completed), active));
    }
}

/// <summary>The parts of the legal profile that completion needs; the defaults are those of SPEC §8.</summary>
/// <param name="SubstantialFrom">Percent from which the level is SUBSTANTIAL.</param>
/// <param name="CompleteFrom">Percent from which the level is COMPLETE.</param>
public sealed record CompletionThresholds(int SubstantialFrom = 50, int CompleteFrom = 100, int ReportingPeriodMonths = 3)
{
    /// <summary>
    /// The level that the figures suggest (SPEC §3.2.3), in the order of the rule: verified progress does not lapse, so
    /// NO_EVIDENCE is only said of a commitment at 0 that had no report in the last two reporting periods.
    /// </summary>
    /// <param name="progress">Verified progress in percent.</param>
    /// <param name="lastReportOn">Date of the last valid report, null where there is none.</param>
    public CompletionLevel Suggest(Fraction progress, DateOnly? lastReportOn, DateOnly today)
    {
        if (progress >= new Fraction(CompleteFrom, 1))
            return CompletionLevel.Complete;
        if (progress >= new Fraction(SubstantialFrom, 1))
            return CompletionLevel.Substantial;
        if (progress > Fraction.Zero)
            return CompletionLevel.Limited;
        return lastReportOn >= ReportingPeriods.StartOf(today, ReportingPeriodMonths).AddMonths(-ReportingPeriodMonths)
            ? CompletionLevel.NotStarted
            : CompletionLevel.NoEvidence;
    }
}

/// <summary>Reporting periods begin with the year: 2021-Q1 for quarters, 2021-S1 for half-years, else 2021-P1.</summary>
public static class ReportingPeriods
{
    public static DateOnly StartOf(DateOnly day, int months) =>
        new(day.Year, (((day.Month - 1) / months) * months) + 1, 1);

    public static string NameOf(DateOnly day, int months)
    {
        var letter = months switch { 3 => "Q", 6 => "S", _ => "P" };
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{day.Year:0000}-{letter}{((day.Month - 1) / months) + 1}");
    }
}
