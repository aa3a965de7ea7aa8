using System.Diagnostics;
using Npgsql;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>
/// Asks the engine for a backup by a file in the instance's data folder, and follows what becomes of it: the record of the order says so in the end.
/// </summary>
internal sealed class BackupOrders(
    NpgsqlDataSource database, OrderRecords records, IConfiguration configuration, IHostApplicationLifetime lifetime, ILogger<BackupOrders> log)
{
    /// <summary>The record of an order that runs is believed for thirty seconds.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>The engine gives a backup six hours. Where it does not answer at all, the order must not stand in the way of the next one for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(7);

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

    private async Task AskAndFollowAsync(Guid id, string folder)
    {
        var stopping = lifetime.ApplicationStopping;
        try
        {
            // Renamed, so that the engine never reads half of it.
            await File.WriteAllTextAsync(Wanted(folder) + ".new", id.ToString(), stopping);
            File.Move(Wanted(folder) + ".new", Wanted(folder), overwrite: false);
            var asked = Stopwatch.GetTimestamp();
            while (!stopping.IsCancellationRequested)
            {
                if (Stopwatch.GetElapsedTime(asked) > Patience)
                {
                    File.Delete(Wanted(folder));
                    await TryTellAsync(id, CommandState.Failed, "TOOK_TOO_LONG");
                    return;
                }

                if (AutomaticBackups.Read(folder)?.Answer is { } answer && answer.Order == id)
                {
                    await TryTellAsync(id, answer.Failure is null ? CommandState.Done : CommandState.Failed, answer.Failure);
                    return;
                }

                await TryTellAsync(id, CommandState.Running, null);
                await Task.Delay(Heartbeat, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process ends; the record soon says that nobody follows the order any more.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.LogError(exception, "A backup could not be asked for");
            await TryTellAsync(id, CommandState.Failed, "OTHER");
        }
    }

    private async Task TryTellAsync(Guid id, CommandState state, string? failure)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
            await OrderRecords.TellAsync(connection, null, id, state, state == CommandState.Done ? 1 : 0, 1, failure, CancellationToken.None);
        }
        catch (NpgsqlException exception)
        {
            log.LogWarning("What became of a backup could not be kept: {Reason}", exception.GetType().Name);
        }
    }
}
