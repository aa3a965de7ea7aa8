using System.Globalization;
using System.Text.Json.Serialization;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

public sealed record SectorPresence(Sector Sector, int Occupied, int Present);

/// <summary>Who is there against who must be (SPEC §2.5), with every number that a person needs to check it.</summary>
/// <param name="Needed">Seats that must be present in total; in the second call those that are there will do.</param>
/// <param name="Fraction">Of the occupied seats, from which the number in the first call follows.</param>
public sealed record Quorum(int Call, int Occupied, int Present, int Needed, bool EachSector, IReadOnlyList<SectorPresence> Sectors, QuorumFraction Fraction)
{
    [JsonIgnore]
    public bool IsMet => Present >= Needed && Lacking.Count == 0;

    [JsonIgnore]
    public IReadOnlyList<SectorPresence> Lacking => EachSector ? [.. Sectors.Where(sector => sector.Present == 0)] : [];

    public static Quorum Of(int call, Composition composition, IReadOnlySet<Guid> presentSeats, GoverningRules rules)
    {
        var occupied = composition.Occupied;
        var present = occupied.Where(seat => presentSeats.Contains(seat.SeatId)).ToList();
        return new Quorum(
            call,
            occupied.Count,
            present.Count,
            call == 1 ? rules.SeatsForQuorum(occupied.Count) : 1,
            rules.QuorumEachSector,
            [.. Enum.GetValues<Sector>().Select(sector => new SectorPresence(
                sector, occupied.Count(seat => seat.Sector == sector), present.Count(seat => seat.Sector == sector)))],
            rules.QuorumFraction);
    }

    /// <summary>How the number that is needed follows from the occupied seats, with the numbers.</summary>
    [JsonIgnore]
    public string Formula => Call != 1 ? "1" : Fraction.MoreThan
        ? string.Create(CultureInfo.InvariantCulture, $"⌊{Fraction.Numerator} × {Occupied} / {Fraction.Denominator}⌋ + 1 = {Needed}")
        : string.Create(CultureInfo.InvariantCulture, $"⌈{Fraction.Numerator} × {Occupied} / {Fraction.Denominator}⌉ = {Needed}");

    /// <summary>INV-11, naming what is missing.</summary>
    public Result Demand()
    {
        var refusals = new List<Refusal>();
        if (Present < Needed)
            refusals.Add(Refusal.Rule("quorum_missing", null, Present, Needed, Occupied, Formula));
        foreach (var sector in Lacking)
            refusals.Add(Missing(sector.Sector));
        return Result.From(refusals);
    }

    private static Refusal Missing(Sector sector) => sector switch
    {
        Sector.CivilSociety => Refusal.Rule("quorum_lacks_civil_society"),
        Sector.PublicBody => Refusal.Rule("quorum_lacks_public_bodies"),
        _ => Refusal.Rule("quorum_lacks_guarantor"),
    };
}
