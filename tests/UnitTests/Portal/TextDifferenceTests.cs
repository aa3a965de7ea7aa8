using OpenGov.Portal.Mechanisms;

namespace OpenGov.UnitTests.Portal;

public sealed class TextDifferenceTests
{
    [Fact]
    public void Lines_that_both_texts_have_stay_and_the_others_go_or_come()
    {
        var lines = TextDifference.Between("Tres asientos.\r\n\r\nSesiona cada mes.\nMayoría simple.", "Tres asientos.\nSesiona cada dos meses.\nMayoría simple.\nEl plan, por dos tercios.");
        lines.ShouldBe(
        [
            (LineChange.Same, "Tres asientos."), (LineChange.Removed, "Sesiona cada mes."), (LineChange.Added, "Sesiona cada dos meses."), (LineChange.Same, "Mayoría simple."),
            (LineChange.Added, "El plan, por dos tercios."),
        ]);
    }

    [Fact]
    public void Texts_of_very_many_lines_are_shown_one_after_the_other()
    {
        var (before, after) = (string.Join('\n', Enumerable.Range(0, 2000)), string.Join('\n', Enumerable.Range(1, 2000)));
        var lines = TextDifference.Between(before, after);
        lines.Count.ShouldBe(4000);
        lines.ShouldNotContain(line => line.Change == LineChange.Same);
    }
}
