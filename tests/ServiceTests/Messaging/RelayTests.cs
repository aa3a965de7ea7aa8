using System.Globalization;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.Transparency;

namespace OpenGov.ServiceTests.Messaging;

public sealed class RelayTests : IAsyncLifetime
{
    private const string UnnumberedSql = "select count(*) from event_log where sequence is null";
    private readonly MessagingHost service = new();

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Two_relays_number_what_many_writers_record_densely_and_by_version()
    {
        const int Things = 5;
        const int Writers = 8;
        const int WritesEach = 40;
        await using var replica = service.WithWebHostBuilder(_ => { });
        WebApplicationFactory<TransparencyDb>[] replicas = [service, replica];
        await service.ExecuteAsync("create table thing (id uuid primary key, version integer not null)");
        var things = Enumerable.Range(0, Things).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var thing in things)
            await service.ExecuteAsync($"insert into thing values ('{thing}', 0)");

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var write = 0; write < WritesEach; write++)
                await ChangeAsync(replicas[writer % 2].Services, things[Random.Shared.Next(Things)]);
        })));

        await Eventually.ShouldBeAsync(async () => (await service.QueryAsync<long>(UnnumberedSql))[0], 0);
        const long Facts = 2 * Writers * WritesEach;
        (await service.QueryAsync<long>("select sequence from event_log order by sequence")).ShouldBe(Enumerable.Range(1, (int)Facts).Select(number => (long)number));
        (await service.QueryAsync<long>("select numbered from relay_position")).ShouldBe([Facts]);
        foreach (var thing in things)
        {
            var versions = await service.QueryAsync<string>(
                "select aggregate_version || ' ' || (payload #>> '{organisation,name}') from event_log where aggregate_id = $1 order by sequence", thing);
            versions.ShouldBe(Enumerable.Range(1, versions.Length / 2).SelectMany(version => new[] { $"{version} first", $"{version} second" }));
        }
    }

    [Fact]
    public async Task A_version_is_numbered_after_its_predecessor_though_its_replicas_clock_is_behind()
    {
        using var stopped = await LeadWithoutWorkAsync();
        Guid one = Guid.CreateVersion7(), other = Guid.CreateVersion7();
        // Ids in the order of their clocks: version 2 of one thing was written by the replica whose clock is late.
        await InsertAsync(stopped.Connection, 1, one, 2);
        await InsertAsync(stopped.Connection, 2, other, 1);
        await InsertAsync(stopped.Connection, 3, one, 1);
        await InsertAsync(stopped.Connection, 4, one, 1);
        await InsertAsync(stopped.Connection, 5, other, 2);

        (await EventNumbering.RunAsync(stopped.Connection, CancellationToken.None)).ShouldBe(5);
        (await NumberedIdsAsync(stopped.Connection)).ShouldBe([2, 3, 4, 1, 5]);

        await InsertAsync(stopped.Connection, 0, one, 3);
        (await EventNumbering.RunAsync(stopped.Connection, CancellationToken.None)).ShouldBe(6);
        (await NumberedIdsAsync(stopped.Connection)).ShouldBe([2, 3, 4, 1, 5, 0]);
    }

    [Fact]
    public async Task A_leader_that_stands_still_is_deposed_and_can_number_no_more()
    {
        using var stopped = await LeadWithoutWorkAsync();
        // Half-way through a numbering when it stops.
        await using var transaction = await stopped.Connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select from relay_position for update", stopped.Connection, transaction))
            await hold.ExecuteNonQueryAsync();

        await RecordAsync(service.Services, Guid.CreateVersion7(), 1);
        await Eventually.ShouldBeAsync(async () => (await service.QueryAsync<long>(UnnumberedSql))[0], 0);

        await Should.ThrowAsync<NpgsqlException>(() => EventNumbering.RunAsync(stopped.Connection, CancellationToken.None));
        (await service.QueryAsync<long>("select numbered from relay_position")).ShouldBe([1]);
    }

    [Fact]
    public async Task When_the_leaders_session_ends_the_lead_passes_on_and_the_numbers_go_on()
    {
        await using var replica = service.WithWebHostBuilder(_ => { });
        var thing = Guid.CreateVersion7();
        for (var version = 1; version <= 20; version++)
        {
            await RecordAsync((version % 2 == 0 ? service : replica).Services, thing, version);
            if (version % 5 == 0)
                await RelayLeadership.DeposeAsync(service.Database, CancellationToken.None);
        }

        await Eventually.ShouldBeAsync(async () => (await service.QueryAsync<long>(UnnumberedSql))[0], 0);
        (await service.QueryAsync<long>("select sequence from event_log order by aggregate_version")).ShouldBe(Enumerable.Range(1, 20).Select(number => (long)number));
    }

    [Fact]
    public void An_older_number_never_takes_the_place_of_a_newer_one()
    {
        var publisher = service.Services.GetRequiredService<BatchPublisher>();
        publisher.Numbered(1_000_006);
        // What the publisher read from the database before the relay numbered one more.
        publisher.Numbered(1_000_005);
        publisher.LastNumbered.ShouldBe(1_000_006);
    }

    [Fact]
    public async Task Watching_the_log_goes_on_after_a_failure_that_is_not_the_connection_s()
    {
        using var ended = new CancellationTokenSource();
        await service.ExecuteAsync("delete from relay_position");
        var watching = service.Services.GetRequiredService<RelayMeters>().WatchAsync(service.Database, ended.Token);
        await Task.WhenAny(watching, Task.Delay(TimeSpan.FromSeconds(1)));
        watching.IsCompleted.ShouldBeFalse();
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watching);
    }

    [Fact]
    public async Task The_feed_serves_numbered_facts_page_by_page_and_erased_payloads_as_null()
    {
        var thing = Guid.CreateVersion7();
        for (var version = 1; version <= 5; version++)
            await RecordAsync(service.Services, thing, version);
        await Eventually.ShouldBeAsync(async () => (await service.QueryAsync<long>(UnnumberedSql))[0], 0);
        using var client = service.Operator();

        var page = await FeedAsync(client, 0, 2);
        page.Head.ShouldBe(5);
        page.Events.Select(fact => fact.Sequence).ShouldBe([1, 2]);
        page.Events[0].AggregateId.ShouldBe(thing);
        EventTypes.Read(page.Events[1]).ShouldBe(MessagingHost.Fact(thing, 2));
        (await FeedAsync(client, 2, 500)).Events.Select(fact => fact.Sequence).ShouldBe([3, 4, 5]);
        (await FeedAsync(client, 5, 500)).Events.ShouldBeEmpty();
        (await client.GetAsync("/internal/events?after=0&limit=5000")).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);

        // A fact that carries personal data (inserted as such: no contract has one yet).
        await service.ExecuteAsync(
            $"insert into event_log (event_id, type, aggregate_id, aggregate_version, occurred_at, personal, payload) values ('{Guid.CreateVersion7()}', 'personal', '{thing}', 6, now(), true, '{{}}')");
        using (var scope = service.Services.CreateScope())
            (await scope.ServiceProvider.GetRequiredService<ServiceDbContext>().ErasePersonalFactsAsync(thing, CancellationToken.None)).ShouldBe(1);
        await Eventually.ShouldBeAsync(async () => (await FeedAsync(client, 0, 1)).Head, 6);
        var rest = await FeedAsync(client, 0, 500);
        rest.Events[^1].Payload.ShouldBeNull();
        rest.Events.Take(5).ShouldAllBe(fact => fact.Payload != null);
    }

    [Fact]
    public async Task Facts_of_a_transaction_that_a_handler_opened_wake_the_relay_when_it_is_committed()
    {
        var signal = new RelaySignal();
        using var scope = service.Services.CreateScope();
        var options = new DbContextOptionsBuilder<TransparencyDb>().UseNpgsql(service.Database).Options;
        await using var database = new TransparencyDb(options, TimeProvider.System, signal);
        await using var transaction = await database.Database.BeginTransactionAsync();
        database.Record(MessagingHost.Fact(Guid.CreateVersion7(), 1));
        await database.SaveChangesAsync();
        (await signal.WaitAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeFalse();
        await transaction.CommitAsync();
        (await signal.WaitAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_event_log_is_append_only()
    {
        await RecordAsync(service.Services, Guid.CreateVersion7(), 1);
        await Eventually.ShouldBeAsync(async () => (await service.QueryAsync<long>(UnnumberedSql))[0], 0);
        string[] changes =
        [
            "delete from event_log",
            "truncate event_log",
            "update event_log set sequence = 7",
            "update event_log set sequence = null",
            "update event_log set payload = '{}'",
            "update event_log set personal = true",
            "update event_log set occurred_at = now()",
            "update event_log set trace_parent = 'another'",
        ];
        foreach (var change in changes)
        {
            var refused = await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(change), change);
            refused.SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation, change);
        }

        // What a trigger lets through, the table's own rules refuse: only personal facts can be erased.
        var erased = await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync("update event_log set payload = null, erased_at = now()"));
        erased.SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    private static async Task<FeedPage> FeedAsync(HttpClient client, long after, int limit) =>
        (await client.GetFromJsonAsync<FeedPage>($"/internal/events?after={after}&limit={limit}", ContractsJson.Options))!;

    private static async Task RecordAsync(IServiceProvider services, Guid thing, int version)
    {
        using var scope = services.CreateScope();
        var database = scope.ServiceProvider.GetRequiredService<ServiceDbContext>();
        database.Record(MessagingHost.Fact(thing, version));
        await database.SaveChangesAsync();
    }

    /// <summary>One write as services make it: the row is locked, its version raised, and two facts tell of it.</summary>
    private static async Task ChangeAsync(IServiceProvider services, Guid thing)
    {
        using var scope = services.CreateScope();
        var database = scope.ServiceProvider.GetRequiredService<ServiceDbContext>();
        await using var transaction = await database.Database.BeginTransactionAsync();
        var version = (await database.Database.SqlQuery<int>($"update thing set version = version + 1 where id = {thing} returning version").ToListAsync())[0];
        database.Record(MessagingHost.Fact(thing, version, "first"));
        database.Record(MessagingHost.Fact(thing, version, "second"));
        await database.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    /// <summary>Holds the lead before the service starts, and does nothing with it, as a stopped process does.</summary>
    private async Task<Stopped> LeadWithoutWorkAsync()
    {
        var source = NpgsqlDataSource.Create(service.ConnectionString);
        return new Stopped(source, (await RelayLeadership.TryAcquireAsync(source, CancellationToken.None)).ShouldNotBeNull().Connection);
    }

    private static async Task InsertAsync(NpgsqlConnection connection, int id, Guid aggregate, int version)
    {
        await using var command = new NpgsqlCommand(
            "insert into event_log (event_id, type, aggregate_id, aggregate_version, occurred_at, payload) values ($1::uuid, 'fact', $2, $3, now(), '{}')", connection);
        command.Parameters.Add(new() { Value = $"00000000-0000-7000-8000-{id:D12}" });
        command.Parameters.Add(new() { Value = aggregate });
        command.Parameters.Add(new() { Value = version });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<int[]> NumberedIdsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select right(event_id::text, 12) from event_log order by sequence", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<int>();
        while (await reader.ReadAsync())
            ids.Add(int.Parse(reader.GetString(0), CultureInfo.InvariantCulture));
        return [.. ids];
    }

    private sealed record Stopped(NpgsqlDataSource Source, NpgsqlConnection Connection) : IDisposable
    {
        public void Dispose()
        {
            Connection.Dispose();
            Source.Dispose();
        }
    }
}
