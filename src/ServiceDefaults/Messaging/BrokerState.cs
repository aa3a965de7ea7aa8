using MassTransit;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>Whether the broker brings facts: the bus and all of its receive endpoints are connected.</summary>
internal sealed class BrokerState(IServiceProvider services)
{
    // Asked for late: the bus is built with the consumer, which needs this. Asking while it is being built never returns.
    private readonly Lazy<IBusControl?> bus = new(services.GetService<IBusControl>);

    public bool IsConnected => bus.Value?.CheckHealth().Status == BusHealthStatus.Healthy;
}
