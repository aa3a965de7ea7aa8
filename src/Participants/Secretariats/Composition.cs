using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

public sealed record Holder(Guid HoldingId, SeatRole Role, Guid OrganisationId, Guid? AccountId);

/// <param name="Titular">Null: the seat is vacant, its alternate stands in for nobody.</param>
public sealed record SeatOnDay(Guid SeatId, int Number, Sector Sector, Holder? Titular, Holder? Alternate)
{
    public Holder? Of(SeatRole role) => role == SeatRole.Titular ? Titular : Alternate;
}

/// <summary>Who holds what on a day.</summary>
/// <param name="DecidesOnReturn">It resolved its own suspension, and nothing else keeps it from deciding on its return.</param>
public sealed record Composition(DateOnly Day, SecretariatState State, IReadOnlyList<SeatOnDay> Seats, Guid? FacilitatorAccountId, bool DecidesOnReturn = false)
{
    public IReadOnlyList<SeatOnDay> Occupied { get; } = [.. Seats.Where(seat => seat.Titular is not null)];

    public IReadOnlyList<Sector> MissingSectors => [.. Enum.GetValues<Sector>().Where(sector => Occupied.All(seat => seat.Sector != sector))];

    /// <summary>A sector with more than half of the occupied seats: a warning, never a refusal (SPEC §2.4).</summary>
    public Sector? Dominant => Enum.GetValues<Sector>().Cast<Sector?>()
        .SingleOrDefault(sector => 2 * Occupied.Count(seat => seat.Sector == sector) > Occupied.Count);

    /// <summary>The occupied seat that an account holds, and as what.</summary>
    public (SeatOnDay Seat, Holder Holder)? HeldBy(Guid account)
    {
        foreach (var seat in Occupied)
        {
            if (seat.Titular!.AccountId == account)
                return (seat, seat.Titular);
            if (seat.Alternate?.AccountId == account)
                return (seat, seat.Alternate);
        }

        return null;
    }
}
