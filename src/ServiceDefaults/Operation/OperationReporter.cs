using System.Collections.Concurrent;
using Npgsql;
using OpenGov.ServiceDefaults.Messaging;
using OpenTelemetry;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>
/// What a replica knows of itself, its database, its log and its copies. Each part is asked for by itself: what is away is said
/// to be unknown, and the rest is told.
/// </summary>
internal sealed class OperationReporter(
    ProcessReporter process, NpgsqlDataSource database, BrokerQueues broker, Inbox inbox, CatchUpState copies, ParkedFacts parked, BrokenMessages broken,
    OrderRecords orders)
{
    /// <summary>The page waits four seconds for a process.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const int CommandsShown = 10;

    public async Task<OperationReport> ReadAsync(CancellationToken cancellationToken)
    {
        // Looking must not drown the traces of what is looked at.
        using var untraced = SuppressInstrumentationScope.Begin();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var unknown = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var self = process.ReadAsync(limit.Token);
        var queues = PartAsync("broker", () => broker.ReadAsync(inbox.Owners, limit.Token), unknown);
        // One after the other: the operator takes one connection of the pool, not six.
        var server = await PartAsync("database", () => DatabaseAsync(limit.Token), unknown);
        var log = await PartAsync("log", () => LogAsync(limit.Token), unknown);
        var positions = await PartAsync("copies", () => CopiesAsync(limit.Token), unknown);
        var errors = await PartAsync("parked", () => ParkedAsync(limit.Token), unknown);
        var unread = await PartAsync("broken", () => BrokenAsync(limit.Token), unknown);
        var last = await PartAsync("commands", () => orders.LastAsync(CommandsShown, limit.Token), unknown);
        var schema = await PartAsync("schemaFiles", () => SchemaAsync(limit.Token), unknown);
        return new OperationReport(await self, server, await queues, log, positions, errors, unread, last, schema, unknown);
    }

    private static async Task<T?> PartAsync<T>(string name, Func<Task<T>> read, ConcurrentDictionary<string, string> unknown) where T : class
    {
        try
        {
            return await read();
        }
        catch (Exception exception)
        {
            unknown[name] = exception is OperationCanceledException ? "timeout" : exception.GetType().Name;
            return null;
        }
    }

    private async Task<DatabaseReport> DatabaseAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select current_setting('server_version'), pg_database_size(current_database()),
                (select sum(numbackends)::bigint from pg_stat_database), current_setting('max_connections')::int,
                (select min(xact_start) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid())
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new DatabaseReport(
            reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3),
            await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(4));
    }

    private async Task<LogReport> LogAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select numbered, published, numbered - published + (select count(*) from event_log where sequence is null),
                least((select occurred_at from event_log where sequence = published + 1), (select min(occurred_at) from event_log where sequence is null))
            from relay_position
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new LogReport(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(3));
    }

    private async Task<IReadOnlyList<CopyReport>> CopiesAsync(CancellationToken cancellationToken)
    {
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        var waiting = new Dictionary<string, long>(StringComparer.Ordinal);
        await using (var command = database.CreateCommand("select owner, sequence, (select count(*) from inbox_parked parked where parked.owner = inbox_position.owner and set_aside_at is null) from inbox_position"))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                (positions[reader.GetString(0)], waiting[reader.GetString(0)]) = (reader.GetInt64(1), reader.GetInt64(2));
        }

        var seen = copies.Copies.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        return
        [
            .. inbox.Owners.Order(StringComparer.Ordinal).Select(owner => seen.TryGetValue(owner, out var copy)
                ? new CopyReport(owner, positions.GetValueOrDefault(owner), copy.Head, copy.BehindSince, copy.Failure, waiting.GetValueOrDefault(owner))
                : new CopyReport(owner, positions.GetValueOrDefault(owner), 0, null, null, waiting.GetValueOrDefault(owner))),
        ];
    }

    private async Task<ParkedReport> ParkedAsync(CancellationToken cancellationToken)
    {
        var (waiting, since) = await parked.WaitingAsync(cancellationToken);
        await using var command = database.CreateCommand("select count(*) from inbox_parked where set_aside_at is not null");
        return new ParkedReport(waiting, since, (long)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    private async Task<BrokenReport> BrokenAsync(CancellationToken cancellationToken)
    {
        var (waiting, since, setAside) = await broken.CountAsync(cancellationToken);
        return new BrokenReport(waiting, since, setAside);
    }

    private async Task<IReadOnlyList<AppliedSchemaFile>> SchemaAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select module, name, applied_at from schema_file order by module, number");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var files = new List<AppliedSchemaFile>();
        while (await reader.ReadAsync(cancellationToken))
            files.Add(new AppliedSchemaFile(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        return files;
    }
}
