using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenGov.Contracts;
using OpenGov.ServiceTests.Messaging;
using OpenGov.ServiceTests.Participants;

namespace OpenGov.ServiceTests.Operation;

/// <summary>What every service tells an operator and lets an operator do, on a service whose only copy is the test's own.</summary>
public sealed class OperationTests(MessagingHost service) : IClassFixture<MessagingHost>, IAsyncLifetime
{
    private const string Api = "/api/transparency/v1/operation";
    private const string Owner = Owners.Participants;
    private readonly Guid account = Guid.CreateVersion7();
    private readonly Guid ill = Guid.CreateVersion7();
    private IReadOnlyList<RecordedEvent> facts = [];
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        await service.ExecuteAsync("delete from inbox_parked; alter table seen drop constraint no_poison; alter table seen add constraint no_poison check (name <> 'poison') not valid");
        await service.ExecuteAsync($"insert into operator_post (id, account_id, valid_from) values (gen_random_uuid(), '{account}', now() - interval '1 day')");
        facts = service.Inbox.Append(Owner, MessagingHost.Fact(ill, 1), MessagingHost.Fact(ill, 2, "poison"), MessagingHost.Fact(ill, 3));
        await service.CatchUpAsync();
        client = service.Client(account);
    }

    public Task DisposeAsync()
    {
        client.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Only_who_is_operator_now_sees_and_orders()
    {
        var former = Guid.CreateVersion7();
        await service.ExecuteAsync($"insert into operator_post (id, account_id, valid_from, valid_until) values (gen_random_uuid(), '{former}', now() - interval '2 days', now() - interval '1 day')");
        foreach (var (who, status) in new[] { ((Guid?)null, HttpStatusCode.Unauthorized), (Guid.CreateVersion7(), HttpStatusCode.Forbidden), (former, HttpStatusCode.Forbidden) })
        {
            using var other = service.Client(who);
            foreach (var address in new[] { "", $"/parked/{Owner}", $"/parked/{Owner}/{facts[1].Sequence}" })
                (await other.GetAsync(Api + address)).StatusCode.ShouldBe(status, address);
            foreach (var address in new[] { $"/parked/{Owner}/send-again", $"/parked/{Owner}/set-aside", $"/parked/{Owner}/{facts[1].Sequence}/send-again", $"/parked/{Owner}/{facts[1].Sequence}/set-aside", $"/copies/{Owner}/rebuild" })
                (await other.PostAsJsonAsync(Api + address, new { reason = "no debe pasar" })).StatusCode.ShouldBe(status, address);
        }

        (await client.GetAsync(Api)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.QueryAsync<long>("select count(*) from operator_command where reason = 'no debe pasar'")).ShouldBe([0]);
        (await service.QueryAsync<long>("select count(*) from inbox_parked where set_aside_at is null")).ShouldBe([2]);
    }

    [Fact]
    public async Task The_report_tells_process_database_log_copies_and_errors_and_keeps_secrets()
    {
        service.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Prueba").LogError(
            new InvalidOperationException("quien@ejemplo.mx"), "Falló la entrega a {Address} con password=abc123", "alguien@ejemplo.mx");
        // A part that takes more than three seconds on a busy machine is said to be unknown; one that always does never becomes known.
        var (text, report) = ("", default(JsonElement));
        for (var look = 0; look < 10 && (look == 0 || report.GetProperty("unknown").EnumerateObject().Any()); look++)
        {
            text = await client.GetStringAsync(Api);
            report = JsonDocument.Parse(text).RootElement;
        }

        var process = report.GetProperty("process");
        process.GetProperty("service").GetString().ShouldBe(Owners.Transparency);
        process.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        process.GetProperty("memoryBytes").GetInt64().ShouldBeGreaterThan(10_000_000);
        process.GetProperty("startedAt").GetDateTimeOffset().ShouldBeLessThan(DateTimeOffset.UtcNow);
        process.GetProperty("disk").GetProperty("freeBytes").GetInt64().ShouldBeGreaterThan(0);
        process.GetProperty("health").GetProperty("status").GetString().ShouldBe("Degraded");
        report.GetProperty("database").GetProperty("sizeBytes").GetInt64().ShouldBeGreaterThan(1_000_000);
        report.GetProperty("database").GetProperty("connections").GetInt64().ShouldBeGreaterThan(0);
        report.GetProperty("broker").GetProperty("connected").GetBoolean().ShouldBeFalse();
        report.GetProperty("log").GetProperty("waiting").GetInt64().ShouldBe(0);
        var copy = report.GetProperty("copies").EnumerateArray().Single();
        copy.GetProperty("owner").GetString().ShouldBe(Owner);
        copy.GetProperty("position").GetInt64().ShouldBe(facts[2].Sequence);
        report.GetProperty("parked").GetProperty("waiting").GetInt64().ShouldBe(2);
        report.GetProperty("schemaFiles").EnumerateArray().Select(file => file.GetProperty("name").GetString()).ShouldContain("0002_operation.sql");
        report.GetProperty("unknown").EnumerateObject().ShouldBeEmpty();

        var failure = process.GetProperty("failures").EnumerateArray().Single(one => one.GetProperty("where").GetString() == "Prueba");
        failure.GetProperty("text").GetString()!.ShouldStartWith("Falló la entrega a");
        failure.GetProperty("cause").GetString().ShouldBe("InvalidOperationException");
        process.GetProperty("settings").EnumerateArray().Select(one => one.GetProperty("name").GetString()).ShouldContain("OpenGov:InstanceKey");
        foreach (var secret in new[] { "an instance key of the tests", "@ejemplo.mx", "abc123", "Username=" })
            text.ShouldNotContain(secret);
    }

    [Fact]
    public async Task A_fact_in_error_is_shown_with_content_reason_and_trace()
    {
        var list = (await client.GetFromJsonAsync<JsonElement>($"{Api}/parked/{Owner}?limit=1"))!;
        var first = list.GetProperty("items").EnumerateArray().Single();
        first.GetProperty("sequence").GetInt64().ShouldBe(facts[1].Sequence);
        first.GetProperty("payload").GetProperty("organisation").GetProperty("name").GetString().ShouldBe("poison");
        first.GetProperty("reason").GetString()!.ShouldContain("no_poison");
        first.GetProperty("eventId").GetGuid().ShouldBe(facts[1].EventId);

        var rest = await client.GetFromJsonAsync<JsonElement>($"{Api}/parked/{Owner}?cursor={list.GetProperty("next").GetString()}");
        rest.GetProperty("items").EnumerateArray().Single().GetProperty("reason").GetString().ShouldBe("behind");
        rest.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
        (await client.GetAsync($"{Api}/parked/{Owner}/{facts[0].Sequence}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync($"{Api}/parked/nobody")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync($"{Api}/parked/{Owner}?cursor=x")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_name_in_a_fact_that_fails_reaches_neither_the_report_nor_the_logs()
    {
        const string Name = "Juana Inventada Pérez";
        await service.ExecuteAsync(
            """
            create or replace function quotes() returns trigger language plpgsql as $$
            begin
                if new.name like 'Juana%' then perform new.name::uuid; end if;
                return new;
            end $$;
            create or replace trigger quotes before insert on seen for each row execute function quotes();
            """);
        var quoted = service.Inbox.Append(Owner, MessagingHost.Fact(Guid.CreateVersion7(), 1, Name))[0];
        await service.CatchUpAsync();
        (await OrderAsync($"{Api}/parked/{Owner}/{quoted.Sequence}/send-again", "otra vez", Guid.CreateVersion7().ToString())).GetProperty("failure").GetString()!
            .ShouldBe("PostgresException 22P02 InvalidTextRepresentation: invalid input syntax for type uuid: […]");
        var fact = await client.GetFromJsonAsync<JsonElement>($"{Api}/parked/{Owner}/{quoted.Sequence}");
        fact.GetProperty("reason").GetString()!.ShouldStartWith("PostgresException 22P02");

        var report = await client.GetStringAsync(Api);
        report.ShouldContain("22P02");
        report.ShouldNotContain("Inventada");
        var logged = string.Join('\n', service.Logged);
        logged.ShouldContain("22P02");
        logged.ShouldNotContain("Inventada");
    }

    [Fact]
    public async Task A_fact_whose_envelope_cannot_be_read_is_shown_with_what_can_be_and_sent_again_from_its_owner()
    {
        await service.ExecuteAsync(
            $$"""
            update inbox_parked set event = (event - 'aggregateVersion') || '{"occurredAt": 7, "ofAnotherVersion": true}' where sequence = {{facts[1].Sequence}};
            alter table seen drop constraint no_poison;
            alter table seen add constraint no_poison check (true);
            """);
        var items = (await client.GetFromJsonAsync<JsonElement>($"{Api}/parked/{Owner}")).GetProperty("items");
        items.EnumerateArray().Select(one => one.GetProperty("sequence").GetInt64()).ShouldBe([facts[1].Sequence, facts[2].Sequence]);
        items[0].GetProperty("payload").GetProperty("organisation").GetProperty("name").GetString().ShouldBe("poison");
        items[0].GetProperty("occurredAt").GetDateTimeOffset().ShouldBe(items[0].GetProperty("parkedAt").GetDateTimeOffset());
        (await client.GetAsync($"{Api}/parked/{Owner}/{facts[1].Sequence}")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // Not even an envelope; and its owner away: told as the reason, nothing is lost.
        await service.ExecuteAsync($"update inbox_parked set event = '[1]' where sequence = {facts[1].Sequence}");
        (await client.GetFromJsonAsync<JsonElement>($"{Api}/parked/{Owner}")).GetProperty("items")[0].GetProperty("payload").ValueKind.ShouldBe(JsonValueKind.Null);
        service.Inbox.FeedsAnswer = false;
        var away = await OrderAsync($"{Api}/parked/{Owner}/send-again", "se corrigió", Guid.CreateVersion7().ToString());
        service.Inbox.FeedsAnswer = true;
        (away.GetProperty("state").GetString(), away.GetProperty("failure").GetString()![.."HttpRequestException 503".Length]).ShouldBe(("FAILED", "HttpRequestException 503"));
        var done = await OrderAsync($"{Api}/parked/{Owner}/send-again", "se corrigió", Guid.CreateVersion7().ToString());
        (done.GetProperty("state").GetString(), done.GetProperty("done").GetInt64()).ShouldBe(("DONE", 2));
        (await service.SeenAsync(ill)).ShouldBe(facts.Select(fact => fact.Sequence));
    }

    [Fact]
    public async Task An_order_repeated_with_its_key_happens_once_and_leaves_one_audit_entry()
    {
        var key = Guid.CreateVersion7().ToString();
        var address = $"{Api}/parked/{Owner}/{facts[1].Sequence}/send-again";
        var still = await OrderAsync(address, "se corrigió el dato", Guid.CreateVersion7().ToString());
        still.GetProperty("state").GetString().ShouldBe("FAILED");
        still.GetProperty("failure").GetString()!.ShouldContain("no_poison");

        await service.ExecuteAsync("alter table seen drop constraint no_poison; alter table seen add constraint no_poison check (true)");
        var done = await OrderAsync(address, "se corrigió el dato", key);
        (done.GetProperty("state").GetString(), done.GetProperty("done").GetInt64(), done.GetProperty("total").GetInt64()).ShouldBe(("DONE", 2, 2));
        var again = await OrderAsync(address, "se corrigió el dato", key);
        again.GetProperty("id").GetGuid().ShouldBe(done.GetProperty("id").GetGuid());
        (await service.SeenAsync(ill)).ShouldBe(facts.Select(fact => fact.Sequence));

        (await PostAsync(address, "otra razón", key)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await PostAsync(address, "ya no está", Guid.CreateVersion7().ToString())).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.QueryAsync<string>(
            $"select action || ': ' || reason from audit_log where account_id = '{account}' and subject_id = $1", done.GetProperty("id").GetGuid()))
            .ShouldBe(["facts_sent_again: se corrigió el dato"]);
        var last = (await client.GetFromJsonAsync<JsonElement>(Api)).GetProperty("commands")[0];
        (last.GetProperty("id").GetGuid(), last.GetProperty("accountId").GetGuid(), last.GetProperty("reason").GetString())
            .ShouldBe((done.GetProperty("id").GetGuid(), account, "se corrigió el dato"));
    }

    [Fact]
    public async Task The_same_order_sent_twice_at_once_happens_once()
    {
        var key = Guid.CreateVersion7().ToString();
        var address = $"{Api}/parked/{Owner}/{facts[1].Sequence}/set-aside";
        var answers = await Task.WhenAll(PostAsync(address, "fuera", key), PostAsync(address, "fuera", key));
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        (await service.QueryAsync<long>("select count(*) from operator_command where key = $1", key)).ShouldBe([1]);
        (await service.QueryAsync<long>($"select count(*) from audit_log where account_id = '{account}' and action = 'facts_set_aside'")).ShouldBe([1]);
    }

    [Theory]
    [InlineData(null, "field_required")]
    [InlineData("  ", "field_required")]
    [InlineData("long", "field_too_long")]
    public async Task An_order_needs_a_reason(string? reason, string code)
    {
        var answer = await PostAsync($"{Api}/parked/{Owner}/set-aside", reason == "long" ? new string('x', 501) : reason, null);
        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
        (await service.QueryAsync<long>("select count(*) from inbox_parked where set_aside_at is null")).ShouldBe([2]);
    }

    [Fact]
    public async Task All_that_is_parked_can_be_set_aside_and_is_kept()
    {
        var done = await OrderAsync($"{Api}/parked/{Owner}/set-aside", "el origen ya se corrigió", null);
        done.GetProperty("done").GetInt64().ShouldBe(2);
        var report = await client.GetFromJsonAsync<JsonElement>(Api);
        report.GetProperty("parked").GetProperty("waiting").GetInt64().ShouldBe(0);
        report.GetProperty("parked").GetProperty("setAside").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task A_rebuild_runs_beside_its_order_once_at_a_time_and_tells_how_it_ended()
    {
        await service.ExecuteAsync("alter table seen drop constraint no_poison; alter table seen add constraint no_poison check (true)");
        var key = Guid.CreateVersion7().ToString();
        JsonElement begun;
        // Whoever applies facts holds this row: the rebuild has to wait for the test.
        await using (var connection = await service.Database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var hold = new Npgsql.NpgsqlCommand($"select from inbox_position where owner = '{Owner}' for update", connection, transaction))
                await hold.ExecuteNonQueryAsync();
            var answer = await PostAsync($"{Api}/copies/{Owner}/rebuild", "se perdió una fila", key);
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            begun = await answer.JsonAsync();
            begun.GetProperty("state").GetString().ShouldBe("RUNNING");
            (await PostAsync($"{Api}/copies/{Owner}/rebuild", "se perdió una fila", key)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
            await (await PostAsync($"{Api}/copies/{Owner}/rebuild", "otra vez", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "rebuild_running");
            await (await PostAsync($"{Api}/parked/{Owner}/send-again", "mientras", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "rebuild_running");
        }

        await Eventually.ShouldBeAsync(
            async () => (await service.QueryAsync<string>("select state from operator_command where id = $1", begun.GetProperty("id").GetGuid()))[0], "DONE");
        (await service.SeenAsync(ill)).ShouldBe(facts.Select(fact => fact.Sequence));
        (await service.QueryAsync<long>("select done from operator_command where key = $1", key)).ShouldBe([await service.PositionAsync()]);
        (await service.QueryAsync<long>("select count(*) from audit_log where action = 'copy_rebuild_ordered' and subject_id = $1", begun.GetProperty("id").GetGuid())).ShouldBe([1]);
    }

    [Fact]
    public async Task A_rebuild_whose_process_died_is_said_to_be_interrupted_and_can_be_ordered_again()
    {
        await service.ExecuteAsync(
            $"insert into operator_command (id, account_id, action, owner, reason, state, at, seen_at) values (gen_random_uuid(), '{account}', 'REBUILD', '{Owner}', 'antes', 'RUNNING', now(), now() - interval '1 minute')");
        (await client.GetFromJsonAsync<JsonElement>(Api)).GetProperty("commands").EnumerateArray()
            .Single(one => one.GetProperty("reason").GetString() == "antes").GetProperty("state").GetString().ShouldBe("INTERRUPTED");
        var answer = await PostAsync($"{Api}/copies/{Owner}/rebuild", "de nuevo", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var id = (await answer.JsonAsync()).GetProperty("id").GetGuid();
        await Eventually.ShouldBeAsync(async () => (await service.QueryAsync<string>("select state from operator_command where id = $1", id))[0], "DONE");
    }

    [Fact]
    public async Task A_copy_that_an_earlier_version_did_not_keep_is_made_at_the_start()
    {
        await using var upgraded = new MessagingHost();
        await upgraded.InitializeAsync();
        await using (var connection = new Npgsql.NpgsqlConnection(upgraded.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var before = new Npgsql.NpgsqlCommand($"insert into inbox_position (owner, sequence, rebuild_due) values ('{Owner}', 2, true)", connection);
            await before.ExecuteNonQueryAsync();
        }

        var thing = Guid.CreateVersion7();
        upgraded.Inbox.Append(Owner, MessagingHost.Fact(thing, 1), MessagingHost.Fact(thing, 2), MessagingHost.Fact(thing, 3));
        await Eventually.ShouldBeAsync(async () => string.Join(',', await upgraded.SeenAsync(thing)), "1,2,3");
        (await upgraded.QueryAsync<bool>("select rebuild_due from inbox_position")).ShouldBe([false]);
    }

    private async Task<JsonElement> OrderAsync(string address, string reason, string? key)
    {
        var answer = await PostAsync(address, reason, key);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string address, string? reason, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(new { reason }) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }
}
