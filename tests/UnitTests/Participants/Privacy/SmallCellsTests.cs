using OpenGov.Participants.Privacy;

namespace OpenGov.UnitTests.Participants.Privacy;

public sealed class SmallCellsTests
{
    [Fact]
    public void A_count_below_the_threshold_is_not_shown_and_neither_is_the_one_that_would_give_it_away() =>
        SmallCells.Suppress(new Dictionary<string, int> { ["a"] = 3, ["b"] = 9, ["c"] = 40 }, 5)
            .ShouldBe(new Dictionary<string, int?> { ["a"] = null, ["b"] = null, ["c"] = 40 }, ignoreOrder: true);

    [Fact]
    public void Several_small_counts_hide_each_other() =>
        SmallCells.Suppress(new Dictionary<string, int> { ["a"] = 3, ["b"] = 4, ["c"] = 40 }, 5)
            .ShouldBe(new Dictionary<string, int?> { ["a"] = null, ["b"] = null, ["c"] = 40 }, ignoreOrder: true);

    [Fact]
    public void Nobody_and_enough_are_shown() =>
        SmallCells.Suppress(new Dictionary<string, int> { ["a"] = 0, ["b"] = 5 }, 5)
            .ShouldBe(new Dictionary<string, int?> { ["a"] = 0, ["b"] = 5 }, ignoreOrder: true);
}
