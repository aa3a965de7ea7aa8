using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OpenGov.Contracts.Participants.V1;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>What a session must not let happen, over HTTP and in the database.</summary>
public sealed class SessionRulesTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private static readonly string Hash = new('a', 64);

    [Fact]
    public async Task INV_12_the_base_of_an_open_vote_is_shown_and_does_not_shrink()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 5, publicBodies: 5);
        var session = await stl.OpenSessionAsync(present: [stl.Members[0], stl.Members[1], stl.Members[2], stl.Members[5], stl.Members[6], stl.Members[10]]);
        var motion = await stl.ProposeAsync(session);
        var open = Ballot(await stl.ActAsync(session, $"motions/{motion}/ballots"));
        (open.GetProperty("rule").GetString(), open.GetProperty("base").GetInt32(), open.GetProperty("needed").GetInt32()).ShouldBe(("SIMPLE_MAJORITY", 6, 4));
        await Assembly.DoneAsync(await Assembly.VoteAsync(stl.Members[0].Client, session, motion, "IN_FAVOUR"));
        foreach (var member in new[] { 1, 2, 5, 6, 10 })
            await Assembly.DoneAsync(await stl.Members[member].Client.PostAsync($"{Assembly.Sessions(session)}/my/departure", null));
        await (await stl.Members[1].Client.PostAsync($"{Assembly.Sessions(session)}/my/departure", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "seat_not_present");
        (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(
            $"update ballot set closed_at = now() + interval '1 day', base = 1, in_favour = 1, against = 0, abstentions = 0, absent = 10, outcome = 'CARRIED' where motion_id = '{motion}'"))).ConstraintName.ShouldBe("who_was_there_is_not_absent");
        var closed = Ballot(await stl.ActAsync(session, $"motions/{motion}/ballots/close"));
        (closed.GetProperty("outcome").GetString(), closed.GetProperty("totals").GetProperty("base").GetInt32(), closed.GetProperty("totals").GetProperty("abstentions").GetInt32()).ShouldBe(("NOT_CARRIED", 6, 5));
    }

    [Fact]
    public async Task A_motion_says_by_which_rule_it_will_be_decided_before_its_vote_opens()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 2);
        var subject = Guid.CreateVersion7();
        var session = await stl.OpenSessionAsync(present: [stl.Members[0], stl.Members[2], stl.Members[3]], matter: "PROBLEM_PRIORITY");
        var motion = await stl.ProposeAsync(session, await MotionAsync(stl, session, "PROBLEM", subject));
        var (rule, n, needed) = Ahead(await ReadAsync(session));
        (rule, n, needed).ShouldBe(("CONSENSUS", 3, null));
        // Whoever comes counts; once the vote is open the ballot itself says it.
        await Assembly.DoneAsync(await stl.Members[1].Client.PostAsJsonAsync($"{Assembly.Sessions(session)}/my/attendance", new { remote = true }));
        Ahead(await ReadAsync(session)).Base.ShouldBe(4);
        await stl.DecideAsync(session, motion, "AGAINST");
        (await ReadAsync(session)).GetProperty("motions")[0].GetProperty("ahead").ValueKind.ShouldBe(JsonValueKind.Null);

        // In the next session the same is decided by a simple majority, and that is known from the moment in which the first one closes.
        var next = await stl.OpenSessionAsync(matter: "PROBLEM_PRIORITY");
        await stl.ProposeAsync(next, await MotionAsync(stl, next, "PROBLEM", subject));
        var first = await service.Anonymous().GetAsync(Assembly.Sessions(next));
        Ahead(await Assembly.DoneAsync(first)).Rule.ShouldBe("CONSENSUS");
        await stl.ActAsync(session, "closing");
        using var again = new HttpRequestMessage(HttpMethod.Get, Assembly.Sessions(next)) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        Ahead(await Assembly.DoneAsync(await service.Anonymous().SendAsync(again))).ShouldBe(("SIMPLE_MAJORITY", 4, 3));
        // What minutes tell is what happened.
        await Assembly.DoneAsync(await stl.Office.PostAsync($"{Assembly.Sessions(next)}/minutes", null));
        (await Assembly.DoneAsync(await stl.Office.GetAsync($"{Assembly.Sessions(next)}/minutes/versions/1"))).GetProperty("motions")[0].GetProperty("ahead").ValueKind.ShouldBe(JsonValueKind.Null);

        async Task<JsonElement> ReadAsync(Guid id) => await Assembly.DoneAsync(await service.Anonymous().GetAsync(Assembly.Sessions(id)));

        static (string? Rule, int Base, int? Needed) Ahead(JsonElement view)
        {
            var ahead = view.GetProperty("motions")[0].GetProperty("ahead");
            return (ahead.GetProperty("rule").GetString(), ahead.GetProperty("base").GetInt32(), ahead.GetProperty("needed").ValueKind == JsonValueKind.Null ? null : ahead.GetProperty("needed").GetInt32());
        }
    }

    [Fact]
    public async Task INV_12_of_two_secretaries_the_one_whose_page_is_older_than_the_vote_neither_reopens_nor_ends_it()
    {
        var stl = await Assembly.InstalledAsync(service);
        var beside = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var session = await stl.OpenSessionAsync();
        var motion = await stl.ProposeAsync(session);
        var (opens, closes) = ($"motions/{motion}/ballots", $"motions/{motion}/ballots/close");

        // A button that was pressed twice opens, and closes, once.
        var (opening, closing) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await Assembly.DoneAsync(await ActAsync(stl.Office, opens, 1, opening));
        Ballot(await Assembly.DoneAsync(await ActAsync(stl.Office, opens, 1, opening))).GetProperty("round").GetInt32().ShouldBe(1);
        await (await ActAsync(beside, opens, 1)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "another_ballot_open");
        await VoteAsync(1);
        await Assembly.DoneAsync(await ActAsync(stl.Office, closes, 1, closing));
        Ballot(await Assembly.DoneAsync(await ActAsync(stl.Office, closes, 1, closing))).GetProperty("outcome").GetString().ShouldBe("CARRIED");

        // The page from before the vote, and whoever names no round.
        await (await ActAsync(beside, opens, 1)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "ballot_voted_meanwhile");
        await (await beside.PostAsync($"{Assembly.Sessions(session)}/{opens}", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "ballot_voted_meanwhile");

        // Reopened by who saw the result, it is not ended by who still sees the round before.
        await Assembly.DoneAsync(await ActAsync(stl.Office, opens, 2));
        await (await ActAsync(beside, closes, 1)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "ballot_not_open");
        await (await beside.PostAsync($"{Assembly.Sessions(session)}/{closes}", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "ballot_not_open");
        await VoteAsync(2);
        Ballot(await Assembly.DoneAsync(await ActAsync(beside, closes, 2))).GetProperty("outcome").GetString().ShouldBe("CARRIED");
        await (await ActAsync(beside, opens, 2)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "ballot_voted_meanwhile");
        await stl.ActAsync(session, "closing");
        (await service.CountAsync($"select count(*) from resolution where session_id = '{session}'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from ballot where motion_id = '{motion}'")).ShouldBe(2);

        Task<HttpResponseMessage> ActAsync(HttpClient secretary, string act, int round, Guid? key = null)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"{Assembly.Sessions(session)}/{act}") { Content = JsonContent.Create(new { round }) };
            request.Headers.Add("Idempotency-Key", (key ?? Guid.CreateVersion7()).ToString());
            return secretary.SendAsync(request);
        }

        async Task VoteAsync(int round)
        {
            foreach (var member in stl.Members)
                await Assembly.DoneAsync(await Assembly.VoteAsync(member.Client, session, motion, "IN_FAVOUR", round));
        }
    }

    [Fact]
    public async Task INV_08_a_vote_that_was_open_when_a_sector_fell_away_is_not_closed_nor_is_the_session_or_a_group_begun()
    {
        var stl = await Assembly.InstalledAsync(service);
        var group = await Assembly.DoneAsync(
            await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/groups", new { kind = "WORKING", name = $"Grupo {stl.Id}", mandate = "Estudia la apertura municipal.", members = new[] { new { organisationId = stl.Members[0].OrganisationId, coordinates = true } } }),
            HttpStatusCode.Created);
        var (proposed, hash) = (group.GetProperty("id").GetGuid(), group.GetProperty("hash").GetString());
        var session = await stl.OpenSessionAsync();
        var motion = await stl.ProposeAsync(session, await MotionAsync(stl, session, "WORKING_GROUP", proposed, hash));
        await stl.DecideAsync(session, motion, "IN_FAVOUR");
        await stl.ActAsync(session, "closing");
        var resolution = await LastResolutionAsync(stl);
        session = await stl.OpenSessionAsync();
        motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        foreach (var member in stl.Members)
            await Assembly.DoneAsync(await Assembly.VoteAsync(member.Client, session, motion, "IN_FAVOUR"));
        await Assembly.PostAsync(stl.Office, stl.Id, $"holders/{stl.Members[2].HoldingId}/end", new { reason = "Renuncia" });
        foreach (var (act, body) in new (string, object?)[] { ($"motions/{motion}/ballots/close", null), ("closing", null), ("agenda-items", new { title = "Otro" }), ("motions", await MotionAsync(stl, session)) })
            await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(session)}/{act}", body)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "secretariat_suspended");
        await (await stl.Office.PostAsJsonAsync($"{Api}/working-groups/{proposed}/start", new { resolutionId = resolution })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "secretariat_suspended");
        (await service.CountAsync($"select count(*) from ballot where motion_id = '{motion}' and closed_at is null")).ShouldBe(1);
        await Assembly.HoldAsync(service, stl.Office, stl.Id, stl.Members[2].SeatId, "TITULAR", "GUARANTOR", $"Relevo {stl.Id}");
        Ballot(await stl.ActAsync(session, $"motions/{motion}/ballots/close")).GetProperty("outcome").GetString().ShouldBe("CARRIED");
        await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/working-groups/{proposed}/start", new { resolutionId = resolution }));
    }

    [Fact]
    public async Task INV_13_a_session_whose_motions_supersede_the_same_resolution_can_be_closed()
    {
        var stl = await Assembly.InstalledAsync(service);
        var session = await stl.OpenSessionAsync();
        await stl.CarryAsync(session);
        await stl.ActAsync(session, "closing");
        var former = await LastResolutionAsync(stl);
        session = await stl.OpenSessionAsync();
        var beside = await stl.OpenSessionAsync();
        var second = await stl.ProposeAsync(session, await MotionAsync(stl, session, supersedes: former));
        var third = await stl.ProposeAsync(beside, await MotionAsync(stl, beside, supersedes: former));
        await stl.CarryAsync(session, await MotionAsync(stl, session, supersedes: former));
        await (await stl.Office.PostAsync($"{Assembly.Sessions(session)}/motions/{second}/ballots", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "resolution_being_superseded");
        // Nor in another session that goes on at the same time.
        await (await stl.Office.PostAsync($"{Assembly.Sessions(beside)}/motions/{third}/ballots", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "resolution_being_superseded");
        await stl.ActAsync(session, "closing");
        await (await stl.Office.PostAsync($"{Assembly.Sessions(beside)}/motions/{third}/ballots", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "resolution_being_superseded");
        await stl.ActAsync(beside, "closing");
        (await service.CountAsync($"select count(*) from resolution where supersedes_id = '{former}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Consensus_is_asked_for_again_where_the_earlier_session_found_it_in_the_end()
    {
        var stl = await Assembly.InstalledAsync(service);
        var subject = Guid.CreateVersion7();
        // The first round fails, the second is carried.
        var session = await stl.OpenSessionAsync(matter: "PROBLEM_PRIORITY");
        var motion = await stl.ProposeAsync(session, await MotionAsync(stl, session, "PROBLEM", subject));
        await stl.DecideAsync(session, motion, "AGAINST");
        await stl.DecideAsync(session, motion, "IN_FAVOUR", round: 2);
        await stl.ActAsync(session, "closing");
        (await RuleAsync(stl)).ShouldBe("CONSENSUS");
        // Another secretariat's failure is none of this one's.
        var stranger = await Assembly.InstalledAsync(service);
        await FailAsync(stranger);
        (await RuleAsync(stl)).ShouldBe("CONSENSUS");
        await FailAsync(stl);
        (await RuleAsync(stl)).ShouldBe("SIMPLE_MAJORITY");

        async Task FailAsync(Assembly of)
        {
            var held = await of.OpenSessionAsync(matter: "PROBLEM_PRIORITY");
            await of.DecideAsync(held, await of.ProposeAsync(held, await MotionAsync(of, held, "PROBLEM", subject)), "AGAINST");
            await of.ActAsync(held, "closing");
        }

        async Task<string?> RuleAsync(Assembly of)
        {
            var held = await of.OpenSessionAsync(matter: "PROBLEM_PRIORITY");
            var asked = await of.ProposeAsync(held, await MotionAsync(of, held, "PROBLEM", subject));
            return Ballot(await of.ActAsync(held, $"motions/{asked}/ballots")).GetProperty("rule").GetString();
        }
    }

    [Fact]
    public async Task A_problem_without_identifier_on_which_no_consensus_was_found_is_decided_by_majority_in_a_later_session()
    {
        var stl = await Assembly.InstalledAsync(service);
        (await RuleAsync("Se prioriza el acceso al agua.", "AGAINST")).ShouldBe("CONSENSUS");
        // Another problem is another search for consensus.
        (await RuleAsync("Se prioriza la movilidad.", "IN_FAVOUR")).ShouldBe("CONSENSUS");
        (await RuleAsync("Se prioriza el acceso al agua.", "IN_FAVOUR")).ShouldBe("SIMPLE_MAJORITY");
        // What was carried by consensus found it, and is asked for it again.
        (await RuleAsync("Se prioriza la movilidad.", "IN_FAVOUR")).ShouldBe("CONSENSUS");
        // Nor does what names a subject follow from words alone.
        (await RuleAsync("Se prioriza el acceso al agua.", "IN_FAVOUR", Guid.CreateVersion7())).ShouldBe("CONSENSUS");

        async Task<string?> RuleAsync(string text, string choice, Guid? subject = null)
        {
            var held = await stl.OpenSessionAsync(matter: "PROBLEM_PRIORITY");
            var item = (await stl.ReadAsync(held)).GetProperty("agenda")[0].GetProperty("id").GetGuid();
            var motion = await stl.ProposeAsync(held, new { agendaItemId = item, text, subjectKind = subject is null ? null : "PROBLEM", subjectId = subject });
            await stl.DecideAsync(held, motion, choice);
            return Ballot(await stl.ActAsync(held, "closing")).GetProperty("rule").GetString();
        }
    }

    [Fact]
    public async Task Attendance_is_in_the_room_or_from_elsewhere_and_only_as_it_was_convened()
    {
        var stl = await Assembly.InstalledAsync(service);
        var room = await stl.ConveneAsync(remote: false);
        await (await stl.Members[0].Client.PostAsJsonAsync($"{Assembly.Sessions(room)}/my/attendance", new { remote = true })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "session_in_room_only");
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(room)}/attendance", new { seatId = stl.Members[0].SeatId, role = "TITULAR", remote = true })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "session_in_room_only");
        (await Assembly.DoneAsync(await stl.Members[0].Client.PostAsJsonAsync($"{Assembly.Sessions(room)}/my/attendance", new { }))).GetProperty("attendance")[0].GetProperty("remote").GetBoolean().ShouldBeFalse();

        // Who checked in by phone from elsewhere and then came is recorded in the room.
        var session = await stl.OpenSessionAsync();
        var motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        var vote = new { seatId = stl.Members[1].SeatId, round = 1, choice = "ABSTENTION", conflictOfInterest = true, conflictReason = "Su institución es la proveedora." };
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions/{motion}/room-votes", vote)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "seat_attends_remotely");
        await stl.ActAsync(session, "attendance", new { seatId = stl.Members[1].SeatId, role = "TITULAR", remote = false });
        (await Assembly.DoneAsync(await stl.Members[1].Client.GetAsync($"{Assembly.Sessions(session)}/my/seat"))).GetProperty("remote").GetBoolean().ShouldBeFalse();
        await stl.ActAsync(session, $"motions/{motion}/room-votes", vote);
        var shown = Ballot(await stl.ReadAsync(session)).GetProperty("votes")[0];
        (shown.GetProperty("conflictOfInterest").GetBoolean(), shown.GetProperty("conflictReason").GetString()).ShouldBe((true, "Su institución es la proveedora."));
    }

    [Fact]
    public async Task INV_11_whose_term_ended_while_they_are_there_is_shown_as_who_counts_no_more()
    {
        var stl = await Assembly.InstalledAsync(service);
        var session = await stl.OpenSessionAsync();
        var before = await service.Anonymous().GetAsync(Assembly.Sessions(session));
        Counts(await Assembly.DoneAsync(before)).ShouldBe([true, true, true]);
        var (account, _, _) = await Assembly.AccountAsync(service);
        await Assembly.PostAsync(stl.Office, stl.Id, $"holders/{stl.Members[0].HoldingId}/substitution", new { accountId = account, post = "Dirección General", document = "Oficio 2/2026", reason = "Cambio de representante" });

        using var again = new HttpRequestMessage(HttpMethod.Get, Assembly.Sessions(session)) { Headers = { IfNoneMatch = { before.Headers.ETag! } } };
        var view = await Assembly.DoneAsync(await service.Anonymous().SendAsync(again));
        view.GetProperty("quorum").GetProperty("present").GetInt32().ShouldBe(2);
        Counts(view).ShouldBe([false, true, true]);
        // Minutes say who came and left, and their hash hangs on nothing else.
        (await Assembly.DoneAsync(await stl.Office.PostAsync($"{Assembly.Sessions(session)}/minutes", null))).GetProperty("content").GetProperty("attendance").GetRawText().ShouldNotContain("counts");

        // Whoever sits there now comes, and the other has left.
        view = await stl.ActAsync(session, "attendance", new { seatId = stl.Members[0].SeatId, role = "TITULAR", remote = false });
        Counts(view).ShouldBe([null, true, true, true]);
        view.GetProperty("attendance")[0].GetProperty("leftAt").ValueKind.ShouldBe(JsonValueKind.String);
        Counts(await stl.ActAsync(session, "closing")).ShouldAllBe(counts => counts == null);

        static IReadOnlyList<bool?> Counts(JsonElement view) =>
            [.. view.GetProperty("attendance").EnumerateArray().Select(row => row.TryGetProperty("counts", out var counts) ? counts.GetBoolean() : (bool?)null)];
    }

    [Fact]
    public async Task What_became_of_a_resolution_is_told_beside_it_and_it_is_overdue_by_its_day()
    {
        var stl = await Assembly.InstalledAsync(service);
        var session = await stl.OpenSessionAsync();
        await stl.CarryAsync(session, await MotionAsync(stl, session, responsible: stl.Members[0].OrganisationId, dueOn: "2020-01-31"));
        await stl.ActAsync(session, "closing");
        var id = await LastResolutionAsync(stl);
        var resolution = await ReadAsync();
        (resolution.GetProperty("progress").GetString(), resolution.GetProperty("overdue").GetBoolean(), resolution.GetProperty("responsibleId").GetGuid()).ShouldBe(("PENDING", true, stl.Members[0].OrganisationId));
        var address = $"{Api}/resolutions/{id}/follow-ups";
        await (await stl.Office.PostAsJsonAsync(address, new { state = "FULFILLED" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        await (await stl.Office.PostAsJsonAsync(address, new { state = "FULFILLED", note = "Se publicó.", on = "2999-01-01" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "moment_in_future");
        await (await stl.Office.PostAsJsonAsync(address, new { state = "FULFILLED", note = "Se publicó.", on = "2020-01-31" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "follow_up_before_resolution");
        foreach (var day in new[] { "'0001-01-01'", "current_date - 3", "'2999-01-01'" })
            (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync($"insert into resolution_follow_up select gen_random_uuid(), '{id}', 'FULFILLED', 'Forjada', {day}, adopted_at from resolution where id = '{id}'"))).MessageText.ShouldContain("since its adoption");
        (await stl.Members[0].Client.PostAsJsonAsync(address, new { state = "FULFILLED", note = "Se publicó." })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync(address, new { state = "IN_PROGRESS", note = "Se redacta." }));
        await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync(address, new { state = "FULFILLED", note = "Se publicó." }));
        resolution = await ReadAsync();
        (resolution.GetProperty("progress").GetString(), resolution.GetProperty("overdue").GetBoolean(), resolution.GetProperty("followUps").GetArrayLength()).ShouldBe(("FULFILLED", false, 2));
        (await service.FactsAsync("ResolutionFollowedUpV1", id)).ShouldBe(2);
        (await service.CountAsync($"select count(*) from audit_log where action = 'resolution_followed_up' and subject_id = '{id}'")).ShouldBe(2);
        await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync($"update resolution_follow_up set note = 'otra' where resolution_id = '{id}'"));
        await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync($"delete from resolution_follow_up where resolution_id = '{id}'"));

        async Task<JsonElement> ReadAsync() => await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/resolutions/{id}"));
    }

    [Fact]
    public async Task Who_sits_or_facilitates_gets_the_agenda_once_and_hears_of_the_cancellation()
    {
        var stl = await Assembly.InstalledAsync(service);
        var alternate = await Assembly.HoldAsync(service, stl.Office, stl.Id, stl.Members[0].SeatId, "ALTERNATE", "CIVIL_SOCIETY_ORGANIZATION", $"Suplente {stl.Id}");
        var asked = new { kind = "EXTRAORDINARY", startsAt = service.Clock.GetUtcNow().AddDays(3), place = "Sala de plenos", agenda = new[] { new { title = "Hoja de ruta" }, new { title = "Mesas de trabajo" } } };
        var key = Guid.CreateVersion7().ToString();
        var session = (await ConveneAsync()).GetProperty("id").GetGuid();
        (await ConveneAsync()).GetProperty("id").GetGuid().ShouldBe(session);
        Guid[] everybody = [.. stl.Members.Select(member => member.AccountId), alternate.AccountId, stl.Facilitator.Account];
        foreach (var account in everybody)
        {
            var mail = (await service.MailsToAsync($"{account}@miembro.example")).ShouldHaveSingleItem();
            (mail.Kind, mail.Path, mail.Quote, mail.Language).ShouldBe((PersonalMailKinds.SessionConvened, $"/sesiones/{session}.ics", "1. Hoja de ruta\n2. Mesas de trabajo", "es"));
            mail.Values![1].ShouldBe("sesión extraordinaria 1");
            mail.Values[3].ShouldBe("Sala de plenos");
        }

        await stl.ActAsync(session, "cancellation", new { reason = "Contingencia" });
        await (await stl.Office.PostAsJsonAsync($"{Assembly.Sessions(session)}/cancellation", new { reason = "Otra vez" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "session_not_in_state");
        foreach (var account in everybody)
        {
            var mails = await service.MailsToAsync($"{account}@miembro.example");
            mails.Select(mail => (mail.Kind, mail.Quote)).ShouldBe([(PersonalMailKinds.SessionConvened, "1. Hoja de ruta\n2. Mesas de trabajo"), (PersonalMailKinds.SessionCancelled, "Contingencia")]);
        }

        async Task<JsonElement> ConveneAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/secretariats/{stl.Id}/sessions") { Content = JsonContent.Create(asked) };
            request.Headers.Add("Idempotency-Key", key);
            return await Assembly.DoneAsync(await stl.Office.SendAsync(request), HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task INV_12_a_recount_of_the_log_by_plain_sql_agrees_with_every_ballot()
    {
        var stl = await Assembly.InstalledAsync(service, civilSociety: 3, publicBodies: 2);
        var session = await stl.OpenSessionAsync(present: [stl.Members[0], stl.Members[1], stl.Members[3], stl.Members[5]]);
        var motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        await VoteAsync(0, "IN_FAVOUR");
        // One comes after the vote began, two leave before it ends.
        await Assembly.DoneAsync(await stl.Members[4].Client.PostAsJsonAsync($"{Assembly.Sessions(session)}/my/attendance", new { remote = true }));
        await VoteAsync(4, "AGAINST");
        await stl.ActAsync(session, "departures", new { seatId = stl.Members[1].SeatId });
        await stl.ActAsync(session, "departures", new { seatId = stl.Members[4].SeatId });
        await stl.ActAsync(session, $"motions/{motion}/ballots/close");
        await stl.ActAsync(session, "attendance", new { seatId = stl.Members[1].SeatId, role = "TITULAR", remote = false });
        await stl.ActAsync(session, $"motions/{motion}/ballots", new { round = 2 });
        foreach (var member in new[] { 0, 3, 5 })
            await VoteAsync(member, "IN_FAVOUR", 2);
        await stl.ActAsync(session, $"motions/{motion}/ballots/close", new { round = 2 });
        await stl.ActAsync(session, "closing");

        // Who was present follows from comings and goings before the opening and comings during the vote; nobody's holding changes here.
        const string Recount = """
            with facts as (
                select aggregate_version as at, substring(type from '[A-Za-z0-9]+$') as name, payload as p from event_log where aggregate_id = '@session'
            ), ballots as (
                select o.at as opened, c.at as closed, o.p ->> 'motionId' as motion, (o.p ->> 'round')::int as round, o.p ->> 'rule' as rule, o.p -> 'seats' as seats, c.p -> 'totals' as totals, c.p ->> 'outcome' as outcome
                from facts o join facts c on c.name = 'BallotClosedV1' and c.p ->> 'motionId' = o.p ->> 'motionId' and c.p ->> 'round' = o.p ->> 'round' where o.name = 'BallotOpenedV1'
            ), seats as (
                select b.*, seat,
                    (select v.p ->> 'choice' from facts v where v.name = 'SeatVotedV1' and v.p ->> 'seatId' = seat and v.p ->> 'motionId' = b.motion and (v.p ->> 'round')::int = b.round) as choice,
                    exists (select from facts a where a.name = 'SeatAttendanceChangedV1' and a.p ->> 'seatId' = seat and (a.p ->> 'present')::boolean and a.at between b.opened and b.closed)
                    or coalesce((select (a.p ->> 'present')::boolean from facts a where a.name = 'SeatAttendanceChangedV1' and a.p ->> 'seatId' = seat and a.at < b.opened order by a.at desc limit 1), false) as there
                from ballots b, jsonb_array_elements_text(b.seats::jsonb) seat
            ), counted as (
                select motion, round, rule, totals, outcome, count(*) as occupied, count(*) filter (where there or choice is not null) as n, count(*) filter (where choice = 'IN_FAVOUR') as y,
                    count(*) filter (where choice = 'AGAINST') as c, count(*) filter (where (there and choice is null) or choice = 'ABSTENTION') as a, count(*) filter (where not there and choice is null) as absent
                from seats group by motion, round, rule, totals, outcome
            )
            select count(*) from counted where rule = 'SIMPLE_MAJORITY' and (outcome = 'CARRIED') = (2 * y > n)
                and (totals ->> 'occupiedSeats')::int = occupied and (totals ->> 'base')::int = n and (totals ->> 'inFavour')::int = y and (totals ->> 'against')::int = c
                and (totals ->> 'abstentions')::int = a and (totals ->> 'absent')::int = absent
                and exists (select from ballot where motion_id = motion::uuid and ballot.round = counted.round and (base, in_favour, against, abstentions, ballot.absent) = (n, y, c, a, counted.absent))
            """;
        (await service.CountAsync(Recount.Replace("@session", session.ToString(), StringComparison.Ordinal))).ShouldBe(2);
        var totals = (await stl.ReadAsync(session)).GetProperty("motions")[0].GetProperty("ballots");
        totals[0].GetProperty("totals").GetProperty("base").GetInt32().ShouldBe(5);
        totals[1].GetProperty("outcome").GetString().ShouldBe("CARRIED");
        // The resolution says what the second of them came to.
        (await service.CountAsync($"select count(*) from event_log, resolution where type like '%.ResolutionAdoptedV1' and payload ->> 'sessionId' = '{session}' and resolution.id = aggregate_id and (payload -> 'totals' ->> 'inFavour')::int = 3 and in_favour = 3 and base = 4")).ShouldBe(1);

        async Task VoteAsync(int member, string choice, int round = 1) => await Assembly.DoneAsync(await Assembly.VoteAsync(stl.Members[member].Client, session, motion, choice, round));
    }

    private static JsonElement Ballot(JsonElement session)
    {
        var motions = session.GetProperty("motions");
        var ballots = motions[motions.GetArrayLength() - 1].GetProperty("ballots");
        return ballots[ballots.GetArrayLength() - 1];
    }

    private static async Task<object> MotionAsync(
        Assembly stl, Guid session, string? kind = null, Guid? subject = null, string? hash = null, Guid? supersedes = null, Guid? responsible = null, string? dueOn = null) => new
        {
            agendaItemId = (await stl.ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid(),
            text = "Se aprueba.",
            subjectKind = kind,
            subjectId = subject,
            subjectHash = hash ?? (kind is null ? null : Hash),
            supersedesId = supersedes,
            responsibleId = responsible,
            dueOn,
        };

    private async Task<Guid> LastResolutionAsync(Assembly stl) =>
        (await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/resolutions"))).GetProperty("items")[0].GetProperty("id").GetGuid();
}
