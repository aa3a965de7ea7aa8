using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OpenGov.Benchmarks.Peers;

/// <summary>
/// The RabbitMQ client alone: a fanout exchange with a durable quorum queue for each subscriber, persistent messages, a confirm for each
/// and an acknowledgement from each subscriber.
/// </summary>
internal sealed class RawBroker : IAsyncDisposable
{
    /// <summary>Confirms that may be outstanding, and messages that may be unacknowledged.</summary>
    private const int Window = 1000;

    private readonly IConnection connection;
    private readonly IChannel publisher;
    private readonly string exchange;
    private readonly List<(IChannel Channel, string Queue)> subscribers = [];
    private Func<ReadOnlyMemory<byte>, Task> received = _ => Task.CompletedTask;

    private RawBroker(IConnection connection, IChannel publisher, string exchange) => (this.connection, this.publisher, this.exchange) = (connection, publisher, exchange);

    public static async Task<RawBroker> OpenAsync(string address, int subscribers)
    {
        var opened = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync();
        var sending = await opened.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));
        var broker = new RawBroker(opened, sending, $"bench.{Guid.NewGuid():N}");
        await sending.ExchangeDeclareAsync(broker.exchange, ExchangeType.Fanout, durable: true);
        for (var number = 1; number <= subscribers; number++)
            await broker.SubscribeAsync($"{broker.exchange}.{number}");
        return broker;
    }

    /// <summary>What happens to a message before it is acknowledged.</summary>
    public void OnReceived(Func<ReadOnlyMemory<byte>, Task> handler) => received = handler;

    /// <returns>When the broker confirmed.</returns>
    public ValueTask PublishAsync(ReadOnlyMemory<byte> body) =>
        publisher.BasicPublishAsync(exchange, routingKey: "", mandatory: false, new BasicProperties { Persistent = true }, body);

    /// <returns>Messages a second, from the first publish until each was confirmed and received by all subscribers.</returns>
    public async Task<double> DrainAsync(IReadOnlyList<ReadOnlyMemory<byte>> bodies)
    {
        var left = bodies.Count * subscribers.Count;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnReceived(_ =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                all.TrySetResult();
            return Task.CompletedTask;
        });
        using var window = new SemaphoreSlim(Window);
        var started = Stopwatch.GetTimestamp();
        foreach (var body in bodies)
        {
            await window.WaitAsync();
            _ = ConfirmedAsync(PublishAsync(body), window, all);
        }

        await all.Task.WaitAsync(TimeSpan.FromMinutes(2));
        for (var confirmed = 0; confirmed < Window; confirmed++)
            await window.WaitAsync(TimeSpan.FromSeconds(30));
        return bodies.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (channel, queue) in subscribers)
        {
            await channel.QueueDeleteAsync(queue);
            await channel.DisposeAsync();
        }

        await publisher.ExchangeDeleteAsync(exchange);
        await publisher.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task SubscribeAsync(string queue)
    {
        var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" });
        await channel.QueueBindAsync(queue, exchange, routingKey: "");
        await channel.BasicQosAsync(0, Window, global: false);
        var consuming = new AsyncEventingBasicConsumer(channel);
        consuming.ReceivedAsync += async (_, delivery) =>
        {
            await received(delivery.Body);
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consuming);
        subscribers.Add((channel, queue));
    }

    private static async Task ConfirmedAsync(ValueTask publish, SemaphoreSlim window, TaskCompletionSource all)
    {
        try
        {
            await publish;
        }
        catch (Exception exception)
        {
            all.TrySetException(exception);
        }

        window.Release();
    }
}
