using System.Globalization;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.Portal.Layout;

/// <summary>Dates, numbers and sizes as people read them, in the language of the page.</summary>
public static class Format
{
    private const char NoBreak = '\u00a0';

    /// <summary>Of the instance that this portal shows; the capital's until that is known.</summary>
    internal static StateZone Zone { get; set; } = StateZone.Capital;

    internal static bool English => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    /// <summary>21 de noviembre de 2026</summary>
    public static string Day(DateOnly? day) => day is null ? Text.T("layout.unknown") : day.Value.ToString(English ? "d MMMM yyyy" : "d 'de' MMMM 'de' yyyy", CultureInfo.CurrentCulture);

    /// <summary>The last day of a term that is over from <paramref name="end"/> on: that is how people say it. One that ended on its first day had that day.</summary>
    public static DateOnly LastDay(DateOnly from, DateOnly end) => end > from ? end.AddDays(-1) : from;

    /// <summary>The day of a moment in the instance's state.</summary>
    public static string Day(DateTimeOffset moment) => Day(Zone.Today(moment));

    /// <summary>21 de noviembre de 2026, 18:40 (hora del centro de México)</summary>
    public static string Moment(DateTimeOffset? moment) => Moment(moment, Zone);

    internal static string Moment(DateTimeOffset? moment, StateZone zone)
    {
        if (moment is null)
            return Text.T("layout.unknown");
        var local = zone.Local(moment.Value);
        return Text.T("layout.moment", Day(DateOnly.FromDateTime(local)), local.ToString("HH:mm", CultureInfo.InvariantCulture), ZoneName(zone));
    }

    /// <summary>hora del centro de México</summary>
    public static string ZoneName(StateZone? zone = null) => Text.T($"layout.zone_{(zone ?? Zone).Legal.Code()}");

    /// <summary>The moment at which it is that hour of that day in the instance's state.</summary>
    public static DateTimeOffset At(DateOnly day, TimeOnly hour) => Zone.At(day, hour);

    /// <summary>The day that it is then in the instance's state.</summary>
    public static DateOnly DayOf(DateTimeOffset moment) => Zone.Today(moment);

    /// <summary>What clocks of the instance's state show at that moment.</summary>
    internal static DateTime Local(DateTimeOffset moment) => Zone.Local(moment);

    /// <summary>The moment at which that day begins in the instance's state.</summary>
    public static DateTimeOffset? StartOf(DateOnly? day) => day is { } first ? At(first, TimeOnly.MinValue) : null;

    /// <summary>The moment until which a term with that last day runs: the end of the day in the instance's state.</summary>
    public static DateTimeOffset? EndOf(DateOnly? day) => day is { } last ? At(last.AddDays(1), TimeOnly.MinValue) : null;

    /// <summary>Machine-readable form for <c>time datetime</c>.</summary>
    public static string Iso(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Iso(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>A percentage that a service computed and rounded (SPEC §3.2.6); null, a rate over nothing, is "no aplica", never 0 or 100.</summary>
    public static string Percent(string? percent) => percent is null ? Text.T("layout.notApplicable") : $"{percent}{NoBreak}%";

    /// <summary>Width for a drawn bar, in percent of the whole, cut to 0 to 100. A picture only: the number stands beside it.</summary>
    public static string BarWidth(string? percent)
    {
        var value = decimal.TryParse(percent, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0m;
        return Math.Clamp(value, 0m, 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%";
    }

    /// <summary>Width for a bar of a count among all.</summary>
    public static string BarWidth(int part, int whole) =>
        BarWidth(whole <= 0 ? "0" : (100m * part / whole).ToString("0.##", CultureInfo.InvariantCulture));

    public static string Number(long number) => number.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>Bytes, in the unit that people use.</summary>
    public static string Size(long? bytes) => bytes switch
    {
        null => Text.T("layout.unknown"),
        < 1024 => $"{bytes}{NoBreak}B",
        < 1024 * 1024 => $"{(bytes.Value / 1024m).ToString("0.#", CultureInfo.InvariantCulture)}{NoBreak}KB",
        >= 1024L * 1024 * 1024 => $"{(bytes.Value / 1073741824m).ToString("0.#", CultureInfo.InvariantCulture)}{NoBreak}GB",
        _ => $"{(bytes.Value / 1048576m).ToString("0.#", CultureInfo.InvariantCulture)}{NoBreak}MB",
    };

    /// <summary>Only web addresses become links; a source could print anything.</summary>
    public static bool IsWebLink(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
