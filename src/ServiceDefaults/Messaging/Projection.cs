using Npgsql;
using OpenGov.Contracts;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// What a service keeps of another owner's facts. Handlers run inside the inbox's transaction, in the owner's order, each
/// fact once; their only effect is SQL on the transaction's connection, so that a crash leaves all or nothing. A rebuild applies all of
/// them again, those of its time and those that were parked for the first time: what must happen once for each fact (a mail, a
/// confirmation) leaves a row that no reset removes, and looks for it.
/// </summary>
/// <param name="owner">One of <see cref="Owners"/>.</param>
public abstract class Projection(string owner)
{
    private readonly Dictionary<string, Func<IReadOnlyList<RecordedEvent>, ProjectionTransaction, Task>> handlers = new(StringComparer.Ordinal);
    private readonly HashSet<string> takesMany = new(StringComparer.Ordinal);

    public string Owner { get; } = owner;

    /// <summary>
    /// SQL that empties this projection's tables, for the rebuild from zero. <c>delete from</c>, not <c>truncate</c>: readers must
    /// see the former state until the rebuild is committed. Empty where a rebuild must leave everything (deliveries).
    /// </summary>
    public abstract string ResetSql { get; }

    protected void On<TEvent>(Func<TEvent, ProjectionTransaction, Task> apply) where TEvent : class, IIntegrationEvent =>
        handlers.Add(EventTypes.NameOf(typeof(TEvent)), async (recorded, transaction) =>
        {
            foreach (var one in recorded)
            {
                // An erased payload leaves nothing to apply.
                if (EventTypes.Read(one) is TEvent fact)
                    await apply(fact, transaction.For(one));
            }
        });

    /// <summary>
    /// For facts that come in great numbers: takes those that follow each other, in their order, so that a backlog needs a few
    /// statements for many facts. The result must be the one that applying them singly would have.
    /// </summary>
    protected void OnMany<TEvent>(Func<IReadOnlyList<AppliedFact<TEvent>>, ProjectionTransaction, Task> apply) where TEvent : class, IIntegrationEvent
    {
        takesMany.Add(EventTypes.NameOf(typeof(TEvent)));
        handlers.Add(EventTypes.NameOf(typeof(TEvent)), async (recorded, transaction) =>
        {
            var facts = new List<AppliedFact<TEvent>>(recorded.Count);
            foreach (var one in recorded)
            {
                if (EventTypes.Read(one) is TEvent fact)
                    facts.Add(new AppliedFact<TEvent>(one, fact));
            }

            if (facts.Count > 0)
                await apply(facts, transaction);
        });
    }

    internal bool Handles(string type) => handlers.ContainsKey(type);

    internal bool TakesMany(string type) => takesMany.Contains(type);

    /// <param name="recorded">Facts of one type that follow each other; at least one.</param>
    internal Task ApplyAsync(IReadOnlyList<RecordedEvent> recorded, ProjectionTransaction transaction) =>
        handlers.TryGetValue(recorded[0].Type, out var apply) ? apply(recorded, transaction) : Task.CompletedTask;
}

/// <param name="Recorded">Its sequence, time and trace.</param>
public readonly record struct AppliedFact<TEvent>(RecordedEvent Recorded, TEvent Fact) where TEvent : class, IIntegrationEvent;

/// <summary>The inbox's transaction, as a handler sees it.</summary>
public sealed class ProjectionTransaction(
    NpgsqlConnection connection, NpgsqlTransaction transaction, RecordedEvent recorded, CancellationToken cancellationToken)
{
    public NpgsqlConnection Connection => connection;
    public NpgsqlTransaction Transaction => transaction;

    /// <summary>The fact being applied, of several the first: its sequence, time and trace.</summary>
    public RecordedEvent Recorded => recorded;

    public CancellationToken Cancellation => cancellationToken;

    internal ProjectionTransaction For(RecordedEvent fact) =>
        ReferenceEquals(fact, recorded) ? this : new ProjectionTransaction(connection, transaction, fact, cancellationToken);

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

    /// <summary>
    /// Parks the fact that is being applied while earlier ones of a type are parked, of whatever aggregate: it would find what they have not done yet. Whoever sends all of
    /// them again sends them in their order.
    /// </summary>
    /// <exception cref="WaitsForEarlierFactException">There are such facts.</exception>
    public async Task WaitForParkedAsync<TEvent>() where TEvent : class, IIntegrationEvent
    {
        var name = EventTypes.NameOf(typeof(TEvent));
        await using var command = new NpgsqlCommand(
            """
            select exists (
                select from inbox_parked parked
                where parked.type = $1 and parked.set_aside_at is null and parked.sequence < $2)
            """, connection, transaction)
        {
            Parameters = { new() { Value = name }, new() { Value = recorded.Sequence } },
        };
        if ((bool)(await command.ExecuteScalarAsync(cancellationToken))!)
            throw new WaitsForEarlierFactException(name);
    }

    /// <summary>Runs several statements, in their order, in one round trip.</summary>
    public async Task ExecuteAllAsync(params IEnumerable<Statement> statements)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var statement in statements)
        {
#pragma warning disable CA2100 // As above.
            var command = new NpgsqlBatchCommand(statement.Sql);
#pragma warning restore CA2100
            foreach (var value in statement.Values)
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>A fact can only be applied after one that is parked.</summary>
public sealed class WaitsForEarlierFactException(string type) : Exception($"An earlier {type[(type.LastIndexOf('.') + 1)..]} is parked.");

/// <summary>One statement with positional parameters <c>$1, $2 …</c>; null becomes SQL null.</summary>
public sealed record Statement(string Sql, params IReadOnlyList<object?> Values);
