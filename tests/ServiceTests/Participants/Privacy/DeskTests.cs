using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceTests.Privacy;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

/// <summary>Rights that are asked for at the desk, by people with and without an account.</summary>
public sealed class DeskTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task INV_50_a_request_keeps_the_notice_that_its_form_showed_whoever_wrote_it_down()
    {
        var office = await service.ConfiguredAsync();
        var notice = await ArcoTests.NoticeAsync(service);
        var person = await service.PersonAsync();
        var own = await ArcoTests.AskAsync(service, person.Client, "ACCESS", "Quiero mis datos");
        var body = new { right = "ACCESS", description = "Pide copia", applicantName = "Jacinta Ek", applicantContact = "Pasa a recoger", identityCheck = "Credencial", privacyNoticeId = (Guid?)null };
        (await (await office.PostAsJsonAsync($"{Api}/arco-requests", body)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required"))[0].Field.ShouldBe("privacyNoticeId");
        await (await office.PostAsJsonAsync($"{Api}/arco-requests", body with { privacyNoticeId = Guid.NewGuid() })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "notice_not_in_force");
        var recorded = await RecordAsync("ACCESS");
        foreach (var id in new[] { own, recorded }.Select(view => view.GetProperty("id").GetGuid()))
            (await service.CountAsync($"select count(*) from arco_request where id = '{id}' and privacy_notice_id = '{notice}'")).ShouldBe(1);
        var refused = await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(
            "insert into arco_request (id, version, year, number, folio, right_asked, state, received_at, received_on, answer_due) values (gen_random_uuid(), 1, 1999, 1, 'x', 'ACCESS', 'RECEIVED', now(), '1999-01-01', '1999-02-01')"));
        refused.MessageText.ShouldContain("names the privacy notice");
    }

    [Fact]
    public async Task INV_52_an_assisted_person_who_asks_at_the_desk_is_erased_in_every_table()
    {
        var office = await service.ConfiguredAsync();
        var (registration, person, canaries) = await AssistedAsync("Eufemia Canaria");
        var recorded = await RecordAsync("CANCELLATION", registrationId: registration);
        var id = recorded.GetProperty("id").GetGuid();
        recorded.GetProperty("personId").GetGuid().ShouldBe(person);
        recorded.GetProperty("person").GetProperty("name").GetString().ShouldBe(canaries[0]);
        recorded.GetProperty("person").GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
        recorded.GetProperty("person").GetProperty("assisted").GetBoolean().ShouldBeTrue();
        (await TextSearch.FindAsync(service.Database, canaries)).Count.ShouldBeGreaterThanOrEqualTo(2);

        await ArcoTests.ActAsync(office, id, "answer", new { outcome = "GRANTED", text = $"Procede, {canaries[0]}" });
        await (await ArcoTests.TryAsync(office, id, "effect", new { reason = "No se guarda nada" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_needs_erasure");
        var refused = await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync($"update arco_request set state = 'EFFECTIVE', effect_reason = 'x' where id = '{id}'"));
        refused.MessageText.ShouldContain("takes effect by the erasure");
        var erasure = (await (await office.PostAsync($"{Api}/arco-requests/{id}/erasure", null)).JsonAsync()).GetProperty("erasure").GetProperty("id").GetGuid();
        await ConfirmAsync(erasure);

        var done = await (await office.GetAsync($"{Api}/arco-requests/{id}")).JsonAsync();
        done.GetProperty("state").GetString().ShouldBe("EFFECTIVE");
        done.GetProperty("person").ValueKind.ShouldBe(JsonValueKind.Null);
        (await TextSearch.FindAsync(service.Database, canaries)).ShouldBeEmpty();
        (await service.CountAsync($"select count(*) from registration where id = '{registration}' and account_id = '{person}'")).ShouldBe(1, "that somebody registered stays as a count");
        await (await office.PostAsJsonAsync($"{Api}/arco-requests", Body("ACCESS", null, registration, await ArcoTests.NoticeAsync(service)))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "registration_unknown");
    }

    [Fact]
    public async Task A_granted_cancellation_of_nobody_is_done_only_with_the_reason_why_there_is_nothing_to_erase()
    {
        var office = await service.ConfiguredAsync();
        var id = (await RecordAsync("CANCELLATION")).GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(office, id, "answer", new { outcome = "GRANTED", text = "Procede" });
        (await (await ArcoTests.TryAsync(office, id, "effect", new { })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "arco_needs_reason"))[0].Field.ShouldBe("reason");
        var refused = await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync($"update arco_request set state = 'EFFECTIVE' where id = '{id}'"));
        refused.MessageText.ShouldContain("says why nothing is erased");
        var done = await ArcoTests.ActAsync(office, id, "effect", new { reason = "No se encontró ningún dato suyo en la plataforma" });
        done.GetProperty("effectReason").GetString().ShouldBe("No se encontró ningún dato suyo en la plataforma");
        await (await ArcoTests.TryAsync(office, id, "person", new { personEmail = "titular@garante.example" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");

        // The person is found after the answer: they are erased all the same.
        var (registration, _, _) = await AssistedAsync("Hallada Después");
        var late = (await RecordAsync("CANCELLATION")).GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(office, late, "answer", new { outcome = "GRANTED", text = "Procede" });
        await ArcoTests.ActAsync(office, late, "person", new { registrationId = registration });
        await (await ArcoTests.TryAsync(office, late, "effect", new { reason = "No se guarda nada" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_needs_erasure");
        await (await ArcoTests.TryAsync(office, late, "person/removal", new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");
    }

    [Fact]
    public async Task Who_asked_twice_is_erased_once_and_both_requests_are_done()
    {
        var office = await service.ConfiguredAsync();
        var (registration, _, _) = await AssistedAsync("Dos Veces");
        var ids = new[] { (await RecordAsync("CANCELLATION", registrationId: registration)).GetProperty("id").GetGuid(), (await RecordAsync("CANCELLATION", registrationId: registration)).GetProperty("id").GetGuid() };
        foreach (var id in ids)
            await ArcoTests.ActAsync(office, id, "answer", new { outcome = "GRANTED", text = "Procede" });
        var erasure = (await (await office.PostAsync($"{Api}/arco-requests/{ids[1]}/erasure", null)).JsonAsync()).GetProperty("erasure").GetProperty("id").GetGuid();
        (await (await office.GetAsync($"{Api}/arco-requests/{ids[0]}")).JsonAsync()).GetProperty("erasure").GetProperty("id").GetGuid().ShouldBe(erasure);
        await ConfirmAsync(erasure);
        (await service.CountAsync($"select count(*) from arco_request where id in ('{ids[0]}', '{ids[1]}') and state = 'EFFECTIVE'")).ShouldBe(2);
    }

    [Fact]
    public async Task An_account_holder_who_asks_on_paper_is_found_by_their_address_and_gets_a_copy_from_staff()
    {
        var office = await service.ConfiguredAsync();
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        var (person, other) = (await service.PersonAsync(), await service.PersonAsync());
        (await (await office.PostAsJsonAsync($"{Api}/arco-requests", Body("ACCESS", "nadie@correo.example", null, await ArcoTests.NoticeAsync(service)))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "account_unknown"))[0].Field.ShouldBe("personEmail");
        var id = (await RecordAsync("ACCESS")).GetProperty("id").GetGuid();
        await (await secretary.Client.GetAsync($"{Api}/arco-requests/{id}/personal-data")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_asks_for_no_data");
        (await (await ArcoTests.TryAsync(office, id, "person", new { })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required"))[0].Field.ShouldBe("personEmail");

        // Somebody else first: corrected until the answer.
        await ArcoTests.ActAsync(office, id, "person", new { personEmail = other.Email });
        (await ArcoTests.ActAsync(office, id, "person/removal", new { })).GetProperty("personId").ValueKind.ShouldBe(JsonValueKind.Null);
        (await other.Client.GetAsync($"{Api}/my/arco-requests/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var linked = await ArcoTests.ActAsync(office, id, "person", new { personEmail = person.Email.ToUpperInvariant() });
        linked.GetProperty("person").GetProperty("email").GetString().ShouldBe(person.Email);
        linked.GetProperty("canExport").GetBoolean().ShouldBeTrue();
        (await person.Client.GetAsync($"{Api}/my/arco-requests/{id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.MailsToAsync(person.Email)).ShouldContain(mail => mail.Path == $"/cuenta/derechos/{id}");

        var file = await secretary.Client.GetAsync($"{Api}/arco-requests/{id}/personal-data");
        file.StatusCode.ShouldBe(HttpStatusCode.OK);
        file.Content.Headers.ContentDisposition!.FileName!.ShouldStartWith("ARCO-");
        file.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var (staff, own) = (Records(await file.JsonAsync()), Records(await (await person.Client.GetAsync($"{Api}/my/personal-data")).JsonAsync()));
        staff.ShouldBe(own, "the same as the person gets");
        (await file.Content.ReadAsStringAsync()).ShouldContain(person.Email);

        // Every service hands out its part to who holds the warrant, and to nobody else.
        var warrant = (await (await secretary.Client.GetAsync($"{Api}/arco-requests/{id}/export-warrant")).JsonAsync()).GetProperty("warrant").GetString()!;
        Records(await (await WithWarrantAsync(secretary.Client, warrant)).JsonAsync()).ShouldBe(own);
        (await WithWarrantAsync(person.Client, warrant)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await WithWarrantAsync(secretary.Client, warrant[..^2] + "AA")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await office.GetAsync($"{Api}/personal-data")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await WithWarrantAsync(service.Anonymous(), warrant)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await service.CountAsync($"select count(*) from personal_data_access where subject_id = '{person.Id}' and arco_request_id = '{id}' and what = 'PERSONAL_DATA_EXPORT'")).ShouldBe(2);
        (await person.Client.GetAsync($"{Api}/arco-requests/{id}/personal-data")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        // Who administers the instance does not see all of somebody at once (SPEC §2.12), and no warrant of another's.
        foreach (var part in new[] { "personal-data", "export-warrant" })
            await (await office.GetAsync($"{Api}/arco-requests/{id}/{part}")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        (await WithWarrantAsync(office, warrant)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        // Staff who dealt with the person are not the person's data.
        var administrator = (await (await office.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("account").GetProperty("id").GetGuid();
        foreach (var text in new[] { await file.Content.ReadAsStringAsync(), await (await person.Client.GetAsync($"{Api}/my/personal-data")).Content.ReadAsStringAsync() })
        {
            text.ShouldContain("PERSONAL_DATA_EXPORT", customMessage: "that staff looked stays");
            text.ShouldNotContain(secretary.Id.ToString());
            text.ShouldNotContain(administrator.ToString());
        }

        await ArcoTests.ActAsync(office, id, "answer", new { outcome = "GRANTED", text = "Se entrega la copia" });
        await (await ArcoTests.TryAsync(office, id, "person", new { personEmail = other.Email })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");
        await ArcoTests.ActAsync(office, id, "effect", new { });
        await (await secretary.Client.GetAsync($"{Api}/arco-requests/{id}/export-warrant")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_asks_for_no_data");
        var erases = (await RecordAsync("CANCELLATION", person.Email)).GetProperty("id").GetGuid();
        await (await secretary.Client.GetAsync($"{Api}/arco-requests/{erases}/personal-data")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_asks_for_no_data");
        var (registration, _, _) = await AssistedAsync("Otra Persona");
        await (await office.PostAsJsonAsync($"{Api}/arco-requests", Body("ACCESS", person.Email, registration, await ArcoTests.NoticeAsync(service)))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "arco_person_differs");
        var theirs = (await ArcoTests.AskAsync(service, person.Client, "ACCESS", "Por internet")).GetProperty("id").GetGuid();
        await (await ArcoTests.TryAsync(office, theirs, "person", new { personEmail = other.Email })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");

        static List<string> Records(JsonElement data) =>
            [.. data.GetProperty("records").EnumerateArray().Where(record => record.GetProperty("table").GetString() is not ("personal_data_access" or "session")).Select(record => record.GetRawText())];

        static async Task<HttpResponseMessage> WithWarrantAsync(HttpClient client, string warrant)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Api}/personal-data");
            request.Headers.Add("OpenGov-Export-Warrant", warrant);
            return await client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Files_that_somebody_uploaded_are_in_their_copy_whole_for_them_and_for_who_answers_their_request()
    {
        var office = await service.ConfiguredAsync();
        var (secretary, uploader, other) = (await service.PersonAsync("EXECUTIVE_SECRETARY"), await service.PersonAsync("EXECUTIVE_SECRETARY"), await service.PersonAsync("EXECUTIVE_SECRETARY"));
        // More than a chunk.
        var content = new byte[300_000];
        new Random(7).NextBytes(content);
        using var bytes = new ByteArrayContent(content);
        var file = (await (await uploader.Client.PostAsync($"{Api}/files?fileName=Acta%20de%20prueba.bin", bytes)).JsonAsync()).GetProperty("id").GetGuid();
        var own = await (await uploader.Client.GetAsync($"{Api}/my/personal-data")).JsonAsync();
        var listed = own.GetProperty("files").EnumerateArray().ShouldHaveSingleItem();
        (listed.GetProperty("id").GetGuid(), listed.GetProperty("fileName").GetString(), listed.GetProperty("size").GetInt64()).ShouldBe((file, "Acta de prueba.bin", 300_000));
        var mine = await uploader.Client.GetAsync($"{Api}/my/personal-data/files/{file}");
        (await mine.Content.ReadAsByteArrayAsync()).ShouldBe(content);
        mine.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await other.Client.GetAsync($"{Api}/my/personal-data/files/{file}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.Anonymous().GetAsync($"{Api}/my/personal-data/files/{file}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await service.Anonymous().GetAsync($"{Api}/files/{file}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "nothing public carries it");

        var id = (await RecordAsync("PORTABILITY", uploader.Email)).GetProperty("id").GetGuid();
        var warrant = (await (await secretary.Client.GetAsync($"{Api}/arco-requests/{id}/export-warrant")).JsonAsync()).GetProperty("warrant").GetString()!;
        (await (await WithAsync(secretary.Client, warrant)).Content.ReadAsByteArrayAsync()).ShouldBe(content);
        (await WithAsync(other.Client, warrant)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await WithAsync(secretary.Client, null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var others = (await RecordAsync("PORTABILITY", other.Email)).GetProperty("id").GetGuid();
        var elses = (await (await secretary.Client.GetAsync($"{Api}/arco-requests/{others}/export-warrant")).JsonAsync()).GetProperty("warrant").GetString()!;
        (await WithAsync(secretary.Client, elses)).StatusCode.ShouldBe(HttpStatusCode.NotFound, "the warrant is for one person");
        (await office.GetAsync($"{Api}/arco-requests/{id}")).StatusCode.ShouldBe(HttpStatusCode.OK);

        async Task<HttpResponseMessage> WithAsync(HttpClient client, string? permission)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Api}/personal-data/files/{file}");
            if (permission is not null)
                request.Headers.Add("OpenGov-Export-Warrant", permission);
            return await client.SendAsync(request);
        }
    }

    [Fact]
    public async Task INV_52_an_erasure_ends_the_persons_other_open_requests_once_staff_have_seen_them()
    {
        var office = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var access = (await ArcoTests.AskAsync(service, person.Client, "ACCESS", "Quiero mis datos antes")).GetProperty("id").GetGuid();
        var portable = (await ArcoTests.AskAsync(service, person.Client, "PORTABILITY", "Y en un archivo")).GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(office, portable, "answer", new { outcome = "GRANTED", text = "Procede" });
        var cancellation = await ArcoTests.AskAsync(service, person.Client, "CANCELLATION", "Y luego borren todo");
        var id = cancellation.GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(office, id, "answer", new { outcome = "GRANTED", text = "Procede" });
        var shown = await (await office.GetAsync($"{Api}/arco-requests/{id}")).JsonAsync();
        shown.GetProperty("beside").EnumerateArray().Select(one => (one.GetProperty("id").GetGuid(), one.GetProperty("right").GetString())).ShouldBe([(access, "ACCESS"), (portable, "PORTABILITY")]);

        await (await office.PostAsync($"{Api}/arco-requests/{id}/erasure", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_others_open");
        await (await office.PostAsJsonAsync($"{Api}/arco-requests/{id}/erasure", new { ends = new[] { access } })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_others_open");
        (await service.CountAsync($"select count(*) from account where id = '{person.Id}' and erased_at is null")).ShouldBe(1);
        (await office.PostAsJsonAsync($"{Api}/arco-requests/{id}/erasure", new { ends = new[] { access, portable } })).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var ended in new[] { access, portable })
        {
            var view = await (await office.GetAsync($"{Api}/arco-requests/{ended}")).JsonAsync();
            (view.GetProperty("state").GetString(), view.GetProperty("endedBy").GetString(), view.GetProperty("due").ValueKind).ShouldBe(("WITHOUT_MATTER", cancellation.GetProperty("folio").GetString(), JsonValueKind.Null));
            view.GetProperty("history").EnumerateArray().Select(act => act.GetProperty("action").GetString()).ShouldContain("arco_without_matter");
        }

        (await (await office.GetAsync($"{Api}/arco-requests?open=true&limit=100")).Content.ReadAsStringAsync()).ShouldNotContain(access.ToString());
        (await service.CountAsync($"select count(*) from arco_request where id = '{id}' and state = 'ANSWERED'")).ShouldBe(1, "that one is done by the erasure");
        await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync($"update arco_request set state = 'WITHOUT_MATTER', closed_on = null where id = '{id}'"));
    }

    [Fact]
    public async Task Open_requests_come_by_what_is_due_soonest_a_page_at_a_time_and_are_counted()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var office = await own.ConfiguredAsync();
        var person = await own.PersonAsync();
        List<Guid> asked = [];
        for (var day = 0; day < 4; day++)
        {
            asked.Add((await ArcoTests.AskAsync(own, person.Client, "ACCESS", $"Solicitud {day}")).GetProperty("id").GetGuid());
            own.Clock.Advance(TimeSpan.FromDays(1));
            person = person with { Client = await own.SignInAsync(person.Email) };
        }

        office = await own.SignInAsync("titular@garante.example");
        // The first is extended beyond the others, the second warned: its person's ten days come first. The third is over.
        await ArcoTests.ActAsync(office, asked[0], "extension", new { reason = "Hay que buscar en archivos", days = 10 });
        await ArcoTests.ActAsync(office, asked[1], "prevention", new { text = "Diga cuáles datos" });
        await ArcoTests.ActAsync(office, asked[2], "answer", new { outcome = "DENIED", text = "No procede" });
        Guid[] expected = [asked[1], asked[3], asked[0]];
        (await IdsAsync("?open=true")).Ids.ShouldBe(expected);
        var first = await IdsAsync("?open=true&limit=2");
        first.Ids.ShouldBe(expected[..2]);
        var second = await IdsAsync($"?open=true&limit=2&cursor={first.Next}");
        second.Ids.ShouldBe(expected[2..]);
        second.Next.ShouldBeNull();
        (await IdsAsync("")).Ids.ShouldBe(Enumerable.Reverse(asked));
        await (await office.GetAsync($"{Api}/arco-requests?open=true&cursor=nada")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "cursor_invalid");
        var newest = await IdsAsync("?limit=1");
        await (await office.GetAsync($"{Api}/arco-requests?open=true&cursor={newest.Next}")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "cursor_invalid");
        (await FiguresAsync()).ShouldBe((3, 0, 0));

        own.Clock.Advance(TimeSpan.FromDays(45));
        office = await own.SignInAsync("titular@garante.example");
        (await FiguresAsync()).Overdue.ShouldBeGreaterThanOrEqualTo(2, "what nobody answered in twenty business days");

        async Task<(Guid[] Ids, string? Next)> IdsAsync(string query)
        {
            var list = await (await office.GetAsync($"{Api}/arco-requests{query}")).JsonAsync();
            return ([.. list.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("id").GetGuid())], list.GetProperty("next").GetString());
        }

        async Task<(int Open, int Overdue, int Soon)> FiguresAsync()
        {
            var figures = await (await office.GetAsync($"{Api}/arco-requests/figures")).JsonAsync();
            return (figures.GetProperty("open").GetInt32(), figures.GetProperty("overdue").GetInt32(), figures.GetProperty("soon").GetInt32());
        }
    }

    [Fact]
    public async Task The_log_says_who_looked_at_whose_data_or_request_and_finds_it()
    {
        var office = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        var nobodys = (await RecordAsync("OBJECTION")).GetProperty("id").GetGuid();
        var theirs = (await RecordAsync("OBJECTION", person.Email)).GetProperty("id").GetGuid();
        foreach (var id in new[] { nobodys, theirs })
            (await secretary.Client.GetAsync($"{Api}/arco-requests/{id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await office.GetAsync($"{Api}/accounts/{person.Id}")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var unlinked = (await LogAsync($"?request={nobodys}")).ShouldHaveSingleItem();
        unlinked.GetProperty("subjectId").ValueKind.ShouldBe(JsonValueKind.Null);
        unlinked.GetProperty("folio").GetString()!.ShouldStartWith("ARCO-");
        unlinked.GetProperty("by").GetGuid().ShouldBe(secretary.Id);
        (await LogAsync($"?by={secretary.Id}")).Count.ShouldBe(2);
        var looks = await LogAsync($"?subject={person.Id}");
        looks.Select(look => look.GetProperty("what").GetString()).ShouldBe(["ACCOUNT", "ARCO_REQUEST", "ARCO_REQUEST"], "the account, the request as read, and as recorded");
        looks.ShouldAllBe(look => look.GetProperty("subjectName").GetString() == "Persona" && look.GetProperty("byName").GetString() != null);
        (await LogAsync($"?subject={person.Id}&by={secretary.Id}")).ShouldHaveSingleItem();
        var mine = (await (await person.Client.GetAsync($"{Api}/my/personal-data-accesses")).JsonAsync()).GetProperty("items");
        mine.GetArrayLength().ShouldBe(3);
        mine.EnumerateArray().ShouldAllBe(look => look.GetProperty("byName").ValueKind == JsonValueKind.Null && look.GetProperty("by").ValueKind == JsonValueKind.Null);

        async Task<List<JsonElement>> LogAsync(string query) => [.. (await (await office.GetAsync($"{Api}/personal-data-accesses{query}")).JsonAsync()).GetProperty("items").EnumerateArray()];
    }

    private static object Body(string right, string? personEmail, Guid? registrationId, Guid privacyNoticeId) => new
    {
        right,
        description = "Lo pide por escrito en ventanilla",
        applicantName = "Quien Pide",
        applicantContact = "Pasa a recoger",
        identityCheck = "Credencial para votar",
        privacyNoticeId,
        personEmail,
        registrationId,
    };

    private async Task<JsonElement> RecordAsync(string right, string? personEmail = null, Guid? registrationId = null)
    {
        var office = await service.AdministratorAsync();
        var recorded = await office.PostAsJsonAsync($"{Api}/arco-requests", Body(right, personEmail, registrationId, await ArcoTests.NoticeAsync(service)));
        recorded.StatusCode.ShouldBe(HttpStatusCode.Created, await recorded.Content.ReadAsStringAsync());
        return await recorded.JsonAsync();
    }

    /// <summary>Somebody without e-mail whom staff registered; the first canary is their name.</summary>
    private async Task<(Guid Registration, Guid Person, string[] Canaries)> AssistedAsync(string name)
    {
        string[] canaries = [name, $"Teléfono de {name}", $"Pasaporte de {name}", $"Municipio de {name}"];
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        var registered = await secretary.Client.PostAsJsonAsync($"{Api}/assisted-registrations", new
        {
            displayName = name,
            contact = canaries[1],
            identityCheck = canaries[2],
            municipality = canaries[3],
            privacyNoticeId = await ArcoTests.NoticeAsync(service),
        });
        registered.StatusCode.ShouldBe(HttpStatusCode.Created, await registered.Content.ReadAsStringAsync());
        var view = await registered.JsonAsync();
        return (view.GetProperty("id").GetGuid(), view.GetProperty("accountId").GetGuid(), canaries);
    }

    private async Task ConfirmAsync(Guid erasure)
    {
        await service.DeliverAsync(Owners.ActionPlans, new OpenGov.Contracts.ActionPlans.V1.ErasureCarriedOutV1(erasure, 1));
        await service.DeliverAsync(Owners.Transparency, new OpenGov.Contracts.Transparency.V1.ErasureCarriedOutV1(erasure, 1));
        await service.DeliverAsync(Owners.Notifications, new OpenGov.Contracts.Notifications.V1.ErasureCarriedOutV1(erasure, 1));
    }
}
