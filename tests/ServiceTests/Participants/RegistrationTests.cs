using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Security;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class RegistrationTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Address = $"{Api}/registrations";
    private static int number;

    private string Stamp() => service.Services.GetRequiredService<FormStamps>().Issue("registration", service.Clock.GetUtcNow() - TimeSpan.FromSeconds(20));

    private static string NewEmail() => $"registro{Interlocked.Increment(ref number)}@correo.example";

    private async Task<Dictionary<string, object?>> CitizenAsync(string email) => new()
    {
        ["displayName"] = "Ana Registrada",
        ["email"] = email,
        ["municipality"] = "Toluca",
        ["privacyNoticeId"] = await service.NoticeAsync(),
        ["marks"] = new { stamp = Stamp(), website = "" },
    };

    private async Task<Dictionary<string, object?>> OrganisationAsync(string email, object organisation)
    {
        var request = await CitizenAsync(email);
        (request["organisation"], request["post"]) = (organisation, "Directora");
        return request;
    }

    private Task<HttpResponseMessage> SendAsync(object request, string? network = null)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, Address) { Content = JsonContent.Create(request) };
        if (network is not null)
            message.Headers.Add("X-Forwarded-For", network);
        return service.Anonymous().SendAsync(message);
    }

    private async Task<JsonElement> ConfirmAsync(string email, bool publishName = false, bool otherCalls = false)
    {
        var token = await service.LinkTokenAsync(email, PersonalMailKinds.ConfirmAddress);
        var answer = await service.Anonymous().PostAsJsonAsync(
            $"{Api}/registration-confirmations/{token}", new { password = Password, privacyNoticeId = await service.NoticeAsync(), publishName, otherCalls });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task RegisteredAsync(Dictionary<string, object?> request, string? network = null)
    {
        var answer = await SendAsync(request, network);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task INV_51_whom_staff_registered_and_who_registers_once_more_counts_once_with_one_consent_of_a_kind()
    {
        var email = NewEmail();
        var notice = await service.NoticeAsync();
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var made = await secretary.PostAsJsonAsync(
            $"{Api}/assisted-registrations", new { displayName = "Luz Registrada Antes", email, identityCheck = "Mostró su credencial", municipality = "Toluca", privacyNoticeId = notice, publishName = true });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var (id, person) = ((await made.JsonAsync()).GetProperty("id").GetGuid(), (await made.JsonAsync()).GetProperty("accountId").GetGuid());
        var request = await CitizenAsync(email);
        await RegisteredAsync(request);
        // Whoever types somebody's address a second time writes no other name over theirs.
        request["marks"] = new { stamp = Stamp(), website = "" };
        request["displayName"] = "Otro Nombre";
        await RegisteredAsync(request);
        (await service.CountAsync($"select count(*) from account where id = '{person}' and display_name = 'Luz Registrada Antes'")).ShouldBe(1);

        var link = $"{Api}/registration-confirmations/{await service.LinkTokenAsync(email, PersonalMailKinds.ConfirmAddress)}";
        (await (await service.Anonymous().GetAsync(link)).JsonAsync()).GetProperty("consents").EnumerateArray().Select(kind => kind.GetString()).ShouldBe(["PUBLISH_NAME"], "given before the staff");
        (await ConfirmAsync(email, publishName: true, otherCalls: true)).GetProperty("state").GetString().ShouldBe("ACCEPTED");
        (await service.CountAsync($"select count(*) from registration where account_id = '{person}'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from registration where id = '{id}' and state = 'ACCEPTED' and channel = 'ASSISTED'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from event_log where type like '%.RegistrationAcceptedV1' and aggregate_id in (select id from registration where account_id = '{person}')")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from consent where person_id = '{person}' and revoked_at is null")).ShouldBe(2, "the one of before, and the one of the confirmation");
        await service.SignInAsync(email);
    }

    [Fact]
    public async Task Nobody_is_accepted_twice_as_a_citizen_by_a_decision_nor_past_the_service()
    {
        var person = await service.TakingPartAsync();
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var second = Guid.CreateVersion7();
        await service.ExecuteAsync(
            $"""
            insert into registration (id, version, account_id, kind, state, channel, sector, privacy_notice_id, publish_name, other_calls, held, registered_at, confirmed_at)
            values ('{second}', 1, '{person.Id}', 'CITIZEN', 'UNDER_REVIEW', 'WEB', 'CIVIL_SOCIETY', '{await service.NoticeAsync()}', false, false, true, now(), now())
            """);
        using var accept = new HttpRequestMessage(HttpMethod.Post, $"{Address}/{second}/acceptance") { Content = JsonContent.Create(new { }) };
        accept.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        await (await secretary.SendAsync(accept)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "registration_counts");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync($"update registration set state = 'ACCEPTED' where id = '{second}'"));
    }

    [Fact]
    public async Task A_citizen_registers_confirms_by_mail_and_takes_part()
    {
        var email = NewEmail();
        var request = await CitizenAsync(email);
        await RegisteredAsync(request);
        await (await service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email, password = Password })).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_failed");
        (await service.CountAsync("select count(*) from consent")).ShouldBe(0);

        var token = await service.LinkTokenAsync(email, PersonalMailKinds.ConfirmAddress);
        var greeting = await (await service.Anonymous().GetAsync($"{Api}/registration-confirmations/{token}")).JsonAsync();
        greeting.GetProperty("displayName").GetString().ShouldBe("Ana Registrada");
        // INV-50: whoever confirms was shown the notice, whoever filled in the form.
        await (await service.Anonymous().PostAsJsonAsync($"{Api}/registration-confirmations/{token}", new { password = Password })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required");
        await (await service.Anonymous().PostAsJsonAsync($"{Api}/registration-confirmations/{token}", new { password = "corta", privacyNoticeId = await service.NoticeAsync(), publishName = true }))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "password_too_short");
        (await service.CountAsync("select count(*) from consent")).ShouldBe(0);
        var confirmed = await ConfirmAsync(email, publishName: true);
        confirmed.GetProperty("state").GetString().ShouldBe("ACCEPTED");

        var client = await service.SignedInAsync(confirmed.GetProperty("session").GetProperty("sessionToken").GetString()!);
        var mine = (await (await client.GetAsync($"{Api}/my/registrations")).JsonAsync()).GetProperty("items")[0];
        mine.GetProperty("kind").GetString().ShouldBe("CITIZEN");
        mine.GetProperty("sector").GetString().ShouldBe("CIVIL_SOCIETY");
        (await service.FactsAsync("RegistrationAcceptedV1", mine.GetProperty("id").GetGuid())).ShouldBe(1);
        (await service.CountAsync("select count(*) from consent where kind = 'PUBLISH_NAME' and revoked_at is null")).ShouldBe(1, "only what was given, once the address is proved");
        // A link works once.
        (await service.Anonymous().GetAsync($"{Api}/registration-confirmations/{token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/registration-confirmations/{token}", new { password = Password })).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await client.PostAsJsonAsync($"{Api}/my/registrations/{mine.GetProperty("id")}/withdrawal", new { })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await client.PostAsJsonAsync($"{Api}/my/registrations/{mine.GetProperty("id")}/withdrawal", new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "registration_not_in_state");
        (await service.FactsAsync("RegistrationWithdrawnV1", mine.GetProperty("id").GetGuid())).ShouldBe(1);
    }

    [Fact]
    public async Task INV_51_whoever_types_somebodys_address_consents_to_nothing_for_them()
    {
        var email = NewEmail();
        var request = await CitizenAsync(email);
        request["publishName"] = true;
        await (await SendAsync(request)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid_json");
        request.Remove("publishName");
        await RegisteredAsync(request);
        // As forms of before this rule left it.
        await service.ExecuteAsync($"update registration set publish_name = true, other_calls = true where account_id = (select id from account where email = '{email}')");
        (await ConfirmAsync(email, otherCalls: true)).GetProperty("state").GetString().ShouldBe("ACCEPTED");
        (await service.CountAsync($"select count(*) from consent where person_id = (select id from account where email = '{email}') and kind = 'OTHER_CALLS' and revoked_at is null")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from consent where person_id = (select id from account where email = '{email}')")).ShouldBe(1, "only what the person agreed to when they confirmed");
        (await service.CountAsync($"select count(*) from registration where account_id = (select id from account where email = '{email}') and not publish_name and other_calls")).ShouldBe(1);
        var named = await (await service.Anonymous().GetAsync($"{Api}/public-names/all")).Content.ReadAsStringAsync();
        var person = await TextAsync($"select id::text from account where email = '{email}'");
        named.ShouldNotContain(person);
    }

    [Fact]
    public async Task INV_50_a_registration_names_the_notice_in_force_and_keeps_it()
    {
        var email = NewEmail();
        var request = await CitizenAsync(email);
        var notice = (Guid)request["privacyNoticeId"]!;
        request["privacyNoticeId"] = null;
        (await (await SendAsync(request)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required")).ShouldBe([("privacyNoticeId", "notice_required")]);
        request["privacyNoticeId"] = Guid.NewGuid();
        await (await SendAsync(request)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "notice_not_in_force");
        (await service.CountAsync($"select count(*) from account where email = '{email}'")).ShouldBe(0);
        request["privacyNoticeId"] = notice;
        await RegisteredAsync(request);
        (await service.CountAsync($"select count(*) from registration join account on account.id = account_id where email = '{email}' and registration.privacy_notice_id = '{notice}'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_answer_is_the_same_for_an_address_that_has_an_account_and_its_owner_is_told()
    {
        var person = await service.PersonAsync();
        var before = await service.CountAsync("select count(*) from registration");
        await RegisteredAsync(await CitizenAsync(person.Email));
        (await service.CountAsync("select count(*) from registration")).ShouldBe(before);
        (await service.MailsToAsync(person.Email)).Select(mail => mail.Kind).ShouldBe([PersonalMailKinds.AlreadyRegistered]);
    }

    [Fact]
    public async Task Who_registers_again_before_confirming_is_registered_once_as_typed_last()
    {
        var email = NewEmail();
        await RegisteredAsync(await CitizenAsync(email));
        var first = await service.LinkTokenAsync(email, PersonalMailKinds.ConfirmAddress);
        var again = await CitizenAsync(email);
        again["displayName"] = "Ana Corregida";
        await RegisteredAsync(again);
        (await service.Anonymous().GetAsync($"{Api}/registration-confirmations/{first}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "a newer link voids the older");
        await ConfirmAsync(email);
        (await service.CountAsync($"select count(*) from registration join account on account.id = account_id where email = '{email}' and display_name = 'Ana Corregida'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_address_at_once_is_one_registration()
    {
        var email = NewEmail();
        var requests = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CitizenAsync(email)));
        var answers = await Task.WhenAll(requests.Select(request => SendAsync(request)));
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Accepted);
        (await service.CountAsync($"select count(*) from registration join account on account.id = account_id where email = '{email}'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_program_that_fills_the_trap_is_answered_as_if_all_were_well_and_leaves_nothing()
    {
        var email = NewEmail();
        var request = await CitizenAsync(email);
        request["marks"] = new { stamp = Stamp(), website = "https://casino.example" };
        await RegisteredAsync(request);
        (await service.CountAsync($"select count(*) from account where email = '{email}'")).ShouldBe(0);
        request["marks"] = new { stamp = "inventado", website = "" };
        await (await SendAsync(request)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "form_expired");
    }

    [Fact]
    public async Task What_looks_automated_waits_for_the_secretary_after_its_confirmation()
    {
        string[] emails = [.. Enumerable.Range(0, 6).Select(_ => NewEmail())];
        foreach (var email in emails)
            await RegisteredAsync(await CitizenAsync(email), "203.0.113.77");
        (await ConfirmAsync(emails[0])).GetProperty("state").GetString().ShouldBe("ACCEPTED");
        (await ConfirmAsync(emails[5])).GetProperty("state").GetString().ShouldBe("UNDER_REVIEW");
    }

    [Fact]
    public async Task An_organisation_is_accepted_by_the_secretary_with_its_first_representative_and_the_look_is_written_down()
    {
        var email = NewEmail();
        await RegisteredAsync(await OrganisationAsync(email, new
        {
            name = "Red de Archivos, A.C.",
            kind = "CIVIL_SOCIETY_ORGANIZATION",
            purpose = "Abrir archivos",
            website = "archivos.example.mx",
            rfc = "SAT970701NN3",
            municipality = "Toluca",
        }));
        var confirmed = await ConfirmAsync(email);
        confirmed.GetProperty("state").GetString().ShouldBe("UNDER_REVIEW");
        (await (await service.Anonymous().GetAsync($"{Api}/organisations?q=archivos")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0, "nothing is public before it is accepted");

        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        var waiting = (await (await secretary.Client.GetAsync(Address)).JsonAsync()).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("email").GetString() == email);
        var id = waiting.GetProperty("id").GetGuid();
        var read = await secretary.Client.GetAsync($"{Address}/{id}");
        var registration = await read.JsonAsync();
        registration.GetProperty("proposal").GetProperty("name").GetString().ShouldBe("Red de Archivos, A.C.");
        (await service.CountAsync($"select count(*) from personal_data_access where account_id = '{secretary.Id}' and what = 'REGISTRATION'")).ShouldBeGreaterThanOrEqualTo(2);
        await (await secretary.Client.PostAsJsonAsync($"{Address}/{id}/acceptance", new { })).ShouldBeRefusedAsync((HttpStatusCode)428, "precondition_required");
        var accepted = await PostMatchingAsync(secretary.Client, $"{Address}/{id}/acceptance", new { }, read.Headers.ETag!.Tag);
        accepted.StatusCode.ShouldBe(HttpStatusCode.OK, await accepted.Content.ReadAsStringAsync());

        var organisation = (await accepted.JsonAsync()).GetProperty("organisationId").GetGuid();
        var shown = await (await service.Anonymous().GetAsync($"{Api}/organisations/{organisation}")).Content.ReadAsStringAsync();
        shown.ShouldContain("https://archivos.example.mx/");
        shown.ShouldNotContain("SAT970701NN3");
        shown.ShouldNotContain("Registrada");
        (await service.MailsToAsync(email)).Select(mail => mail.Kind).ShouldContain(PersonalMailKinds.RegistrationAccepted);
        (await service.FactsAsync("OrganisationRegisteredV1", organisation)).ShouldBe(1);
        (await service.FactsAsync("OrganisationProfileChangedV1", organisation)).ShouldBe(1);
        var representative = await service.SignedInAsync(confirmed.GetProperty("session").GetProperty("sessionToken").GetString()!);
        (await (await representative.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("mandates")[0].GetProperty("organisationId").GetGuid().ShouldBe(organisation);

        // Once it is there, another one with its number or name is refused with the reason.
        var taken = await SendAsync(await OrganisationAsync(NewEmail(), new { name = "Otra", kind = "BUSINESS", rfc = "sat 970701 nn3" }));
        (await taken.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "rfc_registered")).ShouldBe([("organisation.rfc", "rfc_registered")]);
        await (await SendAsync(await OrganisationAsync(NewEmail(), new { name = "RED DE ARCHIVOS, A.C.", kind = "BUSINESS" }))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "organisation_name_taken");
        // One that only looks like it is for the secretary to judge.
        var alike = NewEmail();
        await RegisteredAsync(await OrganisationAsync(alike, new { name = "Red de Archlvos", kind = "BUSINESS" }));
        await ConfirmAsync(alike);
        var second = (await (await secretary.Client.GetAsync(Address)).JsonAsync()).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("email").GetString() == alike).GetProperty("id").GetGuid();
        var flagged = await secretary.Client.GetAsync($"{Address}/{second}");
        (await flagged.JsonAsync()).GetProperty("similar")[0].GetString().ShouldBe("Red de Archivos, A.C.");
        await (await PostMatchingAsync(secretary.Client, $"{Address}/{second}/acceptance", new { }, flagged.Headers.ETag!.Tag)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "organisation_looks_like");
        (await PostMatchingAsync(secretary.Client, $"{Address}/{second}/acceptance", new { isNoOther = true }, flagged.Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("rfc", "ABC010101AB1", "rfc")]
    [InlineData("cluni", "ABC01010115011", "cluni")]
    public async Task Whose_number_it_is_is_told_to_staff_only_and_to_nobody_before_the_guard(string field, string number, string code)
    {
        var administrator = await service.ConfiguredAsync();
        var name = $"Dueña del {field}";
        var registered = await administrator.PostAsJsonAsync($"{Api}/organisations", new Dictionary<string, object?> { ["name"] = name, ["kind"] = "CIVIL_SOCIETY_ORGANIZATION", [field] = number });
        registered.StatusCode.ShouldBe(HttpStatusCode.Created, await registered.Content.ReadAsStringAsync());
        var organisation = new Dictionary<string, object?> { ["name"] = $"Otra con su {field}", ["kind"] = "CIVIL_SOCIETY_ORGANIZATION", [field] = number };

        var request = await OrganisationAsync(NewEmail(), organisation);
        request["marks"] = new { stamp = "inventado", website = "" };
        await (await SendAsync(request)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "form_expired");
        var stamp = Stamp();
        request["marks"] = new { stamp, website = "" };
        var refused = await SendAsync(request);
        (await refused.ShouldBeRefusedAsync(HttpStatusCode.Conflict, $"{code}_registered")).ShouldBe([($"organisation.{field}", $"{code}_registered")]);
        (await refused.Content.ReadAsStringAsync()).ShouldNotContain("Dueña");
        await (await SendAsync(request)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "form_already_sent");
        for (var left = 0; left < 2; left++)
        {
            request["marks"] = new { stamp = Stamp(), website = "" };
            (await SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        }

        request["marks"] = new { stamp = Stamp(), website = "" };
        (await SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Accepted, "after three for one address nothing is told any more");
        (await service.CountAsync($"select count(*) from account where email = '{request["email"]}'")).ShouldBe(0);

        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var assisted = await secretary.PostAsJsonAsync($"{Api}/assisted-registrations", new { displayName = "Doña Ana", identityCheck = "Conocida", privacyNoticeId = await service.NoticeAsync(), organisation });
        (await assisted.ShouldBeRefusedAsync(HttpStatusCode.Conflict, $"{code}_taken")).ShouldBe([($"organisation.{field}", $"{code}_taken")]);
        (await assisted.JsonAsync()).GetProperty("title").GetString()!.ShouldContain(name);
    }

    [Fact]
    public async Task The_link_of_a_registration_confirms_it_and_no_address_of_an_account()
    {
        var email = NewEmail();
        await RegisteredAsync(await CitizenAsync(email));
        var token = await service.LinkTokenAsync(email, PersonalMailKinds.ConfirmAddress);
        (await service.Anonymous().GetAsync($"{Api}/address-confirmations/{token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/address-confirmations/{token}", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.CountAsync($"select count(*) from account where email = '{email}' and address_confirmed_at is null")).ShouldBe(1, "or it would never be forgotten");
        await ConfirmAsync(email);
    }

    [Fact]
    public async Task Two_that_wait_with_one_RFC_or_CLUNI_are_flagged_however_it_is_written()
    {
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        foreach (var (name, rfc) in new[] { ("Archivo Primero", "CNM980114PI2"), ("Bosque Segundo", "cnm-980114-pi2") })
        {
            var email = NewEmail();
            await RegisteredAsync(await OrganisationAsync(email, new { name, kind = "BUSINESS", rfc }));
            await ConfirmAsync(email);
        }

        var second = (await (await secretary.GetAsync(Address)).JsonAsync()).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("proposal") is { ValueKind: JsonValueKind.Object } proposal && proposal.GetProperty("name").GetString() == "Bosque Segundo");
        var shown = await (await secretary.GetAsync($"{Address}/{second.GetProperty("id").GetGuid()}")).JsonAsync();
        shown.GetProperty("similar").GetArrayLength().ShouldBe(0, "the names do not look alike");
        shown.GetProperty("sameNumber").EnumerateArray().Select(one => one.GetString()).ShouldBe(["Archivo Primero"]);
    }

    [Fact]
    public async Task A_refused_registration_tells_its_person_the_reason_and_registers_nothing()
    {
        var email = NewEmail();
        await RegisteredAsync(await OrganisationAsync(email, new { name = "Organización que se rechaza", kind = "CITIZEN_COUNCIL" }));
        await ConfirmAsync(email);
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var id = (await (await secretary.GetAsync(Address)).JsonAsync()).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("email").GetString() == email).GetProperty("id").GetGuid();
        var etag = (await secretary.GetAsync($"{Address}/{id}")).Headers.ETag!.Tag;
        await (await PostMatchingAsync(secretary, $"{Address}/{id}/refusal", new { reason = "no" }, etag)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_too_short");
        (await PostMatchingAsync(secretary, $"{Address}/{id}/refusal", new { reason = "Falta el acta constitutiva." }, etag)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.MailsToAsync(email)).Single(mail => mail.Kind == PersonalMailKinds.RegistrationRefused).Quote.ShouldBe("Falta el acta constitutiva.");
        (await service.CountAsync("select count(*) from organisation where name = 'Organización que se rechaza'")).ShouldBe(0);
        await (await PostMatchingAsync(secretary, $"{Address}/{id}/acceptance", new { }, (await secretary.GetAsync($"{Address}/{id}")).Headers.ETag!.Tag)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "registration_not_in_state");
    }

    [Fact]
    public async Task A_person_puts_right_what_a_registration_says_of_them()
    {
        var email = NewEmail();
        await RegisteredAsync(await OrganisationAsync(email, new { name = "Organización de quien corrige", kind = "CITIZEN_COUNCIL" }));
        var client = await service.SignedInAsync((await ConfirmAsync(email)).GetProperty("session").GetProperty("sessionToken").GetString()!);
        var mine = await MineAsync();
        var address = $"{Api}/my/registrations/{mine.GetProperty("id").GetGuid()}";
        await (await client.PutAsJsonAsync(address, new { municipality = "Metepec" })).ShouldBeRefusedAsync((HttpStatusCode)428, "precondition_required");
        await (await client.PutMatchingAsync(address, new { municipality = "Metepec" }, "\"999\"")).ShouldBeRefusedAsync(HttpStatusCode.PreconditionFailed, "stale_version");
        var version = $"\"{mine.GetProperty("version").GetInt32()}\"";
        (await (await client.PutMatchingAsync(address, new { contact = "722 000 0000" }, version)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "registration_without_field"))
            .ShouldBe([("contact", "registration_without_field")]);
        var stranger = await service.PersonAsync();
        (await stranger.Client.PutMatchingAsync(address, new { municipality = "Metepec" }, version)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await client.PutMatchingAsync(address, new { municipality = "Metepec", post = "Coordinadora" }, version)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var corrected = await MineAsync();
        (corrected.GetProperty("municipality").GetString(), corrected.GetProperty("post").GetString(), corrected.GetProperty("state").GetString()).ShouldBe(("Metepec", "Coordinadora", "UNDER_REVIEW"));
        await (await client.PutMatchingAsync(address, new { municipality = "Toluca" }, version)).ShouldBeRefusedAsync(HttpStatusCode.PreconditionFailed, "stale_version");

        async Task<JsonElement> MineAsync() => (await (await client.GetAsync($"{Api}/my/registrations")).JsonAsync()).GetProperty("items")[0];
    }

    [Fact]
    public async Task Registrations_are_for_the_executive_secretary_only()
    {
        var administrator = await service.ConfiguredAsync();
        (await administrator.GetAsync(Address)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.Anonymous().GetAsync(Address)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await (await service.PersonAsync()).Client.GetAsync($"{Address}/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Staff_register_a_person_without_e_mail_who_counts_and_cannot_sign_in()
    {
        var notice = await service.NoticeAsync();
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var request = new { displayName = "Doña Petra", contact = "722 000 0000", identityCheck = "Mostró su credencial para votar", municipality = "San Felipe del Progreso", privacyNoticeId = notice };
        var made = await secretary.PostAsJsonAsync($"{Api}/assisted-registrations", request);
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var registration = await made.JsonAsync();
        registration.GetProperty("state").GetString().ShouldBe("ACCEPTED");
        registration.GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
        (await service.FactsAsync("RegistrationAcceptedV1", registration.GetProperty("id").GetGuid())).ShouldBe(1);
        foreach (var way in new[] { "invitations", "password-reset" })
        {
            await (await (await service.AdministratorAsync()).PostAsync($"{Api}/accounts/{registration.GetProperty("accountId").GetGuid()}/{way}", null))
                .ShouldBeRefusedAsync(HttpStatusCode.Conflict, way == "invitations" ? "account_without_address" : "account_not_finished");
        }

        (await service.CountAsync($"select count(*) from event_log where type like '%.PersonalMailRequestedV1' and payload ->> 'subjectId' = '{registration.GetProperty("accountId")}'")).ShouldBe(0, "there is nowhere to write to");
        await (await secretary.PostAsJsonAsync($"{Api}/assisted-registrations", new { displayName = "Sin aviso", identityCheck = "Conocida" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required");

        var email = NewEmail();
        var withMail = await secretary.PostAsJsonAsync($"{Api}/assisted-registrations", new { displayName = "Don Juan", email, identityCheck = "Conocido", privacyNoticeId = notice });
        withMail.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await ConfirmAsync(email)).GetProperty("state").GetString().ShouldBe("ACCEPTED");
        await (await secretary.PostAsJsonAsync($"{Api}/assisted-registrations", new { displayName = "Otro", email, identityCheck = "Conocido", privacyNoticeId = notice })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "assisted_email_taken");
    }

    [Theory]
    [InlineData("displayName", "", "field_required")]
    [InlineData("displayName", "Ana\u202Eana", "field_invalid")]
    [InlineData("email", "no es correo", "email_invalid")]
    [InlineData("email", "x@sin-correo.invalid", "email_invalid")]
    [InlineData("organisation.name", "Rеd Ciudadana", "name_mixes_scripts")]
    [InlineData("organisation.acronym", "RCі", "name_mixes_scripts")]
    [InlineData("displayName", "Аna Registrada", "name_mixes_scripts")]
    [InlineData("organisation.kind", "GUARANTOR", "guarantor_is_registered_by_staff")]
    [InlineData("organisation.rfc", "SAT970701NN4", "rfc_check_wrong")]
    [InlineData("organisation.website", "javascript://x.mx/%0Aalert(1)", "website_invalid")]
    public async Task Bad_input_is_refused_with_field_and_reason_and_nothing_is_stored(string field, string value, string code)
    {
        var email = NewEmail();
        var organisation = new Dictionary<string, object?> { ["name"] = "Una organización", ["kind"] = "CITIZEN_COUNCIL" };
        var request = await OrganisationAsync(email, organisation);
        if (field.StartsWith("organisation.", StringComparison.Ordinal))
            organisation[field["organisation.".Length..]] = value;
        else
            request[field] = value;
        (await (await SendAsync(request)).ShouldBeRefusedAsync(code == "guarantor_is_registered_by_staff" ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.BadRequest, code)).ShouldBe([(field, code)]);
        (await service.CountAsync($"select count(*) from account where email = '{email}'")).ShouldBe(0);
    }

    [Fact]
    public async Task What_nobody_confirms_is_forgotten_with_its_person()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        await own.ConfiguredAsync();
        var notice = (await (await own.Anonymous().GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("id").GetGuid();
        var stamp = own.Services.GetRequiredService<FormStamps>().Issue("registration", own.Clock.GetUtcNow() - TimeSpan.FromSeconds(20));
        var answer = await own.Anonymous().PostAsJsonAsync(Address, new { displayName = "Olvidable Persona", email = "olvido@correo.example", municipality = "Metepec", privacyNoticeId = notice, marks = new { stamp, website = "" } });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        own.Clock.Advance(TimeSpan.FromHours(24));
        await own.HousekeepAsync();
        (await own.CountAsync("select count(*) from registration")).ShouldBe(1);
        own.Clock.Advance(TimeSpan.FromHours(2));
        await own.HousekeepAsync();
        (await own.CountAsync("select count(*) from registration")).ShouldBe(0);
        (await OpenGov.ServiceTests.Privacy.TextSearch.FindAsync(own.Database, "Olvidable", "olvido@correo.example", "Metepec")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_secretary_is_told_that_the_queue_grew_at_most_once_in_four_hours()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        await own.ConfiguredAsync();
        var secretary = await own.PersonAsync("EXECUTIVE_SECRETARY");
        await own.HousekeepAsync();
        (await ToldAsync()).ShouldBeEmpty("nothing waits");
        await WaitAsync(await own.PersonAsync(), await own.PersonAsync());
        await own.HousekeepAsync();
        await own.HousekeepAsync();
        (await ToldAsync()).ShouldBe(["2"]);
        await WaitAsync(await own.PersonAsync());
        await own.HousekeepAsync();
        (await ToldAsync()).ShouldBe(["2"], "not yet again");
        own.Clock.Advance(TimeSpan.FromHours(4));
        await own.HousekeepAsync();
        own.Clock.Advance(TimeSpan.FromHours(4));
        await own.HousekeepAsync();
        (await ToldAsync()).ShouldBe(["2", "3"], "told of the third, and of nothing where nothing came");

        async Task<IReadOnlyList<string>> ToldAsync() =>
            [.. (await own.MailsToAsync(secretary.Email)).Where(mail => mail.Kind == PersonalMailKinds.RegistrationsWaiting).Select(mail => mail.Values![0])];

        // All at once: the service looks from time to time by itself.
        Task WaitAsync(params Person[] people) => own.ExecuteAsync(
            $"""
            insert into registration (id, version, account_id, kind, state, channel, sector, privacy_notice_id, publish_name, other_calls, held, registered_at, confirmed_at)
            select gen_random_uuid(), 1, person::uuid, 'CITIZEN', 'UNDER_REVIEW', 'WEB', 'CIVIL_SOCIETY', (select id from privacy_notice limit 1), false, false, true,
                '{own.Clock.GetUtcNow():O}', '{own.Clock.GetUtcNow():O}'
            from unnest(array[{string.Join(',', people.Select(person => $"'{person.Id}'"))}]) person
            """);
    }

    /// <summary>With OPENGOV_LONG=1 in the numbers of the specification: 200 a second for a minute. Each address is sent to both replicas.</summary>
    [Fact]
    public async Task A_burst_at_two_replicas_registers_everybody_once()
    {
        var isLong = Environment.GetEnvironmentVariable("OPENGOV_LONG") == "1";
        var (people, perSecond) = isLong ? (12_000, 200) : (40, 40);
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        await own.ConfiguredAsync();
        var notice = (await (await own.Anonymous().GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("id").GetGuid();
        await using var twin = own.WithWebHostBuilder(_ => { });
        using var first = own.Anonymous();
        using var second = twin.CreateClient();
        var stamps = own.Services.GetRequiredService<FormStamps>();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, people), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (person, cancellation) =>
        {
            // Not before its time: the pace of the specification, or what the machine can do.
            if (TimeSpan.FromSeconds((double)person / perSecond) - clock.Elapsed is { Ticks: > 0 } early)
                await Task.Delay(early, cancellation);
            // Every tenth clicks twice, and the second click reaches the other replica.
            var clicks = person % 10 == 0 ? new[] { first, second } : [person % 2 == 0 ? first : second];
            var answers = await Task.WhenAll(clicks.Select(client => client.PostAsJsonAsync(Address, new
            {
                displayName = $"Persona {person}",
                email = $"rafaga{person}@correo.example",
                privacyNoticeId = notice,
                marks = new { stamp = stamps.Issue("registration", own.Clock.GetUtcNow() - TimeSpan.FromSeconds(20)), website = "" },
            }, cancellation)));
            answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Accepted);
        });
        var took = clock.Elapsed;
        (await own.CountAsync("select count(*) from registration")).ShouldBe(people);
        (await own.CountAsync("select count(distinct account_id) from registration")).ShouldBe(people);
        (await own.CountAsync("select count(*) from account where email like 'rafaga%'")).ShouldBe(people);
        if (isLong)
            Console.WriteLine($"{people} registrations took {took.TotalSeconds:F1} s");
    }

    private static async Task<HttpResponseMessage> PostMatchingAsync(HttpClient client, string address, object body, string etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await client.SendAsync(request);
    }

    private async Task<string> TextAsync(string sql)
    {
        await using var command = service.Database.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
