using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

public sealed class CompositionAlertTests
{
    private static readonly DateOnly End = Today.AddMonths(24);

    [Fact]
    public void A_term_that_ends_within_a_year_is_pointed_out_until_somebody_follows()
    {
        var scene = Installed();
        var seat = scene.Secretariat.Seats[0];
        CompositionAlerts.On(scene.Secretariat, Today).ShouldBeEmpty("two years are far");
        var alert = CompositionAlerts.On(scene.Secretariat, End.AddDays(-300)).First(row => row.SeatId == seat.Id);
        (alert.Kind, alert.Role, alert.Day).ShouldBe((CompositionAlertKind.TermEnds, SeatRole.Titular, End));
        scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety, from: End), scene.Rules, Today).ShouldBeDone();
        CompositionAlerts.On(scene.Secretariat, End.AddDays(-300)).ShouldNotContain(row => row.SeatId == seat.Id);
        CompositionAlerts.On(scene.Secretariat, End.AddDays(1)).ShouldNotContain(row => row.SeatId == seat.Id);
    }

    [Fact]
    public void Staff_are_told_sixty_and_thirty_days_before_and_only_the_nearer_day_by_who_looks_late()
    {
        var scene = Installed();
        var alert = CompositionAlerts.On(scene.Secretariat, End.AddDays(-61))[0];
        CompositionAlerts.MailOf(alert, End.AddDays(-61)).ShouldBeNull();
        CompositionAlerts.MailOf(alert, End.AddDays(-60)).ShouldBe(CompositionNoticeKind.SixtyDays);
        CompositionAlerts.MailOf(alert, End.AddDays(-31)).ShouldBe(CompositionNoticeKind.SixtyDays);
        CompositionAlerts.MailOf(alert, End.AddDays(-30)).ShouldBe(CompositionNoticeKind.ThirtyDays);
        CompositionAlerts.MailOf(alert, End.AddDays(-1)).ShouldBe(CompositionNoticeKind.ThirtyDays);
    }

    [Fact]
    public void A_vacancy_is_known_by_who_left_the_seat_and_each_is_one_of_its_own()
    {
        var scene = Installed(civilSociety: 2);
        var (seat, first) = (scene.Secretariat.Seats[0], scene.Secretariat.Holdings[0]);
        scene.Secretariat.EndHolding(first.Id, "Renuncia", Today).ShouldBeDone();
        Vacancy(Today).ShouldBe((first.Id, Today));
        var second = scene.Secretariat.Appoint(seat.Id, Holder(Sector.CivilSociety), scene.Rules, Today).Value;
        Vacancy(Today).ShouldBeNull();
        scene.Secretariat.EndHolding(second.Id, "Renuncia", Today.AddDays(5)).ShouldBeDone();
        Vacancy(Today.AddDays(5)).ShouldBe((second.Id, Today.AddDays(5)));

        (Guid?, DateOnly)? Vacancy(DateOnly day) => CompositionAlerts.On(scene.Secretariat, day).Where(row => row is { Kind: CompositionAlertKind.Vacancy }).Where(row => row.SeatId == seat.Id)
            .Select(row => ((Guid?, DateOnly)?)(row.HoldingId, row.Day)).SingleOrDefault();
    }

    [Fact]
    public void A_seat_that_nobody_ever_held_is_vacant_since_it_is_there()
    {
        var scene = Installed();
        var seat = scene.Secretariat.AddSeat(Sector.PublicBody, scene.Rules, Today).Value;
        CompositionAlerts.On(scene.Secretariat, Today.AddDays(3)).ShouldHaveSingleItem().ShouldBe(new CompositionAlert(CompositionAlertKind.Vacancy, SeatRole.Titular, seat.Id, null, Today));
    }

    [Fact]
    public void An_ordinary_session_is_missing_when_none_was_held_or_convened_within_the_mechanisms_frequency()
    {
        Since(Ready().Secretariat, Today.AddYears(1)).ShouldBeNull();
        var secretariat = Installed().Secretariat;
        Since(secretariat, Today.AddMonths(2).AddDays(-1)).ShouldBeNull();
        Since(secretariat, Today.AddMonths(2)).ShouldBe(Today.AddMonths(2));
        Since(secretariat, Today.AddMonths(2), held: Today.AddMonths(1)).ShouldBeNull();
        Since(secretariat, Today.AddMonths(3), held: Today.AddMonths(1), every: 1).ShouldBe(Today.AddMonths(2));
        // Convened for a day within the next two months it is being seen to; ten months ahead it is not.
        Since(secretariat, Today.AddMonths(8), convened: Today.AddMonths(10)).ShouldBeNull();
        Since(secretariat, Today.AddMonths(8), convened: Today.AddMonths(10).AddDays(1)).ShouldBe(Today.AddMonths(2));
        Since(secretariat, Today.AddMonths(3), held: Today.AddMonths(1), convened: Today.AddMonths(13)).ShouldBe(Today.AddMonths(3));

        static DateOnly? Since(Secretariat secretariat, DateOnly today, DateOnly? held = null, DateOnly? convened = null, int every = 2) =>
            CompositionAlerts.SessionMissingSince(secretariat, held, convened, new GoverningRules { OrdinaryFrequencyMonths = every }, today);
    }
}
