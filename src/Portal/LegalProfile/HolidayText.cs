using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenGov.Portal.LegalProfile;

/// <summary>
/// Reads a calendar as people have it: a date a line, with or without its name, as 2026-12-25, 25/12/2026 or 25 de diciembre de 2026; from one
/// date to another ("21/12/2026 al 06/01/2027"); lines of a CSV; or the text of an iCalendar file. A day that stands twice counts once.
/// </summary>
internal static partial class HolidayText
{
    /// <summary>Longer than any recess; a wrong year must not become a thousand days.</summary>
    private const int LongestSpan = 92;

    private static readonly string[] Months =
        ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"];

    /// <returns>The days in order, and the first line that is no date (then the days are worth nothing).</returns>
    public static (IReadOnlyList<DateOnly> Days, string? Wrong) Read(string text)
    {
        var days = new SortedSet<DateOnly>();
        var isCalendarFile = text.Contains("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase);
        var isFirst = true;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (isCalendarFile)
            {
                if (CalendarStart().Match(line) is { Success: true } start)
                {
                    if (!Add(days, start.Groups["day"].Value, "yyyyMMdd"))
                        return ([], line);
                }

                continue;
            }

            // The head of a CSV.
            if (isFirst && line.IndexOfAny([',', ';', '\t']) >= 0 && !line.Any(char.IsAsciiDigit))
            {
                isFirst = false;
                continue;
            }

            isFirst = false;
            if (!ReadLine(line, days))
                return ([], line);
        }

        return ([.. days], null);
    }

    public static string Write(IEnumerable<DateOnly> days) => string.Join('\n', days.Order().Select(day => day.ToString("O", CultureInfo.InvariantCulture)));

    private static bool ReadLine(string line, SortedSet<DateOnly> days)
    {
        var matches = Date().Matches(line);
        var found = new List<DateOnly>();
        foreach (Match match in matches)
        {
            if (DayOf(match) is not { } day)
                return false;
            found.Add(day);
        }

        if (found.Count == 0)
            return false;
        var between = found.Count == 2 ? line[(matches[0].Index + matches[0].Length)..matches[1].Index].Trim() : "";
        if (between is "a" or "al" or "–" or "-" or ".." or "to" or "hasta" or "hasta el")
        {
            var length = found[1].DayNumber - found[0].DayNumber;
            if (length is < 0 or > LongestSpan)
                return false;
            found = [.. Enumerable.Range(0, length + 1).Select(found[0].AddDays)];
        }

        days.UnionWith(found);
        return true;
    }

    private static DateOnly? DayOf(Match match)
    {
        var month = match.Groups["name"] is { Success: true } name ? Array.IndexOf(Months, name.Value.ToLowerInvariant()) + 1 : Number("month");
        var (year, day) = (Number("year"), Number("day"));
        return month is >= 1 and <= 12 && year is >= 2000 and <= 2100 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static bool Add(SortedSet<DateOnly> days, string text, string form)
    {
        if (!DateOnly.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return false;
        days.Add(day);
        return true;
    }

    [GeneratedRegex(@"(?<!\d)(?:(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})|(?<day>\d{1,2})[/-](?<month>\d{1,2})[/-](?<year>\d{4})|(?<day>\d{1,2})\s+de\s+(?<name>[a-z]+)\s+de(?:l)?\s+(?<year>\d{4}))(?!\d)",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Date();

    [GeneratedRegex(@"^DTSTART(;[^:]*)?:(?<day>\d{8})", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CalendarStart();
}
