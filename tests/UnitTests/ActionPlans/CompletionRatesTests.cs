using OpenGov.ActionPlans.Completion;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.UnitTests.ActionPlans;

public sealed class CompletionRatesTests
{
    [Fact]
    public void SPEC_3_2_5_the_three_rates_over_all_and_over_each_kind_with_withdrawn_commitments_out_of_the_denominator()
    {
        var rates = CompletionRates.Of(
        [
            Counted(CommitmentKind.Cocreated, CompletionLevel.Complete, 100),
            Counted(CommitmentKind.Cocreated, CompletionLevel.Substantial, 50),
            Counted(CommitmentKind.Cocreated, CompletionLevel.Withdrawn, 10),
            Counted(CommitmentKind.Proactive, CompletionLevel.Limited, 20),
        ]);

        (rates.Published, rates.Withdrawn, rates.Active).ShouldBe((4, 1, 3));
        rates.Groups.Select(group => group.Kind).ShouldBe(["ALL", "COCREATED", "PROACTIVE"]);
        rates.Groups[0].StrictRate.ShouldBe(new Rate(1, 3, "33.3", "33.3333"));
        rates.Groups[0].HighRate.ShouldBe(new Rate(2, 3, "66.7", "66.6667"));
        rates.Groups[0].MeanProgress.ShouldBe(new MeanProgress("170", "3", "56.7", "56.6667"));
        rates.Groups[1].StrictRate.Percent.ShouldBe("50.0");
        rates.Groups[2].HighRate.ShouldBe(new Rate(0, 1, "0.0", "0.0000"));
    }

    [Fact]
    public void SPEC_3_2_4_a_kind_without_active_commitments_has_no_percentage()
    {
        var rates = CompletionRates.Of([Counted(CommitmentKind.Cocreated, CompletionLevel.Withdrawn, 100)]);
        rates.Groups[1].StrictRate.Percent.ShouldBeNull();
        rates.Groups[2].MeanProgress.Percent.ShouldBeNull();
    }

    [Fact]
    public void INV_31_counts_that_do_not_add_to_the_group_are_refused_with_the_difference()
    {
        // The federal report of 2012: 15 + 14 + 2 under a heading of 30.
        var counts = new Dictionary<string, int>(StringComparer.Ordinal) { ["COMPLETE"] = 15, ["SUBSTANTIAL"] = 14, ["LIMITED"] = 2 };
        var refusal = StatusReport.Check("Sociedad civil", 30, counts).Refusals.Single();
        refusal.Code.ShouldBe("status_counts_do_not_add_up");
        refusal.Args.ShouldBe(["Sociedad civil", 31, 30, 1]);
        counts["LIMITED"] = 1;
        StatusReport.Check("Sociedad civil", 30, counts).IsRefused.ShouldBeFalse();
    }

    private static CountedCommitment Counted(CommitmentKind kind, CompletionLevel level, int progress) => new(kind, level, new Fraction(progress, 1));
}
