using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.States;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>The clock goes two years ahead: a service of its own.</summary>
public sealed class CompositionNoticeTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();

    private DateOnly Today => State.Find("15")!.Today(service.Clock.GetUtcNow());

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Staff_are_told_once_sixty_and_thirty_days_before_a_term_ends_and_once_of_the_vacancy()
    {
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        var stl = await Assembly.InstalledAsync(service);
        var view = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}"));
        var end = DateOnly.Parse(view.GetProperty("seats")[0].GetProperty("titular").GetProperty("until").GetString()!, CultureInfo.InvariantCulture);
        await GoToAsync(end.AddDays(-61));
        await service.HousekeepAsync();
        (await TermMailsAsync()).ShouldBe(0);

        // Two replicas on the same day, and one that starts again afterwards.
        await GoToAsync(end.AddDays(-60));
        await Task.WhenAll(service.HousekeepAsync(), service.HousekeepAsync());
        await service.HousekeepAsync();
        var mail = (await service.MailsToAsync(secretary.Email)).Single(one => one.Kind == PersonalMailKinds.SeatTermsEnd);
        (mail.Path, mail.Language).ShouldBe(($"/administracion/secretariado/{stl.Id}/periodos", "es"));
        mail.Values![0].ShouldStartWith("asiento 1, CIVIL_SOCIETY");
        mail.Values[1].ShouldBe(end.ToString("d 'de' MMMM 'de' yyyy", CultureInfo.GetCultureInfo("es-MX")));
        var office = await service.SignInAsync("titular@garante.example");
        var alert = await AlertAsync();
        (alert.GetProperty("kind").GetString(), alert.GetProperty("days").GetInt32(), alert.GetProperty("toldOn").ValueKind).ShouldBe(("TERM_ENDS", 60, JsonValueKind.String));

        await GoToAsync(end.AddDays(-30));
        await service.HousekeepAsync();
        await service.HousekeepAsync();
        // The payload of the first mail is erased by now: a week is what it is kept.
        (await TermMailsAsync()).ShouldBe(1);
        (await service.CountAsync("select count(*) from composition_notice")).ShouldBe(2);

        await GoToAsync(end);
        await Task.WhenAll(service.HousekeepAsync(), service.HousekeepAsync());
        await service.HousekeepAsync();
        (await service.MailsToAsync(secretary.Email)).Count(one => one.Kind == PersonalMailKinds.SeatsVacant).ShouldBe(1);
        office = await service.SignInAsync("titular@garante.example");
        var vacancy = await AlertAsync();
        (vacancy.GetProperty("kind").GetString(), vacancy.GetProperty("day").GetString()).ShouldBe(("VACANCY", end.ToString("O", CultureInfo.InvariantCulture)));
        (await service.CountAsync("select count(*) from composition_notice")).ShouldBe(3);

        // That nobody convened for so long stands beside it while the secretariat is not suspended.
        async Task<JsonElement> AlertAsync()
        {
            var alerts = (await Assembly.DoneAsync(await office.GetAsync($"{Api}/secretariats/{stl.Id}/alerts"))).GetProperty("items").EnumerateArray().ToList();
            return alerts.Where(one => one.GetProperty("kind").GetString() != "NO_ORDINARY_SESSION").ShouldHaveSingleItem();
        }

        async Task<int> TermMailsAsync() => (await service.MailsToAsync(secretary.Email)).Count(one => one.Kind == PersonalMailKinds.SeatTermsEnd);
    }

    [Fact]
    public async Task A_session_that_lapsed_or_is_far_ahead_does_not_stand_for_the_ordinary_one_that_is_missing()
    {
        var stl = await Assembly.InstalledAsync(service);
        await stl.ConveneAsync();
        await GoToAsync(Today.AddMonths(3));
        var office = await service.SignInAsync("titular@garante.example");
        (await MissingAsync()).ShouldBeTrue("nobody opened it");
        await ConveneAsync(TimeSpan.FromDays(300));
        (await MissingAsync()).ShouldBeTrue("ten months ahead");
        await ConveneAsync(TimeSpan.FromDays(30));
        (await MissingAsync()).ShouldBeFalse();

        async Task<bool> MissingAsync() => (await Assembly.DoneAsync(await office.GetAsync($"{Api}/secretariats/{stl.Id}/alerts"))).GetProperty("items").EnumerateArray()
            .Any(one => one.GetProperty("kind").GetString() == "NO_ORDINARY_SESSION");

        async Task ConveneAsync(TimeSpan ahead) => await Assembly.DoneAsync(
            await office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/sessions", new { kind = "ORDINARY", startsAt = service.Clock.GetUtcNow() + ahead, remote = true, place = "Sala", agenda = new[] { new { title = "Hoja de ruta", matter = "GENERAL" } } }),
            HttpStatusCode.Created);
    }

    [Fact]
    public async Task INV_08_a_person_is_changed_also_before_the_review_of_the_day_on_which_another_sector_has_nobody()
    {
        var stl = await Assembly.InstalledAsync(service);
        var view = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}"));
        await GoToAsync(DateOnly.Parse(view.GetProperty("seats")[0].GetProperty("titular").GetProperty("until").GetString()!, CultureInfo.InvariantCulture));
        var office = await service.SignInAsync("titular@garante.example");
        var changed = await Assembly.PostAsync(office, stl.Id, $"holders/{stl.Members[1].HoldingId}/substitution", new { post = "Dirección General", document = "Oficio 2/2028", reason = "Cambio de representante" });
        changed.GetProperty("state").GetString().ShouldBe("SUSPENDED");
        (await service.FactsAsync("SecretariatSuspendedV1", stl.Id)).ShouldBe(1);
        await service.HousekeepAsync();
        (await service.FactsAsync("SecretariatSuspendedV1", stl.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task The_act_of_installation_stays_what_it_was()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 2);
        await Assembly.PostAsync(stl.Office, stl.Id, $"holders/{stl.Members[0].HoldingId}/end", new { reason = "Renuncia" });
        await Assembly.SeatAsync(service, stl.Office, stl.Id, "PUBLIC_BODY", "EXECUTIVE", "Después del acta");
        var act = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/installation-act"));
        act.GetProperty("members").GetArrayLength().ShouldBe(4, "those of the day, the one who left among them");
        var rules = act.GetProperty("rules").EnumerateArray().ToList();
        rules.Select(rule => rule.GetProperty("rule").GetString()).Distinct().ShouldBe(["INV-01", "INV-02", "INV-03", "INV-04", "INV-05", "INV-06", "INV-07", "SPEC-2.1"]);
        rules[0].GetProperty("explanation").GetString().ShouldBe("Asientos ocupados por la sociedad civil: 2.");
        rules.Single(rule => rule.GetProperty("rule").GetString() == "INV-03").GetProperty("explanation").GetString().ShouldBe("Firmada el 15 de enero de 2026 por 3 sectores.");
        act.GetProperty("mechanism").GetProperty("hash").GetString()!.Length.ShouldBe(64);
        await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync("update installation_act set place = 'Otro'"));
        await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync("delete from installation_act"));
        var forming = (await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/secretariats", new { name = "Sin acta" }), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await (await service.Anonymous().GetAsync($"{Api}/secretariats/{forming}/installation-act")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
    }

    private Task GoToAsync(DateOnly day)
    {
        service.Clock.Advance(TimeSpan.FromDays(day.DayNumber - Today.DayNumber));
        return Task.CompletedTask;
    }
}
