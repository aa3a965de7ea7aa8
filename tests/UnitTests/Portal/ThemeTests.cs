using OpenGov.Portal.Instance;

namespace OpenGov.UnitTests.Portal;

public sealed class ThemeTests
{
    [Theory]
    [InlineData("#8a1538", true)]
    [InlineData("8a1538", false)]
    [InlineData("#fff", false)]
    [InlineData("#gggggg", false)]
    [InlineData("#12345678", false)]
    [InlineData("red;}body{display:none", false)]
    [InlineData(null, false)]
    public void Only_six_hexadecimal_digits_are_a_colour(string? text, bool isColour) => Colour.TryParse(text, out _).ShouldBe(isColour);

    [Fact]
    public void The_contrast_of_black_and_white_is_21() =>
        new Colour(0, 0, 0).ContrastWith(Colour.White).ShouldBe(21, 0.001);

    [Fact]
    public void WCAG_1_4_3_any_colour_of_an_administrator_leaves_texts_legible()
    {
        // Every fifth value of each channel, and with 255 = 51 × 5 both ends: 140,608 colours, the same ones in every run.
        for (var red = 0; red <= 255; red += 5)
        {
            for (var green = 0; green <= 255; green += 5)
            {
                for (var blue = 0; blue <= 255; blue += 5)
                    AssertLegible(new Colour((byte)red, (byte)green, (byte)blue));
            }
        }
    }

    private static void AssertLegible(Colour primary)
    {
        var surface = primary.Tint(0.06);
        var link = primary.LegibleOn(5, Colour.White, surface);
        var worst = Math.Min(Math.Min(link.ContrastWith(Colour.White), link.ContrastWith(surface)), primary.TextOn.ContrastWith(primary));
        if (worst < Colour.TextContrast)
            Assert.Fail($"{primary}: a text has only {worst:0.00}:1");
    }

    [Fact]
    public void The_address_of_the_theme_changes_with_the_colours()
    {
        var red = Theme.Of(Instance("#8a1538"));
        red.Address.ShouldBe(Theme.Of(Instance("#8a1538")).Address);
        red.Address.ShouldNotBe(Theme.Of(Instance("#1f5a5b")).Address);
        red.Css.ShouldContain("--og-primary:#8a1538;");
    }

    [Fact]
    public void A_colour_that_is_none_becomes_the_default() => Theme.Of(Instance("}*{display:none")).Css.ShouldBe(Theme.Of(null).Css);

    private static InstanceView Instance(string primary) => new(
        true, "15", "MX-MEX", "Estado de México", "Sitio", null, null, new ThemeView(primary, null), false, null, false);
}
