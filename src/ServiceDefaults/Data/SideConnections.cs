using Npgsql;

namespace OpenGov.ServiceDefaults.Data;

/// <summary>
/// A few connections apart from the others, for what a request looks up or counts while its own transaction is open. From the others it would
/// wait for one that only comes back when requests like it end, which wait for the same: with as many of them as there are connections, all would
/// stand still until the pool gives up. Whoever has one of these waits for nothing else. Opened when they are needed, and closed a second or two later.
/// </summary>
public sealed class SideConnections(NpgsqlDataSource source) : IAsyncDisposable
{
    /// <summary>Beside the share of the process, from what the database server keeps in reserve.</summary>
    internal const int AtMost = 2;

    public NpgsqlCommand CreateCommand(string? sql = null) => source.CreateCommand(sql);

    public NpgsqlBatch CreateBatch() => source.CreateBatch();

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
