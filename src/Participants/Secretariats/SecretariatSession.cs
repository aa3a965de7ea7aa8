using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

public enum SecretariatSessionState { Convened, Open, Closed, Cancelled }

/// <param name="Notified">The days are those of the state; the moment is that of the act.</param>
public sealed record Convocation(
    SecretariatSessionKind Kind, DateTimeOffset StartsAt, DateOnly Day, bool Remote, string Place, Uri? Link, IReadOnlyList<AgendaPoint> Agenda, DateOnly Notified);

public sealed record AgendaPoint(string Title, string Matter);

/// <summary>
/// A session of a secretariat: convened with its agenda, opened with quorum, voted in motion by motion, closed (SPEC §2.5). Its rules need
/// to know who sits on the day (<see cref="Composition"/>) and by which rules (<see cref="GoverningRules"/>); what they find is kept with the
/// ballot, so that later changes of either do not touch what was decided.
/// </summary>
public sealed partial class SecretariatSession : AggregateRoot
{
    public const int MaxAgendaItems = 100;

    /// <summary>After the hour of the second call: who was convened for a day is not asked weeks later. What lapsed is cancelled and convened anew.</summary>
    public static readonly TimeSpan LapsesAfter = TimeSpan.FromHours(24);

    private readonly List<AgendaItem> agenda = [];
    private readonly List<Attendance> attendances = [];
    private readonly List<Motion> motions = [];
    private readonly List<SessionDocument> documents = [];
    private readonly List<IIntegrationEvent> facts = [];

    private SecretariatSession()
    {
    }

    public Guid SecretariatId { get; private init; }
    public SecretariatSessionKind Kind { get; private init; }

    /// <summary>Counted by secretariat and kind.</summary>
    public int Number { get; private init; }

    public SecretariatSessionState State { get; private set; }
    public DateTimeOffset StartsAt { get; private init; }
    public DateTimeOffset SecondCallAt { get; private init; }
    public bool Remote { get; private init; }
    public string Place { get; private init; } = "";
    public Uri? Link { get; private init; }
    public DateTimeOffset ConvenedAt { get; private init; }

    /// <summary>1 or 2; null until it is opened.</summary>
    public int? Call { get; private set; }

    public DateTimeOffset? OpenedAt { get; private set; }

    /// <summary>The quorum with which it was opened.</summary>
    public Quorum? OpenedWith { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }
    public string? CancelReason { get; private set; }
    public IReadOnlyList<AgendaItem> Agenda => agenda;
    public IReadOnlyList<Attendance> Attendances => attendances;
    public IReadOnlyList<Motion> Motions => motions;
    public IReadOnlyList<SessionDocument> Documents => documents;

    public static Result<SecretariatSession> Convene(
        Secretariat secretariat, int number, Convocation call, GoverningRules rules, BusinessCalendar calendar, DateTimeOffset now)
    {
        var refusals = new List<Refusal>();
        if (secretariat.State == SecretariatState.Integrating)
            refusals.Add(Refusal.Conflict("secretariat_not_installed"));
        if (secretariat.WhySuspended is { } suspended && !(secretariat.DecidesOnReturn && IsForReturn(call.Kind, call.Agenda.Select(point => point.Matter))))
            refusals.Add(suspended);
        if (call.Kind == SecretariatSessionKind.Ordinary && calendar.Between(call.Notified, call.Day) is var days && days < rules.NoticeOrdinaryDays)
            refusals.Add(Refusal.Rule("notice_short_of_days", "startsAt", rules.NoticeOrdinaryDays, days));
        if (call.Kind == SecretariatSessionKind.Extraordinary && call.StartsAt - now < TimeSpan.FromHours(rules.NoticeExtraHours))
            refusals.Add(Refusal.Rule("notice_short_of_hours", "startsAt", rules.NoticeExtraHours, Math.Max(0, (int)(call.StartsAt - now).TotalHours)));
        if (call.StartsAt <= now)
            refusals.Add(Refusal.Invalid("startsAt", "moment_in_past"));
        if (call.Remote && !rules.VirtualAllowed)
            refusals.Add(Refusal.Rule("remote_not_allowed", "remote"));
        if (call.Agenda.Count is 0 or > MaxAgendaItems)
            refusals.Add(Refusal.Invalid("agenda", "agenda_size", MaxAgendaItems));
        if (refusals.Count > 0)
            return Result<SecretariatSession>.From(refusals);

        var session = new SecretariatSession
        {
            Id = Guid.CreateVersion7(),
            SecretariatId = secretariat.Id,
            Kind = call.Kind,
            Number = number,
            State = SecretariatSessionState.Convened,
            StartsAt = call.StartsAt,
            SecondCallAt = call.StartsAt.AddMinutes(rules.SecondCallMinutes),
            Remote = call.Remote,
            Place = call.Place,
            Link = call.Link,
            ConvenedAt = now,
        };
        foreach (var point in call.Agenda)
            session.agenda.Add(AgendaItem.Write(session.Id, session.agenda.Count + 1, point, notified: true));
        session.facts.Add(new SecretariatSessionConvenedV1(session.Id, session.Touch(), secretariat.Id, call.Kind, number, call.StartsAt));
        return session;
    }

    public IReadOnlyList<IIntegrationEvent> TakeFacts()
    {
        IReadOnlyList<IIntegrationEvent> taken = [.. facts];
        facts.Clear();
        return taken;
    }

    public Result Cancel(string reason, DateTimeOffset now)
    {
        if (State != SecretariatSessionState.Convened)
            return Refusal.Conflict("session_not_in_state");
        (State, CancelReason) = (SecretariatSessionState.Cancelled, reason);
        facts.Add(new SecretariatSessionCancelledV1(Id, Touch(), now));
        return Result.Done;
    }

    /// <summary>A point that came up in the session. In an extraordinary one it may be talked about, not voted on (INV-14).</summary>
    public Result<AgendaItem> AddPoint(AgendaPoint point, Composition composition)
    {
        if (MayDecide(composition, null) is { IsRefused: true } refused)
            return Result<AgendaItem>.From(refused.Refusals);
        if (OwnMinutesApproved is not null)
            return Refusal.Conflict("own_minutes_approved");
        if (agenda.Count >= MaxAgendaItems)
            return Refusal.Invalid("agenda", "agenda_size", MaxAgendaItems);
        Touch();
        var item = AgendaItem.Write(Id, agenda.Count + 1, point, notified: false);
        agenda.Add(item);
        return item;
    }

    /// <summary>With the quorum of the first call, or from the time of the second one on with that of the second.</summary>
    public Result Open(Composition composition, GoverningRules rules, DateTimeOffset now)
    {
        if (State != SecretariatSessionState.Convened)
            return Refusal.Conflict("session_not_in_state");
        if (MayMeet(composition, null) is { IsRefused: true } suspended)
            return suspended;
        if (now < StartsAt)
            return Refusal.Conflict("session_not_begun");
        if (now >= SecondCallAt + LapsesAfter)
            return Refusal.Conflict("session_lapsed");
        var call = QuorumOf(composition, rules, 1).IsMet || now < SecondCallAt ? 1 : 2;
        var quorum = QuorumOf(composition, rules, call);
        if (quorum.Demand() is { IsRefused: true } refused)
            return refused;
        (State, Call, OpenedAt, OpenedWith) = (SecretariatSessionState.Open, call, now, quorum);
        facts.Add(new SecretariatSessionOpenedV1(Id, Touch(), call, quorum.Occupied, quorum.Present, now));
        return Result.Done;
    }

    /// <summary>From here on nothing is reopened, and what was carried becomes a resolution.</summary>
    /// <param name="lastNumber">Of the secretariat's resolutions so far.</param>
    public Result<IReadOnlyList<Resolution>> Close(int lastNumber, Composition composition, DateTimeOffset now)
    {
        if (MayDecide(composition, null) is { IsRefused: true } undecided)
            return Result<IReadOnlyList<Resolution>>.From(undecided.Refusals);
        if (OpenBallotNow is not null)
            return Refusal.Conflict("another_ballot_open");
        (State, ClosedAt) = (SecretariatSessionState.Closed, now);
        foreach (var there in attendances.Where(row => row.LeftAt is null))
            there.Leave(now);
        facts.Add(new SecretariatSessionClosedV1(Id, Touch(), now));
        var adopted = new List<Resolution>();
        foreach (var motion in motions.Where(row => row.IsCarried).OrderBy(row => row.Number))
            adopted.Add(Resolution.Adopt(this, motion, ++lastNumber, now));
        return adopted;
    }

    /// <param name="matter">Of the motion; null where it is about the session as a whole.</param>
    private Result MayDecide(Composition composition, string? matter) =>
        State == SecretariatSessionState.Open ? MayMeet(composition, matter) : Refusal.Conflict("session_not_open");

    /// <summary>
    /// INV-08: while a sector has nobody no session goes on, whether or not the day's review has noticed yet; it waits for the seat to be taken. Of a secretariat
    /// that resolved its suspension only extraordinary sessions about its return do; the others wait for it.
    /// </summary>
    private Result MayMeet(Composition composition, string? matter)
    {
        if (composition.MissingSectors.Count > 0 || (composition.State != SecretariatState.Installed && !composition.DecidesOnReturn))
            return Refusal.Conflict("secretariat_suspended");
        return composition.State == SecretariatState.Installed || IsForReturn(Kind, matter is null ? agenda.Where(item => item.Notified).Select(item => item.Matter) : [matter])
            ? Result.Done
            : Refusal.Conflict("secretariat_suspended_by_resolution");
    }

    private static bool IsForReturn(SecretariatSessionKind kind, IEnumerable<string> matters) => kind == SecretariatSessionKind.Extraordinary && matters.All(Matters.AreDecidedWhileSuspended);
}
