using FsCheck;
using FsCheck.Fluent;
using OpenGov.Participants.LegalProfiles;

namespace OpenGov.UnitTests.Participants;

public sealed class BusinessCalendarTests
{
    private static readonly DateOnly Start = new(2020, 1, 1);

    /// <summary>A calendar with up to forty holidays in five years, a day in them, and a number of days.</summary>
    private static readonly Arbitrary<(DateOnly[] Holidays, DateOnly Day, int Days)> Cases = (
        from holidays in Gen.Choose(0, 1825).ListOf()
        from day in Gen.Choose(0, 1825)
        from days in Gen.Choose(0, 300)
        select (holidays.Take(40).Select(Start.AddDays).ToArray(), Start.AddDays(day), days)).ToArbitrary();

    [Fact]
    public void A_term_of_n_days_ends_on_a_business_day_with_exactly_n_of_them_after_its_start() => Prop.ForAll(Cases, given =>
    {
        var calendar = new BusinessCalendar(given.Holidays);
        var end = calendar.Add(given.Day, given.Days);
        return calendar.IsBusinessDay(end) && (given.Days == 0 || calendar.Between(given.Day, end) == given.Days) && end >= given.Day;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Terms_one_after_another_end_where_one_long_term_ends() => Prop.ForAll(Cases, given =>
    {
        var calendar = new BusinessCalendar(given.Holidays);
        var (first, second) = (given.Days + 1, (given.Days / 2) + 1);
        return calendar.Add(calendar.Add(given.Day, first), second) == calendar.Add(given.Day, first + second);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Another_holiday_never_shortens_a_term() => Prop.ForAll(Cases, given =>
    {
        var more = new BusinessCalendar([.. given.Holidays, given.Day.AddDays(1), given.Day.AddDays(2)]);
        return more.Add(given.Day, given.Days) >= new BusinessCalendar(given.Holidays).Add(given.Day, given.Days);
    }).QuickCheckThrowOnFailure();

    [Theory]
    // Answer to an ARCO request of Monday 2 March 2026 within 20 business days: 16 March is a rest day (third Monday).
    [InlineData("2026-03-02", 20, "2026-03-31")]
    // From Friday the first day is Monday; from Saturday too.
    [InlineData("2026-06-05", 1, "2026-06-08")]
    [InlineData("2026-06-06", 1, "2026-06-08")]
    [InlineData("2026-06-06", 0, "2026-06-08")]
    [InlineData("2026-06-08", 0, "2026-06-08")]
    // Christmas and New Year of the next year.
    [InlineData("2026-12-24", 5, "2027-01-04")]
    public void Terms_counted_by_hand(string from, int days, string end) =>
        new BusinessCalendar([.. RestDays.Of(2026), .. RestDays.Of(2027)]).Add(DateOnly.Parse(from, null), days).ShouldBe(DateOnly.Parse(end, null));

    [Theory]
    // The version of 2026 knows no holiday of 2027; the next one, adopted with its date, does: 1, 4, 5 and 6 January.
    [InlineData("2026-12-10", 20, "2027-01-14")]
    // What the next version says of days before its own does not count: it calls 21 December a holiday.
    [InlineData("2026-12-18", 1, "2026-12-21")]
    // Wholly within the next.
    [InlineData("2027-01-04", 1, "2027-01-07")]
    // And what the first says of days after its own: 20 January.
    [InlineData("2027-01-19", 1, "2027-01-20")]
    public void Each_day_is_judged_by_the_version_in_force_on_it(string from, int days, string end)
    {
        var calendar = BusinessCalendar.Of(
        [
            new CalendarVersion(new(2027, 1, 1), [new(2026, 12, 21), new(2027, 1, 1), new(2027, 1, 4), new(2027, 1, 5), new(2027, 1, 6)]),
            new CalendarVersion(new(2015, 1, 1), [new(2026, 12, 25), new(2027, 1, 20)]),
        ]);
        calendar.Add(DateOnly.Parse(from, null), days).ShouldBe(DateOnly.Parse(end, null));
    }

    [Fact]
    public void Versions_that_say_the_same_are_one_calendar() => Prop.ForAll(Cases, given =>
    {
        var versions = BusinessCalendar.Of([.. new[] { 0, 400, 401, 1200 }.Select(day => new CalendarVersion(Start.AddDays(day), given.Holidays))]);
        return versions.Add(given.Day, given.Days) == new BusinessCalendar(given.Holidays).Add(given.Day, given.Days);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_year_lacks_its_holidays_where_the_version_in_force_in_it_names_none()
    {
        var calendar = BusinessCalendar.Of([new CalendarVersion(new(2015, 1, 1), [new(2026, 12, 25)]), new CalendarVersion(new(2027, 6, 1), [new(2027, 9, 16), new(2028, 1, 1)])]);
        calendar.YearsWithoutHolidays(new(2026, 3, 1), new(2026, 12, 31)).ShouldBeEmpty();
        calendar.YearsWithoutHolidays(new(2026, 3, 1), new(2027, 1, 1)).ShouldBe([2027]);
        calendar.YearsWithoutHolidays(new(2027, 6, 1), new(2028, 3, 1)).ShouldBeEmpty();
        calendar.YearsWithoutHolidays(new(2027, 6, 1), new(2029, 1, 1)).ShouldBe([2029]);
    }

    [Fact]
    public void A_negative_or_endless_term_is_a_bug()
    {
        var calendar = new BusinessCalendar([]);
        Should.Throw<ArgumentOutOfRangeException>(() => calendar.Add(Start, -1));
        Should.Throw<ArgumentOutOfRangeException>(() => calendar.Add(Start, BusinessCalendar.MaxDays + 1));
    }

    [Theory]
    [InlineData(2024, "2024-01-01 2024-02-05 2024-03-18 2024-05-01 2024-09-16 2024-10-01 2024-11-18 2024-12-25")]
    [InlineData(2026, "2026-01-01 2026-02-02 2026-03-16 2026-05-01 2026-09-16 2026-11-16 2026-12-25")]
    [InlineData(2018, "2018-01-01 2018-02-05 2018-03-19 2018-05-01 2018-09-16 2018-11-19 2018-12-01 2018-12-25")]
    public void LFT_74_rest_days_of_a_year(int year, string days) => string.Join(' ', RestDays.Of(year).Select(day => day.ToString("yyyy-MM-dd", null))).ShouldBe(days);

    [Fact]
    public void LFT_74_movable_days_are_mondays_and_a_new_presidency_comes_every_six_years() => Prop.ForAll(Gen.Choose(2006, 2100).ToArbitrary(), year =>
    {
        var days = RestDays.Of(year);
        return days.Where(day => day.Month is 2 or 3 or 11).All(day => day.DayOfWeek == DayOfWeek.Monday)
            && days.Count == (year is 2006 or 2012 or 2018 || (year >= 2024 && year % 6 == 2024 % 6) ? 8 : 7);
    }).QuickCheckThrowOnFailure();
}
