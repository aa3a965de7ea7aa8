using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

public sealed class SessionTests
{
    [Fact]
    public void INV_11_a_refusal_for_want_of_quorum_says_how_many_are_needed_and_why()
    {
        var scene = Installed(civilSociety: 5, publicBodies: 5, guarantor: 1);
        scene.Convene().ShouldBeDone();
        foreach (var seat in scene.Secretariat.Seats.Skip(5).Take(4))
            scene.CheckIn(seat.Id).ShouldBeDone();
        var refusals = scene.Session.Open(scene.Composition, scene.Rules, scene.Now).Refusals;
        refusals.Select(refusal => refusal.Code).ShouldBe(["quorum_missing", "quorum_lacks_civil_society", "quorum_lacks_guarantor"]);
        refusals[0].Args.ShouldBe([4, 6, 11, "⌊1 × 11 / 2⌋ + 1 = 6"]);
        foreach (var seat in scene.Secretariat.Seats.Where(seat => seat.Sector != Sector.PublicBody).Take(6))
            scene.CheckIn(seat.Id).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
        scene.Session.OpenedWith!.Formula.ShouldBe("⌊1 × 11 / 2⌋ + 1 = 6");
        scene.Session.OpenedWith.Present.ShouldBe(10);
    }

    [Fact]
    public void An_ordinary_session_is_convened_with_its_business_days_of_notice()
    {
        var scene = Installed();
        Convened(Today.AddDays(-7)).ShouldBeDone();
        // Monday to Monday has five business days after the first; a day later it is four.
        Convened(Today.AddDays(-6)).ShouldBeRefused("notice_short_of_days");
        return;

        Result<SecretariatSession> Convened(DateOnly notified) => SecretariatSession.Convene(
            scene.Secretariat, 1, new Convocation(SecretariatSessionKind.Ordinary, Noon, Today, Remote: false, "Sala", null, [new("Punto", Matters.General)], notified), scene.Rules, Calendar, Noon.AddDays(-7));
    }

    [Fact]
    public void An_extraordinary_session_is_convened_with_its_hours_of_notice()
    {
        var scene = Installed();
        Convened(Noon.AddHours(-48)).ShouldBeDone();
        Convened(Noon.AddHours(-48).AddSeconds(1)).ShouldBeRefused("notice_short_of_hours");
        return;

        Result<SecretariatSession> Convened(DateTimeOffset now) => SecretariatSession.Convene(
            scene.Secretariat, 1, new Convocation(SecretariatSessionKind.Extraordinary, Noon, Today, Remote: false, "Sala", null, [new("Punto", Matters.General)], Today), scene.Rules, Calendar, now);
    }

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
            totals => totals.Absent.ShouldBe(1));
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
    public void INV_11_a_session_does_not_open_without_quorum_in_total_and_of_each_sector()
    {
        var scene = Installed(civilSociety: 2, publicBodies: 2, guarantor: 1);
        scene.Convene().ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[2].Id).ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[3].Id).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeRefused("quorum_missing", "quorum_lacks_civil_society", "quorum_lacks_guarantor");
        scene.CheckIn(scene.Secretariat.Seats[4].Id).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeRefused("quorum_lacks_civil_society");
        scene.CheckIn(scene.Secretariat.Seats[0].Id).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now.AddSeconds(-1)).ShouldBeRefused("session_not_begun");
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
        scene.Session.Call.ShouldBe(1);
    }

    [Fact]
    public void The_second_call_needs_each_sector_and_not_the_half()
    {
        var scene = Installed(civilSociety: 4, publicBodies: 3, guarantor: 1);
        scene.Convene().ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[0].Id).ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[4].Id).ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[7].Id).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeRefused("quorum_missing");
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now.AddMinutes(30)).ShouldBeDone();
        scene.Session.Call.ShouldBe(2);
        scene.OpenBallot(scene.Propose()).ShouldBeDone();
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
        scene.Session.Close(0, scene.Now).ShouldBeRefused("another_ballot_open");
        scene.Close(motion).Outcome.ShouldBe(BallotOutcome.NotCarried);
        scene.OpenBallot(motion).ShouldBeDone();
        foreach (var seat in Enumerable.Range(0, 3))
            scene.Cast(motion, scene.Account(seat), Yes).ShouldBeDone();
        scene.Close(motion).Outcome.ShouldBe(BallotOutcome.Carried);
        motion.Ballots[0].Votes.ShouldHaveSingleItem().Choice.ShouldBe(VoteChoice.Against);
        scene.Session.Close(0, scene.Now).Value.Count.ShouldBe(1);
        scene.OpenBallot(motion).ShouldBeRefused("session_not_open");
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
        scene.Session.Close(0, scene.Now).Value.ShouldBeEmpty();
    }

    [Fact]
    public void INV_13_a_resolution_cites_session_motion_rule_base_and_result_and_is_superseded_once()
    {
        var subject = new DecisionSubject("ROADMAP", Guid.CreateVersion7(), new string('a', 64));
        var first = Decide(7, subject, null);
        var fact = first.AdoptedFact();
        fact.ShouldSatisfyAllConditions(
            () => fact.Number.ShouldBe(8),
            () => fact.Subject.ShouldBe(subject),
            () => fact.Rule.ShouldBe(VotingRule.SimpleMajority),
            () => fact.Totals.ShouldBe(new BallotTotals(3, 3, 2, 0, 1, 0)),
            () => fact.SessionId.ShouldBe(first.SessionId),
            () => fact.MotionId.ShouldBe(first.MotionId));
        var stranger = Decide(8, subject, first.Id);
        // Another secretariat's resolution does not stand in its place.
        first.Supersede(stranger).ShouldBeRefused("resolution_unknown");
        return;

        static Resolution Decide(int last, DecisionSubject subject, Guid? supersedes)
        {
            var scene = InSession();
            var motion = scene.Session.Propose(scene.Session.Agenda[0].Id, new Proposal("Se aprueba.", subject, supersedes, null, null)).Value;
            scene.OpenBallot(motion).ShouldBeDone();
            scene.Cast(motion, scene.Account(0), Yes).ShouldBeDone();
            scene.Cast(motion, scene.Account(1), Yes).ShouldBeDone();
            scene.Close(motion);
            return scene.Session.Close(last, scene.Now).Value.ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void INV_14_an_extraordinary_session_votes_only_on_the_notified_agenda()
    {
        var scene = InSession(kind: SecretariatSessionKind.Extraordinary);
        var added = scene.Session.AddPoint(new AgendaPoint("Asunto nuevo", Matters.General)).Value;
        var proposal = new Proposal("Se aprueba.", null, null, null, null);
        scene.Session.Propose(added.Id, proposal).ShouldBeRefused("matter_not_notified");
        scene.Session.Propose(scene.Session.Agenda[0].Id, proposal).ShouldBeDone();
        var ordinary = InSession();
        ordinary.Session.Propose(ordinary.Session.AddPoint(new AgendaPoint("Asunto general", Matters.General)).Value.Id, proposal).ShouldBeDone();
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
