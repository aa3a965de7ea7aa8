using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;
using OpenGov.Benchmarks.Harness;
using OpenGov.Benchmarks.Peers;

namespace OpenGov.Benchmarks.Measures;

/// <summary>
/// A log that was filled at once (published, applied with all its effects in the datasets and the notices), beside the raw
/// client that moves as many messages with the same payloads to as many subscribers, each with a quorum queue.
/// </summary>
internal static class LogToInbox
{
    private static readonly string[] Consumers = ["transparency-db", "notifications-db"];

    public static async Task RunAsync(MeasuredSystem system, Report report, Settings settings)
    {
        using (var liaison = await Liaison.SignInAsync(system))
            await liaison.ReportAsync((await liaison.ActivitiesAsync(1))[0]);
        await system.QuietAsync();
        var payload = await system.ScalarAsync<string>("action-plans-db", "select payload::text from event_log where type like '%ProgressReportedV1' order by sequence desc limit 1");
        ReadOnlyMemory<byte>[] bodies = [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(payload), settings.Facts)];
        var address = await system.ConnectionStringAsync("broker");
        await using var single = await RawBroker.OpenAsync(address, subscribers: 1);
        await using var twofold = await RawBroker.OpenAsync(address, subscribers: 2);

        await DrainAsync(system, settings.Facts / 10, Consumers);
        await twofold.DrainAsync(bodies[..(settings.Facts / 10)]);
        List<double> alone = [], aloneRaw = [], datasets = [], notices = [], all = [], raw = [];
        for (var round = 0; round < settings.Rounds; round++)
        {
            await using (await Paused.StopAsync(system, "notifications"))
                alone.Add((await DrainAsync(system, settings.Facts, Consumers[..1])).Applied[0]);
            await system.QuietAsync();
            aloneRaw.Add(await single.DrainAsync(bodies));

            var (applied, together) = await DrainAsync(system, settings.Facts, Consumers);
            datasets.Add(applied[0]);
            notices.Add(applied[1]);
            all.Add(together);
            await Task.Delay(TimeSpan.FromSeconds(1));
            raw.Add(await twofold.DrainAsync(bodies));
        }

        const string both = "raw client, two subscribers at once";
        report.Add(new Comparison($"log to inbox, {settings.Facts} progress reports, one consumer (Transparency; Notifications stands still)", "facts/s", "log to applied", "raw client, one subscriber", alone, aloneRaw, new Target(0.35)));
        report.Add(new Comparison($"log to inbox, {settings.Facts} progress reports, datasets (Transparency)", "facts/s", "log to applied, two consumers at once", both, datasets, raw, new Target(0.35)));
        report.Add(new Comparison($"log to inbox, {settings.Facts} progress reports, notices (Notifications)", "facts/s", "log to applied, two consumers at once", both, notices, raw, new Target(0.35)));
        report.Add(new Comparison($"commit to inbox, {settings.Facts} progress reports committed at once, both", "facts/s", "numbered and applied, two consumers at once", both, all, raw, null));
    }

    /// <summary>Fills the log in one transaction with copies of the last report, spread over the published activities, and waits until all are applied.</summary>
    /// <param name="consumers">Whose inbox is waited for.</param>
    private static async Task<(double[] Applied, double Together)> DrainAsync(MeasuredSystem system, int facts, string[] consumers)
    {
        await using var log = NpgsqlDataSource.Create(await system.ConnectionStringAsync("action-plans-db") + ";Command Timeout=300");
        await using (var fill = log.CreateCommand(
            """
            with model as (select payload, type from event_log where type like '%ProgressReportedV1' order by sequence desc limit 1),
            turns as (select a.id as activity_id, a.key_action_id, c.id as commitment_id, c.identifier, c.plan_id, c.version, a.status, row_number() over (order by a.id) - 1 as turn,
                             count(*) over () as activities
                      from activity a join commitment c on c.id = a.commitment_id)
            insert into event_log (event_id, type, aggregate_id, aggregate_version, occurred_at, payload)
            select gen_random_uuid(), model.type, t.commitment_id, t.version, now(),
                   model.payload || jsonb_build_object('reportId', gen_random_uuid(), 'aggregateId', t.commitment_id, 'commitmentIdentifier', t.identifier, 'planId', t.plan_id,
                       'keyActionId', t.key_action_id, 'activityId', t.activity_id, 'fromStatus', t.status, 'toStatus', t.status)
            from model, generate_series(1, $1) n join turns t on n % t.activities = t.turn
            """))
        {
            fill.Parameters.Add(new NpgsqlParameter { Value = facts });
            await fill.ExecuteNonQueryAsync();
        }

        var committed = Stopwatch.GetTimestamp();
        await using (var wake = log.CreateCommand("notify opengov_relay"))
            await wake.ExecuteNonQueryAsync();
        var head = await HeadAsync(log, facts, committed);
        // A log is filled when its facts have their numbers; they get them as they are committed, also while the broker is away.
        var started = Stopwatch.GetTimestamp();
        var rates = await Task.WhenAll(consumers.Select(database => AppliedAsync(system, database, head, facts, started)));
        return (rates, facts / Stopwatch.GetElapsedTime(committed).TotalSeconds);
    }

    private static async Task<long> HeadAsync(NpgsqlDataSource log, int facts, long started)
    {
        await using var head = log.CreateCommand("select case when exists (select from event_log where sequence is null) then null else numbered end from relay_position");
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2))
        {
            if (await head.ExecuteScalarAsync() is long numbered)
                return numbered;
            await Task.Delay(10);
        }

        throw new TimeoutException($"{facts} facts were not numbered.");
    }

    private static async Task<double> AppliedAsync(MeasuredSystem system, string database, long head, int facts, long started)
    {
        await using var inbox = NpgsqlDataSource.Create(await system.ConnectionStringAsync(database));
        await using var position = inbox.CreateCommand("select coalesce((select sequence from inbox_position where owner = 'action-plans'), 0)");
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(5))
        {
            if (await position.ExecuteScalarAsync() is long applied && applied >= head)
                return facts / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Task.Delay(10);
        }

        throw new TimeoutException($"{facts} facts were not applied to {database}.");
    }

    /// <summary>A consumer that stands still (SIGSTOP), so that another is measured alone; the broker keeps its messages.</summary>
    private sealed class Paused(IReadOnlyList<int> processes) : IAsyncDisposable
    {
        public static async Task<Paused> StopAsync(MeasuredSystem system, string resource)
        {
            var processes = system.ProcessIds(resource);
            await SignalAsync("-STOP", processes);
            return new Paused(processes);
        }

        public async ValueTask DisposeAsync() => await SignalAsync("-CONT", processes);

        private static Task<string> SignalAsync(string signal, IReadOnlyList<int> processes) =>
            Programs.RunAsync("kill", [signal, .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))], TimeSpan.FromSeconds(10));
    }
}
