using FsCheck;
using FsCheck.Fluent;
using OpenGov.ActionPlans.Completion;
using OpenGov.Contracts.ActionPlans.V1;
using static OpenGov.Contracts.ActionPlans.V1.ActivityStatus;

namespace OpenGov.UnitTests.ActionPlans;

public sealed class CommitmentArithmeticTests
{
    private static readonly Gen<WeightedAction[]> Commitments =
        from cuts in Gen.ArrayOf(Gen.Choose(1, 99), 3)
        from statuses in Gen.ArrayOf(Gen.NonEmptyListOf(Gen.Elements(NotStarted, InProgress, Completed, Verified, Cancelled)), 4)
        select Split(cuts, statuses.Select(list => list.ToArray()).ToArray());

    [Fact]
    public void Progress_is_the_weighted_sum_as_an_exact_fraction()
    {
        var progress = CommitmentArithmetic.Progress([new(50, [Verified, Completed, NotStarted]), new(30, [Verified, Verified]), new(20, [InProgress])]).Value;
        progress.Verified.ShouldBe(new Fraction(140, 3));
        progress.Verified.Rounded(1).ShouldBe("46.7");
        progress.Reported.ShouldBe(new Fraction(190, 3));
    }

    [Fact]
    public void Thirds_add_to_exactly_one_hundred() =>
        CommitmentArithmetic.Progress([new(34, [Verified, Verified, Verified]), new(33, [Verified, Verified, Verified]), new(33, [Verified])])
            .Value.Verified.ShouldBe(Fraction.Hundred);

    [Fact]
    public void Cancelled_activities_count_on_neither_side() =>
        CommitmentArithmetic.Progress([new(100, [Verified, Cancelled, Cancelled])]).Value.Verified.ShouldBe(Fraction.Hundred);

    [Fact]
    public void SPEC_3_2_2_a_key_action_whose_activities_are_all_cancelled_refuses_the_computation() =>
        CommitmentArithmetic.Progress([new(60, [Verified]), new(40, [Cancelled])]).Refusals.Single().Code.ShouldBe("key_action_all_cancelled");

    [Theory]
    [InlineData(60, 30)]
    [InlineData(60, 41)]
    [InlineData(0, 99)]
    public void INV_21_key_action_weights_add_to_exactly_100(int one, int other) =>
        CommitmentArithmetic.Progress([new(one, [Verified]), new(other, [Verified])]).Refusals.Single().Code.ShouldBe("weights_not_100");

    [Fact]
    public void Progress_lies_between_0_and_100_and_verified_is_never_more_than_reported() => Prop.ForAll(Commitments.ToArbitrary(), actions =>
    {
        var result = CommitmentArithmetic.Progress(actions);
        return result.IsRefused || (result.Value.Verified >= Fraction.Zero && result.Value.Verified <= result.Value.Reported && result.Value.Reported <= Fraction.Hundred);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Verifying_one_more_activity_never_lowers_progress() => Prop.ForAll(Commitments.ToArbitrary(), actions =>
    {
        var before = CommitmentArithmetic.Progress(actions);
        var at = Array.FindIndex(actions, action => action.Activities.Contains(Completed));
        if (before.IsRefused || at < 0)
            return true;
        var activities = actions[at].Activities.ToArray();
        activities[Array.IndexOf(activities, Completed)] = Verified;
        var after = CommitmentArithmetic.Progress([.. actions.Select((action, index) => index == at ? action with { Activities = activities } : action)]);
        return after.Value.Verified > before.Value.Verified && after.Value.Reported == before.Value.Reported;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void It_is_exactly_100_only_when_every_activity_that_counts_is_verified() => Prop.ForAll(Commitments.ToArbitrary(), actions =>
    {
        var result = CommitmentArithmetic.Progress(actions);
        return result.IsRefused || result.Value.Verified == Fraction.Hundred == actions.All(action => action.Activities.All(status => status is Verified or Cancelled));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(100, 1, CompletionLevel.Complete)]
    [InlineData(9999, 100, CompletionLevel.Substantial)]
    [InlineData(50, 1, CompletionLevel.Substantial)]
    [InlineData(4999, 100, CompletionLevel.Limited)]
    [InlineData(1, 1000, CompletionLevel.Limited)]
    [InlineData(0, 1, CompletionLevel.NoEvidence)]
    public void SPEC_3_2_3_the_suggested_level_follows_the_thresholds(int numerator, int denominator, CompletionLevel level) =>
        new CompletionThresholds().Suggest(new Fraction(numerator, denominator), null, new DateOnly(2021, 8, 1)).ShouldBe(level);

    [Theory]
    [InlineData("2021-08-01", CompletionLevel.NotStarted)]
    [InlineData("2021-04-01", CompletionLevel.NotStarted)]
    [InlineData("2021-03-31", CompletionLevel.NoEvidence)]
    public void SPEC_3_2_3_without_a_report_in_the_last_two_periods_there_is_no_evidence(string lastReport, CompletionLevel level) =>
        new CompletionThresholds().Suggest(Fraction.Zero, DateOnly.Parse(lastReport, System.Globalization.CultureInfo.InvariantCulture), new DateOnly(2021, 8, 1)).ShouldBe(level);

    [Fact]
    public void Thresholds_come_from_the_legal_profile()
    {
        var strict = new CompletionThresholds(60, 90);
        strict.Suggest(new Fraction(55, 1), null, default).ShouldBe(CompletionLevel.Limited);
        strict.Suggest(new Fraction(90, 1), null, default).ShouldBe(CompletionLevel.Complete);
    }

    [Theory]
    [InlineData("2021-01-01", 3, "2021-Q1")]
    [InlineData("2021-12-31", 3, "2021-Q4")]
    [InlineData("2021-07-01", 6, "2021-S2")]
    [InlineData("2021-07-01", 12, "2021-P1")]
    public void Reporting_periods_begin_with_the_year(string day, int months, string name) =>
        ReportingPeriods.NameOf(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), months).ShouldBe(name);

    private static WeightedAction[] Split(int[] cuts, ActivityStatus[][] statuses)
    {
        int[] ends = [0, .. cuts.Distinct().Order(), 100];
        return [.. ends.Zip(ends.Skip(1), (from, to) => to - from).Select((weight, index) => new WeightedAction(weight, statuses[index]))];
    }
}
