using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Privacy;

namespace OpenGov.UnitTests.Participants.Privacy;

public sealed class PeopleFiguresTests
{
    private static readonly Sector[] Sectors = Enum.GetValues<Sector>();

    [Fact]
    public void Few_who_are_not_named_hide_the_count_of_citizens_that_would_give_them_away()
    {
        // 20 citizens, 17 of them named: the other three follow from the two answers.
        var figures = PeopleFigures.Of(new Dictionary<Sector, int> { [Sector.CivilSociety] = 20 }, takingPart: 20, named: 17, threshold: 5);
        (figures.Citizens, figures.Named, figures.Unnamed).ShouldBe((null, 17, null));
        var enough = PeopleFigures.Of(new Dictionary<Sector, int> { [Sector.CivilSociety] = 20 }, takingPart: 20, named: 15, threshold: 5);
        (enough.Citizens![Sector.CivilSociety], enough.Unnamed).ShouldBe((20, 5));
        PeopleFigures.Of(new Dictionary<Sector, int>(), 0, 0, 5).Unnamed.ShouldBe(0, "nobody is nobody");
    }

    /// <summary>
    /// Every world of up to nine citizens in each of two sectors: whoever reads both answers, knows the rule and even how many others take part can tell
    /// no count of few people from another.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void No_count_of_few_people_follows_from_both_answers_together(int threshold)
    {
        // Larger worlds than those that are asked about, so that the edge of what is tried gives nothing away.
        const int Asked = 9, Tried = 14;
        var worlds = new Dictionary<string, List<(int[] Counts, bool IsAsked)>>(StringComparer.Ordinal);
        for (var first = 0; first <= Tried; first++)
        {
            for (var second = 0; second <= Tried; second++)
            {
                for (var others = 0; others <= 2; others++)
                {
                    for (var named = 0; named <= first + second + others; named++)
                    {
                        var all = first + second + others;
                        var shown = PeopleFigures.Of(new Dictionary<Sector, int> { [Sectors[0]] = first, [Sectors[1]] = second }, all, named, threshold);
                        var seen = $"{others} {shown.Named} {shown.Unnamed} {shown.Citizens?[Sectors[0]]} {shown.Citizens?[Sectors[1]]}";
                        if (!worlds.TryGetValue(seen, out var alike))
                            worlds[seen] = alike = [];
                        alike.Add(([first, second, all - named], Math.Max(first, second) <= Asked));
                    }
                }
            }
        }

        worlds.Count.ShouldBeGreaterThan(1000, "otherwise everything is hidden and the rule says nothing");
        foreach (var (seen, alike) in worlds.Where(pair => pair.Value.Exists(world => world.IsAsked)))
        {
            for (var count = 0; count < 3; count++)
            {
                var possible = alike.Select(world => world.Counts[count]).Distinct().ToList();
                (possible is [> 0 and var only] && only < threshold).ShouldBeFalse($"{seen} says that count {count} is {possible[0]}");
            }
        }
    }
}
