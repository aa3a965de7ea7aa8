using System.Collections.Frozen;

namespace OpenGov.ServiceDefaults.Time;

/// <summary>Zones of the law; the table says of which states.</summary>
public enum LegalZone { Centre, Pacific, Northwest, Southeast }

/// <summary>
/// In which time a state lives: a legal day begins and ends at the state's own midnight, and people read the hours of their own clocks
/// (Ley de los Husos Horarios en los Estados Unidos Mexicanos, 2022).
/// </summary>
/// <param name="Legal">As the law names it.</param>
/// <param name="TzName">IANA name, also PostgreSQL's.</param>
/// <param name="Info">From the system's tz database; on a machine without it the zone's standard time.</param>
public sealed record StateZone(LegalZone Legal, string TzName, TimeZoneInfo Info)
{
    private static readonly FrozenDictionary<string, StateZone> OfStates = Read();

    /// <summary>Of the federal capital: where there is no state yet.</summary>
    public static StateZone Capital { get; } = OfStates["09"];

    /// <summary>SQL for the name of the zone in which the days of the instance of this database begin and end.</summary>
    public static string Sql { get; } =
        $"case (select cve_ent from instance limit 1) {string.Join(' ', OfStates.Where(state => state.Value.TzName != Capital.TzName).OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => $"when '{state.Key}' then '{state.Value.TzName}'"))} else '{Capital.TzName}' end";

    /// <param name="cveEnt">Null, or a code that is none: the capital's.</param>
    public static StateZone Of(string? cveEnt) => cveEnt is not null && OfStates.TryGetValue(cveEnt, out var zone) ? zone : Capital;

    /// <summary>As clocks there show the moment.</summary>
    public DateTime Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Info).DateTime;

    /// <summary>The calendar day there.</summary>
    public DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(Local(now));

    /// <summary>The moment at which clocks there show that hour of that day.</summary>
    public DateTimeOffset At(DateOnly day, TimeOnly hour)
    {
        var local = day.ToDateTime(hour);
        return new DateTimeOffset(local, Info.GetUtcOffset(local));
    }

    private static FrozenDictionary<string, StateZone> Read()
    {
        using var reader = new StreamReader(typeof(StateZone).Assembly.GetManifestResourceStream("reference/time-zones.csv")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => char.IsAsciiDigit(line[0]))
            .Select(line => line.Split(','))
            .ToFrozenDictionary(cells => cells[0], cells => Make(Enum.Parse<LegalZone>(cells[1], ignoreCase: true), cells[2]), StringComparer.Ordinal);
    }

    private static StateZone Make(LegalZone legal, string name)
    {
        var standard = legal switch { LegalZone.Southeast => -5, LegalZone.Pacific => -7, LegalZone.Northwest => -8, _ => -6 };
        return new StateZone(legal, name, TimeZoneInfo.TryFindSystemTimeZoneById(name, out var info) ? info : TimeZoneInfo.CreateCustomTimeZone(name, TimeSpan.FromHours(standard), name, name));
    }
}
