using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OpenGov.Participants.States;
using OpenGov.ServiceTests.Participants.Secretariats;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Elections;

/// <summary>Whatever happens to seats and organisations meanwhile, an election ends with its sums; and its papers leave nothing behind.</summary>
public sealed class ElectionOutcomeTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();
    private readonly ElectionSetting setting;

    public ElectionOutcomeTests() => setting = new ElectionSetting(service);

    private DateOnly Today => State.Find("15")!.Today(service.Clock.GetUtcNow());

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task The_sums_are_published_whoever_cannot_take_the_seat_is_named_with_the_rule_and_the_seat_stays_vacant()
    {
        var stl = await Assembly.InstalledAsync(service);
        Guid[] seats = [await ElectionSetting.VacantSeatAsync(stl), await ElectionSetting.VacantSeatAsync(stl), await ElectionSetting.VacantSeatAsync(stl), await ElectionSetting.VacantSeatAsync(stl)];
        Guid[] elected = [await setting.OrganisationAsync("2015-01-01"), await setting.OrganisationAsync("2016-01-01"), await setting.OrganisationAsync("2017-01-01"), await setting.OrganisationAsync("2018-01-01")];
        var other = await setting.OrganisationAsync("2019-01-01");
        var election = await setting.CalledAsync(stl, elected, seats);
        await setting.CastAsync(election, other, elected);

        // Another organisation's public body took over the first; the second facilitates; somebody is in the third's seat.
        await service.ExecuteAsync($"update organisation set sector = 'PUBLIC_BODY', kind = 'EXECUTIVE' where id = '{elected[0]}'");
        await Assembly.PostAsync(stl.Office, stl.Id, "offices", new { office = "FACILITATOR", organisationId = elected[1] });
        await setting.HeldAsync(stl.Id, seats[2], other, Today, Today.AddYears(1));
        service.Clock.Advance(TimeSpan.FromDays(2));
        var office = await service.SignInAsync("titular@garante.example");
        var result = await Assembly.DoneAsync(await office.PostAsync($"{election}/proclamation", null));

        result.GetProperty("papers").GetInt32().ShouldBe(1);
        var candidates = result.GetProperty("candidates").EnumerateArray().ToList();
        candidates.ShouldAllBe(one => one.GetProperty("votes").GetInt32() == 1 && one.GetProperty("seatNumber").ValueKind == JsonValueKind.Number);
        candidates.Select(one => one.GetProperty("unseatedRule").GetString()).ShouldBe(["seat_of_another_sector", "facilitator_holds_no_seat", "seat_already_held", null]);
        candidates[0].GetProperty("unseatedBecause").GetString()!.ShouldContain("sector");
        var composed = await Assembly.DoneAsync(await office.GetAsync($"{Api}/secretariats/{stl.Id}"));
        var held = seats.Select(seat => composed.GetProperty("seats").EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == seat).GetProperty("titular")).ToList();
        held.Select(one => one.ValueKind == JsonValueKind.Null ? Guid.Empty : one.GetProperty("organisationId").GetGuid()).ShouldBe([Guid.Empty, Guid.Empty, other, elected[3]]);
        var fact = await service.CountAsync($"""
            select count(*) from event_log, jsonb_array_elements(payload -> 'results') as result where type like '%.SeatElectionProclaimedV1' and result ->> 'seatId' is not null
            """);
        fact.ShouldBe(1, "the fact names the seats that were taken");
    }

    [Fact]
    public async Task A_seat_is_reserved_while_it_is_voted_on()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (seat, candidate, other) = (await ElectionSetting.VacantSeatAsync(stl), await setting.OrganisationAsync("2015-01-01"), await setting.OrganisationAsync("2016-01-01"));
        var election = await setting.CalledAsync(stl, [candidate], seat);
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/elections", new { callNumber = await setting.ResolvedCallAsync([other]), seatIds = new[] { seat }, opensOn = Today, closesOn = Today }))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "seat_in_election");
        (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync($"""
            insert into seat_election (id, version, secretariat_id, call_id, opens_on, closes_on, term_from, seats, roll_size, state, called_at)
            select gen_random_uuid(), 1, secretariat_id, (select id from open_call where id <> call_id limit 1), opens_on, closes_on, term_from, seats, roll_size, state, called_at from seat_election
            """))).MessageText.ShouldBe("seat_in_election");

        var holders = $"{Api}/secretariats/{stl.Id}/seats/{seat}/holders";
        await (await stl.Office.PostAsJsonAsync(holders, new { role = "TITULAR", organisationId = other, access = "APPOINTMENT", document = "Oficio 1/2026" }))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "seat_reserved_for_election");
        // Until the elected come somebody may sit there.
        await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync(holders, new { role = "TITULAR", organisationId = other, access = "APPOINTMENT", document = "Oficio 1/2026", until = Today.AddDays(2) }));
        await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{election}/cancellation", new { reason = "El padrón estaba incompleto" }));
        await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync(holders, new { role = "TITULAR", organisationId = candidate, access = "APPOINTMENT", document = "Oficio 2/2026", from = Today.AddDays(2) }));
    }

    [Fact]
    public async Task Whoever_may_not_take_the_term_is_excluded_by_name_and_the_others_are_voted_on()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (seat, former) = (await ElectionSetting.VacantSeatAsync(stl), await ElectionSetting.VacantSeatAsync(stl));
        var (served, fresh, voter) = (await setting.OrganisationAsync("2015-01-01"), await setting.OrganisationAsync("2016-01-01"), await setting.OrganisationAsync("2017-01-01"));
        await setting.HeldAsync(stl.Id, former, served, Today.AddMonths(-48), Today.AddMonths(-24));
        await setting.HeldAsync(stl.Id, former, served, Today.AddMonths(-24), Today.AddDays(1));
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/elections", new { callNumber = await setting.ResolvedCallAsync([served]), seatIds = new[] { seat }, opensOn = Today, closesOn = Today }))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "too_many_consecutive_terms");

        var election = await setting.CalledAsync(stl, [served, fresh], seat);
        var called = await (await service.Anonymous().GetAsync(election)).JsonAsync();
        called.GetProperty("candidates").EnumerateArray().ShouldHaveSingleItem().GetProperty("organisationId").GetGuid().ShouldBe(fresh);
        var excluded = called.GetProperty("excluded").EnumerateArray().ShouldHaveSingleItem();
        excluded.GetProperty("organisationId").GetGuid().ShouldBe(served);
        excluded.GetProperty("rule").GetString().ShouldBe("too_many_consecutive_terms");
        excluded.GetProperty("because").GetString()!.ShouldContain("2");
        await (await (await setting.RepresentativeAsync(voter)).PostAsJsonAsync($"{election}/papers", new { organisationId = voter, candidates = new[] { served } }))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "election_choice_unknown");
        await setting.CastAsync(election, served, fresh);
        service.Clock.Advance(TimeSpan.FromDays(2));
        var result = await Assembly.DoneAsync(await (await service.SignInAsync("titular@garante.example")).PostAsync($"{election}/proclamation", null));
        result.GetProperty("candidates")[0].GetProperty("unseatedRule").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task No_row_of_the_sums_has_the_transaction_of_a_voter_and_none_from_before_a_paper_is_left()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (seat, candidate) = (await ElectionSetting.VacantSeatAsync(stl), await setting.OrganisationAsync("2015-01-01"));
        Guid[] voters = [await setting.OrganisationAsync("2016-01-01"), await setting.OrganisationAsync("2017-01-01"), await setting.OrganisationAsync("2018-01-01")];
        var election = await setting.CalledAsync(stl, [candidate], seat);
        await setting.CastAsync(election, voters[0], candidate);
        await setting.CastAsync(election, voters[1]);
        await HousekeepUntilAsync("select count(*) from pg_stat_user_tables where relname = 'election_tally' and n_dead_tup = 0 and vacuum_count + autovacuum_count > 0");
        (await service.CountAsync("select count(*) from election_scrub")).ShouldBe(0);
        await setting.CastAsync(election, voters[2], candidate);
        (await LikeAVoterAsync()).ShouldBeGreaterThan(0, "the last paper's");

        service.Clock.Advance(TimeSpan.FromDays(2));
        await Assembly.DoneAsync(await (await service.SignInAsync("titular@garante.example")).PostAsync($"{election}/proclamation", null));
        (await LikeAVoterAsync()).ShouldBe(0);
        var file = await service.CountAsync("select pg_relation_filenode('election_tally')::bigint");
        await HousekeepUntilAsync("select count(*) from election_scrub");
        (await service.CountAsync("select pg_relation_filenode('election_tally')::bigint")).ShouldNotBe(file, "written anew, without the rows of before");
        await HousekeepUntilAsync("select count(*) where pg_stat_get_dead_tuples('election_tally'::regclass) = 0");
        (await service.CountAsync("select sum(votes) from election_tally where line = 'CANDIDATE'")).ShouldBe(2);

        // Rows of the sums whose transaction is that of who voted, or of the record that they did.
        Task<long> LikeAVoterAsync() => service.CountAsync(
            "select count(*) from election_tally where xmin::text in (select xmin::text from election_voter union all select xmin::text from audit_log where action = 'election_vote_cast')");

        // What still reads keeps dead rows for another round, and how many there are is known a moment later.
        Task HousekeepUntilAsync(string sql) => Eventually.ShouldBeAsync(
            async () =>
            {
                await service.HousekeepAsync();
                return await service.CountAsync(sql);
            },
            1);
    }
}
