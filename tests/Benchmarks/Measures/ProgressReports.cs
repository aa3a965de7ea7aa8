using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using OpenGov.Benchmarks.Harness;

namespace OpenGov.Benchmarks.Measures;

/// <summary>A progress report through the API, beside <c>pgbench</c> writing the same rows in one transaction each into a copy of the database.</summary>
internal static partial class ProgressReports
{
    private const string Copy = "bench";

    // As many rows as the API writes: activity, report, evidence, commitment, fact, audit entry, idempotency key.
    private const string Script =
        """
        select activity_id as activity, commitment_id as commitment from bench_activity where n = :client_id::integer \gset
        select gen_random_uuid() as report \gset
        begin;
        select version from commitment where id = :commitment::uuid for update;
        update activity set version = version + 1 where id = :activity::uuid returning version as activity_version \gset
        update commitment set version = version + 1, last_reported_at = now() where id = :commitment::uuid returning version as commitment_version \gset
        insert into progress_report select :report::uuid, :activity::uuid, :commitment::uuid, :activity_version::integer, from_status, to_status, explanation, period, organisation_id,
            organisation_name, account_id, now() from bench_report;
        insert into evidence select gen_random_uuid(), :report::uuid, ordinal, kind, url, file_id, description from bench_evidence;
        insert into event_log (event_id, type, aggregate_id, aggregate_version, occurred_at, trace_parent, payload)
            select gen_random_uuid(), type, :commitment::uuid, :commitment_version::integer, now(), trace_parent, payload from bench_fact;
        insert into audit_log select gen_random_uuid(), now(), account_id, action, subject, :activity::uuid, before, after, reason, trace_id from bench_audit;
        insert into idempotency_key select gen_random_uuid()::text, account_id, request_hash, status, location, etag, body, now() from bench_key;
        commit;
        """;

    public static async Task RunAsync(MeasuredSystem system, Report report, Settings settings)
    {
        using var liaison = await Liaison.SignInAsync(system);
        var activities = await liaison.ActivitiesAsync(4);
        foreach (var activity in activities)
            await liaison.ReportAsync(activity);
        await system.QuietAsync();
        await CopyDatabaseAsync(system, [.. activities.Select(activity => activity.Id)]);
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, Script);
        try
        {
            // Both warm.
            await ThroughTheApiAsync(liaison, activities, TimeSpan.FromSeconds(settings.Seconds));
            await PgbenchAsync(system, script, activities.Count, settings.Seconds);
            await system.QuietAsync();
            var sides = await Interleaved.RunAsync(
                settings.Rounds,
                async () =>
                {
                    var rate = await ThroughTheApiAsync(liaison, activities, TimeSpan.FromSeconds(settings.Seconds));
                    await system.QuietAsync();
                    return rate;
                },
                () => PgbenchAsync(system, script, activities.Count, settings.Seconds));
            report.Add(new Comparison(
                FormattableString.Invariant($"progress reports, {activities.Count} at a time"), "reports/s", "through gateway and API, relayed to two services", "pgbench, the same rows alone", sides[0], sides[1], null));
        }
        finally
        {
            File.Delete(script);
            await ExecuteAsync(await system.ConnectionStringAsync("postgres"), $"drop database {Copy} with (force)");
        }
    }

    private static async Task<double> ThroughTheApiAsync(Liaison liaison, IReadOnlyList<ReportedActivity> activities, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(activities.Select(async activity =>
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < time; count++)
                await liaison.ReportAsync(activity);
            return count;
        }));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> PgbenchAsync(MeasuredSystem system, string script, int clients, int seconds)
    {
        var server = new NpgsqlConnectionStringBuilder(await system.ConnectionStringAsync("postgres"));
        var output = await Programs.RunAsync(
            "pgbench",
            ["-n", "-M", "prepared", "-f", script, "-c", $"{clients}", "-j", "1", "-T", $"{seconds}", "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, Copy],
            TimeSpan.FromSeconds(seconds + 60),
            ("PGPASSWORD", server.Password!));
        var failed = Failed().Match(output);
        if (failed.Success && failed.Groups["failed"].Value != "0")
            throw new InvalidOperationException($"pgbench's transactions failed: {output}");
        return double.Parse(Rate().Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    private static async Task CopyDatabaseAsync(MeasuredSystem system, Guid[] activities)
    {
        var server = new NpgsqlConnectionStringBuilder(await system.ConnectionStringAsync("postgres"));
        await ExecuteAsync(server.ConnectionString, $"drop database if exists {Copy} with (force)");
        await ExecuteAsync(server.ConnectionString, $"create database {Copy}");
        var dump = Path.GetTempFileName();
        (string, string) password = ("PGPASSWORD", server.Password!);
        string[] where = ["-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!];
        await Programs.RunAsync("pg_dump", [.. where, "-f", dump, "action-plans-db"], TimeSpan.FromMinutes(2), password);
        await Programs.RunAsync("psql", [.. where, "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, Copy], TimeSpan.FromMinutes(2), password);
        File.Delete(dump);
        server.Database = Copy;
        await ExecuteAsync(
            server.ConnectionString,
            """
            create table bench_activity as
                select a.id as activity_id, a.commitment_id, (row_number() over () - 1)::integer as n from activity a where a.id = any ($1);
            """,
            activities);
        await ExecuteAsync(
            server.ConnectionString,
            """
            create table bench_report as select pr.* from progress_report pr order by reported_at desc limit 1;
            create table bench_evidence as select e.* from evidence e where report_id = (select id from bench_report);
            create table bench_fact as select * from event_log where type like '%ProgressReportedV1' order by sequence desc limit 1;
            create table bench_audit as select * from audit_log where action = 'progress_reported' order by at desc limit 1;
            create table bench_key as select * from idempotency_key order by created_at desc limit 1;
            analyze;
            """);
    }

    private static async Task ExecuteAsync(string connectionString, string sql, params IReadOnlyList<object> values)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"tps = (?<rate>[0-9.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();

    [GeneratedRegex(@"failed transactions: (?<failed>[0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Failed();
}
