using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>Whoever looks up a day that is over reads the state and the rules of that day beside its members.</summary>
public sealed class StandingOnDayTests
{
    [Fact]
    public void A_day_shows_whether_it_was_installed_or_suspended_then()
    {
        var scene = Installed();
        var (gone, back, now) = (Today.AddDays(5), Today.AddDays(9), Today.AddDays(20));
        scene.Secretariat.EndHolding(scene.Composition.Seats[0].Titular!.HoldingId, "Renuncia", gone).ShouldBeDone();
        scene.Secretariat.Appoint(scene.Secretariat.Seats[0].Id, Holder(Sector.CivilSociety, from: back), scene.Rules, back).ShouldBeDone();
        scene.Secretariat.State.ShouldBe(SecretariatState.Installed);

        StateOn(Today.AddDays(-1)).ShouldBe((SecretariatState.Integrating, null));
        StateOn(Today).ShouldBe((SecretariatState.Installed, null));
        StateOn(gone.AddDays(-1)).ShouldBe((SecretariatState.Installed, null));
        StateOn(gone).ShouldBe((SecretariatState.Suspended, gone));
        StateOn(back.AddDays(-1)).ShouldBe((SecretariatState.Suspended, gone));
        StateOn(back).ShouldBe((SecretariatState.Installed, null));
        StateOn(now.AddYears(1)).ShouldBe((SecretariatState.Installed, null), "of days to come nothing else is known than today");

        (SecretariatState State, DateOnly? Since) StateOn(DateOnly on)
        {
            var standing = StandingOnDay.Of(scene.Secretariat, on, now);
            return (standing.State, standing.SuspendedOn);
        }
    }

    [Fact]
    public void A_day_shows_the_mechanism_of_then_and_before_the_first_was_written_down_the_one_that_the_installation_approved()
    {
        var scene = Ready();
        scene.Secretariat.WriteMechanism(Parts with { Operation = "La que aprobó la instalación" }, new MechanismParameters(), Today.AddDays(3)).ShouldBeDone();
        scene.Secretariat.Install(Today, scene.Rules, Held, Today.AddDays(3)).ShouldBeDone();
        NumberOn(Today.AddDays(-1)).ShouldBeNull();
        NumberOn(Today.AddDays(2)).ShouldBe(1);
        NumberOn(Today.AddDays(3)).ShouldBe(2);

        // Written down in the system after the installation that approved it.
        var earlier = new Scene();
        foreach (var sector in Enum.GetValues<Sector>())
            earlier.Seats(sector, 1);
        earlier.Secretariat.Declare(Today.AddDays(-30), Enum.GetValues<Sector>(), "Declaración conjunta", Today).ShouldBeDone();
        earlier.Assign(SecretariatOffice.Chair, Guid.CreateVersion7(), null).ShouldBeDone();
        earlier.Assign(SecretariatOffice.ExecutiveSecretary, Guid.CreateVersion7(), null).ShouldBeDone();
        earlier.Assign(SecretariatOffice.Facilitator, null, earlier.Facilitator).ShouldBeDone();
        earlier.Secretariat.WriteMechanism(Parts, new MechanismParameters(), Today.AddDays(3)).ShouldBeDone();
        earlier.Secretariat.Install(Today, earlier.Rules, Held, Today.AddDays(3)).ShouldBeDone();
        StandingOnDay.Of(earlier.Secretariat, Today.AddDays(1), Today.AddDays(30)).Mechanism!.Number.ShouldBe(1);
        StandingOnDay.Of(earlier.Secretariat, Today.AddDays(-1), Today.AddDays(30)).Mechanism.ShouldBeNull();

        int? NumberOn(DateOnly on) => StandingOnDay.Of(scene.Secretariat, on, Today.AddDays(30)).Mechanism?.Number;
    }
}
