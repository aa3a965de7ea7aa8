using System.Globalization;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace OpenGov.AppHost.Native;

/// <summary>Where, when and with what the instance makes its own backups.</summary>
/// <param name="Folder">Holds one folder for each backup.</param>
/// <param name="IsInDataFolder">No setting names another place. One that is named must exist: it may be a disk that is not there.</param>
/// <param name="ByItself">False: only when an operator asks for one.</param>
/// <param name="Time">On the clocks of <paramref name="Zone"/>.</param>
/// <param name="AfterStart">How long after everything is in service a missed one is made up: whoever starts the system needs the machine first.</param>
/// <param name="Pause">After a failure; it doubles with each.</param>
/// <param name="Scripts">The folder with <c>backup.sh</c> and <c>check-backup.sh</c>.</param>
internal sealed record BackupSettings(
    string Folder, bool IsInDataFolder, bool ByItself, TimeOnly Time, TimeZoneInfo Zone, TimeSpan AfterStart, TimeSpan Pause, string Scripts)
{
    /// <summary>Night on every clock of Mexico, which are two hours behind it at most and one hour ahead.</summary>
    private const string UsualTime = "02:30", UsualZone = "America/Mexico_City";

    /// <param name="dataFolder">The instance's.</param>
    /// <param name="isTemporary">Data that go away with the run are worth no backup, and tests no disturbance.</param>
    /// <param name="scripts">The checkout's <c>deploy</c>.</param>
    public static BackupSettings Of(IConfiguration configuration, string dataFolder, bool isTemporary, string scripts) => new(
        configuration["Backups"] is { Length: > 0 } folder ? Path.GetFullPath(folder) : InDataFolder(dataFolder),
        string.IsNullOrEmpty(configuration["Backups"]),
        configuration.GetValue("AutomaticBackups", !isTemporary),
        TimeOf(configuration["BackupTime"] ?? UsualTime),
        ZoneOf(configuration["BackupZone"]),
        TimeSpan.FromSeconds(configuration.GetValue("BackupDelaySeconds", 600)),
        TimeSpan.FromSeconds(configuration.GetValue("BackupRetrySeconds", 900)),
        scripts);

    /// <summary>Also where state and orders lie, wherever the backups are.</summary>
    public static string InDataFolder(string dataFolder) => Path.Combine(dataFolder, "backups");

    private static TimeOnly TimeOf(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw new DistributedApplicationException(Messages.BackupTimeUnreadable(text));

    private static TimeZoneInfo ZoneOf(string? name)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name ?? UsualZone, out var zone))
            return zone;
        // A machine without the tz database: Mexico City has had no summer time since 2022.
        return name is null
            ? TimeZoneInfo.CreateCustomTimeZone(UsualZone, TimeSpan.FromHours(-6), UsualZone, UsualZone)
            : throw new DistributedApplicationException(Messages.BackupZoneUnknown(name));
    }
}
