using FsCheck;
using FsCheck.Fluent;
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
    public void WCAG_1_4_3_any_colour_of_an_administrator_leaves_texts_legible() =>
        Prop.ForAll<byte, byte, byte>((red, green, blue) =>
        {
            var primary = new Colour(red, green, blue);
            var surface = primary.Tint(0.06);
            var link = primary.LegibleOn(5, Colour.White, surface);
            return link.ContrastWith(Colour.White) >= Colour.TextContrast
                && link.ContrastWith(surface) >= Colour.TextContrast
                && primary.TextOn.ContrastWith(primary) >= Colour.TextContrast;
        }).QuickCheckThrowOnFailure();

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
