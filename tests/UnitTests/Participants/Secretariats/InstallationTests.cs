using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

public sealed class InstallationTests
{
    [Fact]
    public void With_everything_in_order_it_is_installed_and_says_with_which_mechanism()
    {
        var scene = Ready();
        InstallationCheck.Run(scene.Secretariat, Today, scene.Rules, Held).ShouldAllBe(finding => finding.Holds);
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeDone();
        scene.Collect();
        scene.Facts.OfType<SecretariatInstalledV1>().ShouldHaveSingleItem().MechanismHash.ShouldBe(scene.Secretariat.Mechanism!.Hash);
    }

    [Theory]
    [InlineData(0, 2, 1, "installation_lacks_civil_society")]
    [InlineData(2, 0, 1, "installation_lacks_public_bodies")]
    [InlineData(2, 1, 0, "installation_lacks_guarantor")]
    public void INV_01_no_installation_without_an_occupied_seat_in_each_sector(int civilSociety, int publicBodies, int guarantor, string code)
    {
        var scene = Ready(civilSociety, publicBodies, guarantor);
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeRefused(code);
        scene.Secretariat.State.ShouldBe(SecretariatState.Integrating);
    }

    [Fact]
    public void INV_01_a_seat_may_be_vacant_as_long_as_each_sector_has_one()
    {
        var scene = Ready();
        scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeDone();
    }

    [Fact]
    public void INV_01_the_seat_of_the_guarantor_is_that_of_the_guarantor_that_the_profile_names()
    {
        var scene = Ready();
        scene.Rules = scene.Rules with { SeatGuarantorId = Guid.CreateVersion7() };
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeRefused("installation_other_guarantor");
        scene.Rules = scene.Rules with { SeatGuarantorId = scene.Secretariat.On(Today).Occupied.Single(seat => seat.Sector == Sector.Guarantor).Titular!.OrganisationId };
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeDone();

        var (seated, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var profile = new OpenGov.Participants.LegalProfiles.ProfileParameters { Guarantors = [new(other, HoldsSeat: false, Independent: true, null), new(seated, HoldsSeat: true, Independent: true, null)] };
        GoverningRules.Of(profile, null).SeatGuarantorId.ShouldBe(seated);
    }

    [Fact]
    public void INV_02_no_installation_with_fewer_seats_than_the_minimum_or_fewer_than_three_organisations()
    {
        var scene = Ready();
        scene.Rules = scene.Rules with { MinVotingSeats = 5 };
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeRefused("installation_few_seats");
    }

    [Fact]
    public void INV_03_no_installation_without_a_declaration_of_the_three_sectors_before_it()
    {
        var scene = Ready();
        scene.Secretariat.Declare(Today.AddDays(-1), [Sector.CivilSociety, Sector.Guarantor], "Declaración", Today).ShouldBeDone();
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeRefused("installation_declaration_unsigned");
        scene.Secretariat.Declare(Today, Enum.GetValues<Sector>(), "Declaración", Today).ShouldBeDone();
        InstallationCheck.Run(scene.Secretariat, Today.AddDays(-1), scene.Rules, Held).Single(finding => finding.Rule == "INV-03").Refusal!.Code.ShouldBe("installation_before_declaration");
        InstallationCheck.Run(Secretariat.Form("Otro", null, Today), Today, scene.Rules, Held).Single(finding => finding.Rule == "INV-03").Refusal!.Code.ShouldBe("installation_without_declaration");
    }

    [Fact]
    public void INV_04_no_installation_without_a_mechanism_in_its_four_parts()
    {
        var scene = Ready();
        scene.Secretariat.WriteMechanism(Parts with { Decisions = " " }, new MechanismParameters(), Today).ShouldBeDone();
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeRefused("installation_without_mechanism");
    }

    [Fact]
    public void INV_05_the_facilitator_is_named_unless_the_profile_does_not_ask_for_one()
    {
        var scene = new Scene();
        InstallationCheck.Run(scene.Secretariat, Today, scene.Rules, Held).Single(finding => finding.Rule == "INV-05").Refusal!.Code.ShouldBe("installation_without_facilitator");
        InstallationCheck.Run(scene.Secretariat, Today, scene.Rules with { FacilitatorRequired = false }, Held).Single(finding => finding.Rule == "INV-05").Holds.ShouldBeTrue();
    }

    [Fact]
    public void INV_05_neither_the_facilitator_nor_their_organisation_holds_a_seat()
    {
        var scene = Ready();
        var seat = scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules, Today).Value;
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, account: scene.Facilitator), scene.Rules, Today).ShouldBeRefused("facilitator_holds_no_seat");
        scene.Assign(SecretariatOffice.Facilitator, scene.Composition.Seats[0].Titular!.OrganisationId, null).ShouldBeRefused("facilitator_holds_no_seat");
        scene.Assign(SecretariatOffice.Facilitator, null, scene.Account(0)).ShouldBeRefused("facilitator_holds_no_seat");
    }

    [Fact]
    public void INV_05_the_facilitator_does_not_belong_to_who_carries_out_commitments()
    {
        var scene = Ready();
        scene.Assign(SecretariatOffice.Facilitator, Guid.CreateVersion7(), null, independent: false).ShouldBeRefused("facilitator_not_independent");
        scene.Assign(SecretariatOffice.Chair, Guid.CreateVersion7(), null, independent: false).ShouldBeDone();
    }

    [Fact]
    public void No_installation_before_the_awareness_activities_that_the_profile_asks_for()
    {
        var scene = Ready();
        scene.Secretariat.Install(Today, scene.Rules, [], Today).ShouldBeRefused("installation_without_awareness");
        scene.Secretariat.Install(Today, scene.Rules, [Today.AddDays(1)], Today).ShouldBeRefused("installation_without_awareness");
        scene.Secretariat.Install(Today, scene.Rules with { AwarenessMinEvents = 2 }, Held, Today).ShouldBeRefused("installation_without_awareness");
        scene.Secretariat.Install(Today, scene.Rules with { AwarenessMinEvents = 0 }, [], Today).ShouldBeDone();
    }

    [Fact]
    public void INV_06_chair_and_executive_secretary_are_two_unless_the_mechanism_says_so()
    {
        var scene = Ready();
        var chair = scene.Secretariat.Current(SecretariatOffice.Chair, Today)!.OrganisationId;
        scene.Assign(SecretariatOffice.ExecutiveSecretary, chair, null).ShouldBeRefused("chair_is_executive_secretary");
        scene.Rules = scene.Rules with { ChairMayBeExecutiveSecretary = true };
        scene.Assign(SecretariatOffice.ExecutiveSecretary, chair, null).ShouldBeDone();
        InstallationCheck.Run(scene.Secretariat, Today, new GoverningRules(), Held).Single(finding => finding.Rule == "INV-06").Refusal!.Code.ShouldBe("chair_is_executive_secretary");
        InstallationCheck.Run(new Scene().Secretariat, Today, scene.Rules, Held).Single(finding => finding.Rule == "INV-06").Refusal!.Code.ShouldBe("installation_without_offices");
    }

    [Fact]
    public void INV_07_no_organisation_in_two_sectors_and_no_person_in_two_seats()
    {
        var scene = Ready();
        var seat = scene.Secretariat.AddSeat(Sector.PublicBody, scene.Rules, Today).Value;
        // An organisation whose sector the state changed after it took its first seat.
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.PublicBody, organisation: scene.Composition.Seats[0].Titular!.OrganisationId), scene.Rules, Today).ShouldBeRefused("organisation_in_two_sectors");
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.PublicBody, account: scene.Account(1)), scene.Rules, Today).ShouldBeRefused("person_holds_two_seats");
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety), scene.Rules, Today).ShouldBeRefused("seat_of_another_sector");
    }

    [Fact]
    public void INV_01_02_a_seat_is_retired_once_nobody_holds_it_and_each_sector_and_the_minimum_keep_theirs()
    {
        var scene = Installed(civilSociety: 2);
        var seat = scene.Secretariat.Seats[1];
        scene.Secretariat.RetireSeat(seat.Id, "El mecanismo nuevo permite uno.", scene.Rules, Today).ShouldBeRefused("seat_is_held");
        scene.Secretariat.EndHolding(scene.Composition.Seats[1].Titular!.HoldingId, "Renuncia", Today).ShouldBeDone();
        // Who is named already for a day to come holds it as well.
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, from: Today.AddDays(9)), scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.RetireSeat(seat.Id, "El mecanismo nuevo permite uno.", scene.Rules, Today).ShouldBeRefused("seat_is_held");
        scene.Secretariat.EndHolding(scene.Secretariat.Holdings[^1].Id, "Renuncia", Today).ShouldBeDone();
        scene.Secretariat.RetireSeat(seat.Id, "El mecanismo nuevo permite uno.", scene.Rules with { MinVotingSeats = 4 }, Today).ShouldBeRefused("seats_below_minimum");
        scene.Secretariat.RetireSeat(seat.Id, "El mecanismo nuevo permite uno.", scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.RetireSeat(seat.Id, "Otra vez", scene.Rules, Today).ShouldBeRefused("seat_retired");
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety), scene.Rules, Today).ShouldBeRefused("seat_retired");

        // From today on it does not count; on the days before it did, and its number is nobody else's.
        scene.Composition.Seats.Count.ShouldBe(3);
        scene.Secretariat.On(Today.AddDays(-1)).Seats.Count.ShouldBe(4);
        CompositionAlerts.On(scene.Secretariat, Today).ShouldNotContain(alert => alert.SeatId == seat.Id);
        scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules with { MaxSeatsPerSector = 1 }, Today).ShouldBeRefused("sector_has_all_seats");
        scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules with { MaxSeatsPerSector = 2 }, Today).ShouldBeDone().Number.ShouldBe(5);
    }

    [Fact]
    public void INV_01_a_suspended_secretariat_keeps_the_only_seat_of_the_sector_that_lacks_somebody()
    {
        var scene = Installed(civilSociety: 2);
        scene.Secretariat.EndHolding(scene.Composition.Seats[2].Titular!.HoldingId, "Renuncia", Today).ShouldBeDone();
        scene.Secretariat.State.ShouldBe(SecretariatState.Suspended);
        scene.Secretariat.RetireSeat(scene.Secretariat.Seats[2].Id, "Vacante", scene.Rules, Today).ShouldBeRefused("sector_needs_a_seat");
        // While members are looked for a seat too many is taken away as it was added.
        var ready = Ready();
        ready.Secretariat.RetireSeat(ready.Secretariat.AddSeat(Sector.Guarantor, ready.Rules, Today).Value.Id, "De más", ready.Rules, Today).ShouldBeDone();
    }

    [Fact]
    public void INV_11_12_quorum_and_base_are_of_the_seats_in_force_on_the_day()
    {
        var scene = Installed(civilSociety: 2, publicBodies: 2);
        scene.Secretariat.EndHolding(scene.Composition.Seats[1].Titular!.HoldingId, "Renuncia", Today).ShouldBeDone();
        scene.Secretariat.RetireSeat(scene.Secretariat.Seats[1].Id, "El mecanismo nuevo permite uno.", scene.Rules, Today).ShouldBeDone();
        scene.Convene().ShouldBeDone();
        scene.CheckIn(scene.Secretariat.Seats[1].Id).ShouldBeRefused("seat_not_in_force");
        foreach (var seat in scene.Composition.Occupied)
            scene.CheckIn(seat.SeatId).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
        scene.Session.OpenedWith!.Occupied.ShouldBe(4);
        scene.Carry(scene.Propose()).Last!.Totals.ShouldBe(new BallotTotals(4, 4, 4, 0, 0, 0));
    }

    [Fact]
    public void INV_08_a_sector_left_with_nobody_suspends_the_secretariat_until_it_has_somebody_again()
    {
        var scene = Installed();
        scene.Secretariat.EndHolding(scene.Composition.Seats[0].Titular!.HoldingId, "Renuncia", Today).ShouldBeDone();
        scene.Secretariat.State.ShouldBe(SecretariatState.Suspended);
        scene.Convene().ShouldBeRefused("secretariat_suspended");
        scene.Secretariat.WriteMechanism(Parts, new MechanismParameters(), Today).ShouldBeRefused("mechanism_needs_resolution");
        var waiting = MechanismProposal.Propose(scene.Secretariat, Parts with { Operation = "Otra" }, new MechanismParameters(), Today).Value;
        scene.Secretariat.Enact(waiting, null, Today).ShouldBeRefused("secretariat_suspended");

        scene.Secretariat.Appoint(scene.Secretariat.Seats[0].Id, Holder(Sector.CivilSociety), scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.State.ShouldBe(SecretariatState.Installed);
        scene.Convene().ShouldBeDone();
        scene.Collect();
        scene.Facts.OfType<SecretariatSuspendedV1>().ShouldHaveSingleItem().MissingSectors.ShouldBe([Sector.CivilSociety]);
        scene.Facts.OfType<SecretariatReturnedV1>().ShouldHaveSingleItem();
    }

    [Fact]
    public void INV_08_a_term_that_runs_out_suspends_as_well()
    {
        var scene = Installed();
        scene.Secretariat.Review(Today.AddMonths(24).AddDays(-1)).ShouldBeFalse();
        scene.Secretariat.Review(Today.AddMonths(24)).ShouldBeTrue();
        scene.Secretariat.State.ShouldBe(SecretariatState.Suspended);
        scene.Secretariat.Review(Today.AddMonths(24)).ShouldBeFalse();
    }

    [Fact]
    public void A_civil_society_organisation_rotates_after_its_consecutive_terms()
    {
        var scene = new Scene();
        var (organisation, seat) = (Guid.CreateVersion7(), scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules, Today).Value);
        var (second, third) = (Today.AddMonths(24), Today.AddMonths(48));
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, organisation: organisation), scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, organisation: organisation, from: second), scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, organisation: organisation, from: third), scene.Rules, Today).ShouldBeRefused("too_many_consecutive_terms");
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, organisation: organisation, from: third.AddMonths(24)), scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, from: third, until: third.AddMonths(25)), scene.Rules, Today).ShouldBeRefused("seat_term_too_long", "seat_already_held");
    }

    [Fact]
    public void Membership_is_kept_as_intervals()
    {
        var scene = Installed(civilSociety: 2);
        var before = scene.Composition.Seats[0].Titular!.OrganisationId;
        scene.Secretariat.EndHolding(scene.Composition.Seats[0].Titular!.HoldingId, "Rotación", Today.AddDays(10)).ShouldBeDone();
        scene.Secretariat.EndHolding(scene.Secretariat.Holdings[0].Id, "Otra vez", Today.AddDays(11)).ShouldBeRefused("term_already_over");
        scene.Secretariat.On(Today.AddDays(9)).Seats[0].Titular!.OrganisationId.ShouldBe(before);
        scene.Secretariat.On(Today.AddDays(10)).Seats[0].Titular.ShouldBeNull();
    }

    [Fact]
    public void A_sector_with_more_than_half_of_the_seats_is_pointed_out_not_refused()
    {
        Installed(civilSociety: 3, publicBodies: 6, guarantor: 1).Composition.Dominant.ShouldBe(Sector.PublicBody);
        Installed(civilSociety: 2, publicBodies: 1, guarantor: 1).Composition.Dominant.ShouldBeNull();
    }

    [Fact]
    public void After_the_installation_only_a_resolution_about_exactly_this_proposal_changes_the_mechanism()
    {
        MechanismProposal.Propose(Ready().Secretariat, Parts, new MechanismParameters(), Today).ShouldBeRefused("mechanism_is_written_until_installation");
        var scene = InSession();
        scene.Secretariat.WriteMechanism(Parts, new MechanismParameters(), Today).ShouldBeRefused("mechanism_needs_resolution");
        MechanismProposal.Propose(scene.Secretariat, Parts, new MechanismParameters(), Today).ShouldBeRefused("mechanism_changes_nothing");
        MechanismProposal.Propose(scene.Secretariat, Parts with { Decisions = "" }, new MechanismParameters(), Today).ShouldBeRefused("installation_without_mechanism");
        var parameters = new MechanismParameters { NoticeOrdinaryDays = 3 };
        var proposal = MechanismProposal.Propose(scene.Secretariat, Parts with { Operation = "Otra" }, parameters, Today).Value;
        var other = MechanismProposal.Propose(scene.Secretariat, Parts, parameters, Today).Value;
        var item = scene.Session.AddPoint(new AgendaPoint("Mecanismo", Matters.GovernanceChange), scene.Composition).Value;
        var (exact, mistaken, general) = (Put(item.Id, proposal.Hash), Put(item.Id, other.Hash), Put(scene.Session.Agenda[0].Id, proposal.Hash));
        foreach (var motion in new[] { exact, mistaken, general })
        {
            scene.OpenBallot(motion).Value.Rule.ShouldBe(motion == general ? VotingRule.SimpleMajority : VotingRule.TwoThirds);
            scene.Cast(motion, scene.Account(0), Yes).ShouldBeDone();
            scene.Cast(motion, scene.Account(1), Yes).ShouldBeDone();
            scene.Close(motion).Outcome.ShouldBe(BallotOutcome.Carried);
        }

        var resolutions = scene.Session.Close(0, scene.Composition, scene.Now).Value;
        scene.Secretariat.Enact(proposal, null, Today).ShouldBeRefused("mechanism_needs_resolution");
        scene.Secretariat.Enact(proposal, resolutions[2], Today).ShouldBeRefused("mechanism_needs_resolution");
        scene.Secretariat.Enact(proposal, resolutions[1], Today).ShouldBeRefused("mechanism_is_not_what_was_approved");
        scene.Secretariat.Enact(other, resolutions[1], Today).ShouldBeRefused("mechanism_needs_resolution");
        scene.Secretariat.Enact(proposal, resolutions[0], Today).ShouldBeDone();
        (scene.Secretariat.Mechanism!.Number, scene.Secretariat.Mechanism.Hash, scene.Secretariat.Mechanism.ResolutionId).ShouldBe((2, proposal.Hash, resolutions[0].Id));
        scene.Secretariat.Enact(proposal, resolutions[0], Today).ShouldBeRefused("mechanism_not_proposed");
        proposal.Withdraw(Today).ShouldBeRefused("mechanism_not_proposed");
        scene.Collect();
        scene.Facts.OfType<GovernanceMechanismEnactedV1>().ShouldHaveSingleItem().Hash.ShouldBe(proposal.Hash);

        Motion Put(Guid point, string hash) => scene.Session.Propose(point, new Proposal("Se reforma.", new DecisionSubject(MechanismProposal.SubjectKind, proposal.Id, hash), null, null, null), scene.Composition).Value;
    }

    [Fact]
    public void INV_05_a_facilitator_is_somebody_and_represents_no_organisation_with_a_seat()
    {
        var scene = Ready();
        scene.Assign(SecretariatOffice.Facilitator, null, null).ShouldBeRefused("facilitator_unnamed");
        var seated = scene.Composition.Seats[0].Titular!.OrganisationId;
        scene.Secretariat.Assign(SecretariatOffice.Facilitator, new OfficeTaken(null, Guid.CreateVersion7(), null) { ActsFor = [seated] }, Today, scene.Rules, Today).ShouldBeRefused("facilitator_holds_no_seat");
        InstallationCheck.Run(scene.Secretariat, Today, scene.Rules, Held, [seated]).Single(finding => finding.Rule == "INV-05").Refusal!.Code.ShouldBe("facilitator_holds_no_seat");
        scene.Secretariat.Install(Today, scene.Rules, Held, Today, [seated]).ShouldBeRefused("facilitator_holds_no_seat");
        var seat = scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules, Today).Value;
        var organisation = Guid.CreateVersion7();
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, organisation: organisation), scene.Rules, Today, [organisation]).ShouldBeRefused("facilitator_holds_no_seat");
        scene.Assign(SecretariatOffice.Facilitator, Guid.CreateVersion7(), null).ShouldBeDone();
    }

    [Fact]
    public void INV_05_whoever_facilitates_comes_to_act_for_nobody_with_a_seat_or_with_commitments()
    {
        var scene = Installed();
        scene.Secretariat.WhyFacilitatorMayNotActFor(scene.Composition.Seats[0].Titular!.OrganisationId, isObligatedSubject: false, Today)!.Code.ShouldBe("facilitator_holds_no_seat");
        scene.Secretariat.WhyFacilitatorMayNotActFor(Guid.CreateVersion7(), isObligatedSubject: true, Today)!.Code.ShouldBe("facilitator_not_independent");
        scene.Secretariat.WhyFacilitatorMayNotActFor(Guid.CreateVersion7(), isObligatedSubject: false, Today).ShouldBeNull();
    }

    [Fact]
    public void An_office_changes_hands_today_and_its_history_is_not_rewritten()
    {
        var scene = Ready();
        Take(Today.AddDays(-20)).ShouldBeRefused("office_held_then");
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeDone();
        Take(Today.AddDays(-1)).ShouldBeRefused("moment_in_past");
        Take(Today.AddDays(1)).ShouldBeRefused("moment_in_future");
        var former = scene.Secretariat.Current(SecretariatOffice.Chair, Today)!;
        scene.Secretariat.Assign(SecretariatOffice.Chair, new OfficeTaken(Guid.CreateVersion7(), null, null), Today.AddDays(5), scene.Rules, Today.AddDays(5)).ShouldBeDone();
        former.EndedOn.ShouldBe(Today.AddDays(5));
        scene.Secretariat.Current(SecretariatOffice.Chair, Today.AddDays(4)).ShouldBe(former);

        Result Take(DateOnly from) => scene.Secretariat.Assign(SecretariatOffice.Chair, new OfficeTaken(Guid.CreateVersion7(), null, null), from, scene.Rules, Today);
    }

    [Fact]
    public void Another_person_sits_for_the_same_organisation_in_the_same_term_without_a_day_between()
    {
        var scene = Installed();
        var first = scene.Composition.Seats[0].Titular!;
        var until = scene.Secretariat.Holdings.Single(row => row.Id == first.HoldingId).Until;
        scene.Secretariat.Substitute(Guid.CreateVersion7(), By(null), scene.Rules, Today).ShouldBeRefused("not_found");
        scene.Secretariat.Substitute(first.HoldingId, By(null) with { Post = null }, scene.Rules, Today).ShouldBeRefused("substitute_unnamed");
        scene.Secretariat.Substitute(first.HoldingId, By(scene.Account(1)), scene.Rules, Today).ShouldBeRefused("person_holds_two_seats");
        scene.Secretariat.Substitute(first.HoldingId, By(scene.Facilitator), scene.Rules, Today).ShouldBeRefused("facilitator_holds_no_seat");
        // More persons than an organisation has terms.
        var holding = first.HoldingId;
        for (var day = 1; day <= 4; day++)
        {
            var taken = scene.Secretariat.Substitute(holding, By(Guid.CreateVersion7()), scene.Rules, Today.AddDays(day)).ShouldBeDone();
            (taken.OrganisationId, taken.From, taken.Until, taken.ContinuesId).ShouldBe((first.OrganisationId, Today.AddDays(day), until, holding));
            scene.Secretariat.Substitute(holding, By(Guid.CreateVersion7()), scene.Rules, Today.AddDays(day)).ShouldBeRefused("seat_holding_not_in_force");
            holding = taken.Id;
            scene.Secretariat.State.ShouldBe(SecretariatState.Installed);
        }

        for (var day = 0; day <= 4; day++)
            scene.Secretariat.On(Today.AddDays(day)).Seats[0].Titular.ShouldNotBeNull();
        scene.Collect();
        scene.Facts.OfType<SeatHolderSubstitutedV1>().Count().ShouldBe(4);
        scene.Facts.OfType<SecretariatSuspendedV1>().ShouldBeEmpty();
        // One term was held: a second may follow, a third not.
        var (second, third) = (until!.Value, until.Value.AddMonths(24));
        scene.Secretariat.Appoint(scene.Secretariat.Seats[0].Id, Holder(Sector.CivilSociety, organisation: first.OrganisationId, from: second), scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.MayTakeTerm(first.OrganisationId, third, null, scene.Rules).ShouldBeFalse();

        Substitution By(Guid? account) => new(account, "Dirección General", null, "Oficio 2/2026", "Cambio de representante");
    }

    [Fact]
    public void INV_08_who_changes_a_person_right_after_midnight_finds_what_the_days_review_will()
    {
        var scene = Installed();
        var over = scene.Secretariat.Holdings[0].Until!.Value;
        scene.Secretariat.Appoint(scene.Secretariat.Seats[1].Id, Holder(Sector.PublicBody, from: over), scene.Rules, Today).ShouldBeDone();
        scene.Secretariat.State.ShouldBe(SecretariatState.Installed);
        var sitting = scene.Secretariat.On(over).Seats[1].Titular!;
        scene.Secretariat.Substitute(sitting.HoldingId, new Substitution(Guid.CreateVersion7(), null, null, "Oficio 2/2028", "Cambio"), scene.Rules, over).ShouldBeDone();
        (scene.Secretariat.State, scene.Secretariat.SuspendedOn).ShouldBe((SecretariatState.Suspended, over));
        scene.Secretariat.Suspensions.ShouldHaveSingleItem().MissingSectors.ShouldBe([Sector.CivilSociety, Sector.Guarantor], ignoreOrder: true);
    }

    [Fact]
    public void After_the_installation_nobody_is_seated_in_days_that_are_over()
    {
        var scene = Installed();
        var seat = scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules, Today).Value;
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, from: Today.AddDays(-1)), scene.Rules, Today).ShouldBeRefused("moment_in_past");
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, from: Today), scene.Rules, Today).ShouldBeDone();
        // While members are looked for it is a record of what happened elsewhere.
        var forming = Ready();
        forming.Secretariat.Appoint(forming.Secretariat.AddSeat(Sector.CivilSociety, forming.Rules, Today).Value.Id, Holder(Sector.CivilSociety, from: Today.AddDays(-1)), forming.Rules, Today).ShouldBeDone();
    }

    [Fact]
    public void Rotation_counts_terms_in_whatever_order_they_are_given()
    {
        var scene = Installed();
        var (seat, organisation) = (scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules, Today).Value, Guid.CreateVersion7());
        Take(Today.AddMonths(48)).ShouldBeDone();
        // What came between would make three in a row.
        Take(Today.AddMonths(24)).ShouldBeDone();
        Take(Today).ShouldBeRefused("too_many_consecutive_terms");
        // A pause of more than the thirty days begins anew.
        Take(Today, Today.AddMonths(22)).ShouldBeDone();

        Result<SeatHolding> Take(DateOnly from, DateOnly? until = null) =>
            scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, organisation: organisation, from: from, until: until), scene.Rules, Today);
    }

    [Fact]
    public void A_mechanism_comes_into_force_only_against_the_version_that_it_was_compared_with()
    {
        var scene = Installed();
        scene.Convene(matter: Matters.GovernanceChange).ShouldBeDone();
        foreach (var seat in scene.Secretariat.Seats)
            scene.CheckIn(seat.Id).ShouldBeDone();
        scene.Session.Open(scene.Composition, scene.Rules, scene.Now).ShouldBeDone();
        var (first, second) = (Proposed("Sesiona cada mes."), Proposed("Sesiona cada semana."));
        var (of, other) = (Adopt(first), Adopt(second));
        var adopted = scene.Session.Close(0, scene.Composition, scene.Now).Value;
        scene.Secretariat.Enact(second, adopted.Single(row => row.MotionId == other.Id), Today).ShouldBeDone();
        scene.Secretariat.Enact(first, adopted.Single(row => row.MotionId == of.Id), Today).ShouldBeRefused("mechanism_based_on_former_version");
        (scene.Secretariat.Mechanism!.Operation, first.State).ShouldBe(("Sesiona cada semana.", MechanismProposalState.Proposed));

        MechanismProposal Proposed(string operation) => MechanismProposal.Propose(scene.Secretariat, Parts with { Operation = operation }, new MechanismParameters(), Today).Value;
        Motion Adopt(MechanismProposal proposal) => scene.Carry(scene.Propose(new DecisionSubject(MechanismProposal.SubjectKind, proposal.Id, proposal.Hash)));
    }

    [Fact]
    public void INV_08_on_the_day_on_which_a_sector_has_nobody_any_more_nothing_is_decided_or_enacted()
    {
        var scene = InSession();
        var proposal = MechanismProposal.Propose(scene.Secretariat, Parts with { Operation = "Sesiona cada mes." }, new MechanismParameters(), Today).Value;
        scene.Carry(scene.Propose(new DecisionSubject(MechanismProposal.SubjectKind, proposal.Id, proposal.Hash)));
        var adopted = scene.Session.Close(0, scene.Composition, scene.Now).Value[0];
        var over = scene.Secretariat.Holdings.Single(row => row.OrganisationId == scene.Composition.Seats.Single(seat => seat.Sector == Sector.CivilSociety).Titular!.OrganisationId).Until!.Value;
        // The review of the day has not noticed yet.
        scene.Secretariat.State.ShouldBe(SecretariatState.Installed);
        (scene.Secretariat.WhySuspendedOn(over.AddDays(-1)), scene.Secretariat.WhySuspendedOn(over)!.Code).ShouldBe((null, "secretariat_suspended"));
        scene.Secretariat.Enact(proposal, adopted, over).ShouldBeRefused("secretariat_suspended");
    }

    [Fact]
    public void After_the_installation_a_seat_is_won_by_election_only_with_its_proclamation()
    {
        var scene = Ready();
        var seat = scene.Secretariat.AddSeat(Sector.CivilSociety, scene.Rules, Today).Value;
        var elsewhere = Holder(Sector.CivilSociety) with { Access = SeatAccess.Election };
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeDone();
        scene.Secretariat.Appoint(seat.Id, elsewhere, scene.Rules, Today).ShouldBeRefused("seat_election_needs_proclamation");
        var election = Guid.CreateVersion7();
        scene.Secretariat.Appoint(seat.Id, elsewhere with { ElectionId = election }, scene.Rules, Today).Value.ElectionId.ShouldBe(election);
        // What happened elsewhere is recorded while members are looked for.
        var forming = Ready();
        forming.Secretariat.Appoint(forming.Secretariat.AddSeat(Sector.CivilSociety, forming.Rules, Today).Value.Id, elsewhere, forming.Rules, Today).Value.ElectionId.ShouldBeNull();
    }
}
