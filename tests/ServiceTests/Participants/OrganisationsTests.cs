using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class OrganisationsTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Address = $"{Api}/organisations";

    [Fact]
    public async Task A_secretary_registers_an_organisation_that_everybody_can_read()
    {
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var made = await secretary.PostAsJsonAsync(Address, new { name = "Ayuntamiento de  Toluca ", acronym = "", kind = "MUNICIPALITY", cvegeo = "15106" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        made.Headers.ETag!.Tag.ShouldBe("\"1\"");

        using var request = new HttpRequestMessage(HttpMethod.Get, made.Headers.Location);
        var read = await service.Anonymous().SendAsync(request);
        var organisation = await read.JsonAsync();
        organisation.GetProperty("name").GetString().ShouldBe("Ayuntamiento de Toluca");
        organisation.GetProperty("acronym").ValueKind.ShouldBe(JsonValueKind.Null);
        organisation.GetProperty("sector").GetString().ShouldBe("PUBLIC_BODY");
        using var again = new HttpRequestMessage(HttpMethod.Get, made.Headers.Location);
        again.Headers.IfNoneMatch.Add(read.Headers.ETag!);
        (await service.Anonymous().SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await service.FactsAsync("OrganisationRegisteredV1", organisation.GetProperty("id").GetGuid())).ShouldBe(1);
    }

    [Fact]
    public async Task Two_names_that_people_read_as_one_are_one()
    {
        var administrator = await service.AdministratorAsync();
        await RegisterAsync(administrator, new { name = "Fundación Árbol Ñandú", kind = "CIVIL_SOCIETY_ORGANIZATION" });
        var refused = await (await administrator.PostAsJsonAsync(Address, new { name = " FUNDACION  arbol   nandu", kind = "BUSINESS" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "organisation_name_taken");
        refused.ShouldBe([("name", "organisation_name_taken")]);
        (await service.CountAsync("select count(*) from organisation where name_key = 'fundacion arbol nandu'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_registration_at_once_is_made_once()
    {
        var administrator = await service.AdministratorAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => administrator.PostAsJsonAsync(Address, new { name = "Cámara de la Carrera", kind = "BUSINESS" })));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict).ShouldBe(5);
    }

    [Fact]
    public async Task A_repeated_key_gets_the_first_answer_again()
    {
        var administrator = await service.AdministratorAsync();
        var first = await SendAsync("Colegio de la Repetición");
        var second = await SendAsync("Colegio de la Repetición");
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.Headers.Location.ShouldBe(first.Headers.Location);
        await (await SendAsync("Colegio distinto")).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");

        Task<HttpResponseMessage> SendAsync(string name)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = JsonContent.Create(new { name, kind = "PROFESSIONAL_COLLEGE" }) };
            request.Headers.Add("Idempotency-Key", "colegio-0001");
            return administrator.SendAsync(request);
        }
    }

    [Theory]
    [InlineData("""{"name":"X","kind":"EXECUTIVE"}""", HttpStatusCode.BadRequest, "field_too_short", "name")]
    [InlineData("""{"kind":"EXECUTIVE"}""", HttpStatusCode.BadRequest, "field_required", "name")]
    [InlineData("""{"name":"Sin clase"}""", HttpStatusCode.BadRequest, "field_required", "kind")]
    [InlineData("""{"name":"Otro estado","kind":"MUNICIPALITY","cvegeo":"33001"}""", HttpStatusCode.BadRequest, "cvegeo_invalid", "cvegeo")]
    [InlineData("""{"name":"Clave corta","kind":"MUNICIPALITY","cvegeo":"1510"}""", HttpStatusCode.BadRequest, "cvegeo_invalid", "cvegeo")]
    [InlineData("""{"name":"Todo el estado","kind":"MUNICIPALITY","cvegeo":"15000"}""", HttpStatusCode.BadRequest, "cvegeo_invalid", "cvegeo")]
    [InlineData("""{"name":"Secretaría con clave","kind":"EXECUTIVE","cvegeo":"15106"}""", HttpStatusCode.BadRequest, "cvegeo_only_of_municipalities", "cvegeo")]
    [InlineData("""{"name":"Partido civil","kind":"POLITICAL_PARTY","sector":"CIVIL_SOCIETY"}""", HttpStatusCode.UnprocessableEntity, "sector_not_of_kind", "sector")]
    [InlineData("""{"name":"Asociación garante","kind":"CIVIL_SOCIETY_ORGANIZATION","sector":"GUARANTOR"}""", HttpStatusCode.UnprocessableEntity, "sector_not_of_kind", "sector")]
    [InlineData("""{"name":"Nombre‮al revés","kind":"EXECUTIVE"}""", HttpStatusCode.BadRequest, "field_invalid", "name")]
    public async Task A_refused_registration_names_its_field_and_stores_nothing(string body, HttpStatusCode status, string code, string field)
    {
        var administrator = await service.AdministratorAsync();
        var before = await service.CountAsync("select count(*) from organisation");
        var answer = await administrator.PostAsync(Address, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        (await answer.ShouldBeRefusedAsync(status, code)).ShouldBe([(field, code)]);
        (await service.CountAsync("select count(*) from organisation")).ShouldBe(before);
    }

    [Fact]
    public async Task Who_may_not_write_is_told_so_and_a_stranger_is_not_found()
    {
        var administrator = await service.AdministratorAsync();
        var @operator = (await service.PersonAsync("OPERATOR")).Client;
        var body = new { name = "Nadie la registra", kind = "UNION" };
        await (await service.Anonymous().PostAsJsonAsync(Address, body)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
        await (await @operator.PostAsJsonAsync(Address, body)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await service.Anonymous().GetAsync($"{Address}/{Guid.CreateVersion7()}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await administrator.PutMatchingAsync($"{Address}/{Guid.CreateVersion7()}", body, "\"1\"")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_change_needs_the_version_that_it_changes()
    {
        var administrator = await service.AdministratorAsync();
        var id = await RegisterAsync(administrator, new { name = "Consejo que cambia", kind = "CITIZEN_COUNCIL" });
        var change = new { name = "Consejo cambiado", kind = "CITIZEN_COUNCIL" };
        await (await administrator.PutMatchingAsync($"{Address}/{id}", change, null)).ShouldBeRefusedAsync(HttpStatusCode.PreconditionRequired, "precondition_required");
        await (await administrator.PutMatchingAsync($"{Address}/{id}", change, "\"7\"")).ShouldBeRefusedAsync(HttpStatusCode.PreconditionFailed, "stale_version");
        var changed = await administrator.PutMatchingAsync($"{Address}/{id}", change, "\"1\"");
        changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync());
        changed.Headers.ETag!.Tag.ShouldBe("\"2\"");
        (await service.FactsAsync("OrganisationChangedV1", id)).ShouldBe(1);

        // Nothing changed: no new version, no fact.
        (await administrator.PutMatchingAsync($"{Address}/{id}", change, "\"2\"")).Headers.ETag!.Tag.ShouldBe("\"2\"");
        (await service.FactsAsync("OrganisationChangedV1", id)).ShouldBe(1);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => administrator.PutMatchingAsync($"{Address}/{id}", new { name = $"Consejo {n}", kind = "CITIZEN_COUNCIL" }, "\"2\"")));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed).ShouldBe(3);
    }

    [Fact]
    public async Task The_search_ignores_accents_and_the_pages_have_no_gaps()
    {
        var administrator = await service.AdministratorAsync();
        foreach (var name in (string[])["Universidad Autónoma A", "Universidad Autonoma B", "UNIVERSIDAD AUTÓNOMA C", "Universidad del 100% D"])
            await RegisterAsync(administrator, new { name, acronym = "UÁX", kind = "ACADEMIC_INSTITUTION" });
        (await NamesAsync("q=universidad%20AUTONOMA&limit=2")).ShouldBe(["Universidad Autónoma A", "Universidad Autonoma B", "UNIVERSIDAD AUTÓNOMA C"]);
        (await NamesAsync("q=uax&kind=ACADEMIC_INSTITUTION&sector=CIVIL_SOCIETY")).Count.ShouldBe(4);
        (await NamesAsync("q=100%25")).ShouldBe(["Universidad del 100% D"]);
        (await NamesAsync("q=uax&sector=GUARANTOR")).ShouldBeEmpty();
        foreach (var (query, code) in new[] { ("sector=X", "field_invalid"), ("kind=0", "field_invalid"), ("limit=0", "limit_invalid"), ("cursor=%21", "cursor_invalid") })
            await (await service.Anonymous().GetAsync($"{Address}?{query}")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task The_search_knows_former_names_places_joining_words_and_other_forms_of_a_word()
    {
        var administrator = await service.AdministratorAsync();
        var id = await RegisterAsync(administrator, new { name = "Red del Agua Zacuapan", kind = "CITIZEN_COUNCIL", municipality = "Ixtlahuaca" });
        await RegisterAsync(administrator, new { name = "Organización Zacuapan de Mujeres", kind = "CIVIL_SOCIETY_ORGANIZATION" });
        await RegisterAsync(administrator, new { name = "ORGANIZACION ZACUAPAN URBANA", kind = "CIVIL_SOCIETY_ORGANIZATION" });
        await RegisterAsync(administrator, new { name = "Organizaciones Unidas Zacuapan", kind = "CIVIL_SOCIETY_ORGANIZATION" });
        (await NamesAsync("q=Red%20de%20Agua%20zacuapan")).ShouldBe(["Red del Agua Zacuapan"]);
        (await NamesAsync("q=la%20red%20y%20las%20aguas%20zacuapan")).ShouldBe(["Red del Agua Zacuapan"]);
        (await NamesAsync("q=ixtlahuaca")).ShouldBe(["Red del Agua Zacuapan"]);
        foreach (var form in (string[])["organizaciones", "organización", "ORGANIZACION", "organiz"])
            (await NamesAsync($"q={Uri.EscapeDataString(form)}%20zacuapan")).Count.ShouldBe(3, form);
        (await NamesAsync("q=mujer%20zacuapan")).ShouldBe(["Organización Zacuapan de Mujeres"]);

        (await administrator.PutMatchingAsync($"{Address}/{id}", new { name = "Alianza Hídrica Zacuapan", kind = "CITIZEN_COUNCIL" }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await administrator.PutMatchingAsync($"{Address}/{id}", new { name = "Frente Hídrico Zacuapan", kind = "CITIZEN_COUNCIL" }, "\"2\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await NamesAsync("q=red%20agua%20zacuapan")).ShouldBe(["Frente Hídrico Zacuapan"], "under each name that it had");
        (await NamesAsync("q=alianza%20zacuapan")).ShouldBe(["Frente Hídrico Zacuapan"]);
        (await NamesAsync("q=de")).ShouldNotBeEmpty("a joining word alone is looked for");
    }

    [Fact]
    public async Task The_database_holds_the_rules_as_well()
    {
        foreach (var row in (string[])["'CIVIL_SOCIETY_ORGANIZATION', 'GUARANTOR', null", "'UNION', 'CIVIL_SOCIETY', null", "'EXECUTIVE', 'PUBLIC_BODY', '15106'", "'MUNICIPALITY', 'PUBLIC_BODY', '99001'"])
        {
            await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync(
                $"insert into organisation (id, version, name, name_key, search_text, kind, sector, cvegeo, registered_at) select gen_random_uuid(), 1, 'Una', md5(random()::text), '', {row}, now()"));
        }
    }

    private async Task<List<string>> NamesAsync(string query)
    {
        var names = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await (await service.Anonymous().GetAsync($"{Address}?{query}{(cursor is null ? "" : "&cursor=" + cursor)}")).JsonAsync();
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!));
            if ((cursor = page.GetProperty("next").GetString()) is null)
                return names;
        }
    }

    private static async Task<Guid> RegisterAsync(HttpClient client, object body)
    {
        var answer = await client.PostAsJsonAsync(Address, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetGuid();
    }
}
