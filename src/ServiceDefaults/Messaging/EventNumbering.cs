using Npgsql;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Gives committed facts their numbers: dense, in the order of their ids, and for each aggregate in the order of its versions.
/// Ids alone would not do: clocks of replicas differ, so a later version may have the earlier id. Whoever wrote version k + 1
/// had seen k, so a snapshot that shows k + 1 shows k as well; all visible facts are numbered at once.
/// </summary>
internal static class EventNumbering
{
    // A fact's key is the latest id among its aggregate's facts up to it: a fact with too early an id moves behind its
    // predecessors, all others stay where their ids put them. (uuid has no max() before PostgreSQL 18; text in C order is the same.)
    private const string Number =
        """
        with keyed as (
            select event_id, aggregate_version, max(event_id::text collate "C")
                over (partition by aggregate_id order by aggregate_version, event_id) as key
            from event_log where sequence is null),
        turns as (
            select event_id, row_number() over (order by key, aggregate_version, event_id) as turn from keyed),
        numbered as (
            update event_log set sequence = relay_position.numbered + turns.turn
            from turns, relay_position where event_log.event_id = turns.event_id
            returning turn)
        update relay_position set numbered = numbered + (select count(*) from numbered)
        where exists (select from numbered)
        """;

    /// <summary>Whether facts wait for a number.</summary>
    public static async Task<bool> IsNeededAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from event_log where sequence is null)", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <param name="connection">The leader's own (<see cref="RelayLeadership"/>).</param>
    /// <returns>The last number given so far.</returns>
    public static async Task<long> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // One round trip and one transaction. The position is locked by a statement of its own, so that the numbering takes its
        // snapshot after the lock: should two leaders ever meet here, the second sees what the first has numbered.
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select from relay_position for update"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Number));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select numbered from relay_position"));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (!await reader.ReadAsync(cancellationToken) || reader.FieldCount == 0)
        {
            if (!await reader.NextResultAsync(cancellationToken))
                throw new InvalidOperationException("relay_position has no row.");
        }

        return reader.GetInt64(0);
    }
}
