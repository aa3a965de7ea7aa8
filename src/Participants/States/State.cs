using System.Collections.Frozen;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.Participants.States;

/// <summary>One of the 32 federative entities (SPEC §6.3).</summary>
/// <param name="CveEnt">INEGI code, two digits as text.</param>
/// <param name="Iso">ISO 3166-2:MX, for example MX-MEX.</param>
/// <param name="Name">Official name: México.</param>
/// <param name="CommonName">Name in use: Estado de México.</param>
/// <param name="Abbreviation">INEGI's abbreviation: Mex.</param>
public sealed record State(string CveEnt, string Iso, string Name, string CommonName, string Abbreviation)
{
    /// <summary>All 32, in INEGI's order.</summary>
    public static IReadOnlyList<State> All { get; } = Read();

    private static FrozenDictionary<string, State> ByCode { get; } = All.ToFrozenDictionary(state => state.CveEnt, StringComparer.Ordinal);

    /// <returns>Null for a code that is not one of 01 to 32.</returns>
    public static State? Find(string? cveEnt) => cveEnt is null ? null : ByCode.GetValueOrDefault(cveEnt);

    /// <summary>The calendar day there: a legal date begins and ends at the state's midnight, not at UTC's.</summary>
    public DateOnly Today(DateTimeOffset now) => Today(CveEnt, now);

    /// <param name="cveEnt">Null before the instance has a state: the zone of the federal capital.</param>
    public static DateOnly Today(string? cveEnt, DateTimeOffset now) => StateZone.Of(cveEnt).Today(now);

    /// <summary>As clocks there show the moment.</summary>
    public static DateTime Local(string? cveEnt, DateTimeOffset moment) => StateZone.Of(cveEnt).Local(moment);

    /// <summary>The moment at which the day begins there, in UTC.</summary>
    public static DateTimeOffset StartOf(string? cveEnt, DateOnly day) => StateZone.Of(cveEnt).At(day, TimeOnly.MinValue).ToUniversalTime();

    private static State[] Read()
    {
        using var reader = new StreamReader(typeof(State).Assembly.GetManifestResourceStream("reference/states.csv")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => new State(cells[0], cells[4], cells[1], cells[2], cells[3]))];
    }
}
