using Npgsql;

namespace OpenGov.Participants.Elections;

/// <summary>
/// Removes what papers leave behind in the file of the sums: the rows as they were before each paper, which a superuser could read and, by
/// their transaction, lay beside the voter (docs/decisions/0016). Dead rows go within a round, also while people vote; after a proclamation
/// the file itself is written anew, once. Neither can happen inside a transaction.
/// </summary>
internal static class ScrubTally
{
    /// <summary>Rewriting locks the table: papers of another election wait behind it, and it behind a backup that reads. Then the next round does it.</summary>
    private const string LockTimeout = "set lock_timeout = '2s'";

    public static async Task RunAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var over = await OverAsync(connection, cancellationToken);
        if (over.Length == 0 && await DeadRowsAsync(connection, cancellationToken) == 0)
            return;
        try
        {
            await DoAsync(connection, LockTimeout, cancellationToken);
            if (over.Length > 0)
                await DoAsync(connection, "vacuum (full) election_tally", cancellationToken);
            // Counts what is left: rows that a transaction which began earlier can still see are kept by both.
            await DoAsync(connection, "vacuum election_tally", cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return;
        }

        if (over.Length == 0 || await DeadRowsAsync(connection, cancellationToken) > 0)
            return;
        await using var done = new NpgsqlCommand("insert into election_scrub (election_id, scrubbed_at) select unnest($1), $2 on conflict do nothing", connection);
        done.Parameters.Add(new() { Value = over });
        done.Parameters.Add(new() { Value = now });
        await done.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Counted, or called off after papers were cast, and their file not yet written anew.</summary>
    private static async Task<Guid[]> OverAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce(array_agg(id), '{}') from seat_election
            where state <> 'CALLED' and exists (select from election_tally where election_id = id) and not exists (select from election_scrub where election_id = id)
            """, connection);
        return (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<long> DeadRowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_stat_get_dead_tuples('election_tally'::regclass)", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task DoAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
