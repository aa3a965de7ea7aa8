using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Runs the projections on a run of facts inside the inbox's transaction. A run goes through in one piece; where one of its
/// facts fails the run starts over with a savepoint for each fact, and the fact that keeps failing is parked with its reason.
/// </summary>
internal sealed class FactApplier(IEnumerable<Projection> projections, NpgsqlDataSource database, TimeProvider clock, ILogger<FactApplier> log)
{
    /// <summary>
    /// So often a fact may fail in a way that passes by itself while the database answers others: with the pauses between attempts
    /// that is half a minute, or as many of the database's own time limits.
    /// </summary>
    internal const int PassingAttempts = 10;

    private const int PingSeconds = 2;

    /// <summary>A failure that is not the database's is tried this often; each attempt sees what others committed meanwhile.</summary>
    private const int Attempts = 3;

    private const int LongestReason = 2000;

    /// <summary>
    /// From so many facts on, those of one type are applied together. Fewer are applied singly, each in the trace of its request: that
    /// is how facts come except after a pause or a flood.
    /// </summary>
    private const int Many = 8;

    /// <summary>
    /// Of facts that are still to be applied here. A rebuild has its own: it comes past facts that others have long dealt with, and a page
    /// that is applied between two attempts of it must not take its count away.
    /// </summary>
    private readonly ConcurrentDictionary<(string Owner, bool InRebuild, long Sequence), Setback> setbacks = new();
    private readonly ILookup<string, Projection> byOwner = projections.ToLookup(projection => projection.Owner, StringComparer.Ordinal);

    public IEnumerable<string> Owners => byOwner.Select(group => group.Key);

    public IEnumerable<Projection> Of(string owner) => byOwner[owner];

    /// <param name="facts">Consecutive, from the one after the position.</param>
    public async Task ApplyAsync(InboxTransaction inbox, IReadOnlyList<RecordedEvent> facts, CancellationToken cancellationToken)
    {
        // What is behind the position was applied or parked, here or by another replica.
        if (!inbox.IsRebuild)
            Forget(key => key.Owner == inbox.Owner && !key.InRebuild && key.Sequence <= inbox.Position);
        if (facts.Any(fact => setbacks.ContainsKey(KeyOf(inbox, fact))))
        {
            // Singly, so that it is seen which of them does not let the others pass.
            foreach (var fact in facts)
                await ApplyOrParkAsync(inbox, fact, cancellationToken);
            inbox.Position = facts[^1].Sequence;
            return;
        }

        await inbox.Inner.SaveAsync("run", cancellationToken);
        var trying = facts[0];
        try
        {
            var ready = new List<RecordedEvent>(facts.Count);
            foreach (var fact in facts)
            {
                if (inbox.Held.Contains(fact.AggregateId))
                    await ParkBehindAsync(inbox, fact, cancellationToken);
                else if (Concerns(inbox.Owner, fact))
                    ready.Add(fact);
            }

            for (var next = 0; next < ready.Count;)
            {
                var count = Alike(ready, next);
                trying = ready[next];
                if (count >= Many && byOwner[inbox.Owner].Any(projection => projection.TakesMany(ready[next].Type)))
                {
                    await ApplyManyAsync(inbox, ready.GetRange(next, count), cancellationToken);
                }
                else
                {
                    foreach (var fact in ready.Skip(next).Take(count))
                        await ApplyAsync(inbox, trying = fact, cancellationToken);
                }

                next += count;
            }
        }
        catch (Exception exception) when (!IsPassing(exception))
        {
            await inbox.Inner.RollbackAsync("run", cancellationToken);
            foreach (var fact in facts)
                await ApplyOrParkAsync(inbox, fact, cancellationToken);
        }
        catch (Exception exception) when (MayBeTheFact(exception))
        {
            await NoteAsync(KeyOf(inbox, trying), exception, cancellationToken);
            throw;
        }

        inbox.Position = facts[^1].Sequence;
    }

    /// <summary>A rebuild has come to its end, here or at another replica.</summary>
    public void ForgetRebuild(string owner) => Forget(key => key.Owner == owner && key.InRebuild);

    /// <summary>Applies one fact, or leaves the transaction as it was and says why it could not.</summary>
    /// <param name="isOrdered">An operator waits for the outcome: what the database itself gave up is one.</param>
    public async Task<Exception?> TryApplyAsync(InboxTransaction inbox, RecordedEvent fact, CancellationToken cancellationToken, bool isOrdered = false)
    {
        await inbox.Inner.SaveAsync("fact", cancellationToken);
        try
        {
            await ApplyAsync(inbox, fact, cancellationToken);
            return null;
        }
        catch (Exception exception) when (!IsPassing(exception) || (isOrdered && exception is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled }))
        {
            await inbox.Inner.RollbackAsync("fact", cancellationToken);
            return exception;
        }
    }

    /// <summary>
    /// Failures that pass by themselves and say nothing about the fact: the database is away, full or takes no writes, a deadlock, a timeout,
    /// the end of the process. The whole transaction is tried again later.
    /// </summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        RegexMatchTimeoutException => false,
        OperationCanceledException or TimeoutException => true,
        PostgresException postgres => ExceptionToProblem.IsPassing(postgres) || ExceptionToProblem.IsDatabaseAway(postgres),
        NpgsqlException or ObjectDisposedException or InvalidOperationException { Source: "Npgsql" } => true,
        _ => false,
    };

    /// <summary>Of those that pass by themselves, the ones that a fact itself can cause each time: it takes too long, or breaks the driver.</summary>
    private static bool MayBeTheFact(Exception exception) => IsPassing(exception) && exception switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.QueryCanceled,
        _ => true,
    };

    private static (string Owner, bool InRebuild, long Sequence) KeyOf(InboxTransaction inbox, RecordedEvent fact) => (inbox.Owner, inbox.IsRebuild, fact.Sequence);

    private void Forget(Func<(string Owner, bool InRebuild, long Sequence), bool> which)
    {
        foreach (var (key, _) in setbacks)
        {
            if (which(key))
                setbacks.TryRemove(key, out _);
        }
    }

    /// <summary>Counts a failure against a fact, unless the database (or the process) ends: then it says nothing about the fact.</summary>
    private async Task NoteAsync((string Owner, bool InRebuild, long Sequence) key, Exception exception, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return;
        try
        {
            await using var ping = database.CreateCommand("select 1");
            ping.CommandTimeout = PingSeconds;
            await ping.ExecuteScalarAsync(cancellationToken);
        }
        catch (Exception away) when (IsPassing(away))
        {
            return;
        }

        var reason = ReasonOf(exception);
        setbacks.AddOrUpdate(key, _ => new Setback(1, reason), (_, before) => new Setback(before.Count + 1, reason));
    }

    private async Task ApplyOrParkAsync(InboxTransaction inbox, RecordedEvent fact, CancellationToken cancellationToken)
    {
        if (inbox.Held.Contains(fact.AggregateId))
        {
            await ParkBehindAsync(inbox, fact, cancellationToken);
            return;
        }

        if (setbacks.TryGetValue(KeyOf(inbox, fact), out var setback) && setback.Count >= PassingAttempts)
        {
            log.LogError("Parked fact {Sequence} of {Owner} ({Type}): {Reason}", fact.Sequence, inbox.Owner, fact.Type, setback.Reason);
            // Its count stays until the position is past it: the transaction may yet fail at another fact, and this one must not start over.
            await ParkAsync(inbox, fact, setback.Reason, setback.Count, cancellationToken);
            return;
        }

        Exception? failure = null;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                failure = await TryApplyAsync(inbox, fact, cancellationToken);
            }
            catch (Exception exception) when (MayBeTheFact(exception))
            {
                await NoteAsync(KeyOf(inbox, fact), exception, cancellationToken);
                throw;
            }

            if (failure is null)
            {
                setbacks.TryRemove(KeyOf(inbox, fact), out _);
                return;
            }
        }

        log.LogError(failure, "Parked fact {Sequence} of {Owner} ({Type})", fact.Sequence, inbox.Owner, fact.Type);
        await ParkAsync(inbox, fact, ReasonOf(failure!), Attempts, cancellationToken);
    }

    private async Task ApplyAsync(InboxTransaction inbox, RecordedEvent fact, CancellationToken cancellationToken)
    {
        // Parked facts of a type that nothing handles any more have no effect left.
        if (!Concerns(inbox.Owner, fact))
            return;
        // The effect belongs to the trace of the request that caused it, not to the delivery that brought it here.
        _ = ActivityContext.TryParse(fact.TraceParent, traceState: null, isRemote: true, out var cause);
        using var activity = TelemetryExtensions.Source.StartActivity("apply " + ShortName(fact.Type), ActivityKind.Consumer, cause);
        activity?.SetTag("opengov.owner", inbox.Owner).SetTag("opengov.sequence", fact.Sequence).SetTag("messaging.message.id", fact.EventId);
        try
        {
            await ProjectAsync(inbox, [fact], cancellationToken);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    /// <summary>Facts of one type that follow each other. As with the relay's messages, many have a trace of their own that links to theirs.</summary>
    private async Task ApplyManyAsync(InboxTransaction inbox, List<RecordedEvent> facts, CancellationToken cancellationToken)
    {
        using var activity = TelemetryExtensions.Source.StartActivity(
            "apply " + ShortName(facts[0].Type), ActivityKind.Consumer, default(ActivityContext), links: BatchPublisher.LinksOf(facts));
        activity?.SetTag("opengov.owner", inbox.Owner).SetTag("opengov.sequence", facts[^1].Sequence).SetTag("messaging.batch.message_count", facts.Count);
        try
        {
            await ProjectAsync(inbox, facts, cancellationToken);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    private async Task ProjectAsync(InboxTransaction inbox, List<RecordedEvent> facts, CancellationToken cancellationToken)
    {
        var transaction = new ProjectionTransaction(inbox.Connection, inbox.Inner, facts[0], cancellationToken);
        foreach (var projection in byOwner[inbox.Owner])
            await projection.ApplyAsync(facts, transaction);
    }

    private static int Alike(List<RecordedEvent> facts, int from)
    {
        var count = 1;
        while (from + count < facts.Count && facts[from + count].Type == facts[from].Type)
            count++;
        return count;
    }

    private bool Concerns(string owner, RecordedEvent fact) => byOwner[owner].Any(projection => projection.Handles(fact.Type));

    private Task ParkBehindAsync(InboxTransaction inbox, RecordedEvent fact, CancellationToken cancellationToken) =>
        Concerns(inbox.Owner, fact) ? ParkAsync(inbox, fact, ParkedFacts.Behind, 0, cancellationToken) : Task.CompletedTask;

    private async Task ParkAsync(InboxTransaction inbox, RecordedEvent fact, string reason, int attempts, CancellationToken cancellationToken)
    {
        inbox.Held.Add(fact.AggregateId);
        await inbox.ExecuteAsync(
            """
            insert into inbox_parked (owner, sequence, event_id, type, aggregate_id, event, reason, attempts, parked_at)
            values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9)
            """,
            cancellationToken,
            inbox.Owner, fact.Sequence, fact.EventId, fact.Type, fact.AggregateId,
            JsonSerializer.Serialize(WithoutPersonalData(fact), ContractsJson.Options), reason, attempts, clock.GetUtcNow());
    }

    /// <summary>A payload that may have to be erased at its owner is not kept here; sending again reads it from there.</summary>
    private static RecordedEvent WithoutPersonalData(RecordedEvent fact) =>
        EventTypes.CarriesPersonalData(fact.Type) ? fact with { Payload = null } : fact;

    /// <summary>Says what failed and where, without the values: they are kept with the fact, and read by more than those who may see it.</summary>
    internal static string ReasonOf(Exception exception)
    {
        var reason = FailureText.Of(exception);
        return reason.Length <= LongestReason ? reason : reason[..LongestReason];
    }

    /// <param name="Count">Failures in a row, each while the database answered.</param>
    private sealed record Setback(int Count, string Reason);

    private static string ShortName(string type) => type[(type.LastIndexOf('.') + 1)..];
}
