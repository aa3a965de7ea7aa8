using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceTests.Privacy;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

public sealed class ArcoTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task A_request_is_received_with_a_folio_and_its_due_date_warned_completed_extended_and_answered()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var received = await AskAsync(service, person.Client, "RECTIFICATION", "Mi nombre está mal escrito: es Ana");
        var id = received.GetProperty("id").GetGuid();
        received.GetProperty("folio").GetString()!.ShouldMatch("^ARCO-20[0-9]{2}-[0-9]{4}$");
        var calendar = await CalendarAsync();
        var today = Day(received, "receivedOn");
        Day(received, "answerDue").ShouldBe(calendar.Add(today, 20));
        (await service.CountAsync($"select count(*) from event_log where type like '%.PersonalMailRequestedV1' and payload ->> 'subjectId' = '{person.Id}'")).ShouldBeGreaterThan(0);

        var warned = await ActAsync(administrator, id, "prevention", new { text = "Indique cómo debe escribirse el apellido" });
        Day(warned, "completionDue").ShouldBe(calendar.Add(today, 10));
        warned.GetProperty("answerDue").ValueKind.ShouldBe(JsonValueKind.Null);
        await (await TryAsync(administrator, id, "answer", new { outcome = "GRANTED", text = "Procede" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");
        var completed = await ActAsync(person.Client, id, "completion", new { text = "López, con acento" }, own: true);
        Day(completed, "answerDue").ShouldBe(calendar.Add(today, 20));
        await (await TryAsync(administrator, id, "prevention", new { text = "Otra vez falta algo" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");

        await (await TryAsync(administrator, id, "extension", new { reason = "Hay que buscar en archivos", days = 11 })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "number_out_of_range");
        var extended = await ActAsync(administrator, id, "extension", new { reason = "Hay que buscar en archivos", days = 10 });
        Day(extended, "answerDue").ShouldBe(calendar.Add(calendar.Add(today, 20), 10));
        await (await TryAsync(administrator, id, "extension", new { reason = "Una segunda vez" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");

        var answered = await ActAsync(administrator, id, "answer", new { outcome = "GRANTED", text = "Procede la rectificación" });
        Day(answered, "effectiveDue").ShouldBe(calendar.Add(today, 15));
        Day(answered, "reviewDue").ShouldBe(calendar.Add(today, 15));
        await (await TryAsync(administrator, id, "effect", new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_needs_rectification");
        await (await TryAsync(administrator, id, "rectification", new { })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "nothing_to_rectify");
        (await ActAsync(administrator, id, "rectification", new { displayName = "Ana López" })).GetProperty("state").GetString().ShouldBe("EFFECTIVE");
        (await (await person.Client.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("account").GetProperty("displayName").GetString().ShouldBe("Ana López");
        await (await TryAsync(administrator, id, "rectification", new { displayName = "Otra" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");

        var mine = await (await person.Client.GetAsync($"{Api}/my/arco-requests/{id}")).JsonAsync();
        mine.GetProperty("answer").GetString().ShouldBe("Procede la rectificación");
        mine.GetProperty("history").EnumerateArray().Select(act => act.GetProperty("action").GetString())
            .ShouldBe(["arco_received", "arco_prevented", "arco_completed", "arco_extended", "arco_answered", "arco_rectified"]);
        (await service.CountAsync($"select count(*) from audit_log where subject_id = '{id}' and (before::text ~ 'López|archivos|escrito' or after::text ~ 'López|archivos|escrito')")).ShouldBe(0);
        var stranger = await service.PersonAsync();
        (await stranger.Client.GetAsync($"{Api}/my/arco-requests/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.Client.GetAsync($"{Api}/arco-requests/{id}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_granted_rectification_puts_name_municipality_and_contact_right_of_somebody_who_cannot_sign_in()
    {
        var administrator = await service.ConfiguredAsync();
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var registered = await (await secretary.PostAsJsonAsync($"{Api}/assisted-registrations", new
        {
            displayName = "Petra Equivocada",
            contact = "722 000 0001",
            identityCheck = "Mostró su credencial para votar",
            municipality = "Metepek",
            privacyNoticeId = await service.NoticeAsync(),
            publishName = true,
        })).JsonAsync();
        var account = registered.GetProperty("accountId").GetGuid();
        var recorded = await administrator.PostAsJsonAsync($"{Api}/arco-requests", new
        {
            right = "RECTIFICATION",
            description = "Su nombre y su municipio están mal escritos",
            applicantName = "Petra Corregida",
            applicantContact = "Recoge en ventanilla",
            identityCheck = "Mostró su credencial",
            privacyNoticeId = await service.NoticeAsync(),
        });
        var id = (await recorded.JsonAsync()).GetProperty("id").GetGuid();
        var right = new { accountId = account, displayName = "Petra Corregida", municipality = "Metepec", contact = "722 111 1112" };
        await (await TryAsync(administrator, id, "rectification", right)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");
        await ActAsync(administrator, id, "answer", new { outcome = "GRANTED", text = "Procede" });

        await (await TryAsync(administrator, id, "rectification", new { displayName = "Sin decir de quién" })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "account_unknown");
        (await (await TryAsync(administrator, id, "rectification", new { accountId = account, displayName = "Petra Corregida", post = "Directora" }))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "registration_without_field")).ShouldBe([("post", "registration_without_field")]);
        (await service.CountAsync($"select count(*) from account where id = '{account}' and display_name = 'Petra Equivocada'")).ShouldBe(1, "all of it or nothing");
        await (await secretary.PostAsJsonAsync($"{Api}/arco-requests/{id}/rectification", right)).ShouldBeRefusedAsync((HttpStatusCode)428, "precondition_required");
        var stranger = await service.PersonAsync();
        await (await stranger.Client.PostAsJsonAsync($"{Api}/arco-requests/{id}/rectification", right)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");

        (await ActAsync(secretary, id, "rectification", right)).GetProperty("state").GetString().ShouldBe("EFFECTIVE");
        var registration = await (await secretary.GetAsync($"{Api}/registrations/{registered.GetProperty("id").GetGuid()}")).JsonAsync();
        (registration.GetProperty("displayName").GetString(), registration.GetProperty("municipality").GetString(), registration.GetProperty("contact").GetString())
            .ShouldBe(("Petra Corregida", "Metepec", "722 111 1112"));
        // Wherever the name is shown, it is this one; the wrong one stands nowhere any more, and neither in the audit trail.
        (await (await service.Anonymous().GetAsync($"{Api}/public-names?id={account}")).Content.ReadAsStringAsync()).ShouldContain("Petra Corregida");
        (await TextSearch.FindAsync(service.Database, "Petra Equivocada", "Metepek", "722 000 0001")).ShouldBeEmpty();
        (await service.CountAsync("select count(*) from audit_log where concat(before, after, reason) ~ 'Petra|Metepec'")).ShouldBe(0);
        (await service.CountAsync($"select count(*) from audit_log where action = 'person_rectified' and subject_id = '{account}'")).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_put_right_outside_the_account_is_written_down_and_goes_with_the_requests_texts()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var id = (await AskAsync(service, person.Client, "RECTIFICATION", "El acta escribe mal mi puesto")).GetProperty("id").GetGuid();
        await ActAsync(administrator, id, "answer", new { outcome = "PARTLY", text = "Procede en el acta" });
        var done = await ActAsync(administrator, id, "rectification", new { elsewhere = "Se corrigió el acta de la sesión 3" });
        done.GetProperty("rectification").GetString().ShouldBe("Se corrigió el acta de la sesión 3");
        (await (await person.Client.GetAsync($"{Api}/my/arco-requests/{id}")).JsonAsync()).GetProperty("rectification").GetString().ShouldBe("Se corrigió el acta de la sesión 3");
        var other = (await AskAsync(service, person.Client, "ACCESS", "Quiero mis datos")).GetProperty("id").GetGuid();
        await ActAsync(administrator, other, "answer", new { outcome = "GRANTED", text = "Procede" });
        await (await TryAsync(administrator, other, "rectification", new { displayName = "Otra" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");
    }

    [Fact]
    public async Task A_request_that_is_not_completed_in_time_is_not_filed_and_staff_are_reminded_of_what_is_due()
    {
        await using var own = new ParticipantsHost();
        // Twenty business days from a Sunday are over on the 27th day, from any other day they are near by then; the state's day is six hours behind.
        if ((own.Clock.GetUtcNow() - TimeSpan.FromHours(6)).DayOfWeek == DayOfWeek.Sunday)
            own.Clock.Advance(TimeSpan.FromDays(1));
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        var person = await own.PersonAsync();
        var lapsing = (await AskAsync(own, person.Client, "ACCESS", "Quiero mis datos")).GetProperty("id").GetGuid();
        var due = (await AskAsync(own, person.Client, "OBJECTION", "No quiero más correos")).GetProperty("id").GetGuid();
        await ActAsync(administrator, lapsing, "prevention", new { text = "Diga cuáles datos" });
        await own.HousekeepAsync();
        (await RemindersAsync(own)).ShouldBe(0);

        // Beyond 20 business days with any holidays among them.
        own.Clock.Advance(TimeSpan.FromDays(27));
        await own.HousekeepAsync();
        await own.HousekeepAsync();
        (await own.CountAsync($"select count(*) from arco_request where id = '{lapsing}' and state = 'NOT_FILED' and closed_on is not null")).ShouldBe(1);
        (await RemindersAsync(own)).ShouldBe(1, "once for the one administrator");
        (await own.MailsToAsync(person.Email)).Count(mail => mail.Kind == "arco_news" && mail.Path == $"/cuenta/derechos/{lapsing}").ShouldBe(1, "that it is not filed: the mail of the warning has expired since");

        own.Clock.Advance(TimeSpan.FromDays(14));
        await own.HousekeepAsync();
        await own.HousekeepAsync();
        (await own.MailsToAsync("titular@garante.example")).Where(mail => mail.Kind.StartsWith("arco_", StringComparison.Ordinal)).Select(mail => mail.Kind)
            .ShouldContain("arco_overdue");
        (await own.MailsToAsync("titular@garante.example")).Count(mail => mail.Kind == "arco_overdue").ShouldBe(1, "once, not daily");
        // The sign-ins of four weeks ago are over.
        administrator = await own.SignInAsync("titular@garante.example");
        var late = await (await administrator.GetAsync($"{Api}/arco-requests/{due}")).JsonAsync();
        late.GetProperty("urgency").GetString().ShouldBe("OVERDUE");
        await (await TryAsync(administrator, due, "extension", new { reason = "Demasiado tarde" })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "arco_extension_late");
        (await ActAsync(administrator, due, "answer", new { outcome = "DENIED", text = "Los correos son necesarios" })).GetProperty("closedOn").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Somebody_without_an_account_is_recorded_by_staff_who_checked_who_they_are()
    {
        var administrator = await service.ConfiguredAsync();
        var body = new { right = "ACCESS", description = "Pide copia de su registro", applicantName = "Jacinta Ek", applicantContact = "Pasa a recoger", identityCheck = "", privacyNoticeId = await NoticeAsync(service) };
        (await (await administrator.PostAsJsonAsync($"{Api}/arco-requests", body)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required"))[0].Field.ShouldBe("identityCheck");
        var recorded = await administrator.PostAsJsonAsync($"{Api}/arco-requests", body with { identityCheck = "Credencial para votar" });
        recorded.StatusCode.ShouldBe(HttpStatusCode.Created, await recorded.Content.ReadAsStringAsync());
        var list = await (await administrator.GetAsync($"{Api}/arco-requests?open=true")).Content.ReadAsStringAsync();
        list.ShouldContain((await recorded.JsonAsync()).GetProperty("folio").GetString()!);
        list.ShouldNotContain("Jacinta");
    }

    [Fact]
    public async Task INV_51_a_name_is_published_only_by_a_consent_of_its_own_and_no_longer_once_it_is_revoked()
    {
        await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        (await NamesAsync(person.Id)).ShouldBe(0);
        var notice = await NoticeAsync(service);
        (await person.Client.PutAsJsonAsync($"{Api}/my/consents/OTHER_CALLS", new { textVersion = 1, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await NamesAsync(person.Id)).ShouldBe(0, "another purpose is another consent");
        await (await person.Client.PutAsJsonAsync($"{Api}/my/consents/PUBLISH_NAME", new { textVersion = 99, privacyNoticeId = notice })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "consent_text_changed");
        await (await person.Client.PutAsJsonAsync($"{Api}/my/consents/PUBLISH_NAME", new { textVersion = 2 })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required");
        for (var i = 0; i < 2; i++)
            (await person.Client.PutAsJsonAsync($"{Api}/my/consents/PUBLISH_NAME", new { textVersion = 2, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await NamesAsync(person.Id)).ShouldBe(1);
        (await person.Client.DeleteAsync($"{Api}/my/consents/PUBLISH_NAME")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await NamesAsync(person.Id)).ShouldBe(0);
        (await service.CountAsync($"select count(*) from consent where person_id = '{person.Id}' and kind = 'PUBLISH_NAME' and revoked_at is not null and privacy_notice_id = '{notice}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_looked_at_a_persons_data_is_written_down_and_the_person_sees_when()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        (await administrator.GetAsync($"{Api}/accounts/{person.Id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var mine = (await (await person.Client.GetAsync($"{Api}/my/personal-data-accesses")).JsonAsync()).GetProperty("items");
        mine.GetArrayLength().ShouldBe(1);
        mine[0].GetProperty("what").GetString().ShouldBe("ACCOUNT");
        mine[0].GetProperty("byName").ValueKind.ShouldBe(JsonValueKind.Null);
        var all = (await (await administrator.GetAsync($"{Api}/personal-data-accesses?subject={person.Id}")).JsonAsync()).GetProperty("items");
        all[0].GetProperty("byName").GetString().ShouldBe("Titular");
        (await person.Client.GetAsync($"{Api}/personal-data-accesses")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_breach_is_recorded_with_the_moment_until_which_it_is_to_be_told()
    {
        var administrator = await service.ConfiguredAsync();
        var breach = new { occurredOn = "2026-01-15", what = "Se envió una lista a un tercero", dataKinds = "Nombres y correos", peopleAffected = 12, measures = "Se pidió borrar la lista" };
        var recorded = await administrator.PostAsJsonAsync($"{Api}/breaches", breach);
        recorded.StatusCode.ShouldBe(HttpStatusCode.Created, await recorded.Content.ReadAsStringAsync());
        var view = await recorded.JsonAsync();
        (view.GetProperty("notifyBy").GetDateTimeOffset() - view.GetProperty("knownAt").GetDateTimeOffset()).ShouldBe(TimeSpan.FromHours(72));
        await (await administrator.PostAsJsonAsync($"{Api}/breaches", new { occurredOn = "2099-01-15", what = "Futuro lejano", dataKinds = "Nombres", peopleAffected = 1, measures = "Ninguna aún" }))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "moment_in_future");
    }

    internal static async Task<Guid> NoticeAsync(ParticipantsHost service) =>
        (await (await service.Anonymous().GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("id").GetGuid();

    internal static async Task<JsonElement> AskAsync(ParticipantsHost service, HttpClient client, string right, string description)
    {
        var asked = await client.PostAsJsonAsync($"{Api}/my/arco-requests", new { right, description, privacyNoticeId = await NoticeAsync(service) });
        asked.StatusCode.ShouldBe(HttpStatusCode.Created, await asked.Content.ReadAsStringAsync());
        return await asked.JsonAsync();
    }

    internal static async Task<HttpResponseMessage> TryAsync(HttpClient client, Guid id, string act, object body, bool own = false)
    {
        var address = $"{Api}{(own ? "/my" : "")}/arco-requests/{id}";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}/{act}") { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", (await client.GetAsync(address)).Headers.ETag!.Tag);
        return await client.SendAsync(request);
    }

    internal static async Task<JsonElement> ActAsync(HttpClient client, Guid id, string act, object body, bool own = false)
    {
        var answer = await TryAsync(client, id, act, body, own);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private static DateOnly Day(JsonElement view, string name) => DateOnly.Parse(view.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    private static Task<long> RemindersAsync(ParticipantsHost host) =>
        host.CountAsync("select count(*) from event_log where type like '%.PersonalMailRequestedV1' and payload ->> 'subjectId' in (select account_id::text from staff_post)");

    private async Task<BusinessCalendar> CalendarAsync() => new(
        (await (await service.Anonymous().GetAsync($"{Api}/legal-profile")).JsonAsync()).GetProperty("holidays").EnumerateArray()
            .Select(day => DateOnly.Parse(day.GetString()!, System.Globalization.CultureInfo.InvariantCulture)));

    private async Task<int> NamesAsync(Guid person) =>
        (await (await service.Anonymous().GetAsync($"{Api}/public-names?id={person}")).JsonAsync()).GetProperty("items").GetArrayLength();
}
