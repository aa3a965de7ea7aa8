using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>Who votes, on what and how it is counted (INV-10 to INV-14).</summary>
public sealed class VotingTests
{
    [Fact]
    public void INV_10_a_facilitator_does_not_vote()
    {
        var scene = InSession();
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, scene.Facilitator, Yes).ShouldBeRefused("facilitator_has_no_vote");
        motion.Last!.Votes.ShouldBeEmpty();
    }

    [Fact]
    public void INV_10_nobody_votes_without_a_seat_in_force()
    {
        var scene = InSession(civilSociety: 2);
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, Guid.CreateVersion7(), Yes).ShouldBeRefused("voter_without_seat");
        var former = scene.Account(0);
        scene.Secretariat.EndHolding(scene.Composition.Seats[0].Titular!.HoldingId, "Renuncia", Today).ShouldBeDone();
        scene.Cast(motion, former, Yes).ShouldBeRefused("voter_without_seat");
        scene.Close(motion).Totals!.ShouldSatisfyAllConditions(
            totals => totals.OccupiedSeats.ShouldBe(4),
            // It was there when the vote opened: it abstained.
            totals => totals.Abstentions.ShouldBe(4),
            totals => totals.Absent.ShouldBe(0));
    }

    [Fact]
    public void INV_10_an_alternate_whose_titular_voted_does_not_vote_and_the_other_way_round()
    {
        var scene = Installed();
        var seat = scene.Secretariat.Seats[1];
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.PublicBody, SeatRole.Alternate), scene.Rules, Today).ShouldBeDone();
        scene.Convene().ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[0].Id).ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[2].Id).ShouldBeDone();
        scene.CheckIn(seat.Id, SeatRole.Alternate).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, scene.Account(1), Yes).ShouldBeRefused("seat_not_present");
        scene.Cast(motion, scene.Account(1, SeatRole.Alternate), Yes).ShouldBeDone();
        scene.CheckIn(seat.Id).ShouldBeDone();
        scene.Cast(motion, scene.Account(1), No).ShouldBeRefused("seat_has_voted");
        scene.Close(motion);

        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, scene.Account(1, SeatRole.Alternate), Yes).ShouldBeRefused("titular_is_present");
        scene.Cast(motion, scene.Account(1), No).ShouldBeDone();
        scene.Cast(motion, scene.Account(1, SeatRole.Alternate), Yes).ShouldBeRefused("alternate_whose_titular_voted");
    }

    [Fact]
    public void INV_11_no_vote_without_quorum_at_the_moment_of_the_vote()
    {
        var scene = InSession();
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, scene.Account(0), Yes).ShouldBeDone();
        scene.Session.CheckOut(scene.Secretariat.Seats[2].Id, scene.Now).ShouldBeDone();
        scene.Cast(motion, scene.Account(1), Yes).ShouldBeRefused("quorum_lacks_guarantor");
        scene.CheckIn(scene.Secretariat.Seats[2].Id).ShouldBeDone();
        scene.Cast(motion, scene.Account(1), Yes).ShouldBeDone();
        scene.Close(motion);
        scene.Session.CheckOut(scene.Secretariat.Seats[2].Id, scene.Now).ShouldBeDone();
        scene.OpenBallot(motion).ShouldBeRefused("quorum_lacks_guarantor");
    }

    [Fact]
    public void INV_12_each_occupied_seat_is_in_exactly_one_total()
    {
        var scene = InSession(civilSociety: 3, publicBodies: 2, guarantor: 1);
        scene.Session.CheckOut(scene.Secretariat.Seats[4].Id, scene.Now).ShouldBeDone();
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, scene.Account(0), Yes).ShouldBeDone();
        scene.Cast(motion, scene.Account(0), No).ShouldBeRefused("seat_has_voted");
        scene.Cast(motion, scene.Account(1), No).ShouldBeDone();
        scene.Cast(motion, scene.Account(2), new VoteCast(VoteChoice.Abstention, ConflictOfInterest: true)).ShouldBeDone();
        scene.Cast(motion, scene.Account(3), new VoteCast(VoteChoice.InFavour, ConflictOfInterest: true)).ShouldBeRefused("conflict_means_abstention");
        // The fourth is there and says nothing, the fifth is not there.
        scene.Cast(motion, scene.Account(5), Yes).ShouldBeDone();
        var ballot = scene.Close(motion);
        ballot.Totals.ShouldBe(new BallotTotals(OccupiedSeats: 6, Base: 5, InFavour: 2, Against: 1, Abstentions: 2, Absent: 1));
        ballot.Outcome.ShouldBe(BallotOutcome.NotCarried);
    }

    [Fact]
    public void A_vote_after_the_close_or_meant_for_another_round_is_refused()
    {
        var scene = InSession();
        var motion = scene.Propose();
        scene.Cast(motion, scene.Account(0), Yes).ShouldBeRefused("ballot_not_open");
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Close(motion);
        scene.Cast(motion, scene.Account(0), Yes).ShouldBeRefused("ballot_not_open");
        scene.OpenBallot(motion).Value.Round.ShouldBe(2);
        scene.Cast(motion, scene.Account(0), Yes, round: 1).ShouldBeRefused("ballot_not_open");
        scene.Cast(motion, scene.Account(0), Yes, round: 2).ShouldBeDone();
    }

    [Fact]
    public void A_point_is_reopened_only_in_its_session_and_the_former_votes_stay()
    {
        var scene = InSession();
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, scene.Account(0), No).ShouldBeDone();
        scene.Session.Close(0, scene.Composition, scene.Now).ShouldBeRefused("another_ballot_open");
        scene.Close(motion).Outcome.ShouldBe(BallotOutcome.NotCarried);
        scene.OpenBallot(motion).ShouldBeDone();
        foreach (var seat in Enumerable.Range(0, 3))
            scene.Cast(motion, scene.Account(seat), Yes).ShouldBeDone();
        scene.Close(motion).Outcome.ShouldBe(BallotOutcome.Carried);
        motion.Ballots[0].Votes.ShouldHaveSingleItem().Choice.ShouldBe(VoteChoice.Against);
        scene.Session.Close(0, scene.Composition, scene.Now).Value.Count.ShouldBe(1);
        scene.OpenBallot(motion).ShouldBeRefused("session_not_open");
    }

    [Fact]
    public void A_vote_is_opened_and_closed_only_as_the_round_that_was_seen()
    {
        var scene = InSession();
        var motion = scene.Propose();
        scene.OpenBallot(motion, round: 2).ShouldBeRefused("ballot_voted_meanwhile");
        scene.Carry(motion);
        scene.OpenBallot(motion, round: 1).ShouldBeRefused("ballot_voted_meanwhile");
        motion.IsCarried.ShouldBeTrue();
        scene.OpenBallot(motion, round: 2).ShouldBeDone();
        scene.Session.CloseBallot(motion.Id, 1, scene.Composition, scene.Now).ShouldBeRefused("ballot_not_open");
        scene.Session.CloseBallot(motion.Id, 2, scene.Composition, scene.Now).ShouldBeDone();
    }

    [Fact]
    public void A_tie_is_not_carried()
    {
        var scene = InSession(civilSociety: 2);
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, scene.Account(0), Yes).ShouldBeDone();
        scene.Cast(motion, scene.Account(1), Yes).ShouldBeDone();
        scene.Cast(motion, scene.Account(2), No).ShouldBeDone();
        scene.Cast(motion, scene.Account(3), No).ShouldBeDone();
        scene.Close(motion).Outcome.ShouldBe(BallotOutcome.Tied);
        scene.Session.Close(0, scene.Composition, scene.Now).Value.ShouldBeEmpty();
    }

    [Fact]
    public void INV_14_an_extraordinary_session_votes_only_on_the_notified_agenda()
    {
        var scene = InSession(kind: SecretariatSessionKind.Extraordinary);
        var added = scene.Session.AddPoint(new AgendaPoint("Asunto nuevo", Matters.General), scene.Composition).Value;
        var proposal = new Proposal("Se aprueba.", null, null, null, null);
        scene.Session.Propose(added.Id, proposal, scene.Composition).ShouldBeRefused("matter_not_notified");
        scene.Session.Propose(scene.Session.Agenda[0].Id, proposal, scene.Composition).ShouldBeDone();
        var ordinary = InSession();
        ordinary.Session.Propose(ordinary.Session.AddPoint(new AgendaPoint("Asunto general", Matters.General), ordinary.Composition).Value.Id, proposal, ordinary.Composition).ShouldBeDone();
    }

    [Theory]
    [InlineData(SecretariatSessionKind.Ordinary)]
    [InlineData(SecretariatSessionKind.Extraordinary)]
    public void INV_12_who_leaves_while_a_vote_is_open_stays_in_its_base(SecretariatSessionKind kind)
    {
        var scene = Installed(civilSociety: 5, publicBodies: 5, guarantor: 1);
        scene.Convene(kind).ShouldBeDone();
        // Six of eleven: the quorum, and not one more.
        int[] there = [0, 1, 2, 5, 6, 10];
        foreach (var seat in there)
            scene.CheckIn(scene.Secretariat.Seats[seat].Id).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Now = scene.Now.AddMinutes(1);
        scene.Cast(motion, scene.Account(0), Yes).ShouldBeDone();
        // A seventh comes after the vote began, and goes again with five of the others.
        scene.CheckIn(scene.Secretariat.Seats[7].Id).ShouldBeDone();
        scene.Now = scene.Now.AddMinutes(1);
        foreach (var seat in there[1..].Append(7))
            scene.Session.CheckOut(scene.Secretariat.Seats[seat].Id, scene.Now).ShouldBeDone();
        var ballot = scene.Close(motion);
        ballot.Totals.ShouldBe(new BallotTotals(OccupiedSeats: 11, Base: 7, InFavour: 1, Against: 0, Abstentions: 6, Absent: 4));
        ballot.Outcome.ShouldBe(BallotOutcome.NotCarried);
    }

    [Fact]
    public void INV_13_of_two_motions_that_supersede_the_same_resolution_the_first_that_is_carried_wins()
    {
        var scene = InSession();
        var former = Guid.CreateVersion7();
        var (first, second) = (scene.TryPropose(supersedes: former).Value, scene.TryPropose(supersedes: former).Value);
        scene.Carry(first);
        scene.OpenBallot(second).ShouldBeRefused("resolution_being_superseded");
        scene.TryPropose(supersedes: former).ShouldBeRefused("resolution_being_superseded");
        // Reopened and not carried, it leaves the place to the other.
        scene.OpenBallot(first).ShouldBeDone();
        scene.Close(first);
        scene.Carry(second);
        scene.OpenBallot(first).ShouldBeRefused("resolution_being_superseded");
        scene.Session.Close(0, scene.Composition, scene.Now).Value.ShouldHaveSingleItem().MotionId.ShouldBe(second.Id);
    }

    [Fact]
    public void After_a_session_approved_its_own_minutes_nothing_follows_but_the_close()
    {
        var scene = InSession();
        var other = scene.Propose();
        var minutes = scene.TryPropose(new DecisionSubject("MINUTES", Guid.CreateVersion7(), new string('a', 64)), ownMinutes: true).Value;
        scene.Carry(minutes);
        scene.OpenBallot(other).ShouldBeRefused("own_minutes_approved");
        scene.TryPropose().ShouldBeRefused("own_minutes_approved");
        scene.Session.AddPoint(new AgendaPoint("Otro", Matters.General), scene.Composition).ShouldBeRefused("own_minutes_approved");
        // Reopened and not carried, the session goes on.
        scene.OpenBallot(minutes).ShouldBeDone();
        scene.Close(minutes);
        scene.Carry(other);
        scene.Carry(minutes);
        scene.Session.Close(0, scene.Composition, scene.Now).Value.Count.ShouldBe(2);
    }

    [Fact]
    public void A_reason_goes_only_with_a_conflict_of_interest()
    {
        var scene = InSession();
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, scene.Account(0), new VoteCast(VoteChoice.Abstention, ConflictOfInterest: false, "Es proveedora")).ShouldBeRefused("conflict_reason_without_conflict");
        scene.Cast(motion, scene.Account(0), new VoteCast(VoteChoice.Abstention, ConflictOfInterest: true, "Es proveedora")).ShouldBeDone().ConflictReason.ShouldBe("Es proveedora");
    }

    [Fact]
    public void The_secretary_records_votes_of_the_room_and_of_nobody_else()
    {
        var scene = Installed();
        scene.Convene().ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[0].Id, remote: false).ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[1].Id).ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[2].Id, remote: false).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        var secretary = Guid.CreateVersion7();
        Record(0).ShouldBeDone().BySecretary.ShouldBeTrue();
        Record(0).ShouldBeRefused("seat_has_voted");
        Record(1).ShouldBeRefused("seat_attends_remotely");
        scene.Session.CheckOut(scene.Secretariat.Seats[2].Id, scene.Now).ShouldBeDone();
        Record(2).ShouldBeRefused("seat_not_present");
        return;

        Result<Vote> Record(int seat) =>
            scene.Session.RecordVote(motion.Id, 1, scene.Secretariat.Seats[seat].Id, Yes, scene.Composition, scene.Rules, secretary, scene.Now);
    }
}
