using Npgsql;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// One transaction of the inbox. It holds the row lock of the owner's position, so that one replica at a time applies that
/// owner's facts, and ends with the effect, the parked facts and the position written together or not at all.
/// </summary>
internal sealed class InboxTransaction : IAsyncDisposable
{
    private readonly NpgsqlTransaction transaction;

    private InboxTransaction(string owner, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (Owner, Connection, this.transaction) = (owner, connection, transaction);

    public string Owner { get; }

    public NpgsqlConnection Connection { get; }

    /// <summary>Sequence of the owner's last fact that was applied, parked or set aside.</summary>
    public long Position { get; set; }

    /// <summary>Facts are applied from zero, behind the position that others see until this is committed.</summary>
    public bool IsRebuild { get; set; }

    /// <summary>Aggregates with a parked fact: their later facts must wait behind it.</summary>
    public HashSet<Guid> Held { get; } = [];

    public NpgsqlTransaction Inner => transaction;

    /// <param name="wait">False: give up at once when another replica or consumer holds the position.</param>
    /// <returns>Null when another holds the position and <paramref name="wait"/> is false.</returns>
    public static async Task<InboxTransaction?> BeginAsync(
        NpgsqlDataSource database, string owner, bool wait, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            var opened = new InboxTransaction(owner, connection, await connection.BeginTransactionAsync(cancellationToken));
            if (await opened.LockAsync(wait, cancellationToken))
                return opened;
            await opened.DisposeAsync();
            return null;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("update inbox_position set sequence = $2, updated_at = now() where owner = $1", cancellationToken, Owner, Position);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
#pragma warning disable CA2100 // The text is written in this program; values are parameters.
        await using var command = new NpgsqlCommand(sql, Connection, transaction);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    private async Task<bool> LockAsync(bool wait, CancellationToken cancellationToken)
    {
        // The held aggregates are read by a statement of their own: its snapshot is taken after the wait for the lock.
        await using var batch = new NpgsqlBatch(Connection, transaction);
        batch.BatchCommands.Add(Command("insert into inbox_position (owner) select $1 where not exists (select from inbox_position where owner = $1) on conflict do nothing"));
        batch.BatchCommands.Add(Command("select sequence from inbox_position where owner = $1 for update" + (wait ? "" : " skip locked")));
        batch.BatchCommands.Add(Command("select distinct aggregate_id from inbox_parked where owner = $1 and set_aside_at is null"));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return false;
        Position = reader.GetInt64(0);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            Held.Add(reader.GetGuid(0));
        return true;

        NpgsqlBatchCommand Command(string sql)
        {
#pragma warning disable CA2100 // Constant text.
            var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
            command.Parameters.Add(new NpgsqlParameter { Value = Owner });
            return command;
        }
    }
}
