using System.Text;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>
/// Asks the broker over AMQP how long queues are: this needs neither its management plugin nor more rights than sending does.
/// </summary>
internal sealed class BrokerQueues(RabbitTopology topology, BrokerState state)
{
    public async Task<BrokerReport> ReadAsync(IEnumerable<string> copied, CancellationToken cancellationToken)
    {
        if (topology.Broker is null)
            return new BrokerReport(false, null, []);
        // Also the queues of those who copy this service's facts: they may be the ones that are down.
        var names = copied.Select(owner => RabbitTopology.QueueOf(topology.Owner, owner))
            .Concat(Owners.Subscribers[topology.Owner].Select(subscriber => RabbitTopology.QueueOf(subscriber, topology.Owner)))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var factory = new ConnectionFactory
        {
            Uri = topology.Broker,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(2),
            ClientProvidedName = $"{topology.Owner} operation",
        };
        try
        {
            await using var connection = await factory.CreateConnectionAsync(cancellationToken);
            var version = connection.ServerProperties?.TryGetValue("version", out var bytes) == true && bytes is byte[] text ? Encoding.UTF8.GetString(text) : null;
            var queues = new List<QueueReport>();
            foreach (var name in names)
            {
                if (await BrokenMessages.AskAsync(connection, name, cancellationToken) is { } queue)
                    queues.Add(new QueueReport(name, queue.MessageCount, queue.ConsumerCount, Broken: false));
                foreach (var suffix in BrokenMessages.QueueSuffixes)
                {
                    if (await BrokenMessages.AskAsync(connection, name + suffix, cancellationToken) is { MessageCount: > 0 } broken)
                        queues.Add(new QueueReport(name + suffix, broken.MessageCount, broken.ConsumerCount, Broken: true));
                }
            }

            return new BrokerReport(state.IsConnected, version, queues);
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or AlreadyClosedException or IOException or System.Net.Sockets.SocketException)
        {
            return new BrokerReport(false, null, []);
        }
    }
}
