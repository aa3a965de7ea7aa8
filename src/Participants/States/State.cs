using System.Collections.Frozen;

namespace OpenGov.Participants.States;

/// <summary>One of the 32 federative entities (SPEC §6.3).</summary>
/// <param name="CveEnt">INEGI code, two digits as text.</param>
/// <param name="Iso">ISO 3166-2:MX, for example MX-MEX.</param>
/// <param name="Name">Official name: México.</param>
/// <param name="CommonName">Name in use: Estado de México.</param>
/// <param name="Abbreviation">INEGI's abbreviation: Mex.</param>
public sealed record State(string CveEnt, string Iso, string Name, string CommonName, string Abbreviation)
{
    /// <summary>The zone of most of the state's people. Border municipalities that follow the United States are not told apart.</summary>
    private static readonly FrozenDictionary<string, string> Zones = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["02"] = "America/Tijuana",
        ["03"] = "America/Mazatlan",
        ["18"] = "America/Mazatlan",
        ["23"] = "America/Cancun",
        ["25"] = "America/Mazatlan",
        ["26"] = "America/Hermosillo",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>SQL for the name of the zone in which the instance's days begin and end.</summary>
    internal static readonly string ZoneSql = $"case (select cve_ent from instance) {string.Join(' ', Zones.OrderBy(zone => zone.Key, StringComparer.Ordinal).Select(zone => $"when '{zone.Key}' then '{zone.Value}'"))} else 'America/Mexico_City' end";

    /// <summary>A machine without the tz database: central Mexico has had no daylight saving since 2022.</summary>
    private static readonly TimeSpan WithoutZoneData = TimeSpan.FromHours(-6);

    /// <summary>All 32, in INEGI's order.</summary>
    public static IReadOnlyList<State> All { get; } = Read();

    private static FrozenDictionary<string, State> ByCode { get; } = All.ToFrozenDictionary(state => state.CveEnt, StringComparer.Ordinal);

    /// <returns>Null for a code that is not one of 01 to 32.</returns>
    public static State? Find(string? cveEnt) => cveEnt is null ? null : ByCode.GetValueOrDefault(cveEnt);

    /// <summary>The calendar day there: a legal date begins and ends at the state's midnight, not at UTC's.</summary>
    public DateOnly Today(DateTimeOffset now) => Today(CveEnt, now);

    /// <param name="cveEnt">Null before the instance has a state: the zone of the federal capital.</param>
    public static DateOnly Today(string? cveEnt, DateTimeOffset now) => DateOnly.FromDateTime(Local(cveEnt, now));

    /// <summary>As clocks there show the moment.</summary>
    public static DateTime Local(string? cveEnt, DateTimeOffset moment) =>
        (ZoneOf(cveEnt) is { } zone ? TimeZoneInfo.ConvertTime(moment, zone) : moment.ToOffset(WithoutZoneData)).DateTime;

    /// <summary>The moment at which the day begins there, in UTC.</summary>
    public static DateTimeOffset StartOf(string? cveEnt, DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, ZoneOf(cveEnt)?.GetUtcOffset(midnight) ?? WithoutZoneData).ToUniversalTime();
    }

    private static TimeZoneInfo? ZoneOf(string? cveEnt)
    {
        var name = cveEnt is not null && Zones.TryGetValue(cveEnt, out var own) ? own : "America/Mexico_City";
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
    }

    private static State[] Read()
    {
        using var reader = new StreamReader(typeof(State).Assembly.GetManifestResourceStream("reference/states.csv")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => new State(cells[0], cells[4], cells[1], cells[2], cells[3]))];
    }
}
