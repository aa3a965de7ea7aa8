using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Participants.States;
using OpenGov.ServiceTests.Participants.Secretariats;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>SPEC §4.2: an organisation that ended begins nothing any more; what goes on does so in its successor's name, and what was done stays under the old one.</summary>
public sealed class SuccessorsInTheirPlaceTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();

    private DateOnly Today => State.Find("15")!.Today(service.Clock.GetUtcNow());

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Nobody_applies_is_mandated_invited_or_listed_to_sign_for_an_organisation_that_another_succeeded()
    {
        var administrator = await service.ConfiguredAsync();
        var (former, next) = (await OrganisationAsync(administrator, "Colectivo que termina", "CIVIL_SOCIETY_ORGANIZATION"), await OrganisationAsync(administrator, "Colectivo que sigue", "CIVIL_SOCIETY_ORGANIZATION"));
        var (person, other) = (await service.PersonAsync(), await service.PersonAsync());
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = former })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var call = await (await administrator.PostAsJsonAsync($"{Api}/call-desk", new
        {
            kind = "REGISTER_PARTICIPANTS",
            title = "Registro de participantes",
            description = "Se llama a organizaciones y personas a registrarse.",
            requirements = new[] { "Vivir o trabajar en el estado" },
            opensOn = Today,
            closesOn = Today.AddDays(19),
            sectors = new[] { "CIVIL_SOCIETY" },
            takesPeople = true,
            documents = Array.Empty<object>(),
        })).JsonAsync();
        var number = (await Assembly.DoneAsync(await PostAsync(administrator, $"{Api}/call-desk/{call.GetProperty("id").GetGuid()}/publication", new { }, "\"1\""))).GetProperty("number").GetInt32();
        (await person.Client.PostAsJsonAsync($"{Api}/my/organisations/{former}/representatives", new { email = "invitada.antes@example.mx", displayName = "Invitada Antes" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var token = await service.LinkTokenAsync("invitada.antes@example.mx", "representative_invited");

        await SucceedAsync(administrator, former, next, withRepresentatives: true);
        // Their mandate runs on for what is open under it, and they act for the successor too.
        (await service.CountAsync($"select count(*) from mandate where account_id = '{person.Id}' and ended_at is null")).ShouldBe(2);
        var notice = await service.NoticeAsync();
        (await (await ApplyAsync(former)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "organisation_succeeded")).ShouldBe([("organisationId", "organisation_succeeded")]);
        (await (await ApplyAsync(former)).Content.ReadAsStringAsync()).ShouldContain("Colectivo que sigue", customMessage: "the refusal says who stands in its place");
        (await ApplyAsync(next)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await (await administrator.PostAsJsonAsync($"{Api}/accounts/{other.Id}/mandates", new { organisationId = former })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "organisation_succeeded")).ShouldBe([("organisationId", "organisation_succeeded")]);
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{other.Id}/mandates", new { organisationId = next })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await person.Client.PostAsJsonAsync($"{Api}/my/organisations/{former}/representatives", new { email = "nueva@example.mx", displayName = "Nueva" })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "organisation_succeeded");
        await (await service.Anonymous().GetAsync($"{Api}/representative-invitations/{token}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await (await administrator.PostAsJsonAsync($"{Api}/declaration-desk", Declaration((former, "Representante legal")))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "organisation_succeeded")).ShouldBe([("signatories", "organisation_succeeded")]);

        Task<HttpResponseMessage> ApplyAsync(Guid organisation) =>
            person.Client.PostAsJsonAsync($"{Api}/open-calls/{number}/applications", new { organisationId = organisation, statement = "Queremos participar en la mesa de agua", privacyNoticeId = notice });
    }

    [Fact]
    public async Task A_declaration_that_waits_for_an_abolished_guarantor_is_signed_by_its_successor()
    {
        var administrator = await service.ConfiguredAsync();
        var guarantor = (await (await administrator.GetAsync($"{Api}/organisations?kind=GUARANTOR")).JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
        var (body, civil, next) = (await OrganisationAsync(administrator, "Secretaría de la Contraloría", "EXECUTIVE"), await OrganisationAsync(administrator, "Ciudadanas por la Transparencia", "CIVIL_SOCIETY_ORGANIZATION"), await OrganisationAsync(administrator, "Transparencia para el Pueblo", "GUARANTOR"));
        var (commissioner, official, citizen) = (await MandatedAsync(administrator, guarantor), await MandatedAsync(administrator, body), await MandatedAsync(administrator, civil));
        var draft = await Assembly.DoneAsync(await administrator.PostAsJsonAsync($"{Api}/declaration-desk", Declaration((guarantor, "Comisionada presidenta"), (body, "Secretario"), (civil, "Representante legal"))), HttpStatusCode.Created);
        var id = draft.GetProperty("id").GetGuid();
        var opened = await Assembly.DoneAsync(await PostAsync(administrator, $"{Api}/declaration-desk/{id}/opening", new { }, "\"1\""));
        var (hash, places) = (opened.GetProperty("textSha256").GetString(), opened.GetProperty("signatories").EnumerateArray().Select(one => one.GetProperty("id").GetGuid()).ToList());
        (await SignAsync(official, places[1])).StatusCode.ShouldBe(HttpStatusCode.OK);

        await SucceedAsync(administrator, guarantor, next, withRepresentatives: false);
        await (await SignAsync(commissioner, places[0])).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "application_without_mandate");
        (await PlaceAsync()).ShouldBe((next, "Instituto de Transparencia del Estado de México"));
        // Written down by mistake: it is the former's place again.
        (await PostAsync(administrator, $"{Api}/organisations/{guarantor}/succession/undo", new { reason = "Aún no entra en vigor" }, await VersionAsync(guarantor))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PlaceAsync()).ShouldBe((guarantor, null));
        await SucceedAsync(administrator, guarantor, next, withRepresentatives: false);

        // Somebody signed on paper after the organisation that they meant had ended: no.
        var chief = await MandatedAsync(administrator, next);
        (await SignAsync(chief, places[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SignAsync(citizen, places[2])).StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = await (await service.Anonymous().GetAsync($"{Api}/joint-declaration")).JsonAsync();
        shown.GetProperty("state").GetString().ShouldBe("COMPLETE");
        shown.GetProperty("signatories").EnumerateArray().Select(one => one.GetProperty("organisationName").GetString())
            .ShouldBe(["Transparencia para el Pueblo", "Secretaría de la Contraloría", "Ciudadanas por la Transparencia"]);

        // What an organisation signed itself stays under its name.
        var heir = await OrganisationAsync(administrator, "Nueva contraloría", "EXECUTIVE");
        await SucceedAsync(administrator, body, heir, withRepresentatives: false);
        (await (await service.Anonymous().GetAsync($"{Api}/joint-declaration")).Content.ReadAsStringAsync()).ShouldContain("Secretaría de la Contraloría");

        Task<HttpResponseMessage> SignAsync(HttpClient client, Guid place) => client.PostAsJsonAsync($"{Api}/joint-declaration/signatures/{place}", new { textSha256 = hash });
        async Task<(Guid, string?)> PlaceAsync()
        {
            var place = (await (await administrator.GetAsync($"{Api}/declaration-desk")).JsonAsync()).GetProperty("signatories")[0];
            return (place.GetProperty("organisationId").GetGuid(), place.GetProperty("inPlaceOf").GetString());
        }
    }

    [Fact]
    public async Task A_seat_and_an_office_go_on_with_the_successor_for_the_same_person_and_votes_stay_under_the_old_name()
    {
        var stl = await Assembly.InstalledAsync(service);
        var member = stl.Members[^1];
        var session = await stl.OpenSessionAsync();
        await stl.CarryAsync(session);
        await stl.ActAsync(session, "closing");
        var votes = await CountVotesAsync();
        votes.ShouldBeGreaterThan(0);
        var next = await OrganisationAsync(stl.Office, "Transparencia para el Pueblo", "GUARANTOR");
        await SucceedAsync(stl.Office, member.OrganisationId, next, withRepresentatives: true);

        var view = await (await stl.Office.GetAsync($"{Api}/secretariats/{stl.Id}")).JsonAsync();
        view.GetProperty("state").GetString().ShouldBe("INSTALLED", "the sector was never without anybody");
        var titular = view.GetProperty("seats").EnumerateArray().Single(seat => seat.GetProperty("id").GetGuid() == member.SeatId).GetProperty("titular");
        titular.GetProperty("organisationId").GetGuid().ShouldBe(next);
        (await service.CountAsync($"select count(*) from seat_holding where id = '{member.HoldingId}' and organisation_id = '{member.OrganisationId}' and ended_on is not null and end_cause = 'SUCCEEDED' and end_reason is null")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from seat_holding where continues_id = '{member.HoldingId}' and organisation_id = '{next}' and account_id = '{member.AccountId}' and document = 'Decreto 7'")).ShouldBe(1);
        (await CountVotesAsync()).ShouldBe(votes);
        (await service.CountAsync($"select count(*) from audit_log where action = 'seats_succeeded' and subject_id = '{stl.Id}'")).ShouldBe(1);
        // The successor votes in the next session.
        var later = await stl.OpenSessionAsync();
        await stl.CarryAsync(later);
        await stl.ActAsync(later, "closing");
        (await CountVotesAsync()).ShouldBeGreaterThan(votes);

        // The chair is another organisation's: it goes on too.
        var chair = await IdAsync($"select organisation_id from secretariat_office where secretariat_id = '{stl.Id}' and office = 'CHAIR' and ended_on is null");
        var heir = await OrganisationAsync(stl.Office, "Secretaría que sigue", "EXECUTIVE");
        await SucceedAsync(stl.Office, chair, heir, withRepresentatives: false);
        (await IdAsync($"select organisation_id from secretariat_office where secretariat_id = '{stl.Id}' and office = 'CHAIR' and ended_on is null")).ShouldBe(heir);

        // By mistake: what was taken goes back, and all of it stays on record.
        (await PostAsync(stl.Office, $"{Api}/organisations/{member.OrganisationId}/succession/undo", new { reason = "Era otro decreto" }, await VersionAsync(member.OrganisationId))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await IdAsync($"select organisation_id from seat_holding where seat_id = '{member.SeatId}' and ended_on is null")).ShouldBe(member.OrganisationId);
        (await service.CountAsync($"select count(*) from seat_holding where seat_id = '{member.SeatId}'")).ShouldBe(3);
        (await IdAsync($"select organisation_id from secretariat_office where secretariat_id = '{stl.Id}' and office = 'CHAIR' and ended_on is null")).ShouldBe(heir);

        Task<long> CountVotesAsync() => service.CountAsync($"select count(*) from seat_vote where seat_id = '{member.SeatId}'");
    }

    [Fact]
    public async Task INV_06_a_ministry_that_is_merged_into_the_executive_secretary_leaves_the_chair_where_it_is()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (chair, secretary) = (await OfficeAsync("CHAIR"), await OfficeAsync("EXECUTIVE_SECRETARY"));
        await SucceedAsync(stl.Office, chair, secretary, withRepresentatives: false);
        (await OfficeAsync("CHAIR"), await OfficeAsync("EXECUTIVE_SECRETARY")).ShouldBe((chair, secretary));
        var forced = await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync(
            $"""
            update secretariat_office set ended_on = current_date where secretariat_id = '{stl.Id}' and office = 'CHAIR' and ended_on is null;
            insert into secretariat_office (id, secretariat_id, office, organisation_id, valid_from) values (gen_random_uuid(), '{stl.Id}', 'CHAIR', '{secretary}', current_date)
            """));
        forced.Message.ShouldContain("INV-06");
        // Who sees to it gives the office to somebody else.
        var next = await OrganisationAsync(stl.Office, "Secretaría que preside", "EXECUTIVE");
        await Assembly.PostAsync(stl.Office, stl.Id, "offices", new { office = "CHAIR", organisationId = next });
        (await OfficeAsync("CHAIR")).ShouldBe(next);

        Task<Guid> OfficeAsync(string office) => IdAsync($"select organisation_id from secretariat_office where secretariat_id = '{stl.Id}' and office = '{office}' and ended_on is null");
    }

    [Fact]
    public async Task INV_01_the_guarantor_that_the_profile_names_is_who_stands_in_its_place_now()
    {
        var administrator = await service.ConfiguredAsync();
        var secretariat = (await Assembly.DoneAsync(await administrator.PostAsJsonAsync($"{Api}/secretariats", new { name = "Secretariado de la sucesión" }), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var named = await OrganisationAsync(administrator, "Instituto que nombra el perfil", "GUARANTOR");
        (await administrator.PostAsJsonAsync($"{Api}/legal-profiles", new { validFrom = Today, reason = "Varias garantes", parameters = new { guarantors = new[] { new { organisationId = named, holdsSeat = true, independent = true } } } }))
            .StatusCode.ShouldBe(HttpStatusCode.Created);
        var member = await Assembly.SeatAsync(service, administrator, secretariat, "GUARANTOR", "GUARANTOR", "Autoridad que sucede");
        (await RefusedForAsync()).ShouldContain("installation_other_guarantor");
        var between = await OrganisationAsync(administrator, "Autoridad de paso", "GUARANTOR");
        await SucceedAsync(administrator, named, between, withRepresentatives: false);
        (await RefusedForAsync()).ShouldContain("installation_other_guarantor");
        await SucceedAsync(administrator, between, member.OrganisationId, withRepresentatives: false);
        (await RefusedForAsync()).ShouldNotContain("installation_other_guarantor");

        async Task<string> RefusedForAsync()
        {
            var refused = await administrator.PostAsJsonAsync($"{Api}/secretariats/{secretariat}/installation", new { });
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            return await refused.Content.ReadAsStringAsync();
        }
    }

    private static object Declaration(params (Guid OrganisationId, string Post)[] signatories) => new
    {
        title = "Declaración conjunta para un gobierno abierto",
        text = "Quienes firmamos nos comprometemos a implementar acciones de gobierno abierto.\n\nLo haremos en diálogo permanente.",
        place = "Toluca",
        signatories = signatories.Select(one => new { organisationId = one.OrganisationId, post = one.Post }),
    };

    private static async Task<Guid> OrganisationAsync(HttpClient administrator, string name, string kind) =>
        (await Assembly.DoneAsync(await administrator.PostAsJsonAsync($"{Api}/organisations", new { name, kind }), HttpStatusCode.Created)).GetProperty("id").GetGuid();

    private async Task<HttpClient> MandatedAsync(HttpClient administrator, Guid organisation)
    {
        var person = await service.PersonAsync();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        return person.Client;
    }

    private async Task SucceedAsync(HttpClient administrator, Guid former, Guid next, bool withRepresentatives) =>
        await Assembly.DoneAsync(await PostAsync(administrator, $"{Api}/organisations/{former}/succession", new { successorId = next, basis = "Decreto 7", withRepresentatives }, await VersionAsync(former)));

    private async Task<string> VersionAsync(Guid organisation) => (await service.Anonymous().GetAsync($"{Api}/organisations/{organisation}")).Headers.ETag!.Tag;

    private async Task<Guid> IdAsync(string sql)
    {
        await using var command = service.Database.CreateCommand(sql);
        return (Guid)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string address, object body, string etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await client.SendAsync(request);
    }
}
