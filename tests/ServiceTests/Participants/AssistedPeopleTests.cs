using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.States;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>Who has no e-mail takes part through staff, and has the same rights.</summary>
public sealed class AssistedPeopleTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Assisted = $"{Api}/assisted-registrations";

    [Fact]
    public async Task An_assisted_organisation_that_looks_like_another_is_confirmed_and_its_mandate_ends()
    {
        var (secretary, notice) = await DeskAsync();
        var until = new DateTimeOffset(service.Clock.GetUtcNow().UtcDateTime.Date.AddYears(2), TimeSpan.Zero);
        (await RegisterAsync(secretary, notice, "Don Primero", new { name = "Ejido El Roble", kind = "CITIZEN_COUNCIL" }, mandateUntil: until)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await service.CountAsync($"select count(*) from mandate join organisation o on o.id = organisation_id where o.name = 'Ejido El Roble' and valid_until = '{until:O}'")).ShouldBe(1);

        (await (await RegisterAsync(secretary, notice, "Doña Segunda", new { name = "Ejido E1 Roble", kind = "CITIZEN_COUNCIL" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "organisation_looks_like"))
            .ShouldBe([("organisation.name", "organisation_looks_like")]);
        (await RegisterAsync(secretary, notice, "Doña Segunda", new { name = "Ejido E1 Roble", kind = "CITIZEN_COUNCIL", isNoOther = true })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await (await RegisterAsync(secretary, notice, "Don Tercero", new { name = "Ejido del pasado", kind = "CITIZEN_COUNCIL" }, mandateUntil: service.Clock.GetUtcNow().AddDays(-1)))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "until_before_from")).ShouldBe([("mandateUntil", "until_before_from")]);
        (await service.CountAsync("select count(*) from organisation where name = 'Ejido del pasado'")).ShouldBe(0);
        (await service.CountAsync("select count(*) from account where display_name = 'Don Tercero'")).ShouldBe(0);
    }

    [Theory]
    [InlineData("Аna Que Pasa Por Otra", "Consejo A", "displayName")]
    [InlineData("Ana", "ІNE", "organisation.acronym")]
    public async Task Names_of_people_and_acronyms_do_not_mix_alphabets(string person, string acronym, string field)
    {
        var (secretary, notice) = await DeskAsync();
        (await (await RegisterAsync(secretary, notice, person, new { name = "Consejo de nombres limpios", acronym, kind = "CITIZEN_COUNCIL" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "name_mixes_scripts"))
            .ShouldBe([(field, "name_mixes_scripts")]);
    }

    [Fact]
    public async Task Staff_apply_complete_and_withdraw_for_who_cannot_sign_in_and_it_says_so()
    {
        var (secretary, notice) = await DeskAsync();
        var person = (await (await RegisterAsync(secretary, notice, "Señora Petra Ñáñez", new { name = "Comité de Petra", kind = "CITIZEN_COUNCIL" })).JsonAsync()).GetProperty("accountId").GetGuid();
        var call = await CallAsync();
        var address = $"{Api}/call-desk/{call}/applications";
        var found = (await (await secretary.PostAsJsonAsync($"{Api}/assisted-people/search", new { name = "nanez" })).JsonAsync()).GetProperty("items").EnumerateArray().Single();
        found.GetProperty("id").GetGuid().ShouldBe(person);
        var organisation = found.GetProperty("organisations")[0].GetProperty("id").GetGuid();

        await (await secretary.PostAsJsonAsync(address, new { personId = person })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required");
        var made = await secretary.PostAsJsonAsync(address, new { personId = person, statement = "Quiere ir a las mesas.", privacyNoticeId = notice });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var application = await made.JsonAsync();
        (application.GetProperty("recorded").GetBoolean(), application.GetProperty("applicant").GetString()).ShouldBe((true, "Señora Petra Ñáñez"));
        var id = application.GetProperty("id").GetGuid();
        (await service.CountAsync($"select count(*) from audit_log where subject_id = '{id}' and action = 'application_recorded' and account_id <> '{person}'")).ShouldBe(1);
        await (await secretary.PostAsJsonAsync(address, new { personId = person, privacyNoticeId = notice })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_exists");
        (await secretary.PostAsJsonAsync(address, new { personId = person, organisationId = organisation, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await secretary.PostAsJsonAsync(address, new { personId = person, organisationId = Guid.NewGuid(), privacyNoticeId = notice })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "application_without_mandate");

        // Whoever can sign in acts for themselves, and what they sent staff do not complete.
        var other = await service.TakingPartAsync();
        (await (await secretary.PostAsJsonAsync(address, new { personId = other.Id, privacyNoticeId = notice })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "application_person_signs_in"))
            .ShouldBe([("personId", "application_person_signs_in")]);
        var own = (await (await other.Client.PostAsJsonAsync($"{Api}/open-calls/{await NumberAsync(call)}/applications", new { privacyNoticeId = notice })).JsonAsync()).GetProperty("id").GetGuid();
        await (await PostAsync(secretary, $"{Api}/call-desk/applications/{own}/withdrawal", new { }, "\"1\"")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_recorded");

        (await PostAsync(secretary, $"{Api}/call-desk/applications/{id}/prevention", new { reason = "Falta decir de qué colonia", days = 5 }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await PostAsync(secretary, $"{Api}/call-desk/applications/{own}/completion", new { text = "Del Centro" }, "\"1\"")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_recorded");
        (await (await PostAsync(secretary, $"{Api}/call-desk/applications/{id}/completion", new { text = "Del Centro" }, "\"2\"")).JsonAsync()).GetProperty("state").GetString().ShouldBe("SUBMITTED");
        (await (await PostAsync(secretary, $"{Api}/call-desk/applications/{id}/withdrawal", new { }, "\"3\"")).JsonAsync()).GetProperty("state").GetString().ShouldBe("WITHDRAWN");
        (await other.Client.PostAsJsonAsync(address, new { personId = person, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await other.Client.PostAsJsonAsync($"{Api}/assisted-people/search", new { name = "petra" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Staff_revoke_consents_and_withdraw_the_registration_of_who_asks_for_it_with_the_reason()
    {
        var (secretary, notice) = await DeskAsync();
        var made = await (await RegisterAsync(secretary, notice, "Doña Retirada", null, consents: true)).JsonAsync();
        var (id, person) = (made.GetProperty("id").GetGuid(), made.GetProperty("accountId").GetGuid());
        var address = $"{Api}/registrations/{id}";
        var shown = await secretary.GetAsync(address);
        (await shown.JsonAsync()).GetProperty("consents").EnumerateArray().Select(consent => consent.GetProperty("kind").GetString()).ShouldBe(["PUBLISH_NAME", "OTHER_CALLS"], ignoreOrder: true);
        (await NamesAsync()).ShouldContain("Doña Retirada");

        await (await secretary.PostAsJsonAsync($"{address}/consents/PUBLISH_NAME/revocation", new { reason = "no" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_too_short");
        (await secretary.PostAsJsonAsync($"{address}/consents/PUBLISH_NAME/revocation", new { reason = "Lo pidió en la ventanilla." })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await NamesAsync()).ShouldNotContain("Doña Retirada");
        await (await secretary.PostAsJsonAsync($"{address}/consents/PUBLISH_NAME/revocation", new { reason = "Lo pidió otra vez." })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "consent_not_given");
        (await service.CountAsync($"select count(*) from consent where person_id = '{person}' and revocation_reason = 'Lo pidió en la ventanilla.' and revoked_by is not null")).ShouldBe(1);
        (await service.CountAsync("select count(*) from audit_log where action = 'consent_revoked_for_person'")).ShouldBe(1);

        (await PostAsync(secretary, $"{address}/withdrawal", new { reason = "Ya no quiere participar." }, null)).StatusCode.ShouldBe((HttpStatusCode)428);
        var withdrawn = await PostAsync(secretary, $"{address}/withdrawal", new { reason = "Ya no quiere participar." }, shown.Headers.ETag!.Tag);
        (await withdrawn.JsonAsync()).GetProperty("state").GetString().ShouldBe("WITHDRAWN");
        (await service.FactsAsync("RegistrationWithdrawnV1", id)).ShouldBe(1);
        (await service.CountAsync($"select count(*) from audit_log where action = 'registration_withdrawn_for_person' and subject_id = '{id}'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from registration where id = '{id}' and withdrawn_by is not null and reason = 'Ya no quiere participar.'")).ShouldBe(1);

        // Who registered by themselves withdraws by themselves.
        var own = await (await (await service.TakingPartAsync()).Client.GetAsync($"{Api}/my/registrations")).JsonAsync();
        var foreign = $"{Api}/registrations/{own.GetProperty("items")[0].GetProperty("id").GetGuid()}";
        await (await PostAsync(secretary, $"{foreign}/withdrawal", new { reason = "No lo pidió nadie." }, (await secretary.GetAsync(foreign)).Headers.ETag!.Tag))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "registration_not_assisted");
    }

    [Fact]
    public async Task Who_gave_an_address_is_told_what_staff_withdrew_for_them_and_what_they_withdrew_themselves()
    {
        var (secretary, notice) = await DeskAsync();
        const string Email = "con.correo@example.mx";
        var made = await (await secretary.PostAsJsonAsync(Assisted, new { displayName = "Don Con Correo", email = Email, identityCheck = "Mostró su credencial", privacyNoticeId = notice })).JsonAsync();
        var (id, person) = (made.GetProperty("id").GetGuid(), made.GetProperty("accountId").GetGuid());
        var call = await CallAsync();
        var application = (await (await secretary.PostAsJsonAsync($"{Api}/call-desk/{call}/applications", new { personId = person, privacyNoticeId = notice })).JsonAsync()).GetProperty("id").GetGuid();
        (await PostAsync(secretary, $"{Api}/call-desk/applications/{application}/withdrawal", new { }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = await secretary.GetAsync($"{Api}/registrations/{id}");
        (await PostAsync(secretary, $"{Api}/registrations/{id}/withdrawal", new { reason = "Lo pidió por teléfono." }, shown.Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var mails = await service.MailsToAsync(Email);
        mails.Where(mail => mail.Kind == PersonalMailKinds.ApplicationWithdrawn).ShouldHaveSingleItem();
        mails.Where(mail => mail.Kind == PersonalMailKinds.RegistrationWithdrawn).ShouldHaveSingleItem().Quote.ShouldBe("Lo pidió por teléfono.");

        var self = await service.TakingPartAsync();
        var own = (await (await self.Client.GetAsync($"{Api}/my/registrations")).JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
        (await self.Client.PostAsync($"{Api}/my/registrations/{own}/withdrawal", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await service.MailsToAsync(self.Email)).Where(mail => mail.Kind == PersonalMailKinds.RegistrationWithdrawn).ShouldHaveSingleItem().Quote.ShouldBeNull();

        // To whom nothing can be sent, nothing is.
        var without = await (await RegisterAsync(secretary, notice, "Doña Sin Correo", null)).JsonAsync();
        var address = $"{Api}/registrations/{without.GetProperty("id").GetGuid()}";
        (await PostAsync(secretary, $"{address}/withdrawal", new { reason = "Lo pidió en persona." }, (await secretary.GetAsync(address)).Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync($"select count(*) from event_log where type like '%.PersonalMailRequestedV1' and payload ->> 'subjectId' = '{without.GetProperty("accountId").GetGuid()}'")).ShouldBe(0);
    }

    private async Task<(HttpClient Secretary, Guid Notice)> DeskAsync()
    {
        await service.ConfiguredAsync();
        return ((await service.PersonAsync("EXECUTIVE_SECRETARY")).Client, (await (await service.Anonymous().GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("id").GetGuid());
    }

    private static Task<HttpResponseMessage> RegisterAsync(HttpClient secretary, Guid notice, string name, object? organisation, DateTimeOffset? mandateUntil = null, bool consents = false) =>
        secretary.PostAsJsonAsync(
            Assisted, new { displayName = name, identityCheck = "Conocida en el barrio", organisation, mandateUntil, privacyNoticeId = notice, publishName = consents, otherCalls = consents });

    private async Task<Guid> CallAsync()
    {
        var (administrator, today) = (await service.AdministratorAsync(), State.Find("15")!.Today(service.Clock.GetUtcNow()));
        var drafted = await administrator.PostAsJsonAsync($"{Api}/call-desk", new
        {
            kind = "CONSULTATION_OR_TABLES",
            title = "Mesas con todas las personas",
            description = "Se llama a las mesas de trabajo, también a quien no tiene correo.",
            requirements = new[] { "Vivir en el estado" },
            opensOn = today,
            closesOn = today.AddDays(19),
            sectors = new[] { "CIVIL_SOCIETY" },
            takesPeople = true,
        });
        var id = (await drafted.JsonAsync()).GetProperty("id").GetGuid();
        (await PostAsync(administrator, $"{Api}/call-desk/{id}/publication", new { }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        return id;
    }

    private Task<long> NumberAsync(Guid call) => service.CountAsync($"select number::bigint from open_call where id = '{call}'");

    private async Task<IReadOnlyList<string?>> NamesAsync() =>
        [.. (await (await service.Anonymous().GetAsync($"{Api}/public-names/all")).JsonAsync()).GetProperty("items").EnumerateArray().Select(one => one.GetProperty("name").GetString())];

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string address, object body, string? etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await client.SendAsync(request);
    }
}
