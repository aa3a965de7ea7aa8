using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Npgsql;
using OpenGov.Benchmarks.Harness;
using OpenGov.Benchmarks.Peers;

namespace OpenGov.Benchmarks.Measures;

/// <summary>
/// From the commit of a report to the commit of its effect in the open data, both as PostgreSQL noted them (<c>track_commit_timestamp</c>),
/// while 50 reports a second come through the API; beside the same round trips alone: commit, number, publish with confirm, consume, commit.
/// </summary>
internal static class CommitToEffect
{
    private const int PerSecond = 50;

    public static async Task RunAsync(MeasuredSystem system, Report report, Settings settings)
    {
        using var liaison = await Liaison.SignInAsync(system);
        var activities = await liaison.ActivitiesAsync(8);
        await using var trips = await RoundTrips.OpenAsync(system);
        await OursAsync(system, liaison, activities, settings.Seconds);
        await trips.RunAsync(PerSecond, settings.Seconds);

        var (ours, alone) = (new List<double[]>(), new List<double[]>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            ours.Add(await OursAsync(system, liaison, activities, settings.Seconds * 2));
            alone.Add(await trips.RunAsync(PerSecond, settings.Seconds * 2));
        }

        foreach (var (name, percent, bound) in new[] { ("median", 50.0, 25.0), ("99th percentile", 99.0, 100.0) })
        {
            IReadOnlyList<double> Of(List<double[]> rounds) => [.. rounds.Select(one => Spread.Percentile(one, percent))];
            var comparison = new Comparison($"commit to effect at {PerSecond}/s, {name}, times the round trips alone", "ms", "report to open data", "round trips alone", Of(ours), Of(alone), new Target(1.5, AtLeast: false));
            report.Add(comparison);
            // Either of the two is enough.
            report.Add(new Figure($"commit to effect at {PerSecond}/s, {name}", "ms", Spread.Percentile([.. ours.SelectMany(one => one).Order()], percent), new Target(bound, AtLeast: false)));
        }

        report.Add(new Figure("reports measured", "", ours.Sum(one => one.Length)));
    }

    /// <returns>Milliseconds, ascending.</returns>
    private static async Task<double[]> OursAsync(MeasuredSystem system, Liaison liaison, IReadOnlyList<ReportedActivity> activities, int seconds)
    {
        var free = Channel.CreateUnbounded<ReportedActivity>();
        foreach (var activity in activities)
            free.Writer.TryWrite(activity);
        var reports = new ConcurrentBag<Guid>();
        await Paced.RunAsync(PerSecond, seconds, async () =>
        {
            var activity = await free.Reader.ReadAsync();
            reports.Add(await liaison.ReportAsync(activity));
            free.Writer.TryWrite(activity);
        });
        await system.QuietAsync();

        await using var plans = NpgsqlDataSource.Create(await system.ConnectionStringAsync("action-plans-db"));
        await using var data = NpgsqlDataSource.Create(await system.ConnectionStringAsync("transparency-db"));
        var committed = await CommitTimesAsync(plans, "select id, pg_xact_commit_timestamp(xmin) from progress_report where id = any ($1)", [.. reports]);
        var effective = await CommitTimesAsync(data, "select report_id, pg_xact_commit_timestamp(xmin) from progress_reports where report_id = any ($1)", [.. reports]);
        return Delays(committed, effective);
    }

    internal static double[] Delays(Dictionary<Guid, DateTime> committed, Dictionary<Guid, DateTime> effective) =>
        [.. committed.Select(pair => (effective[pair.Key] - pair.Value).TotalMilliseconds).Order()];

    internal static async Task<Dictionary<Guid, DateTime>> CommitTimesAsync(NpgsqlDataSource source, string sql, Guid[] ids)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = ids });
        await using var reader = await command.ExecuteReaderAsync();
        var times = new Dictionary<Guid, DateTime>();
        while (await reader.ReadAsync())
            times.Add(reader.GetGuid(0), reader.GetDateTime(1));
        return times.Count == ids.Length ? times : throw new InvalidOperationException($"{ids.Length - times.Count} of {ids.Length} are missing.");
    }
}

/// <summary>So many a second, whether the ones before have ended or not.</summary>
internal static class Paced
{
    public static async Task RunAsync(int perSecond, int seconds, Func<Task> action)
    {
        var running = new List<Task>();
        var started = Stopwatch.GetTimestamp();
        for (var turn = 0; turn < perSecond * seconds; turn++)
        {
            var wait = TimeSpan.FromSeconds((double)turn / perSecond) - Stopwatch.GetElapsedTime(started);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait);
            running.Add(action());
        }

        await Task.WhenAll(running);
    }
}

/// <summary>The database's and the broker's part of the way, and nothing else: two commits at the owner, a confirmed message, a commit at the consumer.</summary>
internal sealed class RoundTrips : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly RawBroker broker;

    private RoundTrips(NpgsqlDataSource database, RawBroker broker) => (this.database, this.broker) = (database, broker);

    public static async Task<RoundTrips> OpenAsync(MeasuredSystem system)
    {
        var connection = new NpgsqlConnectionStringBuilder(await system.ConnectionStringAsync("postgres")) { MaxAutoPrepare = 16, AutoPrepareMinUsages = 2 };
        var source = NpgsqlDataSource.Create(connection.ConnectionString);
        await using (var create = source.CreateCommand(
            """
            create table if not exists bench_fact (id uuid primary key, numbered boolean not null default false, payload text not null);
            create table if not exists bench_number (id uuid primary key);
            create table if not exists bench_effect (id uuid primary key, payload text not null)
            """))
        {
            await create.ExecuteNonQueryAsync();
        }

        return new RoundTrips(source, await RawBroker.OpenAsync(await system.ConnectionStringAsync("broker"), subscribers: 1));
    }

    /// <returns>Milliseconds from commit to commit, ascending.</returns>
    public async Task<double[]> RunAsync(int perSecond, int seconds)
    {
        var payload = new string('x', 1000);
        var ids = new ConcurrentBag<Guid>();
        var committed = Channel.CreateUnbounded<Guid>();
        using var arrived = new CountdownEvent(perSecond * seconds);
        broker.OnReceived(async body =>
        {
            await ExecuteAsync("insert into bench_effect values ($1, $2)", new Guid(body.Span), payload);
            arrived.Signal();
        });
        var relay = Task.Run(async () =>
        {
            await foreach (var id in committed.Reader.ReadAllAsync())
            {
                await ExecuteAsync("insert into bench_number values ($1)", id);
                await broker.PublishAsync(id.ToByteArray());
            }
        });
        await Paced.RunAsync(perSecond, seconds, async () =>
        {
            var id = Guid.CreateVersion7();
            await ExecuteAsync("insert into bench_fact (id, payload) values ($1, $2)", id, payload);
            ids.Add(id);
            committed.Writer.TryWrite(id);
        });
        committed.Writer.Complete();
        await relay;
        if (!await Task.Run(() => arrived.Wait(TimeSpan.FromMinutes(1))))
            throw new TimeoutException("Messages of the round trips alone did not arrive.");
        var from = await CommitToEffect.CommitTimesAsync(database, "select id, pg_xact_commit_timestamp(xmin) from bench_fact where id = any ($1)", [.. ids]);
        var to = await CommitToEffect.CommitTimesAsync(database, "select id, pg_xact_commit_timestamp(xmin) from bench_effect where id = any ($1)", [.. ids]);
        return CommitToEffect.Delays(from, to);
    }

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        await using (var drop = database.CreateCommand("drop table bench_fact; drop table bench_number; drop table bench_effect"))
            await drop.ExecuteNonQueryAsync();
        await database.DisposeAsync();
    }

    private async Task ExecuteAsync(string sql, params IReadOnlyList<object> values)
    {
#pragma warning disable CA2100 // The texts above.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
