using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

public sealed class InstallationActTests
{
    [Fact]
    public void The_act_keeps_what_was_found_that_day_with_its_figures()
    {
        var scene = Ready(civilSociety: 2);
        var findings = InstallationCheck.Run(scene.Secretariat, Today, scene.Rules, Held);
        scene.Secretariat.Install(Today, scene.Rules, Held, Today).ShouldBeDone();
        var act = InstallationAct.Record(scene.Secretariat, Today, "Toluca", findings, Noon);
        scene.Secretariat.EndHolding(scene.Secretariat.Holdings[0].Id, "Renuncia", Today.AddDays(1)).ShouldBeDone();

        act.Findings.Select(finding => finding.Rule).ShouldBe(["INV-01", "INV-01", "INV-01", "INV-02", "INV-03", "INV-04", "INV-05", "INV-06", "INV-07", "SPEC-2.1"]);
        act.Findings[0].Figures.ShouldBe(["2"]);
        act.Findings[3].Figures.ShouldBe(["4", "4", "3"]);
        act.Findings[4].Arguments.ShouldBe([Today.AddDays(-30), 3]);
        (act.Holdings.Count, act.Offices.Count, act.MechanismId).ShouldBe((4, 3, scene.Secretariat.Mechanism!.Id));
        var read = JsonSerializer.Deserialize<IReadOnlyList<ActFinding>>(JsonSerializer.Serialize(act.Findings, ContractsJson.Options), ContractsJson.Options)!;
        read[4].Arguments.ShouldBe(act.Findings[4].Arguments);
    }

    [Theory]
    [InlineData(SeatRank.Director, false)]
    [InlineData(SeatRank.DirectorGeneral, true)]
    [InlineData(SeatRank.HeadOfInstitution, true)]
    public void SPEC_2_4_whoever_sits_for_a_public_body_has_the_rank_that_the_mechanism_asks_for(SeatRank rank, bool holds)
    {
        var scene = Ready(publicBodies: 0);
        var seat = scene.Secretariat.AddSeat(Sector.PublicBody, scene.Rules, Today).Value;
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.PublicBody) with { Rank = rank }, scene.Rules, Today).ShouldBeDone();
        scene.Rules = scene.Rules with { MinRank = SeatRank.DirectorGeneral };
        var finding = InstallationCheck.Run(scene.Secretariat, Today, scene.Rules, Held).Single(row => row.Rule == "SPEC-2.4");
        finding.Holds.ShouldBe(holds);
        var installed = scene.Secretariat.Install(Today, scene.Rules, Held, Today);
        if (!holds)
        {
            installed.ShouldBeRefused("installation_rank_too_low");
            return;
        }

        installed.ShouldBeDone();
        var next = scene.Secretariat.AddSeat(Sector.PublicBody, scene.Rules, Today).Value;
        scene.Secretariat.Appoint(next.Id, Holder(Sector.PublicBody), scene.Rules, Today).ShouldBeRefused("seat_rank_too_low");
        scene.Secretariat.Appoint(next.Id, Holder(Sector.PublicBody) with { Rank = SeatRank.Undersecretary }, scene.Rules, Today).ShouldBeDone();
    }

    [Fact]
    public void Where_the_mechanism_asks_for_no_rank_its_hash_is_what_it_was()
    {
        JsonSerializer.Serialize(new MechanismParameters(), ContractsJson.Options).ShouldNotContain("minRank");
        GovernanceMechanism.HashOf(Parts, new MechanismParameters { MinRank = SeatRank.Director }).ShouldNotBe(GovernanceMechanism.HashOf(Parts, new MechanismParameters()));
    }
}
