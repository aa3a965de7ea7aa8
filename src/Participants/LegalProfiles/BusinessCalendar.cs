using System.Collections.Frozen;

namespace OpenGov.Participants.LegalProfiles;

/// <summary>The days without business that a version of the legal profile names, from its first day until the next version's.</summary>
public sealed record CalendarVersion(DateOnly ValidFrom, IEnumerable<DateOnly> Holidays);

/// <summary>
/// Business days (<i>días hábiles</i>): Monday to Friday without the holidays of the state's calendar. Each day is judged by the version of the
/// legal profile that is in force on it, also where a term begins under one version and ends under the next. A term of n days counts
/// from the day after the act that starts it (SPEC §4.3), so that the first business day after it is day one.
/// </summary>
public sealed class BusinessCalendar
{
    /// <summary>Ten years of business days: nothing in this field runs longer, and a loop needs an end.</summary>
    public const int MaxDays = 2600;

    private readonly (DateOnly From, FrozenSet<DateOnly> Holidays)[] versions;

    /// <summary>One calendar for all days.</summary>
    public BusinessCalendar(IEnumerable<DateOnly> holidays) => versions = [(DateOnly.MinValue, holidays.ToFrozenSet())];

    private BusinessCalendar((DateOnly From, FrozenSet<DateOnly> Holidays)[] versions) => this.versions = versions;

    /// <param name="versions">In any order, at least one; days before the first are judged by the first.</param>
    public static BusinessCalendar Of(IReadOnlyCollection<CalendarVersion> versions) => versions.Count > 0
        ? new([.. versions.OrderBy(version => version.ValidFrom).Select(version => (version.ValidFrom, version.Holidays.ToFrozenSet()))])
        : throw new ArgumentException("A calendar needs a version.", nameof(versions));

    public bool IsBusinessDay(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !HolidaysOn(day).Contains(day);

    /// <summary>The years of a span of days for which the version in force then names no day without business: terms in them would be counted too short.</summary>
    public IReadOnlyList<int> YearsWithoutHolidays(DateOnly from, DateOnly to)
    {
        var years = new SortedSet<int>();
        for (var index = 0; index < versions.Length; index++)
        {
            var first = index == 0 || versions[index].From < from ? from : versions[index].From;
            var last = index + 1 < versions.Length && versions[index + 1].From <= to ? versions[index + 1].From.AddDays(-1) : to;
            for (var year = first.Year; first <= last && year <= last.Year; year++)
            {
                if (!versions[index].Holidays.Any(day => day.Year == year))
                    years.Add(year);
            }
        }

        return [.. years];
    }

    /// <summary>The last day of a term of <paramref name="days"/> business days that starts with an act on <paramref name="from"/>.</summary>
    /// <param name="days">0 to <see cref="MaxDays"/>; with 0 the day itself, or the next business day where it is none.</param>
    public DateOnly Add(DateOnly from, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, MaxDays);
        var day = from;
        if (days == 0)
            return NextOrSame(day);
        while (days > 0)
        {
            day = day.AddDays(1);
            if (IsBusinessDay(day))
                days--;
        }

        return day;
    }

    /// <summary>Business days after <paramref name="from"/> up to and including <paramref name="to"/>; 0 where <paramref name="to"/> is not later.</summary>
    public int Between(DateOnly from, DateOnly to)
    {
        var count = 0;
        for (var day = from.AddDays(1); day <= to; day = day.AddDays(1))
            count += IsBusinessDay(day) ? 1 : 0;
        return count;
    }

    private FrozenSet<DateOnly> HolidaysOn(DateOnly day)
    {
        var index = versions.Length - 1;
        while (index > 0 && versions[index].From > day)
            index--;
        return versions[index].Holidays;
    }

    private DateOnly NextOrSame(DateOnly day)
    {
        // Holidays are bounded (LegalProfile.MaxHolidays), so that a business day comes.
        while (!IsBusinessDay(day))
            day = day.AddDays(1);
        return day;
    }
}

/// <summary>Obligatory rest days of Ley Federal del Trabajo art. 74, I to VIII. Those of electoral laws (IX) and local ones are for people to add.</summary>
public static class RestDays
{
    public static IReadOnlyList<DateOnly> Of(int year)
    {
        var days = new List<DateOnly>
        {
            new(year, 1, 1),
            Monday(year, 2, 1),
            Monday(year, 3, 3),
            new(year, 5, 1),
            new(year, 9, 16),
            Monday(year, 11, 3),
            new(year, 12, 25),
        };
        // A new president took office on 1 December until 2018, and takes it on 1 October since 2024.
        if (year >= 2024 && (year - 2024) % 6 == 0)
            days.Add(new DateOnly(year, 10, 1));
        else if (year <= 2018 && (2018 - year) % 6 == 0)
            days.Add(new DateOnly(year, 12, 1));
        return [.. days.Order()];
    }

    private static DateOnly Monday(int year, int month, int nth)
    {
        var first = new DateOnly(year, month, 1);
        var toMonday = ((int)DayOfWeek.Monday - (int)first.DayOfWeek + 7) % 7;
        return first.AddDays(toMonday + (7 * (nth - 1)));
    }
}
