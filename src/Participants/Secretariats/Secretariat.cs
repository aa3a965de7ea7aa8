using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Participants.Secretariats;

/// <summary>
/// The body that coordinates a local exercise (<i>Secretariado Técnico Local</i>, SPEC §1.2, §2.4): at least one seat of civil society, of
/// the public bodies and of the guarantor. Who sits when is kept as intervals; a day says who is in force.
/// </summary>
public sealed partial class Secretariat : AggregateRoot
{
    private readonly List<Seat> seats = [];
    private readonly List<SeatHolding> holdings = [];
    private readonly List<OfficeHolding> offices = [];
    private readonly List<GovernanceMechanism> mechanisms = [];
    private readonly List<Suspension> suspensions = [];
    private readonly List<IIntegrationEvent> facts = [];

    private Secretariat()
    {
    }

    public string Name { get; private init; } = "";

    /// <summary>The secretariat above a regional or municipal one.</summary>
    public Guid? ParentId { get; private init; }

    public SecretariatState State { get; private set; }
    public DateOnly FormedOn { get; private init; }

    /// <summary>The joint declaration (INV-03): when it was signed, by which sectors, and where it can be read.</summary>
    public DateOnly? DeclaredOn { get; private set; }

    public IReadOnlyList<Sector> DeclaredBy { get; private set; } = [];
    public string? Declaration { get; private set; }
    public DateOnly? InstalledOn { get; private set; }

    /// <summary>The mechanism that the installation act approved.</summary>
    public Guid? InstalledWith { get; private set; }

    /// <summary>Of whatever cause came first of those that go on.</summary>
    public DateOnly? SuspendedOn { get; private set; }

    public IReadOnlyList<Seat> Seats => seats;
    public IReadOnlyList<SeatHolding> Holdings => holdings;
    public IReadOnlyList<OfficeHolding> Offices => offices;
    public IReadOnlyList<GovernanceMechanism> Mechanisms => mechanisms;
    public IReadOnlyList<Suspension> Suspensions => suspensions;

    public GovernanceMechanism? Mechanism => mechanisms.MaxBy(row => row.Number);

    public static Secretariat Form(string name, Guid? parent, DateOnly today)
    {
        var formed = new Secretariat { Id = Guid.CreateVersion7(), Name = name, ParentId = parent, State = SecretariatState.Integrating, FormedOn = today };
        formed.facts.Add(new SecretariatFormedV1(formed.Id, formed.Touch(), name, parent));
        return formed;
    }

    public IReadOnlyList<IIntegrationEvent> TakeFacts()
    {
        IReadOnlyList<IIntegrationEvent> taken = [.. facts];
        facts.Clear();
        return taken;
    }

    public Composition On(DateOnly day) => new(
        day,
        State,
        [.. seats.Where(seat => seat.IsInForce(day)).OrderBy(seat => seat.Number).Select(seat => new SeatOnDay(seat.Id, seat.Number, seat.Sector, HolderOf(seat, SeatRole.Titular, day), HolderOf(seat, SeatRole.Alternate, day)))],
        Current(SecretariatOffice.Facilitator, day)?.AccountId,
        DecidesOnReturn);

    public OfficeHolding? Current(SecretariatOffice office, DateOnly day) => offices.LastOrDefault(row => row.Office == office && row.IsInForce(day));

    public GoverningRules Rules(LegalProfiles.ProfileParameters profile) => GoverningRules.Of(profile, Mechanism?.Parameters);

    private Holder? HolderOf(Seat seat, SeatRole role, DateOnly day) =>
        holdings.SingleOrDefault(row => row.SeatId == seat.Id && row.Role == role && row.IsInForce(day)) is { } held
            ? new Holder(held.Id, role, held.OrganisationId, held.AccountId)
            : null;
}
