using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>A secretariat and what it needs, as a test wants it; all facts in the order in which they happened.</summary>
internal sealed class Scene
{
    public static readonly DateOnly Today = new(2026, 3, 2);
    public static readonly IReadOnlyList<DateOnly> Held = [Today.AddDays(-10)];
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero);
    public static readonly BusinessCalendar Calendar = new([]);
    public static readonly MechanismParts Parts = new("Integración, elección y rotación", "Funciones", "Operación", "Decisiones");
    public static readonly VoteCast Yes = new(VoteChoice.InFavour, ConflictOfInterest: false);
    public static readonly VoteCast No = new(VoteChoice.Against, ConflictOfInterest: false);
    public static readonly VoteCast Abstains = new(VoteChoice.Abstention, ConflictOfInterest: false);

    public Secretariat Secretariat { get; } = Secretariat.Form("Secretariado Técnico Local", null, Today);
    public GoverningRules Rules { get; set; } = new();
    public Guid Facilitator { get; } = Guid.CreateVersion7();
    public List<IIntegrationEvent> Facts { get; } = [];
    public SecretariatSession Session { get; private set; } = null!;
    public DateTimeOffset Now { get; set; } = Noon;

    /// <summary>Of the clock.</summary>
    public DateOnly Day => Today.AddDays((int)Math.Floor((Now - Noon).TotalDays));

    public Composition Composition => Secretariat.On(Day);

    public static Appointment Holder(Sector sector, SeatRole role = SeatRole.Titular, Guid? organisation = null, Guid? account = null, DateOnly? from = null, DateOnly? until = null) =>
        new(role, organisation ?? Guid.CreateVersion7(), sector, account ?? Guid.CreateVersion7(), "Dirección General", SeatAccess.Appointment, "Oficio 1/2026", from ?? Today, until ?? (from ?? Today).AddMonths(24));

    /// <summary>Everything that the installation asks for, with so many seats in each sector.</summary>
    public static Scene Ready(int civilSociety = 1, int publicBodies = 1, int guarantor = 1)
    {
        var scene = new Scene();
        scene.Seats(Sector.CivilSociety, civilSociety);
        scene.Seats(Sector.PublicBody, publicBodies);
        scene.Seats(Sector.Guarantor, guarantor);
        scene.Secretariat.Declare(Today.AddDays(-30), Enum.GetValues<Sector>(), "Declaración conjunta", Today).ShouldBeDone();
        scene.Secretariat.WriteMechanism(Parts, new MechanismParameters(), Today).ShouldBeDone();
        scene.Assign(SecretariatOffice.Chair, Guid.CreateVersion7(), null).ShouldBeDone();
        scene.Assign(SecretariatOffice.ExecutiveSecretary, Guid.CreateVersion7(), null).ShouldBeDone();
        scene.Assign(SecretariatOffice.Facilitator, null, scene.Facilitator).ShouldBeDone();
        return scene;
    }

    public static Scene Installed(int civilSociety = 1, int publicBodies = 1, int guarantor = 1)
    {
        var scene = Ready(civilSociety, publicBodies, guarantor);
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeDone();
        return scene;
    }

    /// <summary>Everybody is there and the session is open.</summary>
    public static Scene InSession(int civilSociety = 1, int publicBodies = 1, int guarantor = 1, SecretariatSessionKind kind = SecretariatSessionKind.Ordinary)
    {
        var scene = Installed(civilSociety, publicBodies, guarantor);
        scene.Convene(kind).ShouldBeDone();
        foreach (var seat in scene.Secretariat.Seats)
            scene.CheckIn(seat.Id).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
        return scene;
    }

    public Result Assign(SecretariatOffice office, Guid? organisation, Guid? account, bool independent = true) =>
        Secretariat.Assign(office, new OfficeTaken(organisation, account, null, independent), Today, Rules, Today);

    public void Seats(Sector sector, int count)
    {
        for (var number = 0; number < count; number++)
            Secretariat.Appoint(Secretariat.AddSeat(sector, Rules, Today).Value.Id, Holder(sector), Rules, Today).ShouldBeDone();
    }

    /// <summary>Convened long enough before; the scene's clock stands at its beginning.</summary>
    public Result<SecretariatSession> Convene(SecretariatSessionKind kind = SecretariatSessionKind.Ordinary, string matter = Matters.General, bool remote = true, DateTimeOffset? at = null)
    {
        var startsAt = at ?? Now;
        var day = Today.AddDays((int)Math.Floor((startsAt - Noon).TotalDays));
        var convened = SecretariatSession.Convene(
            Secretariat, 1, new Convocation(kind, startsAt, day, remote, "Sala de sesiones", null, [new("Hoja de ruta", matter)], day.AddDays(-14)), Rules, Calendar, startsAt.AddDays(-14));
        if (!convened.IsRefused)
            Session = convened.Value;
        return convened;
    }

    public Result CheckIn(Guid seat, SeatRole role = SeatRole.Titular, bool remote = true) => Session.CheckIn(seat, role, remote, Composition, Rules, Now);

    public Motion Propose(DecisionSubject? subject = null) => TryPropose(subject).Value;

    public Result<Motion> TryPropose(DecisionSubject? subject = null, Guid? supersedes = null, bool ownMinutes = false) =>
        Session.Propose(Session.Agenda[0].Id, new Proposal("Se aprueba la hoja de ruta.", subject, supersedes, null, null, ownMinutes), Composition);

    public Result<Ballot> OpenBallot(Motion motion, bool consensusFailedBefore = false, int? round = null) => Session.OpenBallot(motion.Id, round ?? motion.Ballots.Count + 1, Composition, Rules, consensusFailedBefore, Now);

    public Guid Account(int seat, SeatRole role = SeatRole.Titular) => Composition.Seats[seat].Of(role)!.AccountId!.Value;

    public Result<Vote> Cast(Motion motion, Guid account, VoteCast vote, int? round = null) =>
        Session.Cast(motion.Id, round ?? motion.Last?.Round ?? 1, account, vote, Composition, Rules, Now);

    /// <summary>Everybody who is there votes for it.</summary>
    public Motion Carry(Motion motion)
    {
        OpenBallot(motion).ShouldBeDone();
        foreach (var seat in Composition.Occupied.Where(seat => Session.PresentSeats(Composition).Contains(seat.SeatId)))
            Cast(motion, seat.Titular!.AccountId!.Value, Yes).ShouldBeDone();
        Close(motion).Outcome.ShouldBe(BallotOutcome.Carried);
        return motion;
    }

    public Ballot Close(Motion motion) => Session.CloseBallot(motion.Id, motion.Last!.Round, Composition, Now).Value;

    public void Collect()
    {
        Facts.AddRange(Secretariat.TakeFacts());
        if (Session is not null)
            Facts.AddRange(Session.TakeFacts());
    }
}

internal static class OutcomeAssertions
{
    public static void ShouldBeDone(this Result result) => result.Refusals.Select(refusal => refusal.Code).ShouldBeEmpty();

    public static T ShouldBeDone<T>(this Result<T> result)
    {
        result.Refusals.Select(refusal => refusal.Code).ShouldBeEmpty();
        return result.Value;
    }

    public static void ShouldBeRefused(this Result result, params string[] codes) => result.Refusals.Select(refusal => refusal.Code).ShouldBe(codes);

    public static void ShouldBeRefused<T>(this Result<T> result, params string[] codes) => result.Refusals.Select(refusal => refusal.Code).ShouldBe(codes);
}
