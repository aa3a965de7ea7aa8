using Aspire.Hosting;
using Microsoft.Extensions.Configuration;
using OpenGov.AppHost.Native;

namespace OpenGov.UnitTests.Engine;

public sealed class BackupSettingsTests
{
    [Fact]
    public void Without_any_setting_a_lasting_instance_makes_them_at_night_in_its_own_folder_and_a_test_s_makes_none()
    {
        var settings = Of(isTemporary: false);
        settings.ShouldSatisfyAllConditions(
            () => settings.Folder.ShouldBe("/srv/datos/backups"),
            () => settings.IsInDataFolder.ShouldBeTrue(),
            () => settings.ByItself.ShouldBeTrue(),
            () => settings.Time.ShouldBe(new TimeOnly(2, 30)),
            () => settings.Zone.GetUtcOffset(new DateTime(2026, 7, 1)).ShouldBe(TimeSpan.FromHours(-6)),
            () => settings.AfterStart.ShouldBe(TimeSpan.FromMinutes(10)));
        Of(isTemporary: true).ByItself.ShouldBeFalse();
        Of(isTemporary: true, ("AutomaticBackups", "true")).ByItself.ShouldBeTrue();
    }

    [Fact]
    public void Another_folder_hour_and_zone_can_be_named()
    {
        var settings = Of(isTemporary: false, ("Backups", "/mnt/disco/respaldos"), ("BackupTime", "23:05"), ("BackupZone", "America/Tijuana"), ("BackupDelaySeconds", "3"), ("BackupRetrySeconds", "2"));
        settings.Folder.ShouldBe("/mnt/disco/respaldos");
        settings.IsInDataFolder.ShouldBeFalse();
        settings.Time.ShouldBe(new TimeOnly(23, 5));
        settings.Zone.Id.ShouldBe("America/Tijuana");
        (settings.AfterStart, settings.Pause).ShouldBe((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2)));
    }

    [Theory]
    [InlineData("BackupTime", "2am")]
    [InlineData("BackupTime", "25:00")]
    [InlineData("BackupZone", "America/Toluca")]
    public void What_cannot_be_understood_ends_the_start_with_the_setting_s_name(string name, string value)
    {
        var message = Should.Throw<DistributedApplicationException>(() => Of(isTemporary: false, (name, value))).Message;
        message.ShouldContain(value);
        message.ShouldContain(name);
    }

    private static BackupSettings Of(bool isTemporary, params (string Name, string Value)[] settings) => BackupSettings.Of(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => new KeyValuePair<string, string?>(one.Name, one.Value))).Build(), "/srv/datos", isTemporary, "/srv/deploy");
}
