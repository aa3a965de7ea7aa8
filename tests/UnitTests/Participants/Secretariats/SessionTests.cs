using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>Convening, quorum, attendance and what a session leaves.</summary>
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
    public void A_session_that_nobody_opened_lapses_a_day_after_its_second_call()
    {
        var scene = Installed();
        scene.Convene().ShouldBeDone();
        foreach (var seat in scene.Secretariat.Seats)
            scene.CheckIn(seat.Id).ShouldBeDone();
        var lapses = scene.Session.SecondCallAt + SecretariatSession.LapsesAfter;
        scene.Session.Open(scene.Composition, scene.Rules, lapses).ShouldBeRefused("session_lapsed");
        scene.Session.Open(scene.Composition, scene.Rules, lapses.AddSeconds(-1)).ShouldBeDone();
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
            var motion = scene.Session.Propose(scene.Session.Agenda[0].Id, new Proposal("Se aprueba.", subject, supersedes, null, null), scene.Composition).Value;
            scene.OpenBallot(motion).ShouldBeDone();
            scene.Cast(motion, scene.Account(0), Yes).ShouldBeDone();
            scene.Cast(motion, scene.Account(1), Yes).ShouldBeDone();
            scene.Close(motion);
            return scene.Session.Close(last, scene.Composition, scene.Now).Value.ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void INV_08_a_session_decides_nothing_while_a_sector_has_nobody_and_goes_on_afterwards()
    {
        var scene = InSession(civilSociety: 2);
        var carried = scene.Carry(scene.Propose());
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.Cast(motion, scene.Account(0), Yes).ShouldBeDone();
        scene.Cast(motion, scene.Account(1), Yes).ShouldBeDone();
        scene.Cast(motion, scene.Account(2), Yes).ShouldBeDone();
        scene.Secretariat.EndHolding(scene.Composition.Seats[3].Titular!.HoldingId, "Renuncia", Today).ShouldBeDone();
        scene.Secretariat.State.ShouldBe(SecretariatState.Suspended);
        scene.Session.CloseBallot(motion.Id, 1, scene.Composition, scene.Now).ShouldBeRefused("secretariat_suspended");
        scene.TryPropose().ShouldBeRefused("secretariat_suspended");
        scene.Session.AddPoint(new AgendaPoint("Otro", Matters.General), scene.Composition).ShouldBeRefused("secretariat_suspended");
        scene.OpenBallot(carried).ShouldBeRefused("secretariat_suspended");
        scene.Session.Close(0, scene.Composition, scene.Now).ShouldBeRefused("secretariat_suspended");
        motion.Last!.ClosedAt.ShouldBeNull();

        scene.Secretariat.Appoint(scene.Secretariat.Seats[3].Id, Holder(Sector.Guarantor), scene.Rules, Today).ShouldBeDone();
        scene.Close(motion).Totals.ShouldBe(new BallotTotals(4, 4, 3, 0, 1, 0));
        scene.Session.Close(0, scene.Composition, scene.Now).Value.Count.ShouldBe(2);
    }

    [Fact]
    public void INV_08_a_sector_whose_last_term_ran_out_suspends_before_the_days_review_notices()
    {
        var scene = InSession();
        scene.Now = scene.Now.AddMonths(30);
        scene.Secretariat.State.ShouldBe(SecretariatState.Installed);
        scene.TryPropose().ShouldBeRefused("secretariat_suspended");
        scene.Session.Close(0, scene.Composition, scene.Now).ShouldBeRefused("secretariat_suspended");
    }

    [Fact]
    public void A_session_convened_for_the_room_takes_nobody_from_elsewhere()
    {
        var scene = Installed();
        scene.Convene(remote: false).ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[0].Id, remote: true).ShouldBeRefused("session_in_room_only");
        scene.CheckIn(scene.Secretariat.Seats[0].Id, remote: false).ShouldBeDone();
    }

    [Fact]
    public void Who_checked_in_from_elsewhere_and_sits_in_the_room_is_recorded_there()
    {
        var scene = InSession();
        var seat = scene.Secretariat.Seats[0];
        var motion = scene.Propose();
        scene.OpenBallot(motion).ShouldBeDone();
        scene.CheckIn(seat.Id).ShouldBeRefused("already_present");
        scene.CheckIn(seat.Id, remote: false).ShouldBeDone();
        scene.Session.RecordVote(motion.Id, 1, seat.Id, Yes, scene.Composition, scene.Rules, Guid.CreateVersion7(), scene.Now).ShouldBeDone().BySecretary.ShouldBeTrue();
    }

    [Fact]
    public void INV_13_what_became_of_a_resolution_is_told_beside_it()
    {
        var scene = InSession();
        scene.Session.Propose(scene.Session.Agenda[0].Id, new Proposal("Se publica el informe.", null, null, null, Today.AddDays(10)), scene.Composition).ShouldBeDone();
        scene.Carry(scene.Session.Motions[0]);
        var resolution = scene.Session.Close(0, scene.Composition, scene.Now).Value[0];
        (resolution.Progress, resolution.IsOverdue(Today.AddDays(10)), resolution.IsOverdue(Today.AddDays(11))).ShouldBe((ResolutionProgress.Pending, false, true));
        resolution.FollowUp(ResolutionProgress.Fulfilled, "Se publicó.", Today.AddDays(12), Today, Today.AddDays(11), scene.Now).ShouldBeRefused("moment_in_future");
        resolution.FollowUp(ResolutionProgress.Fulfilled, "Se publicó.", Today.AddDays(-1), Today, Today.AddDays(11), scene.Now).ShouldBeRefused("follow_up_before_resolution");
        var fact = resolution.FollowUp(ResolutionProgress.Fulfilled, "Se publicó.", Today.AddDays(11), Today, Today.AddDays(11), scene.Now).ShouldBeDone();
        (fact.State, fact.On, resolution.IsOverdue(Today.AddDays(99))).ShouldBe((ResolutionProgress.Fulfilled, Today.AddDays(11), false));
        resolution.FollowUp(ResolutionProgress.InProgress, "Faltaba un anexo.", Today.AddDays(12), Today, Today.AddDays(12), scene.Now.AddDays(1)).ShouldBeDone();
        (resolution.Progress, resolution.IsOverdue(Today.AddDays(12)), resolution.FollowUps.Count).ShouldBe((ResolutionProgress.InProgress, true, 2));
    }
}
