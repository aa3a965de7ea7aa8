using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>Motions, ballots and votes (INV-10 to INV-14).</summary>
public sealed partial class SecretariatSession
{
    /// <summary>The motion by which the session approved its own minutes: what they say has to be all that was voted, so nothing follows but the close.</summary>
    public Motion? OwnMinutesApproved => motions.FirstOrDefault(motion => motion is { OwnMinutes: true, IsCarried: true });

    public Ballot? OpenBallotNow => motions.Select(motion => motion.Last).FirstOrDefault(ballot => ballot is { ClosedAt: null });

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
    /// <param name="round">The next one as it was seen by who opens it: who does not know that it was voted on meanwhile would reopen what was decided.</param>
    public Result<Ballot> OpenBallot(Guid motionId, int round, Composition composition, GoverningRules rules, bool consensusFailedBefore, DateTimeOffset now)
    {
        var motion = motions.SingleOrDefault(row => row.Id == motionId);
        if (MayDecide(composition, motion?.Matter) is { IsRefused: true } undecided)
            return Result<Ballot>.From(undecided.Refusals);
        if (motion is null)
            return Refusal.NotFound();
        if (OpenBallotNow is not null)
            return Refusal.Conflict("another_ballot_open");
        if (round != motion.Ballots.Count + 1)
            return Refusal.Conflict("ballot_voted_meanwhile", motion.Ballots.Count);
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

    public Result<Ballot> CloseBallot(Guid motionId, int round, Composition composition, DateTimeOffset now)
    {
        var motion = motions.SingleOrDefault(row => row.Id == motionId);
        if (MayDecide(composition, motion?.Matter) is { IsRefused: true } undecided)
            return Result<Ballot>.From(undecided.Refusals);
        var open = Find(motionId, round);
        if (open.IsRefused)
            return open;
        var ballot = open.Value;
        ballot.Close(CameTo(ballot, composition), now);
        facts.Add(new BallotClosedV1(Id, Touch(), motionId, ballot.Round, ballot.Rule, ballot.Totals!, ballot.Outcome!.Value, now));
        return ballot;
    }

    /// <summary>Another motion of this session already stands in its place: the first wins, or the session could never be closed (INV-13).</summary>
    private bool IsSupersededHere(Guid? resolution, Guid? but) => resolution is not null && motions.Exists(other => other.Id != but && other.SupersedesId == resolution && other.IsCarried);

    private Result<Ballot> Find(Guid motionId, int round)
    {
        if (motions.SingleOrDefault(row => row.Id == motionId) is not { } motion)
            return Refusal.NotFound();
        // The round is named by who votes or closes: what was meant for the one before does not count in the next, nor end it.
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
