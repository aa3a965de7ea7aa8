using System.Net;
using System.Net.Http.Json;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceTests.Privacy;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

/// <summary>What time alone erases (SPEC §4.3). Each with a clock of its own.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task Who_was_invited_and_never_came_is_erased_a_month_after_the_link_and_who_is_expected_is_not()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var came = await service.PersonAsync();
        var never = await InviteAsync(administrator, "Nadie Vino", "nadie.vino@example.mx");
        var expected = await InviteAsync(administrator, "Enlace Esperado", "enlace.esperado@example.mx");
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Organización que espera", kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{expected}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);

        service.Clock.Advance(TimeSpan.FromDays(36));
        await service.HousekeepAsync();
        (await TextSearch.FindAsync(service.Database, "Nadie Vino", "nadie.vino@example.mx")).ShouldNotBeEmpty("the link's seven days and a month are not over");

        service.Clock.Advance(TimeSpan.FromDays(2));
        await service.HousekeepAsync();
        await service.HousekeepAsync();
        (await TextSearch.FindAsync(service.Database, "Nadie Vino", "nadie.vino@example.mx")).ShouldBeEmpty();
        (await service.CountAsync($"select count(*) from erasure where person_id = '{never}' and reason = 'RETENTION'")).ShouldBe(1);
        (await TextSearch.FindAsync(service.Database, "enlace.esperado@example.mx")).ShouldNotBeEmpty();
        (await TextSearch.FindAsync(service.Database, came.Email)).ShouldNotBeEmpty();
        (await service.CountAsync("select count(*) from erasure")).ShouldBe(1);
    }

    [Fact]
    public async Task The_texts_of_a_closed_request_go_after_two_years_and_its_folio_and_dates_stay()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var recorded = await (await administrator.PostAsJsonAsync($"{Api}/arco-requests", new
        {
            right = "ACCESS",
            description = "Quiere saber qué se guarda de ella",
            applicantName = "Citlali Sin Cuenta",
            applicantContact = "Recoge en ventanilla",
            identityCheck = "Mostró su credencial",
        })).JsonAsync();
        var id = recorded.GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(administrator, id, "answer", new { outcome = "DENIED", text = "No se guarda nada de Citlali" });

        service.Clock.Advance(TimeSpan.FromDays(700));
        await service.HousekeepAsync();
        (await service.CountAsync("select count(*) from arco_request where applicant_name = 'Citlali Sin Cuenta'")).ShouldBe(1);
        service.Clock.Advance(TimeSpan.FromDays(40));
        await service.HousekeepAsync();
        (await TextSearch.FindAsync(service.Database, "Citlali", "Recoge en ventanilla", "Mostró su credencial", "Quiere saber qué")).ShouldBeEmpty();
        (await service.CountAsync($"select count(*) from arco_request where id = '{id}' and folio like 'ARCO-%' and outcome = 'DENIED' and answered_on is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task Administrators_are_reminded_of_a_breach_a_day_before_its_deadline_and_once_after_it_unless_all_were_told()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var (before, text) = (service.Clock.GetUtcNow(), new { what = "Se envió una lista a un tercero", dataKinds = "Nombres y correos", peopleAffected = 12, measures = "Se pidió borrar la lista" });
        (await administrator.PostAsJsonAsync($"{Api}/breaches", new { occurredOn = "2026-01-15", text.what, text.dataKinds, text.peopleAffected, text.measures })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await administrator.PostAsJsonAsync(
            $"{Api}/breaches",
            new { knownAt = before, occurredOn = "2026-01-15", text.what, text.dataKinds, text.peopleAffected, text.measures, authorityNotifiedAt = before, peopleNotifiedAt = before }))
            .StatusCode.ShouldBe(HttpStatusCode.Created);
        (await KindsAfterAsync(47)).ShouldBeEmpty();
        (await KindsAfterAsync(2)).ShouldBe([PersonalMailKinds.BreachDue]);
        (await KindsAfterAsync(1)).ShouldBe([PersonalMailKinds.BreachDue]);
        (await KindsAfterAsync(23)).ShouldBe([PersonalMailKinds.BreachDue, PersonalMailKinds.BreachOverdue]);
        (await KindsAfterAsync(24)).ShouldBe([PersonalMailKinds.BreachDue, PersonalMailKinds.BreachOverdue]);

        async Task<IReadOnlyList<string>> KindsAfterAsync(int hours)
        {
            service.Clock.Advance(TimeSpan.FromHours(hours));
            await service.HousekeepAsync();
            await service.HousekeepAsync();
            return [.. (await service.MailsToAsync("titular@garante.example")).Select(mail => mail.Kind).Where(kind => kind.StartsWith("breach_", StringComparison.Ordinal))];
        }
    }

    private static async Task<Guid> InviteAsync(HttpClient administrator, string displayName, string email) =>
        (await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email, displayName })).JsonAsync()).GetProperty("id").GetGuid();
}
