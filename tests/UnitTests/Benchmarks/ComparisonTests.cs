using OpenGov.Benchmarks.Harness;

namespace OpenGov.UnitTests.Benchmarks;

/// <summary>What the benchmarks make of their figures; the figures themselves are no test's.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public void A_ratio_is_taken_round_by_round_and_its_middle_counts()
    {
        var comparison = new Comparison("reads", "answers/s", "ours", "peer", [80, 45, 30], [100, 50, 60], new Target(0.8));
        comparison.Ratio.ShouldBe(new Spread(0.8, 0.5, 0.9));
        comparison.IsReached.ShouldBe(true);
        (comparison with { Target = new Target(0.81) }).IsReached.ShouldBe(false);
        (comparison with { Target = new Target(0.8, AtLeast: false) }).IsReached.ShouldBe(true);
        (comparison with { Target = new Target(0.79, AtLeast: false) }).IsReached.ShouldBe(false);
        (comparison with { Target = null }).IsReached.ShouldBeNull();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(50, 2.5)]
    [InlineData(99, 3.97)]
    [InlineData(100, 4)]
    public void A_percentile_lies_between_its_neighbours_in_proportion(double percent, double expected) =>
        Spread.Percentile([1, 2, 3, 4], percent).ShouldBe(expected, 1e-9);

    [Fact]
    public async Task Sides_are_measured_in_turns()
    {
        var order = new List<string>();
        Task<double> Side(string name)
        {
            order.Add(name);
            return Task.FromResult((double)order.Count);
        }

        var figures = await Interleaved.RunAsync(3, () => Side("A"), () => Side("B"));
        order.ShouldBe(["A", "B", "A", "B", "A", "B"]);
        figures.ShouldBe([[1, 3, 5], [2, 4, 6]]);
    }
}
