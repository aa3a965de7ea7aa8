using System.Globalization;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Completion;

/// <summary>A rate as counts and in percent. <paramref name="Percent"/> is null, "no aplica", where there is nothing to count: never 0 or 100.</summary>
/// <param name="Percent">One decimal, half away from zero.</param>
/// <param name="Exact">Four decimals, for export.</param>
public sealed record Rate(int Numerator, int Denominator, string? Percent, string? Exact)
{
    public static Rate Of(int numerator, int denominator)
    {
        if (denominator == 0)
            return new Rate(numerator, denominator, null, null);
        var percent = new Fraction(100 * (System.Numerics.BigInteger)numerator, denominator);
        return new Rate(numerator, denominator, percent.Rounded(1), percent.Rounded(4));
    }
}

/// <summary>Mean of exact progress in percent, as a fraction and as <see cref="Rate"/> shows it.</summary>
public sealed record MeanProgress(string? Numerator, string? Denominator, string? Percent, string? Exact)
{
    public static MeanProgress Of(IReadOnlyList<Fraction> progress)
    {
        if (progress.Count == 0)
            return new MeanProgress(null, null, null, null);
        var mean = progress.Aggregate(Fraction.Zero, (sum, one) => sum + one) / progress.Count;
        return new MeanProgress(
            mean.Numerator.ToString(CultureInfo.InvariantCulture), mean.Denominator.ToString(CultureInfo.InvariantCulture), mean.Rounded(1), mean.Rounded(4));
    }
}

/// <summary>One published commitment as the rates see it.</summary>
public sealed record CountedCommitment(CommitmentKind Kind, CompletionLevel Level, Fraction Progress);

/// <summary>Commitments of one kind, or of all: counts by level and the three indicators, which always go together (SPEC §3.2.5).</summary>
/// <param name="Kind">ALL, COCREATED or PROACTIVE.</param>
/// <param name="Levels">Commitments by level, WITHDRAWN among them; adds to <paramref name="Published"/> (INV-31).</param>
public sealed record CompletionGroup(
    string Kind, int Published, int Withdrawn, int Active, IReadOnlyDictionary<string, int> Levels, Rate StrictRate, Rate HighRate, MeanProgress MeanProgress);

/// <param name="Published">N_pub: commitments of the first published version and those added by amendment.</param>
/// <param name="Active">N_active = N_pub - withdrawn, the denominator of every rate (SPEC §3.2.4).</param>
public sealed record CompletionRates(int Published, int Withdrawn, int Active, IReadOnlyList<CompletionGroup> Groups)
{
    public static CompletionRates Of(IReadOnlyList<CountedCommitment> commitments)
    {
        var groups = new[]
        {
            Group("ALL", commitments),
            Group(CommitmentKind.Cocreated.Code(), commitments.Where(one => one.Kind == CommitmentKind.Cocreated).ToArray()),
            Group(CommitmentKind.Proactive.Code(), commitments.Where(one => one.Kind == CommitmentKind.Proactive).ToArray()),
        };
        return new CompletionRates(groups[0].Published, groups[0].Withdrawn, groups[0].Active, groups);
    }

    private static CompletionGroup Group(string kind, IReadOnlyList<CountedCommitment> commitments)
    {
        var levels = Enum.GetValues<CompletionLevel>().ToDictionary(
            level => level.Code(), level => commitments.Count(one => one.Level == level), StringComparer.Ordinal);
        var complete = levels[CompletionLevel.Complete.Code()];
        var substantial = levels[CompletionLevel.Substantial.Code()];
        var withdrawn = levels[CompletionLevel.Withdrawn.Code()];
        var active = commitments.Count - withdrawn;
        var checkedSum = StatusReport.Check(kind, commitments.Count, levels);
        if (checkedSum.IsRefused)
            throw new InvalidOperationException(checkedSum.Refusals[0].Code);
        return new CompletionGroup(
            kind,
            commitments.Count,
            withdrawn,
            active,
            levels,
            Rate.Of(complete, active),
            Rate.Of(complete + substantial, active),
            MeanProgress.Of(commitments.Where(one => one.Level != CompletionLevel.Withdrawn).Select(one => one.Progress).ToArray()));
    }
}

/// <summary>INV-31: status counts of a group add to the number of commitments of that group, or the report is refused.</summary>
public static class StatusReport
{
    public static Result Check(string group, int total, IReadOnlyDictionary<string, int> counts)
    {
        var sum = counts.Values.Sum();
        return sum == total
            ? Result.Done
            : Refusal.Rule("status_counts_do_not_add_up", group, group, sum, total, sum - total);
    }
}
