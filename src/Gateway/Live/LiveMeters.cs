using System.Diagnostics.Metrics;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.Gateway.Live;

/// <summary>What an operator sees of the spectators. A stream of hours is in no request metric and leaves no span.</summary>
internal sealed class LiveMeters
{
    private int spectators;
    private long changes;
    private long dropped;
    private long refused;

    public LiveMeters()
    {
        TelemetryExtensions.Meter.CreateObservableGauge("opengov.gateway.live.spectators", () => Spectators, "{connection}", "Spectators of sessions");
        TelemetryExtensions.Meter.CreateObservableCounter("opengov.gateway.live.events", () => Volatile.Read(ref changes), "{event}", "Events written to spectators, heartbeats as well");
        TelemetryExtensions.Meter.CreateObservableCounter(
            "opengov.gateway.live.ended",
            () => (Measurement<long>[])[new(Dropped, new KeyValuePair<string, object?>("opengov.live.reason", "slow")), new(Volatile.Read(ref refused), new KeyValuePair<string, object?>("opengov.live.reason", "full"))],
            "{connection}",
            "Spectators that were sent away");
    }

    public int Spectators => Volatile.Read(ref spectators);

    public long Dropped => Volatile.Read(ref dropped);

    public void Came() => Interlocked.Increment(ref spectators);

    public void Left() => Interlocked.Decrement(ref spectators);

    public void Told() => Interlocked.Increment(ref changes);

    public void Drops() => Interlocked.Increment(ref dropped);

    public void Refuses() => Interlocked.Increment(ref refused);
}
