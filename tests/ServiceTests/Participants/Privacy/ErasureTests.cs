using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Security;
using OpenGov.ServiceTests.Participants.Secretariats;
using OpenGov.ServiceTests.Privacy;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

public sealed class ErasureTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Name = "Xóchitl Quetzalcuauhtli";
    private const string Email = "xochitl.quetzal@example.mx";

    [Fact]
    public async Task INV_52_an_erasure_leaves_nothing_of_the_person_in_any_table_but_mandates_and_acts_under_the_id()
    {
        var administrator = await service.ConfiguredAsync();
        var (person, client) = await PersonAsync(administrator, Name, Email);
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Colectivo de prueba del borrado", kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var request = await ArcoTests.AskAsync(service, client, "CANCELLATION", $"Soy {Name}; borren mis datos ({Email})");
        (await TextSearch.FindAsync(service.Database, Name, Email)).ShouldNotBeEmpty();

        var id = request.GetProperty("id").GetGuid();
        await (await administrator.PostAsync($"{Api}/arco-requests/{id}/erasure", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");
        await ArcoTests.ActAsync(administrator, id, "answer", new { outcome = "GRANTED", text = $"Procede, {Name}" });
        await (await ArcoTests.TryAsync(administrator, id, "effect", new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_needs_erasure");
        var ordered = await (await administrator.PostAsync($"{Api}/arco-requests/{id}/erasure", null)).JsonAsync();
        ordered.GetProperty("erasure").GetProperty("completedAt").ValueKind.ShouldBe(JsonValueKind.Null);

        (await TextSearch.FindAsync(service.Database, Name, Email)).ShouldBeEmpty();
        (await client.GetAsync($"{Api}/sessions/current")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await (await service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = Email, password = Password })).Content.ReadAsStringAsync()).ShouldContain("sign_in_failed");
        // What INV-52 keeps.
        (await service.CountAsync($"select count(*) from mandate where account_id = '{person}' and ended_at is not null")).ShouldBe(1);
        (await service.FactsAsync("MandateGrantedV1", (await MandateAsync(person)))).ShouldBe(1);
        (await service.CountAsync($"select count(*) from audit_log where account_id = '{person}'")).ShouldBeGreaterThan(0);
        (await service.CountAsync($"select count(*) from arco_request where id = '{id}' and folio like 'ARCO-%' and answered_on is not null")).ShouldBe(1);

        // Each service confirms; a repetition is one. With the last the request is effective and the address's hash is gone.
        var erasure = ordered.GetProperty("erasure").GetProperty("id").GetGuid();
        (await service.CountAsync($"select count(*) from event_log where aggregate_id = '{erasure}' and personal and payload is not null")).ShouldBe(1);
        await service.DeliverAsync(Owners.ActionPlans, new OpenGov.Contracts.ActionPlans.V1.ErasureCarriedOutV1(erasure, 1));
        await service.DeliverAsync(Owners.ActionPlans, new OpenGov.Contracts.ActionPlans.V1.ErasureCarriedOutV1(erasure, 1));
        await service.DeliverAsync(Owners.Transparency, new OpenGov.Contracts.Transparency.V1.ErasureCarriedOutV1(erasure, 1));
        (await StateAsync(administrator, id)).ShouldBe(("ANSWERED", 3));
        await service.DeliverAsync(Owners.Notifications, new OpenGov.Contracts.Notifications.V1.ErasureCarriedOutV1(erasure, 1));
        (await StateAsync(administrator, id)).ShouldBe(("EFFECTIVE", 4));
        (await service.CountAsync($"select count(*) from event_log where aggregate_id = '{erasure}' and personal and payload is not null")).ShouldBe(0);
        // Again shows how far it is, and erases nothing twice.
        await (await administrator.PostAsync($"{Api}/arco-requests/{id}/erasure", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_not_in_state");
        (await service.FactsAsync("PersonErasedV1", erasure)).ShouldBe(1);
    }

    [Fact]
    public async Task INV_52_a_former_member_who_voted_is_erased_and_votes_and_resolutions_are_the_same()
    {
        var stl = await Assembly.InstalledAsync(service);
        var member = stl.Members[0];
        await service.ExecuteAsync($"update account set display_name = 'Votante Canaria', email = 'votante.canaria@example.mx', normalized_email = 'VOTANTE.CANARIA@EXAMPLE.MX' where id = '{member.AccountId}'");
        var session = await stl.OpenSessionAsync();
        var motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        foreach (var one in stl.Members)
            (await Assembly.VoteAsync(one.Client, session, motion, "IN_FAVOUR")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        await stl.ActAsync(session, "closing");
        var request = (await ArcoTests.AskAsync(service, member.Client, "CANCELLATION", "Borren mis datos por favor")).GetProperty("id").GetGuid();
        // Its holding has ended: what it was, when, and for whom stays.
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/holders/{member.HoldingId}/end", new { cause = "OTHER" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        await Assembly.PostAsync(stl.Office, stl.Id, $"holders/{member.HoldingId}/end", new { cause = "RESIGNED", reason = "Nota canaria: Votante Canaria se fue a otro estado" });
        var shown = await (await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/memberships")).Content.ReadAsStringAsync();
        shown.ShouldContain("RESIGNED");
        shown.ShouldNotContain("Nota canaria", customMessage: "the cause is public, what was written beside it is not");
        const string Kept =
            """
            select jsonb_build_object('votes', (select jsonb_agg(to_jsonb(v) order by v::text) from seat_vote v), 'resolutions', (select jsonb_agg(to_jsonb(r) order by r.id) from resolution r),
                'holdings', (select jsonb_agg(jsonb_build_array(h.id, h.account_id, h.organisation_id) order by h.id) from seat_holding h))::text
            """;
        var before = await TextAsync(Kept);
        before.ShouldContain(member.AccountId.ToString());
        (await service.CountAsync("select count(*) from resolution")).ShouldBeGreaterThan(0);

        await ArcoTests.ActAsync(stl.Office, request, "answer", new { outcome = "GRANTED", text = "Procede" });
        (await stl.Office.PostAsync($"{Api}/arco-requests/{request}/erasure", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TextAsync(Kept)).ShouldBe(before);
        (await TextSearch.FindAsync(service.Database, "Votante Canaria", "votante.canaria@example.mx", "Nota canaria")).ShouldBeEmpty();
        (await service.CountAsync($"select count(*) from seat_holding where id = '{member.HoldingId}' and end_cause = 'RESIGNED' and ended_on is not null and end_reason is null")).ShouldBe(1);
        var rewritten = await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync($"update seat_holding set end_cause = 'OTHER' where id = '{member.HoldingId}'"));
        rewritten.SqlState.ShouldBe(Npgsql.PostgresErrorCodes.RestrictViolation, "the history stays");
    }

    [Fact]
    public async Task INV_52_what_a_registered_representative_and_an_assisted_person_gave_is_in_no_table_afterwards()
    {
        var administrator = await service.ConfiguredAsync();
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var notice = await ArcoTests.NoticeAsync(service);
        string[] own = ["Rosalba Canaria", "rosalba.canaria@example.mx", "Municipio canario uno", "Puesto canario uno", "Colectivo propuesto canario", "Razón canaria del rechazo"];
        string[] assisted = ["Porfirio Canario", "Municipio canario dos", "Puesto canario dos", "Teléfono canario dos", "Pasaporte canario dos"];
        var registered = await service.Anonymous().PostAsJsonAsync($"{Api}/registrations", new
        {
            displayName = own[0],
            email = own[1],
            municipality = own[2],
            post = own[3],
            organisation = new { name = own[4], kind = "CIVIL_SOCIETY_ORGANIZATION" },
            privacyNoticeId = notice,
            marks = new { stamp = service.Services.GetRequiredService<FormStamps>().Issue("registration", service.Clock.GetUtcNow() - TimeSpan.FromSeconds(20)), website = "" },
        });
        registered.StatusCode.ShouldBe(HttpStatusCode.Accepted, await registered.Content.ReadAsStringAsync());
        await service.ExecuteAsync($"update registration set state = 'UNDER_REVIEW', confirmed_at = now() where account_id = (select id from account where email = '{own[1]}')");
        var waiting = await IdAsync($"select id from registration where municipality = '{own[2]}'");
        var read = await secretary.GetAsync($"{Api}/registrations/{waiting}");
        using var refusal = new HttpRequestMessage(HttpMethod.Post, $"{Api}/registrations/{waiting}/refusal") { Content = JsonContent.Create(new { reason = own[5] }) };
        refusal.Headers.TryAddWithoutValidation("If-Match", read.Headers.ETag!.Tag);
        (await secretary.SendAsync(refusal)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var made = await secretary.PostAsJsonAsync($"{Api}/assisted-registrations", new
        {
            displayName = assisted[0],
            municipality = assisted[1],
            post = assisted[2],
            contact = assisted[3],
            identityCheck = assisted[4],
            organisation = new { name = "Asociación que se queda", kind = "CIVIL_SOCIETY_ORGANIZATION" },
            privacyNoticeId = notice,
        });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        string[] canaries = [.. own, .. assisted];
        foreach (var canary in canaries)
            (await TextSearch.FindAsync(service.Database, canary)).ShouldNotBeEmpty($"the search must be able to find {canary}");

        foreach (var registration in new[] { waiting, (await made.JsonAsync()).GetProperty("id").GetGuid() })
        {
            var recorded = await administrator.PostAsJsonAsync($"{Api}/arco-requests", new
            {
                right = "CANCELLATION",
                description = "Pide que se borre todo",
                applicantName = "Quien pide",
                applicantContact = "Ventanilla",
                identityCheck = "Credencial",
                privacyNoticeId = notice,
                registrationId = registration,
            });
            var request = (await recorded.JsonAsync()).GetProperty("id").GetGuid();
            await ArcoTests.ActAsync(administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
            (await administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await TextSearch.FindAsync(service.Database, canaries)).ShouldBeEmpty();
        (await service.CountAsync("select count(*) from organisation where name = 'Asociación que se queda'")).ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_holds_a_post_of_the_instance_hands_it_over_first()
    {
        var administrator = await service.ConfiguredAsync();
        var operatorPerson = await service.PersonAsync("OPERATOR");
        var request = await ArcoTests.AskAsync(service, operatorPerson.Client, "CANCELLATION", "Borren mis datos por favor");
        var id = request.GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(administrator, id, "answer", new { outcome = "GRANTED", text = "Procede" });
        await (await administrator.PostAsync($"{Api}/arco-requests/{id}/erasure", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "person_holds_staff_post");
        (await service.CountAsync($"select count(*) from account where id = '{operatorPerson.Id}' and erased_at is null and email = '{operatorPerson.Email}'")).ShouldBe(1);
    }

    [Fact]
    public async Task INV_52_whoever_holds_a_seat_or_office_is_replaced_first_and_the_holding_stays()
    {
        var administrator = await service.ConfiguredAsync();
        var secretariat = await Assembly.DoneAsync(await administrator.PostAsJsonAsync($"{Api}/secretariats", new { name = "Secretariado del borrado" }), HttpStatusCode.Created);
        var id = secretariat.GetProperty("id").GetGuid();
        var member = await Assembly.SeatAsync(service, administrator, id, "CIVIL_SOCIETY", "CIVIL_SOCIETY_ORGANIZATION", "Colectivo con asiento");
        var facilitator = await Assembly.AccountAsync(service);
        (await administrator.PostAsJsonAsync($"{Api}/secretariats/{id}/offices", new { office = "FACILITATOR", accountId = facilitator.Account })).StatusCode.ShouldBe(HttpStatusCode.OK);
        List<Guid> requests = [];
        foreach (var (person, client) in new[] { (member.AccountId, member.Client), (facilitator.Account, facilitator.Client) })
        {
            var request = (await ArcoTests.AskAsync(service, client, "CANCELLATION", "Borren mis datos por favor")).GetProperty("id").GetGuid();
            await ArcoTests.ActAsync(administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
            await (await administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "person_holds_seat");
            (await service.CountAsync($"select count(*) from account where id = '{person}' and erased_at is null and display_name = 'Integrante'")).ShouldBe(1);
            requests.Add(request);
        }

        var substitute = await Assembly.AccountAsync(service);
        await Assembly.DoneAsync(await administrator.PostAsJsonAsync($"{Api}/secretariats/{id}/holders/{member.HoldingId}/end", new { reason = "Sustitución de quien ocupa el asiento" }));
        (await administrator.PostAsJsonAsync($"{Api}/secretariats/{id}/offices", new { office = "FACILITATOR", accountId = substitute.Account })).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var request in requests)
        {
            var erased = await administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null);
            erased.StatusCode.ShouldBe(HttpStatusCode.OK, await erased.Content.ReadAsStringAsync());
        }

        (await service.CountAsync($"select count(*) from seat_holding where account_id = '{member.AccountId}' and ended_on is not null")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from secretariat_office where account_id = '{facilitator.Account}' and ended_on is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task Whose_data_were_erased_takes_on_no_post_mandate_or_seat()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Colectivo sin la persona", kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        var request = (await ArcoTests.AskAsync(service, person.Client, "CANCELLATION", "Borren mis datos por favor")).GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
        (await administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/staff-posts", new { role = "ADMINISTRATOR" })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        // Held by the database too.
        foreach (var sql in new[]
        {
            $"insert into staff_post (id, version, account_id, role, valid_from, assigned_at) values (gen_random_uuid(), 1, '{person.Id}', 'OPERATOR', now(), now())",
            $"insert into mandate (id, version, account_id, organisation_id, valid_from, granted_at) values (gen_random_uuid(), 1, '{person.Id}', '{organisation}', now(), now())",
        })
            (await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync(sql))).SqlState.ShouldBe(Npgsql.PostgresErrorCodes.IntegrityConstraintViolation, sql);
    }

    [Fact]
    public async Task A_person_gets_all_that_the_service_keeps_of_them_and_no_secret()
    {
        await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        await ArcoTests.AskAsync(service, person.Client, "ACCESS", "Quiero saber qué guardan de mí");
        var text = await (await person.Client.GetAsync($"{Api}/my/personal-data")).Content.ReadAsStringAsync();
        text.ShouldContain(person.Email);
        text.ShouldContain("Quiero saber qué guardan de mí");
        text.ShouldNotContain("hash");
        text.ShouldNotContain("stamp");
        (await service.Anonymous().GetAsync($"{Api}/my/personal-data")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var stranger = await service.PersonAsync();
        (await (await stranger.Client.GetAsync($"{Api}/my/personal-data")).Content.ReadAsStringAsync()).ShouldNotContain(person.Email);
    }

    internal static async Task<(Guid Id, HttpClient Client)> PersonAsync(ParticipantsHost service, HttpClient administrator, string name, string email)
    {
        var invited = await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email, displayName = name })).JsonAsync();
        var token = invited.GetProperty("invitationLink").GetString()!.Split('/')[^1];
        var accepted = await (await service.Anonymous().PostAsJsonAsync($"{Api}/invitations/{token}", new { password = Password, privacyNoticeId = await service.NoticeAsync() })).JsonAsync();
        return (invited.GetProperty("id").GetGuid(), await service.SignedInAsync(accepted.GetProperty("sessionToken").GetString()!));
    }

    private Task<(Guid Id, HttpClient Client)> PersonAsync(HttpClient administrator, string name, string email) => PersonAsync(service, administrator, name, email);

    private Task<Guid> MandateAsync(Guid person) => IdAsync($"select id from mandate where account_id = '{person}'");

    private async Task<Guid> IdAsync(string sql)
    {
        await using var command = service.Database.CreateCommand(sql);
        return (Guid)(await command.ExecuteScalarAsync())!;
    }

    private async Task<string> TextAsync(string sql)
    {
        await using var command = service.Database.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<(string? State, int Confirmed)> StateAsync(HttpClient administrator, Guid id)
    {
        var view = await (await administrator.GetAsync($"{Api}/arco-requests/{id}")).JsonAsync();
        return (view.GetProperty("state").GetString(), view.GetProperty("erasure").GetProperty("services").EnumerateArray().Count(one => one.GetProperty("at").ValueKind != JsonValueKind.Null));
    }
}
