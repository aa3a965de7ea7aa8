using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.Testing;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Engine;
using OpenGov.SystemTests.Support;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OpenGov.SystemTests.Faults;

/// <summary>What a drill does to the system.</summary>
internal static class Faults
{
    /// <summary>The steps from a write's commit to the last effect, in their order, with the service that passes them.</summary>
    public static readonly IReadOnlyList<(string Service, string Point)> Steps =
    [
        ("action-plans", "write.committing"), ("action-plans", "write.committed"),
        ("action-plans", "relay.numbering"), ("action-plans", "relay.numbered"),
        ("action-plans", "relay.publishing"), ("action-plans", "relay.unconfirmed"), ("action-plans", "relay.published"),
        ("transparency", "inbox.applied"), ("transparency", "inbox.committed"), ("transparency", "inbox.acknowledging"),
        ("notifications", "inbox.applied"), ("notifications", "inbox.committed"), ("notifications", "inbox.acknowledging"),
        ("notifications", "mail.claimed"), ("notifications", "mail.written"), ("notifications", "mail.handed-over"), ("notifications", "mail.accepted"), ("notifications", "mail.recorded"),
    ];

    /// <summary>Whose processes send the mails.</summary>
    private const string MailWorker = "notifications";

    /// <summary>A process that is killed while the machine is busy is not gone at once.</summary>
    private static readonly TimeSpan Notices = TimeSpan.FromSeconds(60);

    /// <summary>The last line is the next thing that the worker writes: nobody can tell whether it did (docs/faults.md).</summary>
    public const string Marked = "mail.marked";

    /// <summary>
    /// <c>kill -9</c> of one replica (<c>action-plans</c>, <c>action-plans-2</c>), a server, or all replicas of a service. Ends when the
    /// engine has noticed: until then the system looks as well as before.
    /// </summary>
    /// <returns>False where there was no process to kill.</returns>
    public static async Task<bool> KillAsync(DrillSystem system, string process, bool all = false)
    {
        int[] ids = [.. system.App.GetProcessIds(process).Take(all ? int.MaxValue : 1)];
        foreach (var id in ids)
            Signal(id, "KILL");
        if (process.StartsWith(MailWorker, StringComparison.Ordinal))
            system.CountKilledMailWorkers(ids.Length);
        await UntilNoticedAsync(system, process, ids);
        return ids.Length > 0;
    }

    /// <summary>The process neither runs nor ends, and keeps its connections and leases.</summary>
    /// <returns>False where there was no process to stop.</returns>
    public static Task<bool> PauseAsync(DrillSystem system, string process, TimeSpan time) => PauseAsync(system, process, () => Task.Delay(time));

    /// <param name="meanwhile">Happens while it stands still.</param>
    public static async Task<bool> PauseAsync(DrillSystem system, string process, Func<Task> meanwhile)
    {
        int[] ids = [.. system.App.GetProcessIds(process).Take(1)];
        foreach (var id in ids)
            Signal(id, "STOP");
        try
        {
            await meanwhile();
            return ids.Length > 0;
        }
        finally
        {
            foreach (var id in ids)
                Signal(id, "CONT");
        }
    }

    public static async Task StopAsync(DrillSystem system, string server, TimeSpan time)
    {
        await system.CommandAsync(server, "resource-stop");
        try
        {
            await Task.Delay(time);
        }
        finally
        {
            await system.CommandAsync(server, "resource-start");
        }
    }

    /// <summary>Kills the next replica that passes the point, and ends when the engine has noticed.</summary>
    /// <returns>False when none passed within the time.</returns>
    public static async Task<bool> KillAtAsync(DrillSystem system, string service, string point, TimeSpan atMost)
    {
        var file = Path.Combine(system.FailPointFolder, $"{service}.{point}");
        File.Delete(file + ".fired");
        await File.WriteAllTextAsync(file, "");
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < atMost && !File.Exists(file + ".fired"))
            await Task.Delay(10);
        File.Delete(file);
        if (!File.Exists(file + ".fired"))
            return false;

        if (service == MailWorker)
            system.CountKilledMailWorkers(1);
        var id = 0;
        await Eventually.HoldsAsync(
            async () => int.TryParse(await File.ReadAllTextAsync(file + ".fired"), CultureInfo.InvariantCulture, out id), Notices, $"the id of the process that passed {point}");
        await UntilNoticedAsync(system, service, [id]);
        return true;
    }

    private static async Task UntilNoticedAsync(DrillSystem system, string process, int[] killed) => await Eventually.HoldsAsync(
        () => Task.FromResult(!system.App.GetProcessIds(process).Intersect(killed).Any()), Notices, $"the engine to notice that {process} is gone");

    private static void Signal(int id, string signal)
    {
        // One that has ended meanwhile needs no signal.
        if (Processes.IsAlive(id))
            Processes.Signal(id, signal);
    }
}

/// <summary>Real messages of an owner, taken down as they pass, to be sent to a subscriber's queue again: twice, and in the wrong order.</summary>
internal sealed class MessageTap : IAsyncDisposable
{
    private readonly IConnection connection;
    private readonly IChannel channel;
    private readonly Queue<(ReadOnlyMemory<byte> Body, BasicProperties Properties)> taken = new();

    private MessageTap(IConnection connection, IChannel channel) => (this.connection, this.channel) = (connection, channel);

    public int Count
    {
        get
        {
            lock (taken)
                return taken.Count;
        }
    }

    public static async Task<MessageTap> ListenAsync(DrillSystem system, string owner)
    {
        var broker = await system.App.GetConnectionStringAsync("broker");
        var opened = await new ConnectionFactory { Uri = new Uri(broker!) }.CreateConnectionAsync();
        var tap = new MessageTap(opened, await opened.CreateChannelAsync());
        var queue = await tap.channel.QueueDeclareAsync();
        await tap.channel.QueueBindAsync(queue.QueueName, $"opengov.{owner}", routingKey: "");
        var consumer = new AsyncEventingBasicConsumer(tap.channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            lock (tap.taken)
            {
                tap.taken.Enqueue((message.Body.ToArray(), new BasicProperties(message.BasicProperties)));
                if (tap.taken.Count > 200)
                    tap.taken.Dequeue();
            }

            return Task.CompletedTask;
        };
        await tap.channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return tap;
    }

    /// <summary>Sends something that is no message of ours.</summary>
    public ValueTask SendGarbageAsync(string queue) =>
        channel.BasicPublishAsync(exchange: "", routingKey: queue, mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json" }, "{ no message"u8.ToArray());

    /// <summary>Sends all that was taken to the queue, shuffled, each message twice.</summary>
    /// <returns>How many messages were sent.</returns>
    public async Task<int> SendAgainAsync(string queue, Random random)
    {
        (ReadOnlyMemory<byte> Body, BasicProperties Properties)[] messages;
        lock (taken)
            messages = [.. taken, .. taken];
        random.Shuffle(messages);
        foreach (var (body, properties) in messages)
            await channel.BasicPublishAsync(exchange: "", routingKey: queue, mandatory: true, properties, body);
        return messages.Length;
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
