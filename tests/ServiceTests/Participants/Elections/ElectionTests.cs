using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OpenGov.Participants.States;
using OpenGov.ServiceTests.Participants.Secretariats;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Elections;

public sealed class ElectionTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();
    private readonly ElectionSetting setting;

    public ElectionTests() => setting = new ElectionSetting(service);

    private DateOnly Today => State.Find("15")!.Today(service.Clock.GetUtcNow());

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Registered_civil_society_elects_its_seats_in_secret_and_the_elected_take_them()
    {
        var stl = await Assembly.InstalledAsync(service);
        Guid[] seats = [await ElectionSetting.VacantSeatAsync(stl), await ElectionSetting.VacantSeatAsync(stl)];
        Guid[] candidates = [await setting.OrganisationAsync("2019-05-01"), await setting.OrganisationAsync("2017-05-01"), await setting.OrganisationAsync("2021-05-01")];
        var voters = new List<(Guid Organisation, HttpClient Client)>();
        for (var i = 0; i < 6; i++)
        {
            var organisation = await setting.OrganisationAsync("2020-01-01");
            voters.Add((organisation, await setting.RepresentativeAsync(organisation)));
        }

        var publicBody = await setting.OrganisationAsync("2020-01-01", "EXECUTIVE", "PUBLIC_BODY");
        var call = await setting.ResolvedCallAsync(candidates);
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/elections", new { callNumber = call, seatIds = new[] { stl.Members[0].SeatId }, opensOn = Today, closesOn = Today }))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "seat_already_held");
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/elections", new { callNumber = 999, seatIds = seats, opensOn = Today, closesOn = Today }))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "election_call_not_resolved");
        var called = await Assembly.DoneAsync(
            await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/elections", new { callNumber = call, seatIds = seats, opensOn = Today, closesOn = Today.AddDays(1) }), HttpStatusCode.Created);
        var election = $"{Api}/elections/{called.GetProperty("id").GetGuid()}";
        called.GetProperty("rollSize").GetInt32().ShouldBe(10, "the three candidates, the six voters and the member of the secretariat");
        (await (await service.Anonymous().GetAsync($"{election}/roll?limit=4")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(4);
        await (await stl.Office.PostAsync($"{election}/proclamation", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "election_not_closed");
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/elections", new { callNumber = call, seatIds = seats, opensOn = Today, closesOn = Today }))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "election_exists");

        // Hostile: nobody, without a mandate, of another sector, of an organisation that was registered later, too many, unknown, twice.
        (await service.Anonymous().PostAsJsonAsync($"{election}/papers", new { organisationId = voters[0].Organisation })).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await RefusedAsync(voters[1].Client, voters[0].Organisation, HttpStatusCode.Forbidden, "election_without_mandate", candidates[0]);
        await RefusedAsync(await setting.RepresentativeAsync(publicBody), publicBody, HttpStatusCode.UnprocessableEntity, "election_voter_not_on_roll", candidates[0]);
        var late = await setting.OrganisationAsync("2026-01-01");
        await RefusedAsync(await setting.RepresentativeAsync(late), late, HttpStatusCode.UnprocessableEntity, "election_voter_not_on_roll", candidates[0]);
        await RefusedAsync(voters[0].Client, voters[0].Organisation, HttpStatusCode.UnprocessableEntity, "election_too_many_choices", candidates);
        await RefusedAsync(voters[0].Client, voters[0].Organisation, HttpStatusCode.UnprocessableEntity, "election_choice_unknown", late);
        (await service.CountAsync("select count(*) from election_voter")).ShouldBe(0);

        // Two for the first two, one for each of the three, one blank; each twice, and at once.
        Guid[][] papers = [[candidates[0], candidates[1]], [candidates[0], candidates[1]], [candidates[0]], [candidates[2]], [candidates[2]], []];
        var answers = await Task.WhenAll(voters.SelectMany((voter, index) => new[] { CastAsync(voter.Client, voter.Organisation, papers[index]), CastAsync(voter.Client, voter.Organisation, papers[index]) }));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.NoContent).ShouldBe(6);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict).ShouldBe(6);
        await RefusedAsync(await setting.RepresentativeAsync(voters[0].Organisation), voters[0].Organisation, HttpStatusCode.Conflict, "organisation_has_voted", candidates[2]);
        (await (await voters[0].Client.GetAsync($"{election}/my/papers")).JsonAsync()).GetProperty("items")[0].GetProperty("hasVoted").GetBoolean().ShouldBeTrue();
        var open = await (await service.Anonymous().GetAsync(election)).Content.ReadAsStringAsync();
        JsonDocument.Parse(open).RootElement.GetProperty("candidates").EnumerateArray().ShouldAllBe(one => one.GetProperty("votes").ValueKind == JsonValueKind.Null);

        // Nothing joins who voted with what was voted.
        (await ColumnsAsync("election_voter")).ShouldBe(["election_id", "organisation_id"], ignoreOrder: true);
        (await ColumnsAsync("election_tally")).ShouldBe(["election_id", "line", "organisation_id", "votes"], ignoreOrder: true);
        (await service.CountAsync("select count(distinct xmin::text) from election_tally")).ShouldBe(1, "no row tells of a transaction of its own");
        foreach (var candidate in candidates)
        {
            (await service.CountAsync($"select count(*) from audit_log where action like 'election_vote%' and row_to_json(audit_log)::text like '%{candidate}%'")).ShouldBe(0);
            (await service.CountAsync($"select count(*) from event_log where type not like '%.Organisation%' and payload::text like '%{candidate}%'")).ShouldBe(0);
        }

        // Whoever writes SQL is refused as well.
        foreach (var forged in new[]
        {
            "update election_tally set votes = votes + 6 where organisation_id is not null",
            "update election_tally set votes = votes - 1 where votes > 0",
            "delete from election_voter",
            "update election_voter set organisation_id = organisation_id",
            "insert into election_voter select election_id, organisation_id from election_voter limit 1",
            $"insert into election_voter select election_id, '{late}' from election_voter limit 1",
            $"insert into election_voter select election_id, '{candidates[0]}' from election_voter limit 1",
            "insert into election_roll select election_id, organisation_id from election_voter limit 1",
            "update seat_election set closes_on = closes_on + 1",
        })
        {
            await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(forged), forged);
        }

        service.Clock.Advance(TimeSpan.FromDays(2));
        var office = await service.SignInAsync("titular@garante.example");
        await (await CastAsync(await setting.RepresentativeAsync(candidates[0]), candidates[0], [candidates[0]])).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "election_not_open");
        var result = await Assembly.DoneAsync(await office.PostAsync($"{election}/proclamation", null));
        result.GetProperty("papers").GetInt32().ShouldBe(6);
        result.GetProperty("blank").GetInt32().ShouldBe(1);
        result.GetProperty("seniorityDecided").GetBoolean().ShouldBeTrue();
        // Three, two and two: of the two equals the one that was registered in 2017.
        result.GetProperty("candidates").EnumerateArray().Select(one => (one.GetProperty("organisationId").GetGuid(), one.GetProperty("votes").GetInt32(), one.GetProperty("seatNumber").ValueKind != JsonValueKind.Null))
            .ShouldBe([(candidates[0], 3, true), (candidates[1], 2, true), (candidates[2], 2, false)]);
        await (await office.PostAsync($"{election}/proclamation", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "election_not_closed");
        await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync("update election_candidate set votes = votes + 1"));
        await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync("update seat_election set papers = papers - 1"));
        var composed = await Assembly.DoneAsync(await office.GetAsync($"{Api}/secretariats/{stl.Id}"));
        var titulars = composed.GetProperty("seats").EnumerateArray().Where(seat => seats.Contains(seat.GetProperty("id").GetGuid())).Select(seat => seat.GetProperty("titular")).ToList();
        titulars.Select(one => one.GetProperty("organisationId").GetGuid()).ShouldBe([candidates[0], candidates[1]]);
        titulars.ShouldAllBe(one => one.GetProperty("access").GetString() == "ELECTION" && one.GetProperty("until").GetString() != null);
        (await service.FactsAsync("SeatElectionProclaimedV1", called.GetProperty("id").GetGuid())).ShouldBe(1);

        Task<HttpResponseMessage> CastAsync(HttpClient client, Guid organisation, Guid[] choices) => client.PostAsJsonAsync($"{election}/papers", new { organisationId = organisation, candidates = choices });
        async Task RefusedAsync(HttpClient client, Guid organisation, HttpStatusCode status, string code, params Guid[] choices) =>
            await (await CastAsync(client, organisation, choices)).ShouldBeRefusedAsync(status, code);
    }

    [Fact]
    public async Task An_election_that_is_called_off_says_why_and_its_call_can_be_voted_on_again()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (seat, candidate) = (await ElectionSetting.VacantSeatAsync(stl), await setting.OrganisationAsync("2019-05-01"));
        var call = await setting.ResolvedCallAsync([candidate]);
        var request = new { callNumber = call, seatIds = new[] { seat }, opensOn = Today, closesOn = Today };
        var first = await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/elections", request), HttpStatusCode.Created);
        var cancelled = await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/elections/{first.GetProperty("id").GetGuid()}/cancellation", new { reason = "El padrón estaba incompleto" }));
        cancelled.GetProperty("state").GetString().ShouldBe("CANCELLED");
        await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/elections", request), HttpStatusCode.Created);
        (await (await service.Anonymous().GetAsync($"{Api}/secretariats/{stl.Id}/elections")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    private async Task<List<string>> ColumnsAsync(string table)
    {
        await using var command = service.Database.CreateCommand("select column_name from information_schema.columns where table_name = $1 and table_schema = 'public'");
        command.Parameters.Add(new() { Value = table });
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new List<string>();
        while (await reader.ReadAsync())
            columns.Add(reader.GetString(0));
        return columns;
    }
}
