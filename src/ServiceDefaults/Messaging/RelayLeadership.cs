using Npgsql;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// The right to number and publish this service's facts: an advisory lock of the session on a connection of its own. Facts are
/// numbered on that same connection, so that PostgreSQL itself refuses a leader whose session has ended, however late it wakes.
/// Needs a direct connection to PostgreSQL or a pooler in session mode.
/// </summary>
internal sealed class RelayLeadership : IAsyncDisposable
{
    // Any constant will do: locks are per database, and so per service.
    private const int LockClass = 0x6F70656E;
    private const int LockId = 0x72656C61;

    // Numbering one fact must not become a scan of the whole log when statistics were gathered during a backlog: its joins go by
    // primary key. Bitmap scans do not mark the index entries of numbered rows as dead, plain ones do. Ruling plans out makes
    // the rest look expensive enough for JIT, which takes 300 ms for a statement of 1 ms.
    private const string PlanOfNumbering =
        "set enable_hashjoin = off; set enable_mergejoin = off; set enable_seqscan = off; set enable_bitmapscan = off; set jit = off;";

    private RelayLeadership(NpgsqlConnection connection) => Connection = connection;

    public NpgsqlConnection Connection { get; }

    /// <returns>Null while another replica leads.</returns>
    public static async Task<RelayLeadership?> TryAcquireAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"{PlanOfNumbering} select pg_try_advisory_lock({LockClass}, {LockId})", connection);
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
                return new RelayLeadership(connection);
            await connection.DisposeAsync();
            return null;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Ends the session of a leader that does nothing while facts wait: a process that was stopped, or a machine that is gone while
    /// PostgreSQL still believes in its connection.
    /// </summary>
    public static async Task<bool> DeposeAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select count(pg_terminate_backend(pid)) from pg_locks
            where locktype = 'advisory' and granted and classid = {LockClass} and objid = {LockId} and objsubid = 2
                and database = (select oid from pg_database where datname = current_database())
            """);
        return await command.ExecuteScalarAsync(cancellationToken) is > 0L;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // A pooled connection is reset at its next use: the lock must not wait for that.
            await using var command = new NpgsqlCommand($"select pg_advisory_unlock({LockClass}, {LockId})", Connection);
            command.CommandTimeout = 5;
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The session is over, and the lock with it.
        }

        await Connection.DisposeAsync();
    }
}
