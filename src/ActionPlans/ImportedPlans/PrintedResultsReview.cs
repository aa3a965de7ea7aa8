using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.ImportedPlans;

/// <summary>A percentage with the universe that it is of: without it a percentage is meaningless (SPEC §3.1).</summary>
/// <param name="Reading">
/// FULL_AND_PARTIAL (COMPLETE and SUBSTANTIAL, the source's way of counting), COMPLETE_ONLY, or PARTIAL_AT_HALF_WEIGHT.
/// </param>
/// <param name="Universe">HEADINGS (totals as the headings print them) or BUCKETS (totals that the printed cells add to).</param>
public sealed record AlternativeRate(string Reading, string Universe, Rate Rate);

/// <summary>One group's cells against its heading.</summary>
public sealed record RecomputedGroup(string Name, int? HeadingTotal, int BucketSum);

/// <param name="Headline">Recomputed from the printed numerator and denominator.</param>
public sealed record RecomputedResults(Rate? Headline, IReadOnlyList<RecomputedGroup> Groups, IReadOnlyList<AlternativeRate> Alternatives);

/// <summary>A place where the source disagrees with itself or with arithmetic. Nothing printed is changed because of it.</summary>
/// <param name="Code">
/// GROUP_SUM_DIFFERS, DENOMINATOR_NOT_FROM_BUCKETS, DENOMINATOR_NOT_FROM_HEADINGS, NUMERATOR_NOT_FROM_BUCKETS, PARTIAL_COUNTED_AS_FULL,
/// PERCENT_TRUNCATED, PERCENT_DIFFERS or SINGLE_CELL_EXPLANATION; the last is a deduction, not a fact.
/// </param>
/// <param name="Field">JSON pointer below printedResults.</param>
public sealed record Discrepancy(string Code, string Field, string Detail, string? Printed, string? Recomputed);

/// <summary>Recomputes printed results and lists every discrepancy (SPEC §3.1, §3.2.7); pure arithmetic on any document, not on a known one.</summary>
public sealed class PrintedResultsReview
{
    private readonly List<Discrepancy> discrepancies = [];
    private readonly PrintedResults printed;
    private readonly Func<string, object?[], string> explain;

    private PrintedResultsReview(PrintedResults printed, Func<string, object?[], string> explain) => (this.printed, this.explain) = (printed, explain);

    /// <param name="explain">Text for people by code and arguments.</param>
    public static (RecomputedResults Recomputed, IReadOnlyList<Discrepancy> Discrepancies) Of(PrintedResults printed, Func<string, object?[], string> explain)
    {
        var review = new PrintedResultsReview(printed, explain);
        return (review.Recompute(), review.discrepancies);
    }

    private IEnumerable<PrintedBucket> Buckets => printed.Groups.SelectMany(group => group.Buckets);

    private RecomputedResults Recompute()
    {
        var groups = printed.Groups.Select(group => new RecomputedGroup(group.Name, group.HeadingTotal, group.Buckets.Sum(bucket => bucket.Count))).ToArray();
        for (var index = 0; index < groups.Length; index++)
        {
            // INV-31, on somebody else's figures: stated, not refused.
            if (groups[index] is { HeadingTotal: { } heading } group && group.BucketSum != heading)
                Add("GROUP_SUM_DIFFERS", $"/groups/{index}", Text(heading), Text(group.BucketSum), group.Name, group.BucketSum, heading, group.BucketSum - heading);
        }

        var headline = printed.Headline;
        Rate? rate = null;
        if (headline is { Numerator: { } numerator, Denominator: { } denominator } && denominator > 0)
        {
            rate = Rate.Of(numerator, denominator);
            CheckNumerator(numerator);
            CheckDenominator(denominator);
            CheckPercent(headline.PercentAsPrinted, numerator, denominator);
            DeduceSingleCell(groups, numerator, denominator);
        }

        return new RecomputedResults(rate, groups, Alternatives());
    }

    private int Count(params CompletionLevel[] levels) => Buckets.Where(bucket => bucket.Level is { } level && levels.Contains(level)).Sum(bucket => bucket.Count);

    private int High => Count(CompletionLevel.Complete, CompletionLevel.Substantial);

    private void CheckNumerator(int numerator)
    {
        if (!Buckets.Any())
            return;
        var complete = Count(CompletionLevel.Complete);
        if (numerator == High && High != complete)
            Add("PARTIAL_COUNTED_AS_FULL", "/headline/numerator", Text(numerator), Text(complete), numerator, complete, High - complete);
        else if (numerator != High && numerator != complete)
            Add("NUMERATOR_NOT_FROM_BUCKETS", "/headline/numerator", Text(numerator), Text(High), numerator, High, complete);
    }

    private void CheckDenominator(int denominator)
    {
        var sum = Buckets.Sum(bucket => bucket.Count);
        if (Buckets.Any() && sum != denominator)
            Add("DENOMINATOR_NOT_FROM_BUCKETS", "/headline/denominator", Text(denominator), Text(sum), denominator, sum);
        if (printed.Groups.Count > 0 && printed.Groups.All(group => group.HeadingTotal is not null) && printed.Groups.Sum(group => group.HeadingTotal!.Value) is var headings && headings != denominator)
            Add("DENOMINATOR_NOT_FROM_HEADINGS", "/headline/denominator", Text(denominator), Text(headings), denominator, headings);
    }

    private void CheckPercent(string? percent, int numerator, int denominator)
    {
        if (percent is null)
            return;
        var decimals = percent.Contains('.', StringComparison.Ordinal) ? percent.Length - percent.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        var exact = new Fraction(100 * (long)numerator, denominator);
        var rounded = exact.Rounded(decimals);
        if (percent == rounded)
            return;
        var code = percent == exact.Truncated(decimals) ? "PERCENT_TRUNCATED" : "PERCENT_DIFFERS";
        Add(code, "/headline/percentAsPrinted", percent, rounded, percent, rounded, exact.Rounded(4));
    }

    /// <summary>
    /// Where exactly one group misses its heading and changing one of its cells by the difference keeps the printed numerator
    /// and denominator, and no other cell does, that cell explains everything. A deduction, and shown as one.
    /// </summary>
    private void DeduceSingleCell(RecomputedGroup[] groups, int numerator, int denominator)
    {
        var wrong = Enumerable.Range(0, groups.Length).Where(index => groups[index].HeadingTotal is { } heading && heading != groups[index].BucketSum).ToArray();
        if (wrong is not [var at] || numerator != High || groups.Sum(group => group.HeadingTotal ?? group.BucketSum) != denominator)
            return;
        var difference = groups[at].HeadingTotal!.Value - groups[at].BucketSum;
        var buckets = printed.Groups[at].Buckets;
        var candidates = Enumerable.Range(0, buckets.Count)
            .Where(cell => buckets[cell].Count + difference >= 0 && buckets[cell].Level is { } level && level is not (CompletionLevel.Complete or CompletionLevel.Substantial))
            .ToArray();
        if (candidates is [var only])
            Add(
                "SINGLE_CELL_EXPLANATION", $"/groups/{at}/buckets/{only}/count", Text(buckets[only].Count), Text(buckets[only].Count + difference),
                groups[at].Name, buckets[only].Label, buckets[only].Count, buckets[only].Count + difference);
    }

    private List<AlternativeRate> Alternatives()
    {
        var alternatives = new List<AlternativeRate>();
        if (!Buckets.Any(bucket => bucket.Level is not null))
            return alternatives;
        int? headings = printed.Groups.All(group => group.HeadingTotal is not null) ? printed.Groups.Sum(group => group.HeadingTotal) : printed.Headline?.Denominator;
        var complete = Count(CompletionLevel.Complete);
        // Partial at half weight: numerator and denominator are doubled so that counts stay whole.
        foreach (var (universe, total) in new[] { ("HEADINGS", headings), ("BUCKETS", Buckets.Sum(bucket => bucket.Count)) })
        {
            if (total is not > 0 || (universe == "BUCKETS" && total == headings))
                continue;
            alternatives.Add(new AlternativeRate("FULL_AND_PARTIAL", universe, Rate.Of(High, total.Value)));
            if (High == complete)
                continue;
            alternatives.Add(new AlternativeRate("COMPLETE_ONLY", universe, Rate.Of(complete, total.Value)));
            alternatives.Add(new AlternativeRate("PARTIAL_AT_HALF_WEIGHT", universe, Rate.Of(High + complete, 2 * total.Value)));
        }

        return alternatives;
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void Add(string code, string field, string shown, string recomputed, params object?[] args) =>
        discrepancies.Add(new Discrepancy(code, field, explain("discrepancy_" + code.ToLowerInvariant(), args), shown, recomputed));
}
