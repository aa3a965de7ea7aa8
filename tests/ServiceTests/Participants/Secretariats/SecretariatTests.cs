using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Xunit.Abstractions;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

public sealed class SecretariatTests(ParticipantsHost service, ITestOutputHelper output) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task An_installation_names_every_rule_that_does_not_hold()
    {
        var office = await service.ConfiguredAsync();
        var made = await Assembly.DoneAsync(await office.PostAsJsonAsync($"{Api}/secretariats", new { name = "Secretariado vacío" }), HttpStatusCode.Created);
        var id = made.GetProperty("id").GetGuid();
        var refused = await (await office.PostAsJsonAsync($"{Api}/secretariats/{id}/installation", new { installedOn = "2020-01-01" })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        refused.Select(one => one.Code).ShouldBe(
            ["installation_lacks_civil_society", "installation_lacks_public_bodies", "installation_lacks_guarantor", "installation_few_seats", "installation_without_declaration",
             "installation_without_mechanism", "installation_without_facilitator", "installation_without_offices", "installation_without_awareness"]);
        var shown = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{id}?on=2020-01-01"));
        shown.GetProperty("installation").EnumerateArray().Where(finding => !finding.GetProperty("holds").GetBoolean()).Select(finding => finding.GetProperty("rule").GetString()).Distinct()
            .ShouldBe(["INV-01", "INV-02", "INV-03", "INV-04", "INV-05", "INV-06", "SPEC-2.1"]);
        shown.GetProperty("installation")[0].GetProperty("explanation").GetString()!.ShouldStartWith("INV-01");
    }

    [Fact]
    public async Task INV_03_an_installation_rests_on_the_instances_own_declaration_once_it_is_complete()
    {
        var office = await service.ConfiguredAsync();
        var id = (await Assembly.DoneAsync(await office.PostAsJsonAsync($"{Api}/secretariats", new { name = "Secretariado por declarar" }), HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await service.ExecuteAsync($"""
            insert into joint_declaration (id, version, title, text, state, text_sha256) values ('{id}', 1, 'Declaración conjunta', repeat('Texto de la declaración. ', 4), 'DRAFT', repeat('a', 64));
            insert into declaration_signatory (id, declaration_id, organisation_id, sector, post, position)
                select gen_random_uuid(), '{id}', (select guarantor_id from instance), 'GUARANTOR', 'Presidencia', 0;
            """);
        (await ReadAsync()).GetProperty("declaration").ValueKind.ShouldBe(JsonValueKind.Null);
        await service.ExecuteAsync($"update joint_declaration set state = 'COMPLETE', opened_at = now(), signed_on = current_date - 5, completed_at = now() where id = '{id}'");
        var declared = await ReadAsync();
        declared.GetProperty("declaration").GetProperty("document").GetString().ShouldBe("Declaración conjunta");
        // Complete, but not by the three sectors: a state that only a faulty program makes is still refused.
        declared.GetProperty("installation").EnumerateArray().Single(finding => finding.GetProperty("rule").GetString() == "INV-03").GetProperty("code").GetString().ShouldBe("installation_declaration_unsigned");
        await service.ExecuteAsync("alter table joint_declaration disable trigger all; alter table declaration_signatory disable trigger all; delete from declaration_signatory; delete from joint_declaration; alter table joint_declaration enable trigger all; alter table declaration_signatory enable trigger all");

        async Task<JsonElement> ReadAsync() => await Assembly.DoneAsync(await office.GetAsync($"{Api}/secretariats/{id}"));
    }

    [Fact]
    public async Task INV_08_a_removed_holder_suspends_and_a_new_one_brings_it_back_and_what_was_stays_on_record()
    {
        var stl = await Assembly.InstalledAsync(service);
        var member = stl.Members[0];
        var suspended = await Assembly.PostAsync(stl.Office, stl.Id, $"holders/{member.HoldingId}/end", new { reason = "Renuncia" });
        suspended.GetProperty("state").GetString().ShouldBe("SUSPENDED");
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/sessions", new { kind = "ORDINARY", startsAt = service.Clock.GetUtcNow().AddDays(30), place = "Sala", agenda = new[] { new { title = "Punto" } } }))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "secretariat_suspended");
        await Assembly.HoldAsync(service, stl.Office, stl.Id, member.SeatId, "TITULAR", "CIVIL_SOCIETY_ORGANIZATION", $"Relevo {stl.Id}");
        (await Assembly.DoneAsync(await stl.Office.GetAsync($"{Api}/secretariats/{stl.Id}"))).GetProperty("state").GetString().ShouldBe("INSTALLED");
        var memberships = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/memberships"));
        memberships.GetProperty("items").EnumerateArray().Count(row => row.GetProperty("seatId").GetGuid() == member.SeatId).ShouldBe(2);
        (await service.FactsAsync("SecretariatSuspendedV1", stl.Id)).ShouldBe(1);
        (await service.FactsAsync("SecretariatReturnedV1", stl.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_session_is_held_from_its_convening_to_a_numbered_resolution_that_a_later_one_supersedes()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 2);
        var subject = Guid.CreateVersion7();
        var first = await DecideAsync(null);
        first.GetProperty("number").GetInt32().ShouldBe(1);
        first.GetProperty("subject").GetProperty("versionHash").GetString().ShouldBe(new string('a', 64));
        first.GetProperty("totals").GetProperty("inFavour").GetInt32().ShouldBe(3);
        first.GetProperty("totals").GetProperty("against").GetInt32().ShouldBe(1);
        first.GetProperty("needed").GetInt32().ShouldBe(3);
        var second = await DecideAsync(first.GetProperty("id").GetGuid());
        second.GetProperty("number").GetInt32().ShouldBe(2);
        var read = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/resolutions/{first.GetProperty("id").GetGuid()}"));
        read.GetProperty("supersededById").GetGuid().ShouldBe(second.GetProperty("id").GetGuid());
        (await service.FactsAsync("ResolutionAdoptedV1", first.GetProperty("id").GetGuid())).ShouldBe(1);

        async Task<JsonElement> DecideAsync(Guid? supersedes)
        {
            var session = await stl.OpenSessionAsync();
            var item = (await stl.ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid();
            var motion = await stl.ProposeAsync(session, new { agendaItemId = item, text = "Se aprueba la hoja de ruta.", subjectKind = "ROADMAP", subjectId = subject, subjectHash = new string('a', 64), supersedesId = supersedes });
            await stl.ActAsync(session, $"motions/{motion}/ballots");
            foreach (var (member, index) in stl.Members.Select((member, index) => (member, index)))
                await Assembly.DoneAsync(await Assembly.VoteAsync(member.Client, session, motion, index == 0 ? "AGAINST" : "IN_FAVOUR"));
            await stl.ActAsync(session, $"motions/{motion}/ballots/close");
            await stl.ActAsync(session, "closing");
            return (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/resolutions"))).GetProperty("items")[0];
        }
    }

    [Fact]
    public async Task Votes_that_are_forged_replayed_late_or_twice_are_refused_by_their_rule_logged_and_not_stored()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 2);
        var alternate = await Assembly.HoldAsync(service, stl.Office, stl.Id, stl.Members[0].SeatId, "ALTERNATE", "CIVIL_SOCIETY_ORGANIZATION", $"Suplente {stl.Id}");
        var (_, _, stranger) = await Assembly.AccountAsync(service);
        var other = await stl.OpenSessionAsync();
        var elsewhere = await stl.ProposeAsync(other);
        var session = await stl.OpenSessionAsync("EXTRAORDINARY");
        var motion = await stl.ProposeAsync(session);
        await RefusedAsync(stl.Members[0].Client, HttpStatusCode.Conflict, "ballot_not_open");
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        (await Assembly.VoteAsync(service.Anonymous(), session, motion, "IN_FAVOUR")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await RefusedAsync(stranger, HttpStatusCode.UnprocessableEntity, "voter_without_seat");
        await RefusedAsync(stl.Office, HttpStatusCode.UnprocessableEntity, "voter_without_seat");
        await RefusedAsync(stl.Facilitator.Client, HttpStatusCode.UnprocessableEntity, "facilitator_has_no_vote");
        await Assembly.DoneAsync(await Assembly.VoteAsync(stl.Members[0].Client, session, motion, "IN_FAVOUR"));
        await RefusedAsync(stl.Members[0].Client, HttpStatusCode.Conflict, "seat_has_voted");
        await RefusedAsync(alternate.Client, HttpStatusCode.Conflict, "alternate_whose_titular_voted");
        await (await Assembly.VoteAsync(stl.Members[1].Client, session, motion, "MAYBE")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid_json");
        await (await stl.Members[1].Client.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions/{motion}/votes", new { choice = "IN_FAVOUR" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        await (await Assembly.VoteAsync(stl.Members[1].Client, session, elsewhere, "IN_FAVOUR")).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "motion_of_another_session");
        (await stl.Members[1].Client.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions/{motion}/room-votes", new { seatId = stl.Members[2].SeatId, round = 1, choice = "IN_FAVOUR" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await stl.ActAsync(session, "departures", new { seatId = stl.Members[3].SeatId });
        var late = await RefusedAsync(stl.Members[1].Client, HttpStatusCode.UnprocessableEntity, "quorum_lacks_guarantor");
        late.ShouldContain("INV-11");
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        (await RefusedAsync(stl.Members[1].Client, HttpStatusCode.Conflict, "ballot_not_open")).ShouldContain("INV-12");
        // INV-14, INV-11
        var added = (await stl.ActAsync(session, "agenda-items", new { title = "Asunto nuevo" })).GetProperty("agenda")[1].GetProperty("id").GetGuid();
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions", new { agendaItemId = added, text = "Se aprueba." })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "matter_not_notified");
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions/{motion}/ballots", new { round = 2 })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "quorum_lacks_guarantor");
        (await service.CountAsync($"select count(*) from seat_vote vote join ballot on ballot.id = vote.ballot_id where motion_id = '{motion}'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from seat_vote vote join ballot on ballot.id = vote.ballot_id where motion_id = '{elsewhere}'")).ShouldBe(0);

        // The log has each of them with its reason, and staff sees them on the session's desk.
        var tried = (await Assembly.DoneAsync(await stl.Office.GetAsync($"{Assembly.Sessions(session)}/refused-acts"))).GetProperty("items").EnumerateArray().ToList();
        tried.Select(row => (row.GetProperty("act").GetString(), row.GetProperty("codes")[0].GetString())).Reverse().ShouldBe(
        [
            ("votes", "ballot_not_open"), ("votes", "voter_without_seat"), ("votes", "voter_without_seat"), ("votes", "facilitator_has_no_vote"), ("votes", "seat_has_voted"), ("votes", "alternate_whose_titular_voted"),
            ("votes", "invalid_json"), ("votes", "field_required"), ("votes", "motion_of_another_session"), ("room-votes", "forbidden"), ("votes", "quorum_lacks_guarantor"), ("votes", "ballot_not_open"),
            ("motions", "matter_not_notified"), ("ballots", "quorum_lacks_guarantor"),
        ]);
        tried.Single(row => row.GetProperty("codes")[0].GetString() == "facilitator_has_no_vote").ShouldSatisfyAllConditions(
            row => row.GetProperty("facilitator").GetBoolean().ShouldBeTrue(),
            row => row.GetProperty("seatNumber").ValueKind.ShouldBe(JsonValueKind.Null),
            row => row.GetProperty("explanations")[0].GetString()!.ShouldStartWith("INV-10"));
        tried.Single(row => row.GetProperty("codes")[0].GetString() == "matter_not_notified").GetProperty("explanations")[0].GetString()!.ShouldStartWith("INV-14");
        (await service.CountAsync($"select count(*) from audit_log where action = 'vote_refused' and subject_id = '{session}'")).ShouldBe(12);
        (await service.CountAsync($"select count(*) from audit_log where action = 'vote_refused' and subject_id = '{session}' and account_id = '{stl.Facilitator.Account}' and after ->> 'code' = 'facilitator_has_no_vote'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from audit_log where action = 'session_act_refused' and subject_id = '{session}'")).ShouldBe(2);
        (await stranger.GetAsync($"{Assembly.Sessions(session)}/refused-acts")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        async Task<string> RefusedAsync(HttpClient client, HttpStatusCode status, string code)
        {
            using var answer = await Assembly.VoteAsync(client, session, motion, "IN_FAVOUR");
            await answer.ShouldBeRefusedAsync(status, code);
            return (await answer.JsonAsync()).GetProperty("title").GetString()!;
        }
    }

    [Fact]
    public async Task Forty_seats_that_vote_at_once_at_two_replicas_are_each_counted_once()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 20, publicBodies: 19, guarantor: 1);
        await using var replica = service.WithWebHostBuilder(_ => { });
        var session = await stl.OpenSessionAsync();
        var motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        using var second = replica.CreateClient();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        // Each votes at one replica and, at the same time, once more at the other.
        var answers = await Task.WhenAll(stl.Members.SelectMany((member, index) => new[] { index % 2 == 0, index % 2 != 0 }.Select(async here =>
        {
            var until = DateTimeOffset.UtcNow.AddMinutes(2);
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"{Assembly.Sessions(session)}/motions/{motion}/votes") { Content = JsonContent.Create(new { round = 1, choice = index < 30 ? "IN_FAVOUR" : "AGAINST" }) };
                request.Headers.Authorization = member.Client.DefaultRequestHeaders.Authorization;
                using var answer = here ? await member.Client.SendAsync(request) : await second.SendAsync(request);
                // A database without a free connection says so, and the voter tries again.
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || DateTimeOffset.UtcNow > until)
                    return answer.StatusCode;
            }
        })));
        output.WriteLine(string.Join(", ", answers.CountBy(status => status)) + $" in {watch.ElapsedMilliseconds} ms");
        answers.Count(status => status == HttpStatusCode.OK).ShouldBe(40);
        answers.Count(status => status == HttpStatusCode.Conflict).ShouldBe(40);
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        var totals = (await stl.ReadAsync(session)).GetProperty("motions")[0].GetProperty("ballots")[0].GetProperty("totals");
        totals.GetProperty("inFavour").GetInt32().ShouldBe(30);
        totals.GetProperty("against").GetInt32().ShouldBe(10);
        (await service.FactsAsync("SeatVotedV1", session)).ShouldBe(40);
        (await service.CountAsync($"select count(distinct payload ->> 'seatId') from event_log where type like '%.SeatVotedV1' and aggregate_id = '{session}'")).ShouldBe(40);
    }

    [Fact]
    public async Task The_database_holds_the_rules_by_itself()
    {
        var stl = await Assembly.InstalledAsync(service);
        var session = await stl.OpenSessionAsync();
        var motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        foreach (var member in stl.Members)
            await Assembly.DoneAsync(await Assembly.VoteAsync(member.Client, session, motion, "IN_FAVOUR"));
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        await stl.ActAsync(session, "closing");
        await RefusedAsync($"update resolution set in_favour = 0, abstentions = 3 where session_id = '{session}'", "INV-13");
        await RefusedAsync($"delete from resolution where session_id = '{session}'", "keeps its history");
        await RefusedAsync("update seat_vote set choice = 'AGAINST'", "keeps its history");
        await RefusedAsync($"insert into seat_vote select gen_random_uuid(), ballot_id, seat_id, holding_id, role, choice, false, cast_by, false, cast_at from seat_vote where seat_id = '{stl.Members[0].SeatId}'", "INV-12");
        await RefusedAsync($"update ballot set in_favour = 1, against = 2, outcome = 'CARRIED' where motion_id = '{motion}'", "closed once");
        await RefusedAsync($"update seat_holding set organisation_id = '{stl.Members[1].OrganisationId}' where id = '{stl.Members[0].HoldingId}'", "keeps its history");
        await RefusedAsync(
            $"insert into seat_holding (id, secretariat_id, seat_id, role, organisation_id, account_id, access, document, valid_from) values (gen_random_uuid(), '{stl.Id}', '{stl.Members[1].SeatId}', 'ALTERNATE', '{stl.Members[1].OrganisationId}', '{stl.Members[0].AccountId}', 'APPOINTMENT', 'Oficio', current_date + 1)",
            "INV-07");

        async Task RefusedAsync(string sql, string why) => (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(sql))).MessageText.ShouldContain(why);
    }
}
