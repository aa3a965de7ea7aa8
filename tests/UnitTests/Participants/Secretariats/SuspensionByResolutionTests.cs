using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>SPEC §2.2, SX: a secretariat suspends itself by resolution, and comes back by another.</summary>
public sealed class SuspensionByResolutionTests
{
    [Fact]
    public void SX_a_resolution_about_the_secretariat_suspends_it_when_its_session_closes_and_another_brings_it_back()
    {
        var scene = Installed();
        var suspended = Resolve(scene, Matters.Suspension, SecretariatSessionKind.Ordinary);
        scene.Secretariat.State.ShouldBe(SecretariatState.Suspended);
        scene.Secretariat.SuspendedOn.ShouldBe(Today);
        scene.Secretariat.SuspendedByResolution!.ResolutionId.ShouldBe(suspended.Id);
        // The same resolution does not count twice.
        scene.Secretariat.CarryOut(suspended, Today).ShouldBeFalse();

        scene.Now = scene.Now.AddDays(40);
        var back = Resolve(scene, Matters.Return, SecretariatSessionKind.Extraordinary);
        scene.Secretariat.State.ShouldBe(SecretariatState.Installed);
        scene.Secretariat.SuspendedOn.ShouldBeNull();
        var kept = scene.Secretariat.Suspensions.ShouldHaveSingleItem();
        (kept.Cause, kept.SuspendedOn, kept.ReturnedOn, kept.ReturnResolutionId).ShouldBe((SuspensionCause.Resolution, Today, Today.AddDays(40), back.Id));
        scene.Facts.OfType<SecretariatSuspendedV1>().ShouldHaveSingleItem().MissingSectors.ShouldBeEmpty();
        scene.Facts.OfType<SecretariatReturnedV1>().ShouldHaveSingleItem().ReturnedOn.ShouldBe(Today.AddDays(40));
        scene.Convene().ShouldBeDone();
    }

    [Fact]
    public void SX_while_it_is_suspended_by_resolution_it_meets_extraordinarily_about_its_return_and_nothing_else()
    {
        var scene = InSession();
        var waiting = scene.Session;
        var open = scene.Propose();
        scene.OpenBallot(open).ShouldBeDone();
        Resolve(scene, Matters.Suspension, SecretariatSessionKind.Ordinary);
        const string Why = "secretariat_suspended_by_resolution";
        scene.Convene().ShouldBeRefused(Why);
        scene.Convene(SecretariatSessionKind.Ordinary, Matters.Return).ShouldBeRefused(Why);
        scene.Convene(SecretariatSessionKind.Extraordinary, Matters.PlanApproval).ShouldBeRefused(Why);
        // What was going on waits.
        waiting.Propose(waiting.Agenda[0].Id, new Proposal("Se aprueba.", null, null, null, null), scene.Composition).ShouldBeRefused(Why);
        waiting.Cast(open.Id, 1, scene.Account(0), Yes, scene.Composition, scene.Rules, scene.Now).ShouldBeRefused(Why);
        waiting.CloseBallot(open.Id, 1, scene.Composition, scene.Now).ShouldBeRefused(Why);
        waiting.Close(0, scene.Composition, scene.Now).ShouldBeRefused(Why);
        var proposal = MechanismProposal.Propose(scene.Secretariat, Parts with { Operation = "Otra" }, new MechanismParameters(), Today).Value;
        scene.Secretariat.Enact(proposal, null, Today).ShouldBeRefused(Why);
        // Integration goes on.
        scene.Secretariat.Appoint(scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules, Today).Value.Id, Holder(Sector.CivilSociety), scene.Rules, Today).ShouldBeDone();

        Resolve(scene, Matters.Return, SecretariatSessionKind.Extraordinary);
        waiting.Cast(open.Id, 1, scene.Account(0), Yes, scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
    }

    [Fact]
    public void INV_08_with_a_sector_that_has_nobody_it_does_not_decide_on_its_return_either_and_returns_when_both_causes_ended()
    {
        var scene = Installed();
        Resolve(scene, Matters.Suspension, SecretariatSessionKind.Ordinary);
        scene.Secretariat.EndHolding(scene.Composition.Seats[0].Titular!.HoldingId, "Renuncia", Today).ShouldBeDone();
        scene.Convene(SecretariatSessionKind.Extraordinary, Matters.Return).ShouldBeRefused("secretariat_suspended");
        scene.Secretariat.Suspensions.Count(row => row.GoesOn).ShouldBe(2);
        scene.Secretariat.Appoint(scene.Secretariat.Seats[0].Id, Holder(Sector.CivilSociety), scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.State.ShouldBe(SecretariatState.Suspended);
        scene.Secretariat.Suspensions.Single(row => row.GoesOn).Cause.ShouldBe(SuspensionCause.Resolution);
        Resolve(scene, Matters.Return, SecretariatSessionKind.Extraordinary);
        scene.Secretariat.State.ShouldBe(SecretariatState.Installed);
        scene.Collect();
        scene.Facts.OfType<SecretariatSuspendedV1>().ShouldHaveSingleItem();
        scene.Facts.OfType<SecretariatReturnedV1>().ShouldHaveSingleItem();
    }

    [Fact]
    public void INV_08_a_seat_taken_from_today_on_counts_for_the_return_once_the_days_review_has_noticed()
    {
        var scene = Installed();
        Resolve(scene, Matters.Suspension, SecretariatSessionKind.Ordinary);
        Meet(scene, Matters.Return, SecretariatSessionKind.Extraordinary);
        scene.Secretariat.EndHolding(scene.Composition.Seats[0].Titular!.HoldingId, "Renuncia", Today).ShouldBeDone();
        scene.Secretariat.Appoint(scene.Secretariat.Seats[0].Id, Holder(Sector.CivilSociety, from: Today.AddDays(1)), scene.Rules, Today).ShouldBeDone();
        scene.Now = scene.Now.AddDays(1);
        scene.Composition.MissingSectors.ShouldBeEmpty();
        scene.TryPropose(About(scene, Matters.Return)).ShouldBeRefused("secretariat_suspended");
        scene.Secretariat.Review(scene.Day).ShouldBeTrue();
        scene.Secretariat.State.ShouldBe(SecretariatState.Suspended);
        scene.TryPropose(About(scene, Matters.Return)).ShouldBeDone();
    }

    [Fact]
    public void SX_a_motion_about_it_names_the_secretariat_as_it_stands_on_a_point_of_its_matter()
    {
        var stl = Installed().Secretariat;
        var about = new DecisionSubject(Matters.Suspension, stl.Id, stl.Standing);
        stl.MayResolve(about, Matters.Suspension).ShouldBeDone();
        stl.MayResolve(null, Matters.General).ShouldBeDone();
        stl.MayResolve(about, Matters.General).ShouldBeRefused("suspension_needs_its_matter");
        stl.MayResolve(about, Matters.Return).ShouldBeRefused("suspension_needs_its_matter");
        stl.MayResolve(null, Matters.Suspension).ShouldBeRefused("suspension_names_secretariat");
        stl.MayResolve(about with { Id = Guid.CreateVersion7() }, Matters.Suspension).ShouldBeRefused("suspension_names_secretariat");
        stl.MayResolve(about with { VersionHash = null }, Matters.Suspension).ShouldBeRefused("secretariat_stands_otherwise");
        stl.MayResolve(about with { Kind = Matters.Return }, Matters.Return).ShouldBeRefused("secretariat_not_suspended_by_resolution");
    }

    [Fact]
    public void SX_of_two_sessions_that_carry_the_suspension_the_one_that_closes_after_the_return_changes_nothing()
    {
        var scene = Installed();
        Meet(scene, Matters.Suspension, SecretariatSessionKind.Ordinary);
        scene.Carry(scene.Propose(About(scene, Matters.Suspension)));
        var late = scene.Session;
        Resolve(scene, Matters.Suspension, SecretariatSessionKind.Ordinary);
        late.Close(1, scene.Composition, scene.Now).ShouldBeRefused("secretariat_suspended_by_resolution");
        Resolve(scene, Matters.Return, SecretariatSessionKind.Extraordinary);
        var overtaken = late.Close(2, scene.Composition, scene.Now).Value.ShouldHaveSingleItem();
        scene.Secretariat.CarryOut(overtaken, Today).ShouldBeFalse();
        scene.Secretariat.State.ShouldBe(SecretariatState.Installed);
    }

    [Fact]
    public void Two_thirds_suspend_it_and_the_half_and_one_bring_it_back_unless_the_mechanism_says_otherwise()
    {
        new GoverningRules().RuleFor(Matters.Suspension, false).ShouldBe(VotingRule.TwoThirds);
        new GoverningRules().RuleFor(Matters.Return, false).ShouldBe(VotingRule.SimpleMajority);
        (new GoverningRules() with { DecisionRules = new Dictionary<string, VotingRule> { [Matters.Suspension] = VotingRule.Consensus } }).RuleFor(Matters.Suspension, false).ShouldBe(VotingRule.Consensus);
    }

    private static DecisionSubject About(Scene scene, string matter) => new(matter, scene.Secretariat.Id, scene.Secretariat.Standing);

    private static void Meet(Scene scene, string matter, SecretariatSessionKind kind)
    {
        scene.Convene(kind, matter).ShouldBeDone();
        foreach (var seat in scene.Composition.Occupied)
            scene.CheckIn(seat.SeatId).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
    }

    /// <summary>Convened, held and closed; the resolution is carried out as the service does.</summary>
    private static Resolution Resolve(Scene scene, string matter, SecretariatSessionKind kind)
    {
        Meet(scene, matter, kind);
        scene.Carry(scene.Propose(About(scene, matter)));
        var resolution = scene.Session.Close(0, scene.Composition, scene.Now).Value.ShouldHaveSingleItem();
        scene.Secretariat.CarryOut(resolution, scene.Day).ShouldBeTrue();
        scene.Collect();
        return resolution;
    }
}
