using System.Data;
using System.Globalization;
using Microsoft.Net.Http.Headers;
using Npgsql;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Transparency.Datasets;

/// <summary>A dataset as a whole, at one moment.</summary>
/// <param name="Version">Rises by at least one with every change of the rows; 0 before the first.</param>
/// <param name="Rows">Rows after the last change; kept by the database, never counted for a request.</param>
/// <param name="Modified">When the rows last changed here.</param>
/// <param name="ModifiedShared">An earlier version carries the same second of <paramref name="Modified"/>.</param>
internal sealed record DatasetState(string Name, long Version, long Rows, DateTimeOffset Issued, DateTimeOffset Modified, bool ModifiedShared)
{
    /// <summary>
    /// Strong: the version says which rows, the time keeps versions of a restored database apart, the fingerprint says which
    /// form. <paramref name="variant"/> names the representation.
    /// </summary>
    public EntityTagHeaderValue ETag(DatasetDefinition dataset, string variant) => ETags.Of(string.Create(
        CultureInfo.InvariantCulture, $"{Version}-{Modified.UtcTicks:x}-{DatasetSql.Fingerprint(dataset)}-{variant}"));

    public static async Task<DatasetState> ReadAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{Select} where name = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? Of(reader)
            : throw new InvalidOperationException($"dataset_state lacks {name}: add it with the schema file that makes its table.");
    }

    public static async Task<Dictionary<string, DatasetState>> ReadAllAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Select, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var states = new Dictionary<string, DatasetState>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            states.Add(reader.GetString(0), Of(reader));
        return states;
    }

    private const string Select = "select name, version, row_count, issued, modified, modified_shared from dataset_state";

    private static DatasetState Of(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2),
        reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetBoolean(5));
}

/// <summary>
/// One reading of a dataset: state and rows are seen as of the same moment, so that an ETag never goes out with the rows of
/// another version.
/// </summary>
internal sealed class DatasetSnapshot : IAsyncDisposable
{
    private readonly NpgsqlTransaction transaction;

    private DatasetSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, DatasetState state) =>
        (Connection, this.transaction, State) = (connection, transaction, state);

    public NpgsqlConnection Connection { get; }

    public DatasetState State { get; }

    public static async Task<DatasetSnapshot> OpenAsync(NpgsqlDataSource database, DatasetDefinition dataset, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            var begun = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            return new DatasetSnapshot(connection, begun, await DatasetState.ReadAsync(connection, dataset.Name, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Lets the caller take as long as the gateway allows. PostgreSQL may have sent the last row long before the caller has taken it, and
    /// would then end the session as one that idles inside a transaction. What lies between them (some 6 MB in the sockets' buffers) takes
    /// the slowest reader, at 2 KB/s, 50 minutes. A snapshot locks no row, so nobody waits for it.
    /// </summary>
    public async Task AllowSlowReaderAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("set local idle_in_transaction_session_timeout = '1h'", Connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
