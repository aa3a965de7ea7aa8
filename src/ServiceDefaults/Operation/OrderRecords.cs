using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Operation;

/// <param name="Key">The <c>Idempotency-Key</c>; null where the caller sent none.</param>
internal sealed record Order(Guid AccountId, string? Key, CommandAction Action, string Owner, long? Sequence, string Reason, Guid? MessageId = null);

/// <summary>What was ordered, by whom and why, and how far it is: a row for each order, and an audit entry with each effect.</summary>
internal sealed class OrderRecords(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns =
        """
        id, account_id, action, owner, sequence, message_id, reason,
        case when state = 'RUNNING' and seen_at < now() - interval '30 seconds' then 'INTERRUPTED' else state end, done, total, failure, at, seen_at
        """;

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

    /// <returns>False where the key was used before.</returns>
    public async Task<bool> InsertAsync(
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

    public async Task<Result<CommandView>> RepeatedAsync(Order order, CancellationToken cancellationToken)
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

    /// <summary>How far an order is, in the transaction of what it did.</summary>
    public static async Task TellAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid id, CommandState state, long done, long total, string? failure, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update operator_command set state = $2, done = $3, total = $4, failure = $5, seen_at = now() where id = $1", connection, transaction);
        foreach (var value in new object?[] { id, state.Code(), done, total, failure })
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<CommandView?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from operator_command where id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    public async Task AuditAsync(
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
