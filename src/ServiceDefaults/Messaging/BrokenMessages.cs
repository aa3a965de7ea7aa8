using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Npgsql;
using OpenGov.ServiceDefaults.Operation;
using OpenTelemetry;
using Polly.Timeout;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>A message that could not be read, as it stands in <c>broken_message</c>.</summary>
/// <param name="Queue">From which it was taken.</param>
/// <param name="Times">How often it came.</param>
internal sealed record KeptMessage(
    Guid Id, string Owner, string Queue, byte[] Body, string? ContentType, string? MessageId, string? Reason, string? TraceId, int Times, DateTimeOffset TakenAt, DateTimeOffset? SetAsideAt);

/// <summary>
/// Takes the messages that nobody could read out of the broker's queues of such and keeps them for the operator: stored first, then
/// acknowledged, so that none is lost and the same one is kept once. They are seen and set aside also while the broker is away.
/// Nothing is missing meanwhile: their facts came by the owner's feed.
/// </summary>
internal sealed class BrokenMessages(RabbitTopology topology, Inbox inbox, NpgsqlDataSource database, FeedReader feed, TimeProvider clock, ILogger<BrokenMessages> log) : BackgroundService
{
    /// <summary>Where MassTransit puts messages that it cannot read, or that nobody wants.</summary>
    public static readonly IReadOnlyList<string> QueueSuffixes = ["_error", "_skipped"];

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Another replica may be taking them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A confirm takes milliseconds.</summary>
    private static readonly TimeSpan ConfirmsWithin = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After so long no further message is begun to be completed: those that are go, and the next piece brings the rest. The transaction
    /// idles meanwhile, and a page that was just asked for fits before PostgreSQL ends it (<see cref="FeedReader.PageWithin"/>, DatabaseConnections).
    /// </summary>
    private static readonly TimeSpan CompletesWithin = TimeSpan.FromSeconds(3);

    /// <summary>Sent and recorded together: in a second or so, and a few megabytes of memory. The largest message of ours has half of one.</summary>
    internal const int PieceCount = 50;

    private const int PieceBytes = 4 * 1024 * 1024;

    private const string Columns = "id, owner, queue, body, content_type, message_id, reason, trace_id, times, taken_at, set_aside_at";

    /// <summary>First what waits for an operator, then what was set aside, each oldest first.</summary>
    /// <param name="after">The last that was shown; null for the first page.</param>
    public async Task<IReadOnlyList<KeptMessage>> ListAsync(string owner, (bool IsAside, Guid Id)? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from broken_message where owner = $1 and (set_aside_at is not null, id) > ($2, $3) order by set_aside_at is not null, id limit $4");
        foreach (var value in new object[] { owner, after?.IsAside ?? false, after?.Id ?? Guid.Empty, limit })
            command.Parameters.Add(new() { Value = value });
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<KeptMessage?> FindAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from broken_message where owner = $1 and id = $2");
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = id });
        return (await ReadAsync(command, cancellationToken)).FirstOrDefault();
    }

    /// <summary>Messages that wait for the operator, since when, and how many were set aside.</summary>
    public async Task<(long Waiting, DateTimeOffset? Since, long SetAside)> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select count(*) filter (where set_aside_at is null), min(taken_at) filter (where set_aside_at is null), count(*) filter (where set_aside_at is not null) from broken_message");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt64(2));
    }

    /// <summary>What an order to send again is about: one message, or all that wait now. One that comes back is not sent by the same order again.</summary>
    public static async Task<(long Count, Selection Selection)> SelectAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string owner, Guid? id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select count(*) over (), id from broken_message where owner = $1 and set_aside_at is null and ($2::uuid is null or id = $2) order by id desc limit 1
            """,
            connection,
            transaction);
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetInt64(0), new Selection(owner, id, reader.GetGuid(1)))
            : (0, new Selection(owner, id, null));
    }

    /// <summary>
    /// Puts the next messages of a selection back into the queue from which their consumer reads, as many as fit into memory and time,
    /// inside a transaction that the caller ends. A message that goes twice because the transaction did not end well does no harm: its
    /// facts carry their sequence.
    /// </summary>
    /// <returns>How many; 0 when none is left.</returns>
    /// <exception cref="BrokenMessageException">Not even the first could be sent: the broker, or the owner whose fact is to be read again, does not answer.</exception>
    public async Task<int> SendAgainAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Selection selection, CancellationToken cancellationToken)
    {
        var messages = await NextAsync(connection, transaction, selection, cancellationToken);
        if (messages.Count == 0)
            return 0;
        // Before the broker is asked: its limit is for confirms, and what an owner takes to answer is not the broker's.
        var whole = await CompleteAsync(messages, cancellationToken);
        var sent = new List<Guid>(whole.Count);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(ConfirmsWithin);
            await using var broker = await ConnectAsync(limit.Token);
            await using var channel = await broker.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), limit.Token);
            foreach (var (message, body) in whole)
            {
                // Nothing of what the bus wrote beside it goes back.
                var properties = new BasicProperties { ContentType = message.ContentType, MessageId = message.MessageId, DeliveryMode = DeliveryModes.Persistent };
                await channel.BasicPublishAsync("", RabbitTopology.QueueOf(topology.Owner, selection.Owner), mandatory: true, properties, body, limit.Token);
                sent.Add(message.Id);
            }
        }
        catch (Exception exception) when (IsAway(exception) && !cancellationToken.IsCancellationRequested)
        {
            // Those that were confirmed have gone; the next piece meets the failure again, if it lasts.
            if (sent.Count == 0)
                throw new BrokenMessageException(exception);
        }

        await using var delete = new NpgsqlCommand("delete from broken_message where id = any($1)", connection, transaction);
        delete.Parameters.Add(new() { Value = sent.ToArray() });
        return await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives one message up, or all that wait, inside a transaction that the caller ends.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> SetAsideAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string owner, Guid? id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update broken_message set set_aside_at = now() where owner = $1 and set_aside_at is null and ($2::uuid is null or id = $2)", connection, transaction);
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Locks the next messages that no other order has, and reads as many as fit into memory; at least one.</summary>
    private static async Task<List<KeptMessage>> NextAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Selection selection, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        await using (var find = new NpgsqlCommand(
            """
            select id, length(body) from broken_message where owner = $1 and set_aside_at is null and ($2::uuid is null or id = $2) and id <= $3
            order by id limit $4 for update skip locked
            """,
            connection,
            transaction))
        {
            find.Parameters.Add(new() { Value = selection.Owner });
            find.Parameters.Add(new() { Value = (object?)selection.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
            find.Parameters.Add(new() { Value = selection.UpTo ?? Guid.Empty });
            find.Parameters.Add(new() { Value = PieceCount });
            await using var reader = await find.ExecuteReaderAsync(cancellationToken);
            for (var size = 0L; size < PieceBytes && await reader.ReadAsync(cancellationToken); size += reader.GetInt32(1))
                ids.Add(reader.GetGuid(0));
        }

        await using var read = new NpgsqlCommand($"select {Columns} from broken_message where id = any($1) order by id", connection, transaction);
        read.Parameters.Add(new() { Value = ids.ToArray() });
        return await ReadAsync(read, cancellationToken);
    }

    /// <summary>Keeps a message; one that came before waits again.</summary>
    internal async Task KeepAsync(string owner, string queue, BrokenMessage message, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            insert into broken_message (id, owner, queue, digest, body, content_type, message_id, reason, trace_id, taken_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (owner, digest) do update set times = broken_message.times + 1, queue = excluded.queue, reason = excluded.reason, taken_at = excluded.taken_at, set_aside_at = null
            """);
        foreach (var value in new object?[] { Guid.CreateVersion7(), owner, queue, message.Digest, message.Body, message.ContentType, message.MessageId, message.Reason, message.TraceId, clock.GetUtcNow() })
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (topology.Broker is null || !inbox.Owners.Any())
            return;
        using var untraced = SuppressInstrumentationScope.Begin();
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var broker = await ConnectAsync(stoppingToken);
                while (true)
                {
                    foreach (var owner in inbox.Owners)
                    {
                        foreach (var suffix in QueueSuffixes)
                            await TakeAsync(broker, owner, RabbitTopology.QueueOf(topology.Owner, owner) + suffix, stoppingToken);
                    }

                    failures = 0;
                    await Task.Delay(Interval, stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // While the broker is away others say so.
                if (failures++ == 0 && !IsAway(exception))
                    log.LogWarning("Messages that could not be read stay in the broker: {Reason}", FailureText.Of(exception));
                await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task TakeAsync(IConnection broker, string owner, string queue, CancellationToken cancellationToken)
    {
        if (await AskAsync(broker, queue, cancellationToken) is not { MessageCount: > 0 and var waiting })
            return;
        await using var channel = await broker.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.BasicQosAsync(0, 10, global: false, cancellationToken);
        // Consumed, not asked for one by one: a queue with one consumer at a time answers no such question.
        var coming = Channel.CreateUnbounded<(ulong Tag, BrokenMessage Message)>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        // The body is the client's only until this returns.
        consumer.ReceivedAsync += (_, delivery) => coming.Writer.WriteAsync((delivery.DeliveryTag, BrokenMessage.Of(delivery.Body.ToArray(), delivery.BasicProperties)), cancellationToken).AsTask();
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancellationToken);
        for (var taken = 0u; taken < waiting; taken++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            try
            {
                var (tag, message) = await coming.Reader.ReadAsync(limit.Token);
                await KeepAsync(owner, queue, message, cancellationToken);
                await channel.BasicAckAsync(tag, multiple: false, cancellationToken);
                log.LogError("A message of {Owner} could not be read and waits for an operator", owner);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>A question about a queue that is not there ends its channel: each has its own.</summary>
    internal static async Task<QueueDeclareOk?> AskAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
        {
            return null;
        }
    }

    private Task<IConnection> ConnectAsync(CancellationToken cancellationToken) => new ConnectionFactory
    {
        Uri = topology.Broker ?? throw new BrokerUnreachableException(new InvalidOperationException("No broker is configured.")),
        AutomaticRecoveryEnabled = false,
        RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        ClientProvidedName = $"{topology.Owner} broken messages",
    }.CreateConnectionAsync(cancellationToken);

    /// <summary>As many of the messages as can be completed in time, from the first on.</summary>
    /// <exception cref="BrokenMessageException">Not even the first: its owner does not answer.</exception>
    private async Task<List<(KeptMessage Message, byte[] Body)>> CompleteAsync(List<KeptMessage> messages, CancellationToken cancellationToken)
    {
        var whole = new List<(KeptMessage, byte[])>(messages.Count);
        var started = clock.GetTimestamp();
        try
        {
            foreach (var message in messages)
            {
                if (whole.Count > 0 && clock.GetElapsedTime(started) >= CompletesWithin)
                    break;
                whole.Add((message, await WholeAsync(message, cancellationToken)));
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutException or TimeoutRejectedException)
        {
            if (whole.Count == 0)
                throw new BrokenMessageException(exception);
        }

        return whole;
    }

    /// <summary>
    /// What was left out because it carries personal data is read again from its owner, a page for all facts that are on it. What is erased
    /// there stays out, and so does what the owner does not have: such a message is foreign, and whoever reads it says so.
    /// </summary>
    internal async Task<byte[]> WholeAsync(KeptMessage message, CancellationToken cancellationToken)
    {
        if (BrokenMessage.Parse(message.Body) is not { } envelope || BrokenMessage.Personal(envelope) is not { Count: > 0 } personal)
            return message.Body;
        // No owner numbers a fact below 1, and none answers a question about such.
        var numbered = personal.Select(fact => (Fact: fact, Sequence: SequenceOf(fact))).Where(one => one.Sequence >= 1).OrderBy(one => one.Sequence).ToList();
        var (page, upTo, completed) = (new FeedPage(0, []), 0L, 0);
        foreach (var (fact, sequence) in numbered)
        {
            if (sequence > upTo)
            {
                page = await feed.ReadAsync(message.Owner, sequence - 1, cancellationToken);
                // Without facts on it the owner's log ends before this one, and before all that come.
                upTo = page.Events.Count > 0 ? page.Events[^1].Sequence : long.MaxValue;
            }

            if (!Guid.TryParse(fact["eventId"]?.ToString(), out var id) || page.Events.FirstOrDefault(one => one.EventId == id) is not { } known)
                continue;
            completed++;
            if (known.Payload is { } payload)
                fact["payload"] = JsonSerializer.SerializeToNode(payload);
        }

        if (completed < personal.Count)
            log.LogWarning("{Count} facts of message {Message} are not in the log of {Owner} and stay without what was left out", personal.Count - completed, message.Id, message.Owner);
        return Encoding.UTF8.GetBytes(envelope.ToJsonString());
    }

    /// <returns>0 where there is none.</returns>
    private static long SequenceOf(JsonObject fact) => fact["sequence"] is JsonValue number && number.TryGetValue<long>(out var sequence) ? sequence : 0;

    private static bool IsAway(Exception exception) =>
        exception is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or IOException or System.Net.Sockets.SocketException
            or OperationCanceledException or PublishException;

    private static async Task<List<KeptMessage>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var all = new List<KeptMessage>();
        while (await reader.ReadAsync(cancellationToken))
        {
            all.Add(new KeptMessage(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3), Text(4), Text(5), Text(6), Text(7), reader.GetInt32(8),
                reader.GetFieldValue<DateTimeOffset>(9), await reader.IsDBNullAsync(10, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(10)));
        }

        return all;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}

/// <summary>Messages of an order: one, or all up to the last that was there.</summary>
internal sealed record Selection(string Owner, Guid? Id, Guid? UpTo);

/// <summary>A message cannot be sent now; it stays.</summary>
internal sealed class BrokenMessageException(Exception cause) : Exception("The broker or an owner's feed does not answer.", cause);
