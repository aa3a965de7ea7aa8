using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.States;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Calls;

public sealed class OpenCallTests : IAsyncLifetime
{
    private const string Desk = $"{Api}/call-desk";
    private const string Administrator = "titular@garante.example";
    private readonly ParticipantsHost service = new();

    private DateOnly Today => State.Find("15")!.Today(service.Clock.GetUtcNow());

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_call_goes_from_draft_to_results_and_shows_organisations_by_name_and_people_as_counts_only()
    {
        var administrator = await service.ConfiguredAsync();
        var call = await PublishedAsync(administrator);
        var number = call.GetProperty("number").GetInt32();
        number.ShouldBe(1);
        (await service.FactsAsync("OpenCallPublishedV1", call.GetProperty("id").GetGuid())).ShouldBe(1);

        // An organisation with two representatives applies once; seven people for themselves.
        var (organisation, representative, second) = await RepresentedAsync(administrator, "Ciudadanas por la Transparencia A.C.");
        var notice = await NoticeAsync();
        (await ApplyAsync(representative.Client, number, organisation, notice)).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await ApplyAsync(second.Client, number, organisation, notice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_exists");
        List<Person> people = [];
        for (var i = 0; i < 7; i++)
        {
            people.Add(await service.TakingPartAsync());
            (await ApplyAsync(people[^1].Client, number, null, notice)).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        await (await PostAsync(administrator, $"{Desk}/{call.GetProperty("id").GetGuid()}/results", new { }, "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "call_not_in_state");
        var (late, secretary) = (await service.TakingPartAsync(), await service.PersonAsync("EXECUTIVE_SECRETARY"));
        service.Clock.Advance(TimeSpan.FromDays(21));
        administrator = await service.SignInAsync(Administrator);
        (await CallAsync(number)).GetProperty("state").GetString().ShouldBe("CLOSED");
        await (await ApplyAsync(await service.SignInAsync(late.Email), number, null, notice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "call_not_open");
        await (await PostAsync(administrator, $"{Desk}/{call.GetProperty("id").GetGuid()}/results", new { }, "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "applications_wait");

        var id = call.GetProperty("id").GetGuid();
        var reviewer = await service.SignInAsync(secretary.Email);
        await (await administrator.GetAsync($"{Desk}/{id}/applications")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        var applications = (await (await reviewer.GetAsync($"{Desk}/{id}/applications")).JsonAsync()).GetProperty("items");
        applications.GetArrayLength().ShouldBe(8);
        var refusals = 0;
        foreach (var application in applications.EnumerateArray())
        {
            var accepted = application.GetProperty("organisationId").ValueKind != JsonValueKind.Null || refusals++ > 0;
            (await PostAsync(reviewer, $"{Desk}/applications/{application.GetProperty("id").GetGuid()}/decision", new { accepted, reason = accepted ? null : "No vive en el estado" }, "\"1\""))
                .StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await PostAsync(administrator, $"{Desk}/{id}/results", new { note = "Se revisaron los requisitos." }, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = await (await service.Anonymous().GetAsync($"{Api}/open-calls/{number}")).Content.ReadAsStringAsync();
        shown.ShouldContain("Ciudadanas por la Transparencia");
        shown.ShouldNotContain("Persona", Case.Sensitive, "INV-51");
        foreach (var person in people)
            shown.ShouldNotContain(person.Id.ToString());
        var results = JsonDocument.Parse(shown).RootElement.GetProperty("results");
        results.GetProperty("peopleAccepted").ValueKind.ShouldBe(JsonValueKind.Null, "one refused person would follow from the other count");
        results.GetProperty("peopleRefused").ValueKind.ShouldBe(JsonValueKind.Null, "fewer than five");
        (await service.FactsAsync("OpenCallResolvedV1", id)).ShouldBe(1);
        (await service.CountAsync($"select count(*) from personal_data_access where what = 'REGISTRATION'")).ShouldBe(7, "looks at people's data are written down");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update open_call set title = 'Otra cosa'"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("delete from open_call"));
    }

    [Fact]
    public async Task Who_applied_is_told_that_it_came_and_how_it_was_decided_with_the_reason()
    {
        var administrator = await service.ConfiguredAsync();
        var call = await PublishedAsync(administrator);
        var (number, person, notice) = (call.GetProperty("number").GetInt32(), await service.TakingPartAsync(), await NoticeAsync());
        var application = (await (await ApplyAsync(person.Client, number, null, notice)).JsonAsync()).GetProperty("id").GetGuid();
        await (await ApplyAsync(person.Client, number, null, notice)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_exists");
        var received = (await service.MailsToAsync(person.Email)).Where(mail => mail.Kind == PersonalMailKinds.ApplicationReceived).ToList();
        received.ShouldHaveSingleItem().Values.ShouldBe(["Registro de participantes"]);

        var reviewer = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        (await PostAsync(reviewer, $"{Desk}/applications/{application}/decision", new { accepted = false, reason = "No vive en el estado" }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await PostAsync(reviewer, $"{Desk}/applications/{application}/decision", new { accepted = true }, "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        (await PostAsync(reviewer, $"{Desk}/applications/{application}/decision", new { accepted = true, reason = "Mostró que trabaja en él" }, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.MailsToAsync(person.Email)).Where(mail => mail.Kind.StartsWith("application_", StringComparison.Ordinal)).Select(mail => (mail.Kind, mail.Quote)).ShouldBe(
        [
            (PersonalMailKinds.ApplicationReceived, null),
            (PersonalMailKinds.ApplicationRefused, "No vive en el estado"),
            (PersonalMailKinds.ApplicationAccepted, "Mostró que trabaja en él"),
        ]);
    }

    [Fact]
    public async Task An_organisations_application_is_told_to_those_who_represent_it_now_and_not_to_who_no_longer_does()
    {
        var administrator = await service.ConfiguredAsync();
        var number = (await PublishedAsync(administrator)).GetProperty("number").GetInt32();
        var (organisation, sender, colleague) = await RepresentedAsync(administrator, "Red de Relevos A.C.");
        var application = (await (await ApplyAsync(sender.Client, number, organisation, await NoticeAsync())).JsonAsync()).GetProperty("id").GetGuid();
        (await KindsAsync(colleague)).ShouldBe([PersonalMailKinds.ApplicationReceived], "it is the organisation's");
        var mandates = (await (await colleague.Client.GetAsync($"{Api}/my/organisations/{organisation}")).JsonAsync()).GetProperty("representatives").EnumerateArray();
        var former = mandates.Single(one => !one.GetProperty("isMe").GetBoolean()).GetProperty("mandateId").GetGuid();
        (await administrator.PostAsync($"{Api}/mandates/{former}/end", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        (await PostAsync(secretary, $"{Desk}/applications/{application}/decision", new { accepted = false, reason = "Falta el acta" }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await KindsAsync(sender)).ShouldBe([PersonalMailKinds.ApplicationReceived], "the mandate is over");
        (await KindsAsync(colleague)).ShouldBe([PersonalMailKinds.ApplicationReceived, PersonalMailKinds.ApplicationRefused]);

        async Task<IEnumerable<string>> KindsAsync(Person person) =>
            (await service.MailsToAsync(person.Email)).Select(mail => mail.Kind).Where(kind => kind.StartsWith("application_", StringComparison.Ordinal)).ToList();
    }

    [Fact]
    public async Task What_an_application_lacks_is_asked_for_by_mail_and_completed_until_its_day()
    {
        var administrator = await service.ConfiguredAsync();
        var call = await PublishedAsync(administrator);
        var (id, number, notice) = (call.GetProperty("id").GetGuid(), call.GetProperty("number").GetInt32(), await NoticeAsync());
        var (organisation, sender, colleague) = await RepresentedAsync(administrator, "Red de Vecinas A.C.");
        var (secretary, stranger) = (await service.PersonAsync("EXECUTIVE_SECRETARY"), await service.TakingPartAsync());
        var application = (await (await ApplyAsync(sender.Client, number, organisation, notice)).JsonAsync()).GetProperty("id").GetGuid();
        var late = (await (await ApplyAsync(stranger.Client, number, null, notice)).JsonAsync()).GetProperty("id").GetGuid();

        (await (await PostAsync(secretary.Client, $"{Desk}/applications/{application}/prevention", new { days = 0 }, "\"1\"")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "validation_failed"))
            .ShouldBe([("reason", "field_required"), ("days", "number_out_of_range")]);
        await (await PostAsync(administrator, $"{Desk}/applications/{application}/prevention", new { reason = "Falta", days = 5 }, "\"1\"")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        foreach (var one in new[] { application, late })
            (await PostAsync(secretary.Client, $"{Desk}/applications/{one}/prevention", new { reason = "Falta el acta constitutiva", days = 5 }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await PostAsync(secretary.Client, $"{Desk}/applications/{application}/prevention", new { reason = "Y algo más", days = 5 }, "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_prevented_before");
        await (await PostAsync(secretary.Client, $"{Desk}/applications/{application}/decision", new { accepted = true }, "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_being_completed");
        var mine = (await (await sender.Client.GetAsync($"{Api}/my/call-applications")).JsonAsync()).GetProperty("items")[0];
        (mine.GetProperty("state").GetString(), mine.GetProperty("canComplete").GetBoolean()).ShouldBe(("PREVENTED", true));
        var asked = (await service.MailsToAsync(sender.Email)).Single(mail => mail.Kind == PersonalMailKinds.ApplicationPrevented);
        (asked.Quote, asked.Values).ShouldSatisfyAllConditions(
            mail => mail.Quote.ShouldBe("Falta el acta constitutiva"), mail => mail.Values.ShouldBe(["Registro de participantes", mine.GetProperty("completionDue").GetString()!]));

        // Whoever acts for the organisation may complete it, a stranger does not know of it.
        await (await stranger.Client.PostAsJsonAsync($"{Api}/my/call-applications/{application}/completion", new { text = "Es mía" })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await colleague.Client.PostAsJsonAsync($"{Api}/my/call-applications/{application}/completion", new { text = "" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        (await colleague.Client.PostAsJsonAsync($"{Api}/my/call-applications/{application}/completion", new { text = "El acta es la 123." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await sender.Client.PostAsJsonAsync($"{Api}/my/call-applications/{application}/completion", new { text = "Otra vez" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_in_state");
        (await PostAsync(secretary.Client, $"{Desk}/applications/{application}/decision", new { accepted = true }, "\"3\"")).StatusCode.ShouldBe(HttpStatusCode.OK);

        service.Clock.Advance(TimeSpan.FromDays(21));
        await (await (await service.SignInAsync(stranger.Email)).PostAsJsonAsync($"{Api}/my/call-applications/{late}/completion", new { text = "Ya tarde" }))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "application_completion_late");
        administrator = await service.SignInAsync(Administrator);
        await (await PostAsync(administrator, $"{Desk}/{id}/results", new { }, "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "applications_wait");
        (await PostAsync(await service.SignInAsync(secretary.Email), $"{Desk}/applications/{late}/decision", new { accepted = false, reason = "No llegó el acta" }, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(administrator, $"{Desk}/{id}/results", new { }, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task INV_50_an_application_names_the_notice_in_force()
    {
        var administrator = await service.ConfiguredAsync();
        var number = (await PublishedAsync(administrator)).GetProperty("number").GetInt32();
        var person = (await service.TakingPartAsync()).Client;
        await (await ApplyAsync(person, number, null, null)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required");
        await (await ApplyAsync(person, number, null, Guid.CreateVersion7())).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "notice_not_in_force");
        (await service.CountAsync("select count(*) from call_application")).ShouldBe(0);
        var notice = await NoticeAsync();
        (await ApplyAsync(person, number, null, notice)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await service.CountAsync($"select count(*) from call_application where privacy_notice_id = '{notice}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_applies_for_an_organisation_without_a_mandate_in_force()
    {
        var administrator = await service.ConfiguredAsync();
        var number = (await PublishedAsync(administrator)).GetProperty("number").GetInt32();
        var (organisation, representative, _) = await RepresentedAsync(administrator, "Observatorio Vecinal");
        var notice = await NoticeAsync();
        await (await ApplyAsync((await service.TakingPartAsync()).Client, number, organisation, notice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "application_without_mandate");
        await service.ExecuteAsync($"update mandate set ended_at = now() - interval '1 minute', valid_from = now() - interval '1 day' where account_id = '{representative.Id}'");
        await (await ApplyAsync(representative.Client, number, organisation, notice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "application_without_mandate");
    }

    [Fact]
    public async Task Who_is_not_registered_or_waits_for_the_secretary_does_not_apply_for_themselves()
    {
        var administrator = await service.ConfiguredAsync();
        var number = (await PublishedAsync(administrator)).GetProperty("number").GetInt32();
        var (person, notice, secretary) = (await service.PersonAsync(), await NoticeAsync(), await service.PersonAsync("EXECUTIVE_SECRETARY"));
        (await StandingAsync(person)).ShouldBe("UNREGISTERED");
        (await (await ApplyAsync(person.Client, number, null, notice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "application_without_registration")).ShouldBe([("organisationId", "application_without_registration")]);

        // Confirmed, with a session, and held for the secretary.
        await service.ExecuteAsync(
            $"""
            insert into registration (id, version, account_id, kind, state, channel, sector, privacy_notice_id, publish_name, other_calls, held, registered_at, confirmed_at)
            values (gen_random_uuid(), 1, '{person.Id}', 'CITIZEN', 'UNDER_REVIEW', 'WEB', 'CIVIL_SOCIETY', '{notice}', false, false, true, now(), now())
            """);
        (await StandingAsync(person)).ShouldBe("UNDER_REVIEW");
        await (await ApplyAsync(person.Client, number, null, notice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "application_registration_waits");
        (await service.CountAsync("select count(*) from call_application")).ShouldBe(0);
        var waiting = (await (await secretary.Client.GetAsync($"{Api}/registrations")).JsonAsync()).GetProperty("items")[0];
        (await PostAsync(secretary.Client, $"{Api}/registrations/{waiting.GetProperty("id").GetGuid()}/acceptance", new { }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await StandingAsync(person)).ShouldBe("TAKES_PART");
        (await ApplyAsync(person.Client, number, null, notice)).StatusCode.ShouldBe(HttpStatusCode.Created);

        // A representative and staff take part by what they hold.
        var (_, representative, _) = await RepresentedAsync(administrator, "Red de Barrios A.C.");
        (await ApplyAsync(representative.Client, number, null, notice)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await ApplyAsync(secretary.Client, number, null, notice)).StatusCode.ShouldBe(HttpStatusCode.Created);

        static async Task<string?> StandingAsync(Person person) => (await (await person.Client.GetAsync($"{Api}/my/standing")).JsonAsync()).GetProperty("standing").GetString();
    }

    [Fact]
    public async Task A_withdrawn_application_can_be_made_again_and_only_its_own_see_it()
    {
        var administrator = await service.ConfiguredAsync();
        var number = (await PublishedAsync(administrator)).GetProperty("number").GetInt32();
        var (person, other, notice) = (await service.TakingPartAsync(), await service.TakingPartAsync(), await NoticeAsync());
        (await ApplyAsync(person.Client, number, null, notice)).StatusCode.ShouldBe(HttpStatusCode.Created);
        var mine = (await (await person.Client.GetAsync($"{Api}/my/call-applications")).JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
        (await (await other.Client.GetAsync($"{Api}/my/call-applications")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
        await (await other.Client.PostAsync($"{Api}/my/call-applications/{mine}/withdrawal", null)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await person.Client.PostAsync($"{Api}/my/call-applications/{mine}/withdrawal", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await person.Client.PostAsync($"{Api}/my/call-applications/{mine}/withdrawal", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_in_state");
        (await ApplyAsync(person.Client, number, null, notice)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_double_click_and_two_windows_apply_once()
    {
        var administrator = await service.ConfiguredAsync();
        var number = (await PublishedAsync(administrator)).GetProperty("number").GetInt32();
        var (person, notice) = (await service.TakingPartAsync(), await NoticeAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ApplyAsync(person.Client, number, null, notice)));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        (await service.CountAsync("select count(*) from call_application")).ShouldBe(1);
    }

    [Fact]
    public async Task An_amendment_is_dated_public_and_shows_what_it_said_before()
    {
        var administrator = await service.ConfiguredAsync();
        var call = await PublishedAsync(administrator);
        var (id, number) = (call.GetProperty("id").GetGuid(), call.GetProperty("number").GetInt32());
        var closes = DateOnly.Parse(call.GetProperty("closesOn").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        await (await PostAsync(administrator, $"{Desk}/{id}/amendments", new { reason = "Sin versión", title = "Otro título" }, null)).ShouldBeRefusedAsync((HttpStatusCode)428, "precondition_required");
        (await PostAsync(administrator, $"{Desk}/{id}/amendments", new { reason = "Hubo días inhábiles", closesOn = closes.AddDays(7) }, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await PostAsync(administrator, $"{Desk}/{id}/amendments", new { reason = "Con la versión de antes", title = "Otro título" }, "\"2\"")).ShouldBeRefusedAsync(HttpStatusCode.PreconditionFailed, "stale_version");
        var shown = await CallAsync(number);
        shown.GetProperty("closesOn").GetString().ShouldBe(closes.AddDays(7).ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        var amendment = shown.GetProperty("amendments")[0];
        (amendment.GetProperty("kind").GetString(), amendment.GetProperty("reason").GetString()).ShouldBe(("EXTENSION", "Hubo días inhábiles"));
        amendment.GetProperty("changes")[0].GetProperty("before").GetString().ShouldBe(call.GetProperty("closesOn").GetString());
        (await service.FactsAsync("OpenCallAmendedV1", id)).ShouldBe(1);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update open_call_amendment set reason = 'Otra razón'"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync($"update open_call set closes_on = closes_on - 10 where id = '{id}'"));
    }

    [Fact]
    public async Task A_document_is_public_with_its_call_has_its_hash_and_stays()
    {
        var administrator = await service.ConfiguredAsync();
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var file = await (await administrator.PostAsync($"{Api}/files?fileName=bases.pdf", new ByteArrayContent(bytes))).JsonAsync();
        file.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var fileId = file.GetProperty("id").GetGuid();
        var drafted = await (await administrator.PostAsJsonAsync(Desk, Body([new { fileId, title = "Bases" }]))).JsonAsync();
        var id = drafted.GetProperty("id").GetGuid();
        await (await service.Anonymous().GetAsync($"{Api}/files/{fileId}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await administrator.PostAsJsonAsync(Desk, Body([new { fileId, title = "Robada" }]))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "file_unknown");
        (await PostAsync(administrator, $"{Desk}/{id}/publication", new { }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var download = await service.Anonymous().GetAsync($"{Api}/files/{fileId}");
        (await download.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        download.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        download.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("delete from open_call_document"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update stored_file_chunk set content = 'x'"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("delete from stored_file"));
    }

    [Fact]
    public async Task A_file_that_nothing_took_goes_after_a_day_and_a_drafts_does_not()
    {
        var administrator = await service.ConfiguredAsync();
        var kept = (await (await administrator.PostAsync($"{Api}/files?fileName=queda.txt", new ByteArrayContent("queda"u8.ToArray()))).JsonAsync()).GetProperty("id").GetGuid();
        var dropped = (await (await administrator.PostAsync($"{Api}/files?fileName=se-va.txt", new ByteArrayContent("se va"u8.ToArray()))).JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync(Desk, Body([new { fileId = kept, title = "Queda" }]))).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await administrator.PostAsync($"{Api}/files?fileName=vacio.txt", new ByteArrayContent([]))).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "file_empty");
        await (await administrator.PostAsync($"{Api}/files?fileName=%3Cb%3E", new ByteArrayContent([1]))).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "file_name_invalid");
        service.Clock.Advance(TimeSpan.FromHours(25));
        await service.HousekeepAsync();
        (await service.CountAsync($"select count(*) from stored_file where id = '{dropped}'")).ShouldBe(0);
        (await service.CountAsync($"select count(*) from stored_file where id = '{kept}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Drafts_are_rewritten_and_discarded_by_staff_and_nobody_else_sees_them()
    {
        var administrator = await service.ConfiguredAsync();
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var id = (await (await secretary.PostAsJsonAsync(Desk, Body([]))).JsonAsync()).GetProperty("id").GetGuid();
        (await (await service.Anonymous().GetAsync($"{Api}/open-calls")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
        await (await (await service.TakingPartAsync()).Client.GetAsync($"{Desk}/{id}")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        (await administrator.PutMatchingAsync($"{Desk}/{id}", Body([], "Título corregido"), "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var discard = new HttpRequestMessage(HttpMethod.Delete, $"{Desk}/{id}");
        discard.Headers.TryAddWithoutValidation("If-Match", "\"2\"");
        (await administrator.SendAsync(discard)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await service.CountAsync("select count(*) from open_call")).ShouldBe(0);
    }

    [Fact]
    public async Task Calls_are_numbered_without_gaps_and_listed_by_state()
    {
        var administrator = await service.ConfiguredAsync();
        var drafts = new List<Guid>();
        for (var i = 0; i < 3; i++)
            drafts.Add((await (await administrator.PostAsJsonAsync(Desk, Body([]))).JsonAsync()).GetProperty("id").GetGuid());
        var published = await Task.WhenAll(drafts.Select(id => PostAsync(administrator, $"{Desk}/{id}/publication", new { }, "\"1\"")));
        published.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        var first = await (await service.Anonymous().GetAsync($"{Api}/open-calls?limit=2&state=OPEN")).JsonAsync();
        first.GetProperty("items").EnumerateArray().Select(call => call.GetProperty("number").GetInt32()).ShouldBe([3, 2]);
        var rest = await (await service.Anonymous().GetAsync($"{Api}/open-calls?limit=2&state=OPEN&cursor={first.GetProperty("next").GetString()}")).JsonAsync();
        rest.GetProperty("items").EnumerateArray().Select(call => call.GetProperty("number").GetInt32()).ShouldBe([1]);
        (await (await service.Anonymous().GetAsync($"{Api}/open-calls?state=CLOSED")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
        await (await service.Anonymous().GetAsync($"{Api}/open-calls?state=DRAFT")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_invalid");
    }

    private async Task<JsonElement> PublishedAsync(HttpClient administrator)
    {
        var id = (await (await administrator.PostAsJsonAsync(Desk, Body([]))).JsonAsync()).GetProperty("id").GetGuid();
        var published = await PostAsync(administrator, $"{Desk}/{id}/publication", new { }, "\"1\"");
        published.StatusCode.ShouldBe(HttpStatusCode.OK, await published.Content.ReadAsStringAsync());
        return await published.JsonAsync();
    }

    private object Body(object[] documents, string title = "Registro de participantes") => new
    {
        kind = "REGISTER_PARTICIPANTS",
        title,
        description = "Se llama a organizaciones y personas a registrarse.\n\nPueden hacerlo en línea.",
        requirements = new[] { "Vivir o trabajar en el estado" },
        opensOn = Today,
        closesOn = Today.AddDays(19),
        sectors = new[] { "CIVIL_SOCIETY" },
        takesPeople = true,
        documents,
    };

    private async Task<(Guid Organisation, Person First, Person Second)> RepresentedAsync(HttpClient administrator, string name)
    {
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name, kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        var (first, second) = (await service.PersonAsync(), await service.PersonAsync());
        foreach (var person in new[] { first, second })
            (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        return (organisation, first, second);
    }

    private async Task<Guid> NoticeAsync() => (await (await service.Anonymous().GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("id").GetGuid();

    private async Task<JsonElement> CallAsync(int number) => await (await service.Anonymous().GetAsync($"{Api}/open-calls/{number}")).JsonAsync();

    private static Task<HttpResponseMessage> ApplyAsync(HttpClient client, int number, Guid? organisationId, Guid? privacyNoticeId) =>
        client.PostAsJsonAsync($"{Api}/open-calls/{number}/applications", new { organisationId, statement = "Queremos participar.", privacyNoticeId });

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string address, object body, string? etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await client.SendAsync(request);
    }
}
