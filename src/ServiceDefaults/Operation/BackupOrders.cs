using System.Diagnostics;
using Npgsql;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>
/// Asks the engine for a backup by a file in the instance's data folder, and follows what becomes of it: the record of the order says so in the end.
/// </summary>
internal sealed class BackupOrders(
    NpgsqlDataSource database, OrderRecords records, IConfiguration configuration, IHostApplicationLifetime lifetime, ILogger<BackupOrders> log) : BackgroundService
{
    /// <summary>The record of an order that runs is believed for thirty seconds.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>The engine gives a backup six hours. Where it does not answer at all, the order must not stand in the way of the next one for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(7);

    /// <summary>
    /// An order that the engine neither has before it nor works on, nor has answered last, is lost: it was killed when it had just taken it, or the record
    /// is from a backup. Between taking an order and saying so it needs milliseconds.
    /// </summary>
    internal TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Follows what a former process of this service followed. Elsewhere there are no such orders.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration["OpenGov:DataFolder"] is not { Length: > 0 } folder)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.WhenAll((await RunningAsync(stoppingToken)).Select(id => FollowAsync(id, folder)));
                return;
            }
            catch (NpgsqlException exception)
            {
                log.LogWarning("Which backups were ordered could not be read: {Reason}", exception.GetType().Name);
                await Task.Delay(Heartbeat, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    public async Task<Result<CommandView>> BeginAsync(Order order, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        string folder;
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            // Two orders at once: the second sees the first one's file.
            await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('backup', 0))", connection, transaction))
                await turn.ExecuteNonQueryAsync(cancellationToken);
            if (!await records.InsertAsync(connection, transaction, id, order, CommandState.Running, cancellationToken))
                return await records.RepeatedAsync(order, cancellationToken);
            if (configuration["OpenGov:DataFolder"] is not { Length: > 0 } data || AutomaticBackups.Read(data) is not { } state)
                return Refusal.Conflict("backups_not_made_here");
            folder = data;
            if (state.Running is not null || File.Exists(Wanted(folder)) || await OtherRunsAsync(connection, transaction, id, cancellationToken))
                return Refusal.Conflict("backup_running");
            await records.AuditAsync(connection, transaction, id, order, "backup_ordered", 0, 1, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        _ = Task.Run(() => AskAndFollowAsync(id, folder), CancellationToken.None);
        return (await records.FindAsync(id, cancellationToken))!;
    }

    /// <summary>An order that the engine has not seen yet.</summary>
    private static async Task<bool> OtherRunsAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from operator_command where action = 'BACKUP' and state = 'RUNNING' and id <> $1 and seen_at >= now() - interval '30 seconds')",
            connection,
            transaction);
        command.Parameters.Add(new() { Value = id });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string Wanted(string folder) => Path.Combine(folder, "backups", "wanted");

    private async Task<IReadOnlyList<Guid>> RunningAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select id from operator_command where action = 'BACKUP' and state = 'RUNNING'");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    private async Task AskAndFollowAsync(Guid id, string folder)
    {
        (CommandState, string?)? end = null;
        try
        {
            // Renamed, so that the engine never reads half of it.
            await File.WriteAllTextAsync(Wanted(folder) + ".new", id.ToString(), CancellationToken.None);
            File.Move(Wanted(folder) + ".new", Wanted(folder), overwrite: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.LogError(exception, "A backup could not be asked for");
            end = (CommandState.Failed, "OTHER");
        }

        await FollowAsync(id, folder, end);
    }

    /// <summary>Until the record says how it ended, also where the database is away just then. A process that ends leaves that to the next one.</summary>
    private async Task FollowAsync(Guid id, string folder, (CommandState State, string? Failure)? end = null)
    {
        var stopping = lifetime.ApplicationStopping;
        var begun = Stopwatch.GetTimestamp();
        var seen = begun;
        while (!stopping.IsCancellationRequested)
        {
            var engine = AutomaticBackups.Read(folder);
            // What cannot be read says nothing.
            if (engine is null || engine.Running?.Order == id || IsWanted(id, folder))
                seen = Stopwatch.GetTimestamp();
            end ??= engine?.Answer is { } answer && answer.Order == id ? (answer.Failure is null ? CommandState.Done : CommandState.Failed, answer.Failure)
                : Stopwatch.GetElapsedTime(begun) > Patience ? (CommandState.Failed, "TOOK_TOO_LONG")
                : Stopwatch.GetElapsedTime(seen) > LostAfter ? (CommandState.Failed, "INTERRUPTED")
                : null;
            var (state, failure) = end ?? (CommandState.Running, null);
            if (await HasEndedAsync(id, state, failure))
                break;
            await Task.Delay(Heartbeat, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // One that nobody answered must not be made when nobody expects it any more.
        if (end is not null && IsWanted(id, folder))
            Withdraw(folder);
    }

    private static bool IsWanted(Guid id, string folder)
    {
        try
        {
            return Guid.TryParse(File.ReadAllText(Wanted(folder)), out var wanted) && wanted == id;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Withdraw(string folder)
    {
        try
        {
            File.Delete(Wanted(folder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("An order for a backup could not be withdrawn: {Reason}", exception.GetType().Name);
        }
    }

    /// <summary>Tells the record, which another replica may have ended meanwhile.</summary>
    /// <returns>Whether it says how the order ended; false also where the database is away.</returns>
    private async Task<bool> HasEndedAsync(Guid id, CommandState state, string? failure)
    {
        try
        {
            await using var command = database.CreateCommand(
                "update operator_command set state = $2, done = $3, total = 1, failure = $4, seen_at = now() where id = $1 and state = 'RUNNING'");
            foreach (var value in new object?[] { id, state.Code(), state == CommandState.Done ? 1L : 0, failure })
                command.Parameters.Add(new() { Value = value ?? DBNull.Value });
            return await command.ExecuteNonQueryAsync(CancellationToken.None) == 0 || state != CommandState.Running;
        }
        catch (NpgsqlException exception)
        {
            log.LogWarning("What became of a backup could not be kept: {Reason}", exception.GetType().Name);
            return false;
        }
    }
}
