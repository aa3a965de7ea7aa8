using OpenGov.AppHost.Native;

namespace OpenGov.UnitTests.Engine;

public sealed class KeptBackupsTests
{
    private static readonly TimeZoneInfo Mexico = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    /// <summary>A Wednesday, 12:00 there.</summary>
    private static readonly DateTimeOffset Now = new(2026, 3, 11, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_a_backup_each_night_seven_days_and_the_newest_of_four_weeks_stay()
    {
        // At 02:30 there, for a hundred nights.
        var all = Enumerable.Range(0, 100).Select(days => At(new DateTimeOffset(2026, 3, 11, 8, 30, 0, TimeSpan.Zero).AddDays(-days))).ToList();

        var kept = Kept(all).Select(one => one.At.ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal);

        // Sundays of the two weeks before the seven days; the Sunday of the last week is one of the seven.
        kept.ShouldBe(["02-22", "03-01", "03-05", "03-06", "03-07", "03-08", "03-09", "03-10", "03-11"]);
    }

    [Fact]
    public void All_of_the_last_day_stay_and_of_earlier_days_the_newest()
    {
        var before = At(Now.AddHours(-3));
        var after = At(Now.AddHours(-1));
        var morning = At(Now.AddHours(-30));
        var evening = At(Now.AddHours(-26));
        Kept([before, after, morning, evening]).ShouldBe([before, after, evening], ignoreOrder: true);
    }

    [Fact]
    public void Days_are_those_of_the_clocks_there()
    {
        // 23:00 and 01:00 there are one day in UTC.
        var late = At(new DateTimeOffset(2026, 3, 9, 5, 0, 0, TimeSpan.Zero));
        var early = At(new DateTimeOffset(2026, 3, 9, 7, 0, 0, TimeSpan.Zero));
        Kept([late, early]).ShouldBe([late, early], ignoreOrder: true);
    }

    [Fact]
    public void The_newest_stays_whatever_its_age_and_nothing_is_kept_longer_than_four_weeks_beside_it()
    {
        var old = At(Now.AddDays(-200));
        var older = At(Now.AddDays(-201));
        Kept([older, old]).ShouldBe([old]);
        Kept([]).ShouldBeEmpty();
        for (var days = 0; days < 100; days++)
            Kept([At(Now), At(Now.AddDays(-days))]).Count.ShouldBeLessThanOrEqualTo(days == 0 || days >= 28 ? 1 : 2, $"{days} days");
    }

    [Fact]
    public void One_from_the_future_is_kept_and_does_not_cost_another_one_its_place()
    {
        var future = At(Now.AddDays(300));
        var last = At(Now.AddHours(-30));
        Kept([future, last]).ShouldBe([future, last], ignoreOrder: true);
    }

    [Fact]
    public void Those_from_the_future_are_not_of_the_last_day_and_are_no_newest()
    {
        var last = At(Now.AddDays(-200));
        var (first, second) = (At(Now.AddDays(300)), At(Now.AddDays(300).AddMinutes(10)));
        Kept([first, second, last]).ShouldBe([second, last], ignoreOrder: true);
    }

    [Fact]
    public void Until_a_trial_succeeded_the_newest_that_can_be_relied_upon_stays_whatever_its_age()
    {
        var relied = At(Now.AddDays(-60));
        var untried = Enumerable.Range(0, 3).Select(days => At(Now.AddDays(-days))).ToList();
        Kept([relied, At(Now.AddDays(-61)), .. untried], reliedUntil: Now.AddDays(-56)).ShouldBe([relied, .. untried], ignoreOrder: true);
        Kept([relied, .. untried], reliedUntil: Now.AddDays(7)).ShouldBe(untried, ignoreOrder: true);
    }

    [Fact]
    public void A_name_tells_the_moment_and_whose_it_is()
    {
        var made = BackupFolder.Of(Now, "0a1b2c3d");
        made.Name.ShouldBe("20260311T180000Z-0a1b2c3d");
        BackupFolder.TryRead(made.Name, "0a1b2c3d").ShouldBe(made);
        foreach (var other in new[] { "20260311T180000Z-ffffffff", "20260311T180000Z", "20260311-0a1b2c3d", "antes-de-actualizar", ".partial-20260311T180000Z-0a1b2c3d", "last" })
            BackupFolder.TryRead(other, "0a1b2c3d").ShouldBeNull(other);
    }

    private static IReadOnlySet<BackupFolder> Kept(IReadOnlyCollection<BackupFolder> all, DateTimeOffset? reliedUntil = null) => KeptBackups.Of(all, Mexico, Now, reliedUntil);

    private static BackupFolder At(DateTimeOffset at) => BackupFolder.Of(at, "0a1b2c3d");
}
