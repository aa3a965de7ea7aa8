using System.Text.Json;
using Npgsql;
using OpenGov.Contracts;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>Reads this service's own facts in their order. Only numbered facts are seen.</summary>
internal sealed class EventLog(NpgsqlDataSource database)
{
    /// <summary>A page or message ends with the fact that takes its payloads over this many characters.</summary>
    public const int LargestPage = 512 * 1024;

    /// <summary>Last number given; 0 while there is none.</summary>
    public async Task<long> HeadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select numbered from relay_position");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <param name="largest">In characters of payload; a single larger fact is still returned, alone or last.</param>
    public async Task<IReadOnlyList<RecordedEvent>> ReadAsync(long after, int limit, int largest, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select sequence, event_id, type, aggregate_id, aggregate_version, occurred_at, trace_parent, payload
            from event_log where sequence > $1 order by sequence limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = after });
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var facts = new List<RecordedEvent>();
        var size = 0;
        while (size < largest && await reader.ReadAsync(cancellationToken))
        {
            var payload = await reader.IsDBNullAsync(7, cancellationToken) ? null : reader.GetString(7);
            size += payload?.Length ?? 0;
            facts.Add(new RecordedEvent(
                reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetGuid(3), reader.GetInt32(4),
                reader.GetFieldValue<DateTimeOffset>(5),
                await reader.IsDBNullAsync(6, cancellationToken) ? null : reader.GetString(6),
                payload is null ? null : JsonElement.Parse(payload)));
        }

        return facts;
    }
}
