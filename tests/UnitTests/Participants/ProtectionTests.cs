using Microsoft.AspNetCore.Http;
using OpenGov.Participants.Protection;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Security;
using OpenGov.UnitTests.Notifications;

namespace OpenGov.UnitTests.Participants;

public sealed class ProtectionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly FormStamps stamps = new(LinkTokensTests.Key("an instance key of the tests, long enough"));

    [Theory]
    [InlineData(0, FormAge.TooNew)]
    [InlineData(2.9, FormAge.TooNew)]
    [InlineData(3, FormAge.Good)]
    [InlineData(43_199, FormAge.Good)]
    [InlineData(43_200, FormAge.TooOld)]
    public void A_form_is_good_from_three_seconds_to_twelve_hours_after_it_was_shown(double seconds, FormAge expected) =>
        stamps.Read("registration", stamps.Issue("registration", Now), Now + TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Fact]
    public void A_stamp_of_another_form_instance_or_hand_is_none()
    {
        var stamp = stamps.Issue("registration", Now);
        var later = Now + TimeSpan.FromMinutes(1);
        stamps.Read("organisation", stamp, later).ShouldBe(FormAge.Invalid);
        new FormStamps(LinkTokensTests.Key("the key of another instance, long enough")).Read("registration", stamp, later).ShouldBe(FormAge.Invalid);
        for (var index = 0; index < stamp.Length; index++)
        {
            var changed = stamp[..index] + (stamp[index] == 'A' ? 'B' : 'A') + stamp[(index + 1)..];
            stamps.Read("registration", changed, later).ShouldNotBe(FormAge.Good, $"character {index}");
        }

        foreach (var nonsense in (string?[])[null, "", "x", stamp + "A", stamp[..^1], new string('é', stamp.Length)])
            stamps.Read("registration", nonsense, later).ShouldBe(FormAge.Invalid);
    }

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("nonsense", null)]
    [InlineData("", null)]
    public void A_network_is_an_IPv4_address_or_a_64(string header, string? expected)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["X-Forwarded-For"] = header;
        NetworkAddress.Of(http).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36", BrowserFamily.Chrome, OperatingSystemFamily.Windows)]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0", BrowserFamily.Edge, OperatingSystemFamily.Windows)]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", BrowserFamily.Firefox, OperatingSystemFamily.Linux)]
    [InlineData("Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36", BrowserFamily.Samsung, OperatingSystemFamily.Android)]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 CriOS/142.0 Mobile Safari/604.1", BrowserFamily.Chrome, OperatingSystemFamily.Ios)]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", BrowserFamily.Safari, OperatingSystemFamily.MacOs)]
    [InlineData("curl/8.5.0", BrowserFamily.Program, OperatingSystemFamily.Other)]
    [InlineData("", BrowserFamily.Program, OperatingSystemFamily.Other)]
    public void A_device_is_told_by_family_and_system_only(string userAgent, BrowserFamily browser, OperatingSystemFamily system) =>
        Device.Read(userAgent).ShouldBe(new Device(browser, system));
}
