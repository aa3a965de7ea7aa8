using System.Globalization;
using OpenGov.Portal.Layout;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.UnitTests.Portal;

public sealed class FormatTests : IDisposable
{
    private readonly (CultureInfo Culture, CultureInfo Interface) before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);

    public FormatTests() => Speak("es-MX");

    public void Dispose() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;

    [Fact]
    public void A_rate_over_nothing_is_not_applicable_never_0_or_100() => Format.Percent(null).ShouldBe("no aplica");

    [Theory]
    [InlineData("92.7", "92.7\u00a0%")]
    [InlineData("0.0", "0.0\u00a0%")]
    public void A_percentage_is_shown_as_the_service_rounded_it(string percent, string shown) => Format.Percent(percent).ShouldBe(shown);

    [Theory]
    [InlineData("28.6", "28.6%")]
    [InlineData("100", "100%")]
    [InlineData("130", "100%")]
    [InlineData("-3", "0%")]
    [InlineData(null, "0%")]
    [InlineData("1e9", "0%")]
    [InlineData("50\" onload=\"x", "0%")]
    public void A_bar_is_never_wider_than_its_track(string? percent, string width) => Format.BarWidth(percent).ShouldBe(width);

    [Theory]
    [InlineData(1, 3, "33.33%")]
    [InlineData(0, 0, "0%")]
    [InlineData(5, 4, "100%")]
    public void A_bar_of_counts_survives_an_empty_whole(int part, int whole, string width) => Format.BarWidth(part, whole).ShouldBe(width);

    [Fact]
    public void Dates_are_written_in_the_language_of_the_page()
    {
        var day = new DateOnly(2026, 11, 3);
        Format.Day(day).ShouldBe("3 de noviembre de 2026");
        Speak("en");
        Format.Day(day).ShouldBe("3 November 2026");
    }

    [Fact]
    public void A_moment_is_shown_as_clocks_in_the_instances_state_show_it()
    {
        var moment = new DateTimeOffset(2026, 11, 3, 6, 30, 0, TimeSpan.Zero);
        Format.Moment(moment, StateZone.Of("15")).ShouldBe("3 de noviembre de 2026, 00:30 (hora del centro de México)");
        Format.Moment(moment, StateZone.Of("26")).ShouldBe("2 de noviembre de 2026, 23:30 (hora del Pacífico de México)");
        Format.Moment(moment, StateZone.Of("02")).ShouldBe("2 de noviembre de 2026, 22:30 (hora del noroeste de México)");
        Format.Moment(moment, StateZone.Of("23")).ShouldBe("3 de noviembre de 2026, 01:30 (hora del sureste de México)");
        Format.Moment(moment).ShouldBe("3 de noviembre de 2026, 00:30 (hora del centro de México)", "what nobody has set up yet");
    }

    [Theory]
    [InlineData(512L, "512\u00a0B")]
    [InlineData(2048L, "2\u00a0KB")]
    [InlineData(26214400L, "25\u00a0MB")]
    public void Sizes_are_shown_in_the_unit_that_people_use(long bytes, string shown) => Format.Size(bytes).ShouldBe(shown);

    [Theory]
    [InlineData("https://example.org/a", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("/relative", false)]
    [InlineData(null, false)]
    public void Only_web_addresses_become_links(string? url, bool isLink) => Format.IsWebLink(url).ShouldBe(isLink);

    private static void Speak(string language) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
}
