using System.Globalization;

namespace OpenGov.AppHost.Native;

/// <summary>
/// Which backups stay. Each holds the data of people who were erased later, so none is kept longer than it may be needed.
/// </summary>
internal static class KeptBackups
{
    private const int Days = 7;
    private const int Weeks = 4;

    /// <summary>
    /// Of each of the last seven days and of each of the last four weeks the newest, and all of the last 24 hours: who makes one before an
    /// upgrade and one after it may need the first. The newest stays whatever its age, and so does the newest that can be relied upon.
    /// </summary>
    /// <param name="zone">In which days begin. Weeks begin on Monday.</param>
    /// <param name="reliedUntil">Of those made later none was restored as a trial, though one should have been; null where none ever was.</param>
    public static IReadOnlySet<BackupFolder> Of(IReadOnlyCollection<BackupFolder> all, TimeZoneInfo zone, DateTimeOffset now, DateTimeOffset? reliedUntil)
    {
        DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
        var today = Day(now);
        // A clock that was ahead made those from the future: they are neither of the last hours nor the newest.
        var kept = all.Where(one => one.At <= now && now - one.At < TimeSpan.FromDays(1)).ToHashSet();
        var newestFirst = all.OrderByDescending(one => one.At).ThenByDescending(one => one.Name, StringComparer.Ordinal).ToList();
        kept.UnionWith(newestFirst.Where(one => one.At <= now).Take(1));
        kept.UnionWith(newestFirst.Where(one => one.At <= now && one.At < reliedUntil).Take(1));
        kept.UnionWith(newestFirst.Where(one => Day(one.At) > today.AddDays(-Days)).DistinctBy(one => Day(one.At)));
        kept.UnionWith(newestFirst.Where(one => Monday(Day(one.At)) > Monday(today).AddDays(-7 * Weeks)).DistinctBy(one => Monday(Day(one.At))));
        return kept;
    }
}

/// <param name="At">When it was begun, as its name says.</param>
internal sealed record BackupFolder(string Name, DateTimeOffset At)
{
    private const string TimeForm = "yyyyMMdd'T'HHmmss'Z'";

    /// <param name="instance">Several instances may share a disk.</param>
    public static BackupFolder Of(DateTimeOffset at, string instance) =>
        new($"{at.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)}-{instance}", at);

    /// <returns>Null where this instance did not give the name.</returns>
    public static BackupFolder? TryRead(string name, string instance) =>
        name.Split('-') is [var time, var id] && id == instance
            && DateTimeOffset.TryParseExact(time, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new BackupFolder(name, at)
            : null;
}
