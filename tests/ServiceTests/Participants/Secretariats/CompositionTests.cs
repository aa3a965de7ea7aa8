using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

public sealed class CompositionTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task Another_person_takes_the_seat_of_their_organisation_without_a_suspension()
    {
        var stl = await Assembly.InstalledAsync(service);
        var member = stl.Members[0];
        var (account, _, client) = await Assembly.AccountAsync(service);
        var at = $"{Api}/secretariats/{stl.Id}/holders/{member.HoldingId}/substitution";
        (await (await stl.Office.PostAsJsonAsync(at, new { accountId = account })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "validation_failed")).Select(one => one.Field).ShouldBe(["document", "reason"], ignoreOrder: true);
        await (await stl.Office.PostAsJsonAsync(at, By(Guid.CreateVersion7()))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "account_unknown");
        await (await stl.Office.PostAsJsonAsync(at, By(stl.Members[1].AccountId))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "person_holds_two_seats");
        var view = await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync(at, By(account)));
        view.GetProperty("state").GetString().ShouldBe("INSTALLED");
        var titular = view.GetProperty("seats")[0].GetProperty("titular");
        (titular.GetProperty("organisationId").GetGuid(), titular.GetProperty("continuesId").GetGuid()).ShouldBe((member.OrganisationId, member.HoldingId));
        // The same day, again: a person's letter was mistaken.
        var (second, _, _) = await Assembly.AccountAsync(service);
        await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/holders/{titular.GetProperty("id").GetGuid()}/substitution", By(second)));
        (await service.FactsAsync("SeatHolderSubstitutedV1", stl.Id)).ShouldBe(2);
        (await service.FactsAsync("SecretariatSuspendedV1", stl.Id)).ShouldBe(0);
        var session = await stl.ConveneAsync();
        await (await client.PostAsJsonAsync($"{Assembly.Sessions(session)}/my/attendance", new { remote = true })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "voter_without_seat");
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/memberships"))).GetProperty("items").EnumerateArray()
            .Count(row => row.GetProperty("seatId").GetGuid() == member.SeatId).ShouldBe(3);

        static object By(Guid person) => new { accountId = person, post = "Dirección General", document = "Oficio 2/2026", reason = "Cambio de representante" };
    }

    [Fact]
    public async Task INV_05_a_facilitator_is_named_and_represents_nobody_who_holds_a_seat()
    {
        var stl = await Assembly.InstalledAsync(service);
        await RefusedAsync(new { office = "FACILITATOR" }, "facilitator_unnamed");
        var (account, _, _) = await Assembly.AccountAsync(service);
        (await stl.Office.PostAsJsonAsync($"{Api}/accounts/{account}/mandates", new { organisationId = stl.Members[0].OrganisationId })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await RefusedAsync(new { office = "FACILITATOR", accountId = account }, "facilitator_holds_no_seat");
        // Nor does whoever facilitates already take on one that sits; one that does not sit they may represent.
        await (await stl.Office.PostAsJsonAsync($"{Api}/accounts/{stl.Facilitator.Account}/mandates", new { organisationId = stl.Members[0].OrganisationId }))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "facilitator_holds_no_seat");
        var other = await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/organisations", new { name = "Organización sin asiento", kind = "CIVIL_SOCIETY_ORGANIZATION", sector = "CIVIL_SOCIETY" }), HttpStatusCode.Created);
        (await stl.Office.PostAsJsonAsync($"{Api}/accounts/{stl.Facilitator.Account}/mandates", new { organisationId = other.GetProperty("id").GetGuid() })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/offices", new { office = "CHAIR", organisationId = stl.Members[1].OrganisationId, from = "2020-01-01" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "moment_in_past");
        await ThrowsAsync($"insert into secretariat_office (id, secretariat_id, office, valid_from) values (gen_random_uuid(), '{stl.Id}', 'FACILITATOR', current_date)", "inv_05_a_facilitator_is_named");
        await ThrowsAsync($"update secretariat_office set valid_from = '2020-01-01' where secretariat_id = '{stl.Id}'", "keeps its history");
        await ThrowsAsync($"insert into secretariat_office (id, secretariat_id, office, organisation_id, valid_from, ended_on) values (gen_random_uuid(), '{stl.Id}', 'CHAIR', '{stl.Members[0].OrganisationId}', '2020-01-01', '2100-01-01')", "one holds an office");

        async Task RefusedAsync(object office, string code) => await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/offices", office)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task Chair_and_executive_secretary_convene_and_run_the_sessions_of_their_secretariat_and_of_no_other()
    {
        var (stl, other) = (await Assembly.InstalledAsync(service), await Assembly.InstalledAsync(service));
        var (account, _, client) = await Assembly.AccountAsync(service);
        (await ConveneAsync(stl.Id)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var chair = (await Assembly.DoneAsync(await stl.Office.GetAsync($"{Api}/secretariats/{stl.Id}"))).GetProperty("offices")[0].GetProperty("organisationId").GetGuid();
        await Assembly.PostAsync(stl.Office, stl.Id, "offices", new { office = "CHAIR", organisationId = chair, accountId = account });
        var own = (await Assembly.DoneAsync(await client.GetAsync($"{Api}/my/secretariat-offices"))).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        (own.GetProperty("secretariatId").GetGuid(), own.GetProperty("office").GetString()).ShouldBe((stl.Id, "CHAIR"));
        var session = (await Assembly.DoneAsync(await ConveneAsync(stl.Id), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await Assembly.DoneAsync(await client.PostAsJsonAsync($"{Assembly.Sessions(session)}/cancellation", new { reason = "Se convoca de nuevo." }));
        (await ConveneAsync(other.Id)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await client.PostAsJsonAsync($"{Assembly.Sessions(await other.ConveneAsync())}/cancellation", new { reason = "Ajena" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        // It does not compose.
        (await client.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/seats", new { sector = "GUARANTOR" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        // Whoever no longer holds it no longer may; the facilitator never may.
        await Assembly.PostAsync(stl.Office, stl.Id, "offices", new { office = "CHAIR", organisationId = chair });
        (await ConveneAsync(stl.Id)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await Assembly.PostAsync(stl.Office, stl.Id, "offices", new { office = "FACILITATOR", accountId = account });
        (await ConveneAsync(stl.Id)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        Task<HttpResponseMessage> ConveneAsync(Guid id) => client.PostAsJsonAsync(
            $"{Api}/secretariats/{id}/sessions", new { kind = "ORDINARY", startsAt = service.Clock.GetUtcNow().AddDays(1), place = "Sala", agenda = new[] { new { title = "Punto" } } });
    }

    [Fact]
    public async Task Who_holds_the_chair_attaches_documents_corrects_minutes_and_tells_of_resolutions_of_that_secretariat_alone()
    {
        var (stl, other) = (await Assembly.InstalledAsync(service), await Assembly.InstalledAsync(service));
        var (account, _, client) = await Assembly.AccountAsync(service);
        (await client.PostAsync($"{Api}/files?fileName=documento.txt", new ByteArrayContent("ajeno"u8.ToArray()))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var chair = (await Assembly.DoneAsync(await stl.Office.GetAsync($"{Api}/secretariats/{stl.Id}"))).GetProperty("offices")[0].GetProperty("organisationId").GetGuid();
        await Assembly.PostAsync(stl.Office, stl.Id, "offices", new { office = "CHAIR", organisationId = chair, accountId = account });

        var (session, foreign) = (await stl.OpenSessionAsync(), await other.OpenSessionAsync());
        var file = (await Assembly.DoneAsync(await client.PostAsync($"{Api}/files?fileName=documento.txt", new ByteArrayContent("propio"u8.ToArray())), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        (await client.PostAsJsonAsync($"{Assembly.Sessions(foreign)}/documents", new { fileId = file, title = "Documento" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await Assembly.DoneAsync(await client.PostAsJsonAsync($"{Assembly.Sessions(session)}/documents", new { fileId = file, title = "Documento" }));
        await Assembly.DoneAsync(await client.PostAsync($"{Assembly.Sessions(session)}/minutes", null));
        (await client.PostAsync($"{Assembly.Sessions(foreign)}/minutes", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        foreach (var (assembly, id) in new[] { (stl, session), (other, foreign) })
        {
            await assembly.CarryAsync(id);
            await assembly.ActAsync(id, "closing");
        }

        var corrected = await Assembly.DoneAsync(await CorrectAsync(session));
        var versions = corrected.GetProperty("versions");
        versions.EnumerateArray().Select(one => one.GetProperty("office").GetString()).ShouldContain("CHAIR");
        (await CorrectAsync(foreign)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var told = new { state = "IN_PROGRESS", note = "Se está haciendo." };
        await Assembly.DoneAsync(await client.PostAsJsonAsync($"{Api}/resolutions/{await ResolutionAsync(stl)}/follow-ups", told));
        (await client.PostAsJsonAsync($"{Api}/resolutions/{await ResolutionAsync(other)}/follow-ups", told)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        async Task<HttpResponseMessage> CorrectAsync(Guid id)
        {
            var read = await client.GetAsync($"{Assembly.Sessions(id)}/minutes");
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Assembly.Sessions(id)}/minutes/corrections") { Content = JsonContent.Create(new { text = "Donde dice «ruta», debe decir «hoja de ruta».", reason = "Error de captura" }) };
            request.Headers.IfMatch.Add(read.Headers.ETag!);
            return await client.SendAsync(request);
        }

        static async Task<Guid> ResolutionAsync(Assembly of) => (await Assembly.DoneAsync(await of.Office.GetAsync($"{Api}/secretariats/{of.Id}/resolutions"))).GetProperty("items")[0].GetProperty("id").GetGuid();
    }

    [Fact]
    public async Task Who_composes_finds_an_account_by_address_or_a_representative_by_name_and_the_person_learns_of_it()
    {
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        var administrator = await service.ConfiguredAsync();
        (await secretary.Client.GetAsync($"{Api}/accounts")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var person = await service.PersonAsync();
        (await FindAsync(new { email = person.Email.ToUpperInvariant() })).ShouldHaveSingleItem().GetProperty("id").GetGuid().ShouldBe(person.Id);
        await service.ExecuteAsync($"update account set display_name = 'Dulce 100%_ejemplo' where id = '{person.Id}'");
        (await FindAsync(new { name = "dulce 100%" })).ShouldBeEmpty("acts for nobody");
        var organisation = (await Assembly.DoneAsync(await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Representada", kind = "CIVIL_SOCIETY_ORGANIZATION" }), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await FindAsync(new { name = "dulce 100%_" })).ShouldHaveSingleItem().GetProperty("organisations")[0].GetString().ShouldBe("Representada");
        (await FindAsync(new { name = "%%%" })).ShouldBeEmpty("what is typed is no pattern");
        (await secretary.Client.PostAsJsonAsync($"{Api}/accounts/look-up", new { name = "du" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await person.Client.PostAsJsonAsync($"{Api}/accounts/look-up", new { name = "dulce" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Assembly.DoneAsync(await person.Client.GetAsync($"{Api}/my/personal-data-accesses"))).GetProperty("items").GetArrayLength().ShouldBe(2);

        async Task<List<JsonElement>> FindAsync(object wanted) => [.. (await Assembly.DoneAsync(await secretary.Client.PostAsJsonAsync($"{Api}/accounts/look-up", wanted))).GetProperty("items").EnumerateArray()];
    }

    [Fact]
    public async Task After_the_installation_nobody_is_elected_without_a_proclamation()
    {
        var stl = await Assembly.InstalledAsync(service);
        var seats = (await Assembly.PostAsync(stl.Office, stl.Id, "seats", new { sector = "CIVIL_SOCIETY" })).GetProperty("seats");
        var seat = seats[seats.GetArrayLength() - 1].GetProperty("id").GetGuid();
        var organisation = (await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/organisations", new { name = $"Aspirante {stl.Id}", kind = "CIVIL_SOCIETY_ORGANIZATION" }), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/seats/{seat}/holders", new { role = "TITULAR", organisationId = organisation, access = "ELECTION", document = "Resultado" }))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "seat_election_needs_proclamation");
        var view = await Assembly.PostAsync(stl.Office, stl.Id, $"seats/{seat}/holders", new { role = "TITULAR", organisationId = organisation, access = "APPOINTMENT", document = "Oficio" });
        view.GetProperty("seats").EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == seat).GetProperty("titular").GetProperty("electionId").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("9999-12-31")]
    [InlineData("0001-01-01")]
    [InlineData("2201-01-01")]
    [InlineData("1899-12-31")]
    public async Task A_day_at_the_end_of_time_is_refused_wherever_it_is_written(string day)
    {
        var stl = await Assembly.InstalledAsync(service);
        await RefusedAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}?on={day}"), "on");
        await RefusedAsync(await PostAsync($"seats/{stl.Members[0].SeatId}/holders", new { role = "ALTERNATE", organisationId = stl.Members[0].OrganisationId, access = "APPOINTMENT", document = "Oficio", from = day }), "from");
        await RefusedAsync(await PostAsync($"seats/{stl.Members[0].SeatId}/holders", new { role = "ALTERNATE", organisationId = stl.Members[0].OrganisationId, access = "APPOINTMENT", document = "Oficio", until = day }), "until");
        await RefusedAsync(await PostAsync("offices", new { office = "CHAIR", organisationId = stl.Members[0].OrganisationId, from = day }), "from");
        await RefusedAsync(await PostAsync("declaration", new { signedOn = day, document = "Declaración" }), "signedOn");
        await RefusedAsync(await PostAsync("installation", new { installedOn = day }), "installedOn");
        await RefusedAsync(await PostAsync("sessions", new { kind = "ORDINARY", startsAt = $"{day}T12:00:00Z", place = "Sala", agenda = new[] { new { title = "Punto" } } }), "startsAt");
        await RefusedAsync(await PostAsync("elections", new { callNumber = 1, opensOn = "2026-06-01", closesOn = day }), "closesOn");
        await RefusedAsync(await PostAsync("elections", new { callNumber = 1, opensOn = "2026-06-01", closesOn = "2026-06-02", termFrom = day }), "termFrom");

        Task<HttpResponseMessage> PostAsync(string at, object body) => stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/{at}", body);

        static async Task RefusedAsync(HttpResponseMessage answer, string field)
        {
            (await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "date_out_of_range")).ShouldHaveSingleItem().Field.ShouldBe(field);
        }
    }

    [Fact]
    public async Task INV_01_a_vacant_seat_is_retired_with_its_reason_and_stays_on_record_and_the_database_keeps_the_rest()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 2);
        var (member, only) = (stl.Members[1], stl.Members[3]);
        var retirement = $"{Api}/secretariats/{stl.Id}/seats/{member.SeatId}/retirement";
        await (await stl.Office.PostAsJsonAsync(retirement, new { reason = "x" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_too_short");
        await (await stl.Office.PostAsJsonAsync(retirement, new { reason = "El mecanismo permite uno." })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "seat_is_held");
        await ThrowsAsync($"update secretariat_seat set retired_on = current_date + 1, retire_reason = 'Forjada' where id = '{member.SeatId}'", "somebody holds does not retire");
        await Assembly.PostAsync(stl.Office, stl.Id, $"holders/{member.HoldingId}/end", new { reason = "Renuncia" });
        var retired = await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync(retirement, new { reason = "El mecanismo permite uno." }));
        retired.GetProperty("seats").EnumerateArray().ShouldNotContain(seat => seat.GetProperty("id").GetGuid() == member.SeatId);
        var seen = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}"));
        var listed = seen.GetProperty("retiredSeats").EnumerateArray().ShouldHaveSingleItem();
        (listed.GetProperty("number").GetInt32(), listed.GetProperty("reason").GetString(), listed.GetProperty("retiredOn").GetString()).ShouldBe((2, "El mecanismo permite uno.", seen.GetProperty("on").GetString()));
        var yesterday = DateOnly.Parse(seen.GetProperty("on").GetString()!, System.Globalization.CultureInfo.InvariantCulture).AddDays(-1);
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}?on={yesterday:yyyy-MM-dd}"))).GetProperty("seats").GetArrayLength().ShouldBe(4);
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/memberships"))).GetProperty("items").EnumerateArray().ShouldContain(row => row.GetProperty("seatId").GetGuid() == member.SeatId);
        (await Assembly.DoneAsync(await stl.Office.GetAsync($"{Api}/secretariats/{stl.Id}/alerts"))).GetProperty("items").EnumerateArray().ShouldNotContain(row => row.GetProperty("kind").GetString() == "VACANCY");
        await (await stl.Office.PostAsJsonAsync(retirement, new { reason = "Otra vez" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "seat_retired");
        await ThrowsAsync($"update secretariat_seat set retired_on = null, retire_reason = null where id = '{member.SeatId}'", "keeps its history");
        await ThrowsAsync($"delete from secretariat_seat where id = '{member.SeatId}'", "keeps its history");
        await ThrowsAsync(
            $"insert into seat_holding (id, secretariat_id, seat_id, role, organisation_id, access, document, valid_from, valid_until) values (gen_random_uuid(), '{stl.Id}', '{member.SeatId}', 'TITULAR', '{member.OrganisationId}', 'APPOINTMENT', 'Oficio', current_date + 2, current_date + 100)",
            "held by nobody");

        // The last seat of a sector stays, vacant or not.
        await Assembly.PostAsync(stl.Office, stl.Id, $"holders/{only.HoldingId}/end", new { reason = "Renuncia" });
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/seats/{only.SeatId}/retirement", new { reason = "Vacante" })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "sector_needs_a_seat");
        await ThrowsAsync($"update secretariat_seat set retired_on = current_date + 1, retire_reason = 'Forjada' where id = '{only.SeatId}'", "INV-01");
    }

    [Fact]
    public async Task INV_01_02_05_06_the_database_installs_nobody_without_them()
    {
        var office = await service.ConfiguredAsync();
        await Assembly.InstalledAsync(service);
        var id = (await Assembly.DoneAsync(await office.PostAsJsonAsync($"{Api}/secretariats", new { name = "Secretariado forjado" }), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await Assembly.PostAsync(office, id, "declaration", new { signedOn = "2026-01-15", signedBy = new[] { "CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR" }, document = "Declaración conjunta" });
        await Assembly.PostAsync(office, id, "mechanisms", new { integration = "I", functions = "F", operation = "O", decisions = "D", parameters = new { } });
        var install = $"update secretariat set state = 'INSTALLED', installed_on = '{await TodayAsync()}', installed_with = (select id from governance_mechanism where secretariat_id = '{id}') where id = '{id}'";
        await ThrowsAsync(install, "INV-01");
        List<Member> members = [];
        foreach (var (sector, kind) in new[] { ("CIVIL_SOCIETY", "CIVIL_SOCIETY_ORGANIZATION"), ("PUBLIC_BODY", "EXECUTIVE"), ("GUARANTOR", "GUARANTOR") })
            members.Add(await Assembly.SeatAsync(service, office, id, sector, kind, $"Forjado {sector}"));
        await ThrowsAsync(install, "INV-05");
        await ThrowsAsync($"insert into secretariat_office (id, secretariat_id, office, organisation_id, valid_from) values (gen_random_uuid(), '{id}', 'FACILITATOR', '{members[0].OrganisationId}', '2026-01-01'); {install}", "INV-05");
        await Assembly.PostAsync(office, id, "offices", new { office = "FACILITATOR", accountId = (await Assembly.AccountAsync(service)).Account });
        await ThrowsAsync(install, "INV-06");
        await Assembly.PostAsync(office, id, "offices", new { office = "CHAIR", organisationId = members[0].OrganisationId });
        await ThrowsAsync($"insert into secretariat_office (id, secretariat_id, office, organisation_id, valid_from) values (gen_random_uuid(), '{id}', 'EXECUTIVE_SECRETARY', '{members[0].OrganisationId}', '2026-01-01'); {install}", "INV-06");
        await Assembly.PostAsync(office, id, "offices", new { office = "EXECUTIVE_SECRETARY", organisationId = members[1].OrganisationId });
        (await Assembly.PostAsync(office, id, "installation", new { })).GetProperty("state").GetString().ShouldBe("INSTALLED");
        await ThrowsAsync($"update secretariat set state = 'INTEGRATING' where id = '{id}'", "stays installed");
        // INV-08: without the suspension in the same transaction nobody leaves a sector empty; suspended, it does not come back empty.
        await ThrowsAsync($"update seat_holding set ended_on = valid_from + 1, end_cause = 'OTHER', end_reason = 'Forjada' where id = '{members[0].HoldingId}'", "INV-08");
        await Assembly.PostAsync(office, id, $"holders/{members[0].HoldingId}/end", new { reason = "Renuncia" });
        await ThrowsAsync($"update secretariat set state = 'INSTALLED', suspended_on = null where id = '{id}'", "INV-08");
        await ThrowsAsync($"update seat_holding set ended_on = ended_on + 1 where id = '{members[0].HoldingId}'", "keeps its history");
    }

    [Fact]
    public async Task INV_08_10_13_the_database_takes_no_vote_of_who_is_not_there_and_no_resolution_that_was_not_carried()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 2);
        var session = await stl.OpenSessionAsync(present: [stl.Members[0], stl.Members[2], stl.Members[3]]);
        var motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        var absent = stl.Members[1];
        await ThrowsAsync(Vote(absent.SeatId, absent.HoldingId, absent.AccountId, "now()"), "INV-10");
        var there = stl.Members[0];
        await ThrowsAsync(Vote(there.SeatId, absent.HoldingId, there.AccountId, Now()), "INV-10");
        // A former holder, and one of the future.
        await ThrowsAsync(Vote(there.SeatId, there.HoldingId, there.AccountId, "'2020-01-01'::timestamptz"), "INV-10");
        await ThrowsAsync(Vote(there.SeatId, there.HoldingId, there.AccountId, "'2099-01-01'::timestamptz"), "INV-10");
        await ThrowsAsync($"update secretariat set state = 'SUSPENDED', suspended_on = current_date where id = '{stl.Id}'; {Vote(there.SeatId, there.HoldingId, there.AccountId, Now())}", "INV-08");
        await ThrowsAsync($"update session_attendance set remote = false, came_at = came_at - interval '1 hour' where session_id = '{session}'", "keeps its history");
        await Assembly.DoneAsync(await Assembly.VoteAsync(there.Client, session, motion, "AGAINST"));
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        // Not carried, and with totals that nobody counted.
        await ThrowsAsync(Resolution("ballot.in_favour, ballot.against, ballot.abstentions"), "INV-13");
        await ThrowsAsync(Resolution("3, 0, 0"), "INV-13");

        string Vote(Guid seat, Guid holding, Guid account, string at) =>
            $"insert into seat_vote select gen_random_uuid(), id, '{seat}', '{holding}', 'TITULAR', 'IN_FAVOUR', false, '{account}', false, {at} from ballot where motion_id = '{motion}'";

        string Now() => $"'{service.Clock.GetUtcNow():O}'::timestamptz";

        string Resolution(string votes) =>
            $"""
            insert into resolution (id, version, secretariat_id, session_id, motion_id, ballot_id, number, text, matter, rule, occupied_seats, base, in_favour, against, abstentions, absent, adopted_at)
            select gen_random_uuid(), 1, '{stl.Id}', '{session}', motion.id, ballot.id, 99, motion.text, motion.matter, ballot.rule, cardinality(ballot.seats), ballot.base, {votes}, ballot.absent, now()
            from motion join ballot on ballot.motion_id = motion.id where motion.id = '{motion}'
            """;
    }

    private async Task<string> TodayAsync() => (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{(await Assembly.InstalledAsync(service)).Id}"))).GetProperty("on").GetString()!;

    private async Task ThrowsAsync(string sql, string why)
    {
        var refused = await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(sql), sql);
        $"{refused.MessageText} {refused.ConstraintName}".ShouldContain(why, customMessage: sql);
    }
}
