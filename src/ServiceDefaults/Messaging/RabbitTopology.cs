using OpenGov.Contracts;
using RabbitMQ.Client;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Exchanges and queues of events. The relay declares the queues of all subscribers before it publishes: a message that
/// arrives before its queue is bound is confirmed and gone. Names and arguments are those that the consumers use; RabbitMQ
/// refuses a second declaration that differs.
/// </summary>
internal sealed class RabbitTopology(string owner, Uri? broker)
{
    /// <summary>
    /// Quorum queues survive the loss of a node; one consumer at a time keeps the order. The bounds keep a consumer that is away from
    /// filling the broker's disk: the oldest messages go, and it refills from the feed.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, object> QueueArguments = new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["x-queue-type"] = "quorum",
        ["x-single-active-consumer"] = true,
        ["x-max-length"] = 10_000,
        ["x-max-length-bytes"] = 128 * 1024 * 1024,
        ["x-overflow"] = "drop-head",
    };

    public string Owner => owner;

    /// <summary>Null where no broker is configured.</summary>
    public Uri? Broker => broker;

    public static string ExchangeOf(string owner) => $"opengov.{owner}";

    public static string QueueOf(string subscriber, string owner) => $"{subscriber}.{owner}";

    public async Task DeclareAsync(CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = broker!,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            ClientProvidedName = $"{owner} topology",
        };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(ExchangeOf(owner), ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        foreach (var subscriber in Owners.Subscribers[owner])
        {
            // MassTransit puts an exchange of the queue's name before each queue.
            var queue = QueueOf(subscriber, owner);
            await channel.QueueDeclareAsync(
                queue, durable: true, exclusive: false, autoDelete: false, QueueArguments.ToDictionary(pair => pair.Key, object? (pair) => pair.Value, StringComparer.Ordinal),
                cancellationToken: cancellationToken);
            await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(queue, queue, routingKey: "", cancellationToken: cancellationToken);
            await channel.ExchangeBindAsync(queue, ExchangeOf(owner), routingKey: "", cancellationToken: cancellationToken);
        }
    }
}
