using Npgsql;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>
/// Carries out what an operator orders. Effect, record of the order and audit entry are one transaction, so that a repeated
/// order (same key) finds the first one's record and nothing happens twice.
/// </summary>
internal sealed class OperatorCommands(
    NpgsqlDataSource database, Inbox inbox, ParkedFacts parked, Rebuild rebuild, OrderRecords records, IHostApplicationLifetime lifetime, ILogger<OperatorCommands> log)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>Sends parked facts again, or sets them aside.</summary>
    public async Task<Result<CommandView>> RunAsync(Order order, CancellationToken cancellationToken)
    {
        if (!inbox.Owners.Contains(order.Owner, StringComparer.Ordinal))
            return Refusal.NotFound();
        // A rebuild holds the owner's position for as long as it takes, and forgets what is parked anyway.
        if (await IsRebuildingAsync(order.Owner, cancellationToken))
            return Refusal.Conflict("rebuild_running");
        await using var transaction = (await InboxTransaction.BeginAsync(database, order.Owner, wait: true, cancellationToken))!;
        var id = Guid.CreateVersion7();
        if (!await records.InsertAsync(transaction.Connection, transaction.Inner, id, order, CommandState.Done, cancellationToken))
            return await records.RepeatedAsync(order, cancellationToken);

        long done, total;
        string? failure = null;
        if (order.Action == CommandAction.SendAgain)
        {
            if (await parked.SendAgainAsync(transaction, order.Sequence, cancellationToken) is not { } sent)
                return Refusal.NotFound();
            (done, total, failure) = (sent.Sent, sent.Sent + sent.Remaining, sent.Reason);
        }
        else
        {
            done = total = await ParkedFacts.SetAsideAsync(transaction, order.Sequence, cancellationToken);
            if (order.Sequence is not null && done == 0)
                return Refusal.NotFound();
        }

        var state = failure is null ? CommandState.Done : CommandState.Failed;
        await transaction.ExecuteAsync(
            "update operator_command set state = $2, done = $3, total = $4, failure = $5 where id = $1", cancellationToken,
            id, state.Code(), done, total, (object?)failure ?? DBNull.Value);
        await records.AuditAsync(
            transaction.Connection, transaction.Inner, id, order, order.Action == CommandAction.SendAgain ? "facts_sent_again" : "facts_set_aside", done, total, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        log.LogInformation("{Action} of {Owner}: {Done} of {Total}", order.Action, order.Owner, done, total);
        return (await records.FindAsync(id, cancellationToken))!;
    }

    /// <summary>Begins to rebuild the copies of an owner and returns; the record of the order tells how far it is.</summary>
    public async Task<Result<CommandView>> BeginRebuildAsync(Order order, CancellationToken cancellationToken)
    {
        if (!inbox.Owners.Contains(order.Owner, StringComparer.Ordinal))
            return Refusal.NotFound();
        var id = Guid.CreateVersion7();
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            // Two orders at once: the second sees the first one's record.
            await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('rebuild ' || $1, 0))", connection, transaction))
            {
                turn.Parameters.Add(new() { Value = order.Owner });
                await turn.ExecuteNonQueryAsync(cancellationToken);
            }

            if (!await records.InsertAsync(connection, transaction, id, order, CommandState.Running, cancellationToken))
                return await records.RepeatedAsync(order, cancellationToken);
            if (await IsRebuildingAsync(order.Owner, cancellationToken))
                return Refusal.Conflict("rebuild_running");
            await records.AuditAsync(connection, transaction, id, order, "copy_rebuild_ordered", 0, 0, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        _ = Task.Run(() => RebuildAsync(id, order.Owner), CancellationToken.None);
        return (await records.FindAsync(id, cancellationToken))!;
    }

    private async Task RebuildAsync(Guid id, string owner)
    {
        var stopping = lifetime.ApplicationStopping;
        long done = 0, total = 0;
        using var ended = new CancellationTokenSource();
        var beating = BeatAsync();
        var (state, failure) = (CommandState.Done, (string?)null);
        try
        {
            done = await rebuild.RunAsync(owner, stopping, progress: (position, head) =>
            {
                Interlocked.Exchange(ref done, position);
                Interlocked.Exchange(ref total, head);
            });
            total = done;
        }
        catch (Exception exception)
        {
            (state, failure) = (CommandState.Failed, SafeText.Of(FailureText.Of(exception)));
            if (!stopping.IsCancellationRequested)
                log.LogError(exception, "The copies of {Owner} could not be rebuilt and stay as they were", owner);
        }

        await ended.CancelAsync();
        await beating;
        // At the end of the process the record stays as it is and soon says that nobody works on it any more.
        if (!stopping.IsCancellationRequested)
            await TryTellAsync(state, failure);

        async Task BeatAsync()
        {
            while (!ended.IsCancellationRequested)
            {
                await TryTellAsync(CommandState.Running, null);
                await Task.Delay(Heartbeat, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        async Task TryTellAsync(CommandState now, string? why)
        {
            try
            {
                await using var command = database.CreateCommand(
                    "update operator_command set state = $2, done = $3, total = $4, failure = $5, seen_at = now() where id = $1");
                command.Parameters.Add(new() { Value = id });
                command.Parameters.Add(new() { Value = now.Code() });
                command.Parameters.Add(new() { Value = Interlocked.Read(ref done) });
                command.Parameters.Add(new() { Value = Interlocked.Read(ref total) });
                command.Parameters.Add(new() { Value = (object?)why ?? DBNull.Value });
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
            catch (NpgsqlException exception)
            {
                log.LogWarning("The progress of a rebuild could not be kept: {Reason}", exception.GetType().Name);
            }
        }
    }

    private async Task<bool> IsRebuildingAsync(string owner, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select exists (select from operator_command where owner = $1 and action = 'REBUILD' and state = 'RUNNING' and seen_at >= now() - interval '30 seconds')");
        command.Parameters.Add(new() { Value = owner });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
