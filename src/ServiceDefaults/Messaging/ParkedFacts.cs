using System.Text.Json;
using Npgsql;
using OpenGov.Contracts;
using Polly.Timeout;

namespace OpenGov.ServiceDefaults.Messaging;

/// <param name="Event">As it stands in the owner's log; the payload of a fact with personal data is left out.</param>
/// <param name="Reason">Why it could not be applied, or <see cref="ParkedFacts.Behind"/>.</param>
/// <param name="Attempts">0 for a fact that waits behind another.</param>
public sealed record ParkedFact(
    string Owner, long Sequence, Guid EventId, string Type, Guid AggregateId, RecordedEvent Event, string Reason, int Attempts,
    DateTimeOffset ParkedAt, DateTimeOffset? SetAsideAt);

/// <param name="Sent">Facts that are applied now.</param>
/// <param name="Remaining">Facts of the same selection that are still parked.</param>
/// <param name="Reason">Why the first of them failed again; null when none is left.</param>
public sealed record SentAgain(int Sent, int Remaining, string? Reason);

/// <summary>
/// The operator's view of facts that could not be applied. Facts of one aggregate are sent again in their order and only from
/// the first on, so that what a fact builds on is there when it is applied.
/// </summary>
internal sealed class ParkedFacts(NpgsqlDataSource database, FactApplier applier, FeedReader feed, ILogger<ParkedFacts> log)
{
    /// <summary>Reason of a fact that waits behind an earlier one of its aggregate.</summary>
    public const string Behind = "behind";

    private const string Columns = "owner, sequence, event_id, type, aggregate_id, event, reason, attempts, parked_at, set_aside_at";

    /// <summary>By owner, in the order of the log.</summary>
    public async Task<IReadOnlyList<ParkedFact>> ListAsync(string? owner, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from inbox_parked where ($1::text is null or owner = $1) and sequence > $2 order by owner, sequence limit $3");
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)owner ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = after });
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>As an operator needs them: first what waits for them, then what was set aside, each in the order of the log.</summary>
    /// <param name="after">The last that was shown; null for the first page.</param>
    public async Task<IReadOnlyList<ParkedFact>> WaitingFirstAsync(string owner, (bool IsAside, long Sequence)? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from inbox_parked where owner = $1 and (set_aside_at is not null, sequence) > ($2, $3)
            order by set_aside_at is not null, sequence limit $4
            """);
        foreach (var value in new object[] { owner, after?.IsAside ?? false, after?.Sequence ?? long.MinValue, limit })
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<ParkedFact?> FindAsync(string owner, long sequence, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from inbox_parked where owner = $1 and sequence = $2");
        command.Parameters.Add(new NpgsqlParameter { Value = owner });
        command.Parameters.Add(new NpgsqlParameter { Value = sequence });
        return await ReadAsync(command, cancellationToken) is [var fact] ? fact : null;
    }

    private static async Task<IReadOnlyList<ParkedFact>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var parked = new List<ParkedFact>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (sequence, eventId, type, aggregateId, parkedAt) =
                (reader.GetInt64(1), reader.GetGuid(2), reader.GetString(3), reader.GetGuid(4), reader.GetFieldValue<DateTimeOffset>(8));
            var json = reader.GetString(5);
            parked.Add(new ParkedFact(
                reader.GetString(0), sequence, eventId, type, aggregateId, Read(json) ?? WhatCanBeRead(json, sequence, eventId, type, aggregateId, parkedAt),
                reader.GetString(6), reader.GetInt32(7), parkedAt, await reader.IsDBNullAsync(9, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(9)));
        }

        return parked;
    }

    /// <summary>Facts that wait for the operator, and since when the first of them does.</summary>
    public async Task<(long Count, DateTimeOffset? Since)> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select count(*), min(parked_at) from inbox_parked where set_aside_at is null");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(1));
    }

    /// <summary>Sends again what is parked of one fact's aggregate, or of all of them.</summary>
    /// <param name="sequence">A parked fact; null for all of the owner.</param>
    /// <returns>Null where no such fact is parked.</returns>
    public async Task<SentAgain?> SendAgainAsync(string owner, long? sequence, CancellationToken cancellationToken)
    {
        await using var inbox = (await InboxTransaction.BeginAsync(database, owner, wait: true, cancellationToken))!;
        if (await SendAgainAsync(inbox, sequence, cancellationToken) is not { } sent)
            return null;
        await inbox.CommitAsync(cancellationToken);
        log.LogInformation("Sent {Sent} parked facts of {Owner} again, {Remaining} remain", sent.Sent, owner, sent.Remaining);
        return sent;
    }

    /// <summary>The same inside a transaction that the caller ends.</summary>
    public async Task<SentAgain?> SendAgainAsync(InboxTransaction inbox, long? sequence, CancellationToken cancellationToken)
    {
        var owner = inbox.Owner;
        var waiting = await WaitingAsync(inbox, sequence, cancellationToken);
        if (sequence is not null && waiting.Count == 0)
            return null;

        var sent = 0;
        string? reason = null;
        var held = new HashSet<Guid>();
        foreach (var fact in waiting)
        {
            if (held.Contains(fact.AggregateId))
                continue;
            var failure = await TryAsync(inbox, fact, cancellationToken);
            if (failure is null)
            {
                await inbox.ExecuteAsync("delete from inbox_parked where owner = $1 and sequence = $2", cancellationToken, owner, fact.Sequence);
                sent++;
                continue;
            }

            held.Add(fact.AggregateId);
            var why = FactApplier.ReasonOf(failure);
            reason ??= why;
            await inbox.ExecuteAsync(
                "update inbox_parked set reason = $3, attempts = attempts + 1 where owner = $1 and sequence = $2", cancellationToken, owner, fact.Sequence, why);
        }

        return new SentAgain(sent, waiting.Count - sent, reason);
    }

    /// <summary>Gives a fact up: it is never applied (but by a rebuild), and no longer holds back those behind it.</summary>
    /// <returns>False where no such fact is parked.</returns>
    public async Task<bool> SetAsideAsync(string owner, long sequence, CancellationToken cancellationToken)
    {
        await using var inbox = (await InboxTransaction.BeginAsync(database, owner, wait: true, cancellationToken))!;
        var rows = await SetAsideAsync(inbox, sequence, cancellationToken);
        await inbox.CommitAsync(cancellationToken);
        if (rows > 0)
            log.LogWarning("Fact {Sequence} of {Owner} was set aside", sequence, owner);
        return rows > 0;
    }

    /// <summary>Gives one fact up, or all that are parked of the owner, inside a transaction that the caller ends.</summary>
    /// <returns>How many.</returns>
    public static Task<int> SetAsideAsync(InboxTransaction inbox, long? sequence, CancellationToken cancellationToken) => inbox.ExecuteAsync(
        "update inbox_parked set set_aside_at = now() where owner = $1 and ($2 = 0 or sequence = $2) and set_aside_at is null",
        cancellationToken, inbox.Owner, sequence ?? 0L);

    private static async Task<List<WaitingFact>> WaitingAsync(InboxTransaction inbox, long? sequence, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select sequence, event_id, type, aggregate_id, event from inbox_parked
            where owner = $1 and set_aside_at is null and ($2::bigint is null or aggregate_id =
                (select aggregate_id from inbox_parked where owner = $1 and sequence = $2 and set_aside_at is null))
            order by sequence
            """,
            inbox.Connection,
            inbox.Inner);
        command.Parameters.Add(new NpgsqlParameter { Value = inbox.Owner });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)sequence ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var waiting = new List<WaitingFact>();
        while (await reader.ReadAsync(cancellationToken))
            waiting.Add(new WaitingFact(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetGuid(3), Read(reader.GetString(4))));
        return waiting;
    }

    private async Task<Exception?> TryAsync(InboxTransaction inbox, WaitingFact fact, CancellationToken cancellationToken)
    {
        RecordedEvent whole;
        try
        {
            whole = await WholeAsync(inbox.Owner, fact, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutException or TimeoutRejectedException or InvalidOperationException)
        {
            // Its owner is away: the facts of others need not wait for it.
            return exception;
        }

        return await applier.TryApplyAsync(inbox, whole, cancellationToken, isOrdered: true);
    }

    /// <summary>What is not kept here, because it carries personal data, or cannot be read here, is read again from its owner.</summary>
    private async Task<RecordedEvent> WholeAsync(string owner, WaitingFact fact, CancellationToken cancellationToken)
    {
        if (fact.Event is { } kept && !EventTypes.CarriesPersonalData(fact.Type))
            return kept;
        var page = await feed.ReadAsync(owner, fact.Sequence - 1, cancellationToken);
        return page.Events.FirstOrDefault(candidate => candidate.EventId == fact.EventId)
            ?? throw new InvalidOperationException($"The feed of {owner} lacks fact {fact.Sequence}.");
    }

    /// <returns>Null where this version does not understand it: another one wrote it, or a hand changed it.</returns>
    private static RecordedEvent? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<RecordedEvent>(json, ContractsJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>For the operator's eyes: one fact that cannot be read must not hide the others.</summary>
    private static RecordedEvent WhatCanBeRead(string json, long sequence, Guid eventId, string type, Guid aggregateId, DateTimeOffset parkedAt)
    {
        var envelope = JsonElement.Parse(json);
        var payload = Member("payload");
        return new RecordedEvent(
            sequence, eventId, type, aggregateId,
            Member("aggregateVersion") is { ValueKind: JsonValueKind.Number } version && version.TryGetInt32(out var number) ? number : 0,
            Member("occurredAt") is { ValueKind: JsonValueKind.String } at && at.TryGetDateTimeOffset(out var occurredAt) ? occurredAt : parkedAt,
            Member("traceParent") is { ValueKind: JsonValueKind.String } trace ? trace.GetString() : null,
            payload is null or { ValueKind: JsonValueKind.Null } || EventTypes.CarriesPersonalData(type) ? null : payload);

        JsonElement? Member(string name) => envelope.ValueKind == JsonValueKind.Object && envelope.TryGetProperty(name, out var member) ? member : null;
    }

    /// <param name="Event">As it is kept; null where it cannot be read.</param>
    private sealed record WaitingFact(long Sequence, Guid EventId, string Type, Guid AggregateId, RecordedEvent? Event);
}
