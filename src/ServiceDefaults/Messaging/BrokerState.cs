namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>Whether the bus and all of its receive endpoints are connected, as they last said.</summary>
internal sealed class BrokerState
{
    private volatile bool isConnected;

    public bool IsConnected
    {
        get => isConnected;
        set => isConnected = value;
    }
}
