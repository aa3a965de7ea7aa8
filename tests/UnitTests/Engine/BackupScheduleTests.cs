using OpenGov.AppHost.Native;

namespace OpenGov.UnitTests.Engine;

public sealed class BackupScheduleTests
{
    private static readonly TimeOnly Night = new(2, 30);
    private static readonly TimeZoneInfo Mexico = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    /// <summary>With summer time, as the border keeps it.</summary>
    private static readonly TimeZoneInfo Tijuana = TimeZoneInfo.FindSystemTimeZoneById("America/Tijuana");

    [Fact]
    public void The_next_one_comes_at_night_on_the_clocks_there()
    {
        var made = Utc(10, 8, 30, 1);
        Next(Mexico, made, Utc(1, 0), Utc(10, 9)).ShouldBe(Utc(11, 8, 30));
        // One that was asked for in between does not replace the night's.
        Next(Mexico, Utc(10, 20), Utc(1, 0), Utc(10, 21)).ShouldBe(Utc(11, 8, 30));
    }

    [Fact]
    public void Without_any_or_after_missed_nights_it_comes_soon_after_the_start_and_once()
    {
        var soon = Utc(10, 15, 10);
        Next(Mexico, null, soon, Utc(10, 15)).ShouldBe(soon);
        Next(Mexico, Utc(2, 8, 30), soon, Utc(10, 15)).ShouldBe(soon);
        Next(Mexico, soon, soon, Utc(10, 15, 20)).ShouldBe(Utc(11, 8, 30));
    }

    [Fact]
    public void A_restart_after_the_night_s_backup_makes_no_second_one()
    {
        Next(Mexico, Utc(10, 8, 30), Utc(10, 15, 10), Utc(10, 15)).ShouldBe(Utc(11, 8, 30));
        // A start shortly before the night waits until people have what they started it for.
        Next(Mexico, Utc(10, 8, 30), Utc(11, 8, 35), Utc(11, 8, 25)).ShouldBe(Utc(11, 8, 35));
    }

    [Fact]
    public void A_backup_from_the_future_does_not_keep_the_next_one_back() =>
        Next(Mexico, Utc(10, 15).AddYears(3), Utc(10, 15, 10), Utc(10, 15)).ShouldBe(Utc(10, 15, 10));

    [Fact]
    public void Where_clocks_change_there_is_one_each_day()
    {
        // 2026-03-08: 02:30 does not exist there; 2026-11-01: 01:30 is twice.
        foreach (var (first, time) in new[] { (new DateOnly(2026, 3, 5), Night), (new DateOnly(2026, 10, 29), new TimeOnly(1, 30)) })
        {
            var made = new DateTimeOffset(first.ToDateTime(new TimeOnly(20, 0)), TimeSpan.Zero);
            var days = new List<DateOnly>();
            for (var number = 0; number < 7; number++)
            {
                var next = BackupSchedule.Next(time, Tijuana, made, made, made);
                (next - made).ShouldBeInRange(TimeSpan.FromHours(6), TimeSpan.FromHours(26));
                days.Add(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(next, Tijuana).DateTime));
                made = next.AddSeconds(5);
            }

            days.ShouldBe(Enumerable.Range(1, 7).Select(first.AddDays));
        }
    }

    [Fact]
    public void After_a_failure_it_waits_twice_as_long_each_time_up_to_four_hours()
    {
        var pause = TimeSpan.FromMinutes(15);
        new[] { 1, 2, 3, 4, 5, 6, 50 }.Select(failures => BackupSchedule.Pause(failures, pause).TotalMinutes).ShouldBe([15, 30, 60, 120, 240, 240, 240]);
    }

    private static DateTimeOffset Next(TimeZoneInfo zone, DateTimeOffset? newest, DateTimeOffset earliest, DateTimeOffset now) => BackupSchedule.Next(Night, zone, newest, earliest, now);

    /// <summary>In March 2026; 02:30 in Mexico City is 08:30.</summary>
    private static DateTimeOffset Utc(int day, int hour, int minute = 0, int second = 0) => new(2026, 3, day, hour, minute, second, TimeSpan.Zero);
}
