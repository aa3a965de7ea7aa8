using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OpenGov.Benchmarks.Peers;

/// <summary>The RabbitMQ client alone, on a durable quorum queue of its own: persistent messages, a confirm and an acknowledgement for each.</summary>
internal sealed class RawBroker : IAsyncDisposable
{
    /// <summary>Confirms that may be outstanding, and messages that may be unacknowledged.</summary>
    private const int Window = 1000;

    private readonly IConnection connection;
    private readonly IChannel publisher;
    private readonly IChannel consumer;
    private readonly string queue;
    private Func<ReadOnlyMemory<byte>, Task> received = _ => Task.CompletedTask;

    private RawBroker(IConnection connection, IChannel publisher, IChannel consumer, string queue) =>
        (this.connection, this.publisher, this.consumer, this.queue) = (connection, publisher, consumer, queue);

    public static async Task<RawBroker> OpenAsync(string address)
    {
        var opened = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync();
        var sending = await opened.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));
        var receiving = await opened.CreateChannelAsync();
        var name = $"bench.{Guid.NewGuid():N}";
        await receiving.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" });
        await receiving.BasicQosAsync(0, Window, global: false);
        var broker = new RawBroker(opened, sending, receiving, name);
        var consuming = new AsyncEventingBasicConsumer(receiving);
        consuming.ReceivedAsync += async (_, delivery) =>
        {
            await broker.received(delivery.Body);
            await receiving.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await receiving.BasicConsumeAsync(name, autoAck: false, consuming);
        return broker;
    }

    /// <summary>What happens to a message before it is acknowledged.</summary>
    public void OnReceived(Func<ReadOnlyMemory<byte>, Task> handler) => received = handler;

    /// <returns>When the broker confirmed.</returns>
    public ValueTask PublishAsync(ReadOnlyMemory<byte> body) =>
        publisher.BasicPublishAsync(exchange: "", routingKey: queue, mandatory: false, new BasicProperties { Persistent = true }, body);

    /// <returns>Messages a second, from the first publish to the last message received and confirmed.</returns>
    public async Task<double> DrainAsync(IReadOnlyList<ReadOnlyMemory<byte>> bodies)
    {
        var left = bodies.Count;
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
        await consumer.QueueDeleteAsync(queue);
        await consumer.DisposeAsync();
        await publisher.DisposeAsync();
        await connection.DisposeAsync();
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
