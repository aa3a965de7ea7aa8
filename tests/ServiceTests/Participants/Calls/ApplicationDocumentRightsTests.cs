using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OpenGov.ServiceTests.Participants.Privacy;
using OpenGov.ServiceTests.Privacy;
using static OpenGov.ServiceTests.Participants.Calls.ApplicationDocumentTests;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Calls;

/// <summary>What becomes of documents afterwards: what is missing, on behalf of somebody, withdrawal, erasure and time.</summary>
public sealed class ApplicationDocumentRightsTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();
    private CallDesk calls = null!;

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        calls = await CallDesk.OpenAsync(service);
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task What_is_missing_is_attached_besides_what_was_sent()
    {
        var call = await calls.PublishAsync(("Acta constitutiva", true));
        var (person, secretary) = (await service.TakingPartAsync(), (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client);
        var id = await SentAsync(call, person.Client, "primera.pdf", "bytes enviados");
        await PreventAsync(secretary, call, id);
        var sent = (await DocumentsAsync(person.Client, id))[0].GetProperty("id").GetGuid();
        await (await person.Client.DeleteAsync($"{Api}/call-applications/{id}/documents/{sent}")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_document_sent");

        // For the same requirement, replaceable until it is completed, and something else besides.
        (await PutAsync(person.Client, id, call.Asked[0].Id, "mejor.pdf", Pdf("mejor"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(person.Client, id, call.Asked[0].Id, "legible.pdf", Pdf("legible"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var number = 0; number < 5; number++)
            (await AddAsync(person.Client, id, $"otro{number}.pdf", $"otro {number}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await AddAsync(person.Client, id, "otro4.pdf", "otro 4")).StatusCode.ShouldBe(HttpStatusCode.OK, "sent again it is there");
        await (await AddAsync(person.Client, id, "otro5.pdf", "otro 5")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_documents_too_many");
        (await service.CountAsync("select count(*) from stored_file")).ShouldBe(7);
        (await DocumentsAsync(person.Client, id)).Select(one => (one.GetProperty("fileName").GetString(), one.GetProperty("completes").GetBoolean())).ShouldBe(
            [("primera.pdf", false), ("legible.pdf", true), .. Enumerable.Range(0, 5).Select(number => ($"otro{number}.pdf", true))]);
        (await person.Client.PostAsJsonAsync($"{Api}/my/call-applications/{id}/completion", new { text = "Van." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await AddAsync(person.Client, id, "tarde.pdf", "tarde")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_in_state");

        // Not for an application of which nothing more is asked, and not once the term is over.
        var late = await service.TakingPartAsync();
        var waits = await SentAsync(call, late.Client, "acta.pdf", "acta");
        await PreventAsync(secretary, call, waits);
        // Five business days with Christmas and New Year among them are eleven.
        service.Clock.Advance(TimeSpan.FromDays(13));
        await (await AddAsync(await service.SignInAsync(late.Email), waits, "tarde.pdf", "tarde")).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "application_completion_late");
    }

    [Fact]
    public async Task What_is_required_holds_also_where_an_application_is_sent_at_once_and_in_the_database()
    {
        var call = await calls.PublishAsync(("Acta constitutiva", true));
        var (person, other) = (await service.TakingPartAsync(), await service.TakingPartAsync());
        await (await person.Client.PostAsJsonAsync($"{Api}/open-calls/{call.Number}/applications", new { privacyNoticeId = call.Notice })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "application_document_missing");
        var draft = await call.BeginAsync(person.Client);
        await (await AddAsync(person.Client, draft, "otro.pdf", "otro")).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "application_document_not_asked");
        var sent = await SentAsync(call, other.Client, "acta.pdf", "acta");
        foreach (var sql in new[]
        {
            $"update call_application set state = 'SUBMITTED' where id = '{draft}'",
            $"update call_application set state = 'ACCEPTED' where id = '{draft}'",
            $"update call_application set state = 'DRAFT' where id = '{sent}'",
            $"delete from call_application where id = '{sent}'",
            $"delete from call_application_document where application_id = '{sent}'",
            $"update call_application_document set file_name = 'otra.pdf' where application_id = '{sent}'",
            $"update stored_file set attached_at = null; delete from stored_file",
            "update open_call_asked_document set required = false",
            "delete from open_call_asked_document",
        })
        {
            await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(sql), sql);
        }

        // A document of a draft is the draft's: another's application does not take it.
        await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(
            $"insert into call_application_document select gen_random_uuid(), '{sent}', account_id, organisation_id, null, true, file_name, media_type, size, sha256, gen_random_uuid(), added_at, added_by from call_application_document"));
        (await service.CountAsync("select count(*) from call_application_document")).ShouldBe(1);
    }

    [Fact]
    public async Task A_call_asks_for_documents_once_each_and_an_amendment_only_adds()
    {
        var administrator = calls.Administrator;
        var call = await calls.PublishAsync(("Acta constitutiva", true));
        Task<HttpResponseMessage> AmendAsync(object[] askedDocuments, string etag) =>
            CallDesk.PostAsync(administrator, $"{Api}/call-desk/{call.Id}/amendments", new { reason = "Faltaba pedirlo", askedDocuments }, etag);
        await (await AmendAsync([new { text = "ACTA CONSTITUTIVA", required = true }], "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "call_asks_twice");
        await (await AmendAsync([.. Enumerable.Range(0, 10).Select(number => new { text = $"Documento {number}", required = true })], "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "items_too_many");
        (await AmendAsync([new { text = "Comprobante de domicilio", required = false }], "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = await (await service.Anonymous().GetAsync($"{Api}/open-calls/{call.Number}")).JsonAsync();
        shown.GetProperty("askedDocuments").EnumerateArray().Select(one => (one.GetProperty("text").GetString(), one.GetProperty("required").GetBoolean()))
            .ShouldBe([("Acta constitutiva", true), ("Comprobante de domicilio", false)]);
        shown.GetProperty("askedDocuments")[0].GetProperty("id").GetGuid().ShouldBe(call.Asked[0].Id, "what was attached was attached for this");
        var change = shown.GetProperty("amendments")[0].GetProperty("changes")[0];
        (change.GetProperty("field").GetString(), change.GetProperty("after").GetString()).ShouldBe(("optionalDocuments", "Comprobante de domicilio"));
        service.Clock.Advance(TimeSpan.FromDays(21));
        administrator = await service.SignInAsync("titular@garante.example");
        await (await AmendAsync([new { text = "Una cosa más", required = true }], "\"3\"")).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "call_closed_to_new_requirements");
    }

    [Fact]
    public async Task The_documents_of_a_draft_of_a_call_are_rewritten_with_it()
    {
        var today = OpenGov.Participants.States.State.Find("15")!.Today(service.Clock.GetUtcNow());
        object Body(params object[] askedDocuments) => new
        {
            kind = "REGISTER_PARTICIPANTS", title = "Una convocatoria", description = "Se llama a organizaciones y personas a registrarse.", requirements = Array.Empty<string>(),
            opensOn = today, closesOn = today.AddDays(19), sectors = new[] { "CIVIL_SOCIETY" }, takesPeople = true, askedDocuments,
        };
        var id = (await (await calls.Administrator.PostAsJsonAsync($"{Api}/call-desk", Body(new { text = "Uno" }, new { text = "Dos", required = false }))).JsonAsync()).GetProperty("id").GetGuid();
        var rewritten = await calls.Administrator.PutMatchingAsync($"{Api}/call-desk/{id}", Body(new { text = "Dos" }, new { text = "Tres", required = false }), "\"1\"");
        rewritten.StatusCode.ShouldBe(HttpStatusCode.OK, await rewritten.Content.ReadAsStringAsync());
        (await rewritten.JsonAsync()).GetProperty("askedDocuments").EnumerateArray().Select(one => (one.GetProperty("text").GetString(), one.GetProperty("required").GetBoolean())).ShouldBe([("Dos", true), ("Tres", false)]);
        (await service.CountAsync("select count(*) from open_call_asked_document")).ShouldBe(2);
        (await CallDesk.PostAsync(calls.Administrator, $"{Api}/call-desk/{id}/publication", new { }, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK, "what a document shows is a requirement");
    }

    [Fact]
    public async Task Staff_attach_for_a_person_who_cannot_sign_in_and_each_look_is_written_down()
    {
        var call = await calls.PublishAsync(("Identificación", true));
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        var made = await secretary.Client.PostAsJsonAsync($"{Api}/assisted-registrations", new { displayName = "Petronila Sin Correo", identityCheck = "La conocen", privacyNoticeId = call.Notice });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var person = await IdAsync("select account_id from registration where channel <> 'WEB' order by registered_at desc limit 1");
        object body = new { personId = person, statement = "Quiere hablar del pozo.", privacyNoticeId = call.Notice };
        await (await secretary.Client.PostAsJsonAsync($"{Api}/call-desk/{call.Id}/applications", body)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "application_document_missing");
        await (await calls.Administrator.PostAsJsonAsync($"{Api}/call-desk/{call.Id}/application-drafts", body)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        var begun = await secretary.Client.PostAsJsonAsync($"{Api}/call-desk/{call.Id}/application-drafts", body);
        begun.StatusCode.ShouldBe(HttpStatusCode.Created, await begun.Content.ReadAsStringAsync());
        var view = await begun.JsonAsync();
        (view.GetProperty("recorded").GetBoolean(), view.GetProperty("applicant").GetString()).ShouldBe((true, "Petronila Sin Correo"));
        var id = view.GetProperty("application").GetProperty("id").GetGuid();
        (await PutAsync(secretary.Client, id, call.Asked[0].Id, "ine-petronila.pdf", Pdf("credencial de petronila"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync($"select count(*) from stored_file where account_id = '{person}'")).ShouldBe(1, "whose paper it is, not who scanned it");
        await (await calls.Administrator.GetAsync($"{Api}/call-applications/{id}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await call.SendAsync(secretary.Client, id)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var url = (await DocumentsAsync(secretary.Client, id))[0].GetProperty("url").GetString();
        (await secretary.Client.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync($"select count(*) from personal_data_access where what = 'APPLICATION_DOCUMENT' and subject_id = '{person}'")).ShouldBe(1);

        // The person's erasure finds it, though staff uploaded it.
        await EraseAsync(call, person, null);
        (await TextSearch.FindAsync(service.Database, "credencial de petronila", "ine-petronila")).ShouldBeEmpty();
    }

    [Fact]
    public async Task INV_52_an_erasure_takes_a_persons_documents_with_their_bytes_and_leaves_the_organisations()
    {
        var call = await calls.PublishAsync(("Identificación", true));
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var (organisation, sender, _) = await calls.RepresentedAsync("Red de Vecinas A.C.");
        var ofOrganisation = await call.BeginAsync(sender.Client, organisation);
        await PutAsync(sender.Client, ofOrganisation, call.Asked[0].Id, "acta-de-la-red.pdf", Pdf("bytes de la red"));
        (await call.SendAsync(sender.Client, ofOrganisation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (accepted, drafting) = (await service.TakingPartAsync(), await service.TakingPartAsync());
        var sent = await SentAsync(call, accepted.Client, "ine-canaria.pdf", "bytes canarios enviados");
        await DecideAsync(secretary, call, sent, accepted: true);
        var draft = await call.BeginAsync(drafting.Client);
        await PutAsync(drafting.Client, draft, call.Asked[0].Id, "ine-borrador.pdf", Pdf("bytes canarios del borrador"));
        string[] canaries = ["ine-canaria", "bytes canarios enviados", "ine-borrador", "bytes canarios del borrador"];
        foreach (var canary in canaries)
            (await TextSearch.FindAsync(service.Database, canary)).ShouldNotBeEmpty($"the search must be able to find {canary}");

        // A copy of one's data names the documents; each is downloaded from the application.
        var copy = await (await accepted.Client.GetAsync($"{Api}/my/personal-data")).JsonAsync();
        copy.GetProperty("records").EnumerateArray().Single(one => one.GetProperty("table").GetString() == "call_application_document").GetProperty("rows")[0].GetProperty("file_name").GetString().ShouldBe("ine-canaria.pdf");

        foreach (var person in new[] { accepted, drafting, sender })
            await EraseAsync(call, person.Id, person.Client);
        (await TextSearch.FindAsync(service.Database, canaries)).ShouldBeEmpty();
        (await service.CountAsync("select count(*) from stored_file")).ShouldBe(1);
        (await TextSearch.FindAsync(service.Database, "bytes de la red")).ShouldNotBeEmpty("an organisation's application is the organisation's");
        (await service.CountAsync($"select count(*) from call_application where id = '{sent}' and state = 'ACCEPTED'")).ShouldBe(1, "that somebody was accepted stays as a count");
        (await service.CountAsync($"select count(*) from call_application where id = '{draft}'")).ShouldBe(0, "what was not sent counts nowhere");
    }

    [Fact]
    public async Task INV_52_what_a_colleague_attaches_for_an_organisation_is_the_colleagues_before_and_after_who_began_is_erased()
    {
        var call = await calls.PublishAsync(("Identificación", true));
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var (organisation, began, colleague) = await calls.RepresentedAsync("Red de Colegas A.C.");
        var id = await call.BeginAsync(began.Client, organisation);
        await PutAsync(began.Client, id, call.Asked[0].Id, "acta-de-quien-empezo.pdf", Pdf("de quien empezó"));
        (await call.SendAsync(began.Client, id)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await PreventAsync(secretary, call, id);
        await service.ExecuteAsync($"update mandate set ended_at = now() where account_id = '{began.Id}'");
        (await AddAsync(colleague.Client, id, "ine-de-la-colega.pdf", "de la colega")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // Each has what they attached, and who began is told that they did, not what colleagues wrote.
        var file = await IdAsync("select file_id from call_application_document where file_name = 'ine-de-la-colega.pdf'");
        (await began.Client.GetAsync($"{Api}/my/personal-data/files/{file}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await colleague.Client.GetAsync($"{Api}/my/personal-data/files/{file}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (first, second) = (await CopyAsync(began.Client), await CopyAsync(colleague.Client));
        first.GetRawText().ShouldContain("acta-de-quien-empezo.pdf");
        first.GetRawText().ShouldNotContain("ine-de-la-colega.pdf");
        second.GetRawText().ShouldContain("ine-de-la-colega.pdf");
        second.GetRawText().ShouldNotContain("acta-de-quien-empezo.pdf");
        second.GetRawText().ShouldNotContain(began.Id.ToString(), Case.Insensitive, "a copy names no account but the person's");
        var row = Rows(first, "call_application").ShouldHaveSingleItem();
        row.GetProperty("organisation_id").GetGuid().ShouldBe(organisation);
        foreach (var text in new[] { "statement", "completion", "prevention", "decision_reason" })
            row.TryGetProperty(text, out _).ShouldBeFalse(text);
        // Held by the database too.
        var forced = await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(
            $"""
            update stored_file set account_id = '{began.Id}' where id = '{file}';
            create temporary table again as select * from call_application_document where file_id = '{file}';
            delete from call_application_document where file_id = '{file}';
            insert into call_application_document select * from again
            """));
        forced.SqlState.ShouldBe(PostgresErrorCodes.IntegrityConstraintViolation, forced.MessageText);

        await EraseAsync(call, began.Id, began.Client);
        (await AddAsync(colleague.Client, id, "despues.pdf", "después")).StatusCode.ShouldBe(HttpStatusCode.OK, "the organisation goes on with its application");
        (await colleague.Client.PostAsJsonAsync($"{Api}/my/call-applications/{id}/completion", new { text = "Van." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        Rows(await CopyAsync(colleague.Client), "call_application_document").Count.ShouldBe(2);

        static async Task<JsonElement> CopyAsync(HttpClient client) => await (await client.GetAsync($"{Api}/my/personal-data")).JsonAsync();

        static List<JsonElement> Rows(JsonElement copy, string table) =>
            [.. copy.GetProperty("records").EnumerateArray().Where(one => one.GetProperty("table").GetString() == table).SelectMany(one => one.GetProperty("rows").EnumerateArray())];
    }

    [Fact]
    public async Task Documents_go_with_a_withdrawal_and_by_time_after_the_call_is_over()
    {
        var call = await calls.PublishAsync(("Identificación", true));
        var (stays, leaves, secretary) = (await service.TakingPartAsync(), await service.TakingPartAsync(), await service.PersonAsync("EXECUTIVE_SECRETARY"));
        var kept = await SentAsync(call, stays.Client, "queda.pdf", "bytes que quedan");
        var gone = await SentAsync(call, leaves.Client, "se-va.pdf", "bytes que se van");
        (await leaves.Client.PostAsync($"{Api}/my/call-applications/{gone}/withdrawal", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TextSearch.FindAsync(service.Database, "se-va.pdf", "bytes que se van")).ShouldBeEmpty();
        await DecideAsync(secretary.Client, call, kept, accepted: true);
        service.Clock.Advance(TimeSpan.FromDays(21));
        (await CallDesk.PostAsync(await service.SignInAsync("titular@garante.example"), $"{Api}/call-desk/{call.Id}/results", new { }, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        service.Clock.Advance(TimeSpan.FromDays(700));
        await service.HousekeepAsync();
        (await TextSearch.FindAsync(service.Database, "bytes que quedan")).ShouldNotBeEmpty("24 months by the legal profile");
        service.Clock.Advance(TimeSpan.FromDays(40));
        await service.HousekeepAsync();
        (await TextSearch.FindAsync(service.Database, "queda.pdf", "bytes que quedan")).ShouldBeEmpty();
        (await service.CountAsync($"select count(*) from call_application where id = '{kept}' and state = 'ACCEPTED'")).ShouldBe(1);
    }

    private static async Task<HttpResponseMessage> AddAsync(HttpClient client, Guid application, string name, string text)
    {
        using var content = new ByteArrayContent(Pdf(text));
        return await client.PostAsync($"{Api}/call-applications/{application}/documents?fileName={name}", content);
    }

    private static async Task<Guid> SentAsync(PublishedCall call, HttpClient client, string name, string text)
    {
        var id = await call.BeginAsync(client);
        foreach (var asked in call.Asked)
            (await PutAsync(client, id, asked.Id, name, Pdf(text))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await call.SendAsync(client, id)).StatusCode.ShouldBe(HttpStatusCode.OK);
        return id;
    }

    private static async Task<IReadOnlyList<JsonElement>> DocumentsAsync(HttpClient client, Guid application) =>
        [.. (await (await client.GetAsync($"{Api}/call-applications/{application}")).JsonAsync()).GetProperty("application").GetProperty("documents").EnumerateArray()];

    private static async Task PreventAsync(HttpClient secretary, PublishedCall call, Guid application) =>
        (await CallDesk.PostAsync(secretary, $"{Api}/call-desk/applications/{application}/prevention", new { reason = "No se lee", days = 5 }, await VersionAsync(secretary, call, application))).StatusCode.ShouldBe(HttpStatusCode.OK);

    private static async Task DecideAsync(HttpClient secretary, PublishedCall call, Guid application, bool accepted) =>
        (await CallDesk.PostAsync(secretary, $"{Api}/call-desk/applications/{application}/decision", new { accepted }, await VersionAsync(secretary, call, application))).StatusCode.ShouldBe(HttpStatusCode.OK);

    private static async Task<string> VersionAsync(HttpClient secretary, PublishedCall call, Guid application) =>
        $"\"{(await (await secretary.GetAsync($"{Api}/call-desk/{call.Id}/applications")).JsonAsync()).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == application).GetProperty("version").GetInt32()}\"";

    /// <summary>A granted cancellation, asked for by the person or, where they cannot sign in, recorded by staff.</summary>
    private async Task EraseAsync(PublishedCall call, Guid person, HttpClient? client)
    {
        Guid request;
        if (client is not null)
        {
            request = (await ArcoTests.AskAsync(service, client, "CANCELLATION", "Borren mis datos por favor")).GetProperty("id").GetGuid();
        }
        else
        {
            var registration = await IdAsync($"select id from registration where account_id = '{person}'");
            var recorded = await calls.Administrator.PostAsJsonAsync($"{Api}/arco-requests", new
            {
                right = "CANCELLATION", description = "Pide que se borre todo", applicantName = "Quien pide", applicantContact = "Ventanilla", identityCheck = "Credencial", privacyNoticeId = call.Notice, registrationId = registration,
            });
            recorded.StatusCode.ShouldBe(HttpStatusCode.Created, await recorded.Content.ReadAsStringAsync());
            request = (await recorded.JsonAsync()).GetProperty("id").GetGuid();
        }

        await ArcoTests.ActAsync(calls.Administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
        var erased = await calls.Administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null);
        erased.StatusCode.ShouldBe(HttpStatusCode.OK, await erased.Content.ReadAsStringAsync());
    }

    private async Task<Guid> IdAsync(string sql)
    {
        await using var command = service.Database.CreateCommand(sql);
        return (Guid)(await command.ExecuteScalarAsync())!;
    }
}
