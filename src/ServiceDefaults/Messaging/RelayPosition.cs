using Npgsql;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>The relay's place in the log, kept in its one row.</summary>
internal sealed class RelayPosition(NpgsqlDataSource database)
{
    public async Task<(long Published, long Numbered)> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select published, numbered from relay_position");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>
    /// Never goes back, so a former leader that still reports a confirm says nothing wrong. Losing the latest values in a crash
    /// of PostgreSQL only publishes those facts again, so nobody waits for the disk.
    /// </summary>
    public async Task PublishedAsync(long sequence, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            with careless as (select set_config('synchronous_commit', 'off', true))
            update relay_position set published = $1 from careless where published < $1
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = sequence });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
