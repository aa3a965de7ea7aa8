using Npgsql;
using OpenGov.Contracts;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// What a service keeps of another owner's facts. Handlers run inside the inbox's transaction, in the owner's order, each
/// fact once; their only effect is SQL on the transaction's connection, so that a crash leaves all or nothing.
/// </summary>
/// <param name="owner">One of <see cref="Owners"/>.</param>
public abstract class Projection(string owner)
{
    private readonly Dictionary<string, Func<RecordedEvent, ProjectionTransaction, Task>> handlers = new(StringComparer.Ordinal);

    public string Owner { get; } = owner;

    /// <summary>
    /// SQL that empties this projection's tables, for the rebuild from zero. <c>delete from</c>, not <c>truncate</c>: readers must
    /// see the former state until the rebuild is committed. Empty where a rebuild must leave everything (deliveries).
    /// </summary>
    public abstract string ResetSql { get; }

    protected void On<TEvent>(Func<TEvent, ProjectionTransaction, Task> apply) where TEvent : class, IIntegrationEvent =>
        handlers.Add(EventTypes.NameOf(typeof(TEvent)), async (recorded, transaction) =>
        {
            // An erased payload leaves nothing to apply.
            if (EventTypes.Read(recorded) is TEvent fact)
                await apply(fact, transaction);
        });

    internal bool Handles(string type) => handlers.ContainsKey(type);

    internal Task ApplyAsync(RecordedEvent recorded, ProjectionTransaction transaction) =>
        handlers.TryGetValue(recorded.Type, out var apply) ? apply(recorded, transaction) : Task.CompletedTask;
}

/// <summary>The inbox's transaction, as a handler sees it.</summary>
public sealed class ProjectionTransaction(
    NpgsqlConnection connection, NpgsqlTransaction transaction, RecordedEvent recorded, bool rebuilds, CancellationToken cancellationToken)
{
    public NpgsqlConnection Connection => connection;
    public NpgsqlTransaction Transaction => transaction;

    /// <summary>The fact being applied: its sequence, time and trace.</summary>
    public RecordedEvent Recorded => recorded;

    /// <summary>
    /// True while the projections are rebuilt from zero: what must happen once for each fact (a mail, a reminder) happened before.
    /// </summary>
    public bool Rebuilds => rebuilds;

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>Runs one statement with positional parameters <c>$1, $2 …</c>; null becomes SQL null.</summary>
    public async Task<int> ExecuteAsync(string sql, params object?[] values)
    {
#pragma warning disable CA2100 // The text is written in this program; values are parameters.
        await using var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
