namespace OpenGov.AppHost.Native;

/// <summary>When the next backup comes: one for each night. A night that was missed is made up as soon as possible, several missed ones once.</summary>
internal static class BackupSchedule
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(4);

    /// <param name="newest">When the newest backup was begun; null where there is none.</param>
    /// <param name="earliest">Not before: a while after the start, or after a failure.</param>
    public static DateTimeOffset Next(TimeOnly time, TimeZoneInfo zone, DateTimeOffset? newest, DateTimeOffset earliest, DateTimeOffset now)
    {
        // One from the future was made by a clock that was wrong: waiting for that day would be waiting for months.
        if (newest is not { } last || last > now)
            return earliest;
        var night = NightAfter(last, time, zone);
        return night > earliest ? night : earliest;
    }

    /// <summary>How long after a failure it is tried again.</summary>
    /// <param name="failures">How many in a row, at least one.</param>
    public static TimeSpan Pause(int failures, TimeSpan first)
    {
        var doubled = first * Math.Pow(2, Math.Min(failures, 10) - 1);
        return doubled < LongestPause ? doubled : LongestPause;
    }

    /// <summary>
    /// Once each calendar day, also where clocks change: an hour that a day lacks is the one after it, of an hour that it has twice it is the second.
    /// </summary>
    private static DateTimeOffset NightAfter(DateTimeOffset moment, TimeOnly time, TimeZoneInfo zone)
    {
        for (var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime); ; day = day.AddDays(1))
        {
            var local = day.ToDateTime(time);
            var night = new DateTimeOffset(local, zone.GetUtcOffset(local));
            if (night > moment)
                return night.ToUniversalTime();
        }
    }
}
