using MassTransit;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>Whether the broker brings facts: the bus and all of its receive endpoints are connected.</summary>
internal sealed class BrokerState(IServiceProvider services)
{
    private readonly IBusControl? bus = services.GetService<IBusControl>();

    public bool IsConnected => bus?.CheckHealth().Status == BusHealthStatus.Healthy;
}
