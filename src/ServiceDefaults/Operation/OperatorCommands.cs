using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceDefaults.Operation;

/// <param name="Key">The <c>Idempotency-Key</c>; null where the caller sent none.</param>
internal sealed record Order(Guid AccountId, string? Key, CommandAction Action, string Owner, long? Sequence, string Reason, Guid? MessageId = null);

/// <summary>
/// Carries out what an operator orders. Effect, record of the order and audit entry are one transaction, so that a repeated
/// order (same key) finds the first one's record and nothing happens twice.
/// </summary>
internal sealed class OperatorCommands(
    NpgsqlDataSource database, Inbox inbox, ParkedFacts parked, BrokenMessages broken, Rebuild rebuild, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<OperatorCommands> log)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private const string Columns =
        """
        id, account_id, action, owner, sequence, message_id, reason,
        case when state = 'RUNNING' and seen_at < now() - interval '30 seconds' then 'INTERRUPTED' else state end, done, total, failure, at, seen_at
        """;

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
        if (!await InsertAsync(transaction.Connection, transaction.Inner, id, order, CommandState.Done, cancellationToken))
            return await RepeatedAsync(order, cancellationToken);

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
        await AuditAsync(
            transaction.Connection, transaction.Inner, id, order, order.Action == CommandAction.SendAgain ? "facts_sent_again" : "facts_set_aside", done, total, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        log.LogInformation("{Action} of {Owner}: {Done} of {Total}", order.Action, order.Owner, done, total);
        return (await FindAsync(id, cancellationToken))!;
    }

    /// <summary>Sends messages that could not be read again, or sets them aside.</summary>
    public async Task<Result<CommandView>> RunOnMessagesAsync(Order order, CancellationToken cancellationToken)
    {
        if (!inbox.Owners.Contains(order.Owner, StringComparer.Ordinal))
            return Refusal.NotFound();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var id = Guid.CreateVersion7();
        if (!await InsertAsync(connection, transaction, id, order, CommandState.Done, cancellationToken))
            return await RepeatedAsync(order, cancellationToken);

        int done;
        var sends = order.Action == CommandAction.SendMessageAgain;
        try
        {
            done = sends
                ? await broken.SendAgainAsync(connection, transaction, order.Owner, order.MessageId, cancellationToken)
                : await BrokenMessages.SetAsideAsync(connection, transaction, order.Owner, order.MessageId, cancellationToken);
        }
        catch (BrokenMessageException exception)
        {
            log.LogWarning("Messages of {Owner} were not sent again: {Reason}", order.Owner, exception.InnerException!.GetType().Name);
            return new Refusal("service_unavailable", StatusCodes.Status503ServiceUnavailable);
        }

        if (order.MessageId is not null && done == 0)
            return Refusal.NotFound();
        await using (var tell = new NpgsqlCommand("update operator_command set done = $2, total = $2 where id = $1", connection, transaction))
        {
            tell.Parameters.Add(new() { Value = id });
            tell.Parameters.Add(new() { Value = (long)done });
            await tell.ExecuteNonQueryAsync(cancellationToken);
        }

        await AuditAsync(connection, transaction, id, order, sends ? "messages_sent_again" : "messages_set_aside", done, done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        log.LogInformation("{Action} of {Owner}: {Done}", order.Action, order.Owner, done);
        return (await FindAsync(id, cancellationToken))!;
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

            if (!await InsertAsync(connection, transaction, id, order, CommandState.Running, cancellationToken))
                return await RepeatedAsync(order, cancellationToken);
            if (await IsRebuildingAsync(order.Owner, cancellationToken))
                return Refusal.Conflict("rebuild_running");
            await AuditAsync(connection, transaction, id, order, "copy_rebuild_ordered", 0, 0, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        _ = Task.Run(() => RebuildAsync(id, order.Owner), CancellationToken.None);
        return (await FindAsync(id, cancellationToken))!;
    }

    /// <summary>The last orders, newest first.</summary>
    public async Task<IReadOnlyList<CommandView>> LastAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from operator_command order by at desc, id desc limit $1");
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var all = new List<CommandView>();
        while (await reader.ReadAsync(cancellationToken))
            all.Add(Read(reader));
        return all;
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
            (state, failure) = (CommandState.Failed, SafeText.Of(FactApplier.ReasonOf(exception)));
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
            "select exists (select from operator_command where owner = $1 and state = 'RUNNING' and seen_at >= now() - interval '30 seconds')");
        command.Parameters.Add(new() { Value = owner });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <returns>False where the key was used before.</returns>
    private async Task<bool> InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, Order order, CommandState state, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into operator_command (id, key, account_id, action, owner, sequence, reason, state, at, message_id, seen_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now())
            on conflict (account_id, key) where key is not null do nothing
            """,
            connection,
            transaction);
        foreach (var value in new object?[] { id, order.Key, order.AccountId, order.Action.Code(), order.Owner, order.Sequence, order.Reason, state.Code(), clock.GetUtcNow(), order.MessageId })
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private async Task<Result<CommandView>> RepeatedAsync(Order order, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from operator_command where account_id = $1 and key = $2");
        command.Parameters.Add(new() { Value = order.AccountId });
        command.Parameters.Add(new() { Value = order.Key! });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return Refusal.Conflict("lost_race");
        var first = Read(reader);
        return (first.Action, first.Owner, first.Sequence, first.MessageId, first.Reason) == (order.Action, order.Owner, order.Sequence, order.MessageId, order.Reason)
            ? first
            : Refusal.Rule("idempotency_key_reused", "Idempotency-Key");
    }

    private async Task<CommandView?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from operator_command where id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    private async Task AuditAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, Order order, string action, long done, long total, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into audit_log (id, at, account_id, action, subject, subject_id, after, reason, trace_id)
            values ($1, $2, $3, $4, 'operator_command', $5, $6::jsonb, $7, $8)
            """,
            connection,
            transaction);
        var after = JsonSerializer.Serialize(new { order.Owner, order.Sequence, order.MessageId, done, total }, ContractsJson.Options);
        foreach (var value in new object?[] { Guid.CreateVersion7(), clock.GetUtcNow(), order.AccountId, action, id, after, order.Reason, Activity.Current?.TraceId.ToString() })
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static CommandView Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetGuid(1), EnumCodes.Parse<CommandAction>(reader.GetString(2)), reader.GetString(3),
        reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetGuid(5), reader.GetString(6), EnumCodes.Parse<CommandState>(reader.GetString(7)),
        reader.GetInt64(8), reader.GetInt64(9), reader.IsDBNull(10) ? null : reader.GetString(10),
        reader.GetFieldValue<DateTimeOffset>(11), reader.GetFieldValue<DateTimeOffset>(12));
}
