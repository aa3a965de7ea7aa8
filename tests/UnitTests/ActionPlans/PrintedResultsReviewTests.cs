using OpenGov.ActionPlans.ImportedPlans;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.UnitTests.ActionPlans;

public sealed class PrintedResultsReviewTests
{
    [Fact]
    public void SPEC_3_1_the_federal_figures_have_exactly_these_discrepancies()
    {
        var (recomputed, discrepancies) = Review(Federal());
        discrepancies.Select(one => $"{one.Code} {one.Field} {one.Printed} {one.Recomputed}").ShouldBe(
        [
            "GROUP_SUM_DIFFERS /groups/1 30 31",
            "PARTIAL_COUNTED_AS_FULL /headline/numerator 38 24",
            "DENOMINATOR_NOT_FROM_BUCKETS /headline/denominator 41 42",
            "PERCENT_TRUNCATED /headline/percentAsPrinted 92 93",
            "SINGLE_CELL_EXPLANATION /groups/1/buckets/2/count 2 1",
        ]);
        recomputed.Headline!.Exact.ShouldBe("92.6829");
        recomputed.Alternatives.Select(one => one.Rate.Percent).ShouldBe(["92.7", "58.5", "75.6", "90.5", "57.1", "73.8"]);
    }

    [Fact]
    public void Figures_that_agree_have_no_discrepancies()
    {
        var printed = new PrintedResults
        {
            Headline = new PrintedHeadline { Text = "24 de 42 = 57.1 %", Numerator = 24, Denominator = 42, PercentAsPrinted = "57.1" },
            Groups = [Group("Todos", 42, ("cumplidos", CompletionLevel.Complete, 24), ("en proceso", CompletionLevel.Limited, 18))],
        };
        var (recomputed, discrepancies) = Review(printed);
        discrepancies.ShouldBeEmpty();
        recomputed.Alternatives.Select(one => (one.Reading, one.Universe, one.Rate.Percent)).ShouldBe([("FULL_AND_PARTIAL", "HEADINGS", "57.1")]);
    }

    [Theory]
    [InlineData("93", null)]
    [InlineData("92.7", null)]
    [InlineData("92.68", null)]
    [InlineData("92.6", "PERCENT_TRUNCATED")]
    [InlineData("95", "PERCENT_DIFFERS")]
    public void A_printed_percentage_is_compared_with_its_own_number_of_decimals(string percent, string? code)
    {
        var printed = new PrintedResults { Headline = new PrintedHeadline { Text = "38 de 41", Numerator = 38, Denominator = 41, PercentAsPrinted = percent } };
        Review(printed).Discrepancies.Select(one => one.Code).ShouldBe(code is null ? [] : [code]);
    }

    [Fact]
    public void Where_two_cells_could_explain_a_sum_none_is_named()
    {
        var printed = Federal() with
        {
            Groups =
            [
                Federal().Groups[0],
                Group("Sociedad civil", 30, ("cumplidos", CompletionLevel.Complete, 15), ("parcial", CompletionLevel.Substantial, 14), ("en proceso", CompletionLevel.Limited, 1), ("sin iniciar", CompletionLevel.NotStarted, 1)),
            ],
        };
        Review(printed).Discrepancies.ShouldContain(one => one.Code == "GROUP_SUM_DIFFERS");
        Review(printed).Discrepancies.ShouldNotContain(one => one.Code == "SINGLE_CELL_EXPLANATION");
    }

    [Fact]
    public void Nothing_printed_is_nothing_to_compare()
    {
        var (recomputed, discrepancies) = Review(new PrintedResults());
        discrepancies.ShouldBeEmpty();
        recomputed.Headline.ShouldBeNull();
        recomputed.Alternatives.ShouldBeEmpty();
    }

    private static (RecomputedResults Recomputed, IReadOnlyList<Discrepancy> Discrepancies) Review(PrintedResults printed) =>
        PrintedResultsReview.Of(printed, (code, _) => code);

    private static PrintedResults Federal() => new()
    {
        Headline = new PrintedHeadline { Text = "38 de 41 = 92% de cumplimiento", Numerator = 38, Denominator = 41, PercentAsPrinted = "92" },
        Groups =
        [
            Group("Gobierno", 11, ("cumplidos", CompletionLevel.Complete, 9), ("en proceso", CompletionLevel.Limited, 2)),
            Group("Sociedad civil", 30, ("cumplidos", CompletionLevel.Complete, 15), ("parcial", CompletionLevel.Substantial, 14), ("en proceso", CompletionLevel.Limited, 2)),
        ],
    };

    private static PrintedGroup Group(string name, int heading, params (string Label, CompletionLevel Level, int Count)[] buckets) => new()
    {
        Name = name,
        HeadingTotal = heading,
        Buckets = [.. buckets.Select(bucket => new PrintedBucket { Label = bucket.Label, Level = bucket.Level, Count = bucket.Count })],
    };
}
