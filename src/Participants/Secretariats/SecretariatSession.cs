using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Files;
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
public sealed class SecretariatSession : AggregateRoot
{
    public const int MaxAgendaItems = 100;

    /// <summary>Those that were removed count.</summary>
    public const int MaxDocuments = 100;

    /// <summary>People come before it begins.</summary>
    public static readonly TimeSpan DoorsOpenBefore = TimeSpan.FromHours(1);

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

    /// <summary>The seats that are there and still held by who came for them.</summary>
    public IReadOnlySet<Guid> PresentSeats(Composition composition) => composition.Occupied
        .Where(seat => attendances.Any(row => row.LeftAt is null && row.SeatId == seat.SeatId && row.HoldingId == seat.Of(row.Role)?.HoldingId))
        .Select(seat => seat.SeatId).ToHashSet();

    /// <summary>The seats that are there, or came at any time since a ballot opened.</summary>
    public IReadOnlySet<Guid> CameTo(Ballot ballot, Composition composition) =>
        attendances.Where(row => row.CameAt > ballot.OpenedAt).Select(row => row.SeatId).Concat(PresentSeats(composition)).ToHashSet();

    /// <summary>The motion by which the session approved its own minutes: what they say has to be all that was voted, so nothing follows but the close.</summary>
    public Motion? OwnMinutesApproved => motions.FirstOrDefault(motion => motion is { OwnMinutes: true, IsCarried: true });

    public Ballot? OpenBallotNow => motions.Select(motion => motion.Last).FirstOrDefault(ballot => ballot is { ClosedAt: null });

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

    /// <summary>Before the session, or in it.</summary>
    /// <param name="file">Complete, and of nothing else.</param>
    public Result Attach(Guid? itemId, string title, UploadedDocument file, DateTimeOffset now)
    {
        if (State is not (SecretariatSessionState.Convened or SecretariatSessionState.Open))
            return Refusal.Conflict("session_not_in_state");
        if (documents.Count >= MaxDocuments)
            return Refusal.Invalid("fileId", "items_too_many", MaxDocuments);
        if (itemId is { } item && agenda.All(row => row.Id != item))
            return Refusal.Rule("agenda_item_unknown", "agendaItemId");
        Touch();
        documents.Add(SessionDocument.Attach(Id, itemId, title, file, now));
        return Result.Done;
    }

    /// <summary>Only before it begins: what members had before them when they decided stays.</summary>
    public Result RemoveDocument(Guid documentId, string reason, DateTimeOffset now)
    {
        if (documents.SingleOrDefault(row => row.Id == documentId) is not { RemovedAt: null } document)
            return Refusal.NotFound();
        if (State != SecretariatSessionState.Convened)
            return Refusal.Conflict("session_documents_stay");
        Touch();
        document.Remove(reason, now);
        return Result.Done;
    }

    /// <summary>The titular takes the place of an alternate who was there; an alternate comes only where the titular is not.</summary>
    public Result CheckIn(Guid seatId, SeatRole role, bool remote, Composition composition, GoverningRules rules, DateTimeOffset now)
    {
        if (State is not (SecretariatSessionState.Convened or SecretariatSessionState.Open))
            return Refusal.Conflict("session_not_in_state");
        if (now < StartsAt - DoorsOpenBefore)
            return Refusal.Conflict("doors_not_open");
        if (remote && !rules.VirtualAllowed)
            return Refusal.Rule("remote_not_allowed", "remote");
        if (remote && !Remote)
            return Refusal.Rule("session_in_room_only", "remote");
        if (composition.Occupied.SingleOrDefault(seat => seat.SeatId == seatId)?.Of(role) is not { } holder)
            return Refusal.Rule("seat_not_in_force", "seatId");
        var there = attendances.SingleOrDefault(row => row.SeatId == seatId && row.LeftAt is null);
        // Who said "from elsewhere" and sits in the room is written down as that, and the other way round.
        if (there?.HoldingId == holder.HoldingId && there.Remote == remote)
            return Refusal.Conflict("already_present");
        // A titular whose term ended in the meantime keeps nobody out.
        if (there is { Role: SeatRole.Titular } && role == SeatRole.Alternate && PresentSeats(composition).Contains(seatId))
            return Refusal.Conflict("titular_is_present");
        there?.Leave(now);
        attendances.Add(Attendance.Come(Id, seatId, holder, remote, now));
        facts.Add(new SeatAttendanceChangedV1(Id, Touch(), seatId, role, Present: true, remote, now));
        return Result.Done;
    }

    public Result CheckOut(Guid seatId, DateTimeOffset now)
    {
        if (State is not (SecretariatSessionState.Convened or SecretariatSessionState.Open))
            return Refusal.Conflict("session_not_in_state");
        if (attendances.SingleOrDefault(row => row.SeatId == seatId && row.LeftAt is null) is not { } there)
            return Refusal.Conflict("seat_not_present");
        there.Leave(now);
        facts.Add(new SeatAttendanceChangedV1(Id, Touch(), seatId, there.Role, Present: false, there.Remote, now));
        return Result.Done;
    }

    public Quorum QuorumOf(Composition composition, GoverningRules rules, int call) => Quorum.Of(call, composition, PresentSeats(composition), rules);

    /// <summary>With the quorum of the first call, or from the time of the second one on with that of the second.</summary>
    public Result Open(Composition composition, GoverningRules rules, DateTimeOffset now)
    {
        if (State != SecretariatSessionState.Convened)
            return Refusal.Conflict("session_not_in_state");
        if (MayMeet(composition, null) is { IsRefused: true } suspended)
            return suspended;
        if (now < StartsAt)
            return Refusal.Conflict("session_not_begun");
        var call = QuorumOf(composition, rules, 1).IsMet || now < SecondCallAt ? 1 : 2;
        var quorum = QuorumOf(composition, rules, call);
        if (quorum.Demand() is { IsRefused: true } refused)
            return refused;
        (State, Call, OpenedAt, OpenedWith) = (SecretariatSessionState.Open, call, now, quorum);
        facts.Add(new SecretariatSessionOpenedV1(Id, Touch(), call, quorum.Occupied, quorum.Present, now));
        return Result.Done;
    }

    public Result<Motion> Propose(Guid itemId, Proposal proposal, Composition composition)
    {
        var item = agenda.SingleOrDefault(row => row.Id == itemId);
        if (MayDecide(composition, item?.Matter) is { IsRefused: true } refused)
            return Result<Motion>.From(refused.Refusals);
        if (OwnMinutesApproved is not null)
            return Refusal.Conflict("own_minutes_approved");
        if (item is null)
            return Refusal.Rule("agenda_item_unknown", "agendaItemId");
        if (Kind == SecretariatSessionKind.Extraordinary && !item.Notified)
            return Refusal.Rule("matter_not_notified", "agendaItemId");
        if (IsSupersededHere(proposal.SupersedesId, but: null))
            return Refusal.Conflict("resolution_being_superseded");
        Touch();
        var motion = Motion.Write(Id, item, motions.Count + 1, proposal);
        motions.Add(motion);
        return motion;
    }

    /// <summary>The first time, or again: what was decided in the same session may be reopened until it is closed.</summary>
    public Result<Ballot> OpenBallot(Guid motionId, Composition composition, GoverningRules rules, bool consensusFailedBefore, DateTimeOffset now)
    {
        var motion = motions.SingleOrDefault(row => row.Id == motionId);
        if (MayDecide(composition, motion?.Matter) is { IsRefused: true } undecided)
            return Result<Ballot>.From(undecided.Refusals);
        if (motion is null)
            return Refusal.NotFound();
        if (OpenBallotNow is not null)
            return Refusal.Conflict("another_ballot_open");
        if (OwnMinutesApproved is { } approved && approved.Id != motionId)
            return Refusal.Conflict("own_minutes_approved");
        if (IsSupersededHere(motion.SupersedesId, but: motionId))
            return Refusal.Conflict("resolution_being_superseded");
        if (QuorumOf(composition, rules, Call!.Value).Demand() is { IsRefused: true } refused)
            return Result<Ballot>.From(refused.Refusals);
        var ballot = motion.Open(rules.RuleFor(motion.Matter, consensusFailedBefore), rules.MajorityBase, [.. composition.Occupied.Select(seat => seat.SeatId)], [.. PresentSeats(composition)], now);
        facts.Add(new BallotOpenedV1(Id, Touch(), motion.Id, ballot.Round, ballot.Rule, motion.Subject, ballot.Seats, now));
        return ballot;
    }

    /// <summary>A holder's own vote, from their own account (INV-10, INV-11, INV-12).</summary>
    public Result<Vote> Cast(Guid motionId, int round, Guid account, VoteCast cast, Composition composition, GoverningRules rules, DateTimeOffset now)
    {
        var open = Find(motionId, round);
        if (open.IsRefused)
            return Result<Vote>.From(open.Refusals);
        if (composition.HeldBy(account) is not { } held)
            return composition.FacilitatorAccountId == account ? Refusal.Rule("facilitator_has_no_vote") : Refusal.Rule("voter_without_seat");
        return Cast(open.Value, held.Seat, held.Holder, cast, composition, rules, account, bySecretary: false, now);
    }

    /// <summary>What somebody in the room said aloud; who attends remotely votes from their own account.</summary>
    public Result<Vote> RecordVote(Guid motionId, int round, Guid seatId, VoteCast cast, Composition composition, GoverningRules rules, Guid secretary, DateTimeOffset now)
    {
        var open = Find(motionId, round);
        if (open.IsRefused)
            return Result<Vote>.From(open.Refusals);
        if (composition.Occupied.SingleOrDefault(row => row.SeatId == seatId) is not { } seat)
            return Refusal.Rule("seat_not_in_force", "seatId");
        if (attendances.SingleOrDefault(row => row.SeatId == seatId && row.LeftAt is null) is not { } there)
            return Refusal.Rule("seat_not_present");
        if (there.Remote)
            return Refusal.Rule("seat_attends_remotely", "seatId");
        return seat.Of(there.Role) is { } holder
            ? Cast(open.Value, seat, holder, cast, composition, rules, secretary, bySecretary: true, now)
            : Refusal.Rule("seat_not_in_force", "seatId");
    }

    public Result<Ballot> CloseBallot(Guid motionId, Composition composition, DateTimeOffset now)
    {
        var motion = motions.SingleOrDefault(row => row.Id == motionId);
        if (MayDecide(composition, motion?.Matter) is { IsRefused: true } undecided)
            return Result<Ballot>.From(undecided.Refusals);
        if (motion is null)
            return Refusal.NotFound();
        if (motion.Last is not { ClosedAt: null } ballot)
            return Refusal.Conflict("ballot_not_open");
        ballot.Close(CameTo(ballot, composition), now);
        facts.Add(new BallotClosedV1(Id, Touch(), motion.Id, ballot.Round, ballot.Rule, ballot.Totals!, ballot.Outcome!.Value, now));
        return ballot;
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

    /// <summary>Another motion of this session already stands in its place: the first wins, or the session could never be closed (INV-13).</summary>
    private bool IsSupersededHere(Guid? resolution, Guid? but) => resolution is not null && motions.Exists(other => other.Id != but && other.SupersedesId == resolution && other.IsCarried);

    private Result<Ballot> Find(Guid motionId, int round)
    {
        if (motions.SingleOrDefault(row => row.Id == motionId) is not { } motion)
            return Refusal.NotFound();
        // The round is named by who votes: a vote that was meant for the one before does not count in the next.
        return motion.Last is { ClosedAt: null } ballot && ballot.Round == round && State == SecretariatSessionState.Open
            ? ballot
            : Refusal.Conflict("ballot_not_open");
    }

    private Result<Vote> Cast(
        Ballot ballot, SeatOnDay seat, Holder holder, VoteCast cast, Composition composition, GoverningRules rules, Guid by, bool bySecretary, DateTimeOffset now)
    {
        if (MayMeet(composition, motions.Single(row => row.Id == ballot.MotionId).Matter) is { IsRefused: true } suspended)
            return Result<Vote>.From(suspended.Refusals);
        if (ballot.Votes.SingleOrDefault(vote => vote.SeatId == seat.SeatId) is { } before)
        {
            return holder.Role == SeatRole.Alternate && before.Role == SeatRole.Titular
                ? Refusal.Conflict("alternate_whose_titular_voted")
                : Refusal.Conflict("seat_has_voted");
        }

        if (!ballot.Seats.Contains(seat.SeatId))
            return Refusal.Rule("seat_not_in_ballot");
        if (attendances.SingleOrDefault(row => row.SeatId == seat.SeatId && row.LeftAt is null) is not { } there)
            return Refusal.Rule("seat_not_present");
        if (there.HoldingId != holder.HoldingId)
            return holder.Role == SeatRole.Alternate ? Refusal.Rule("titular_is_present") : Refusal.Rule("seat_not_present");
        if (cast is { ConflictOfInterest: true, Choice: not VoteChoice.Abstention })
            return Refusal.Rule("conflict_means_abstention", "choice");
        if (cast is { ConflictOfInterest: false, ConflictReason: not null })
            return Refusal.Rule("conflict_reason_without_conflict", "conflictReason");
        if (QuorumOf(composition, rules, Call!.Value).Demand() is { IsRefused: true } refused)
            return Result<Vote>.From(refused.Refusals);
        var vote = ballot.Take(Vote.Write(ballot, seat, holder, cast, by, bySecretary, now));
        facts.Add(new SeatVotedV1(Id, Touch(), ballot.MotionId, ballot.Round, seat.SeatId, holder.Role, holder.OrganisationId, cast.Choice, cast.ConflictOfInterest, now));
        return vote;
    }
}
