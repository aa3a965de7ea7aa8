namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>Tells the relay that this process has committed new facts. Losing a signal costs a polling interval, nothing else.</summary>
public sealed class RelaySignal(FailPoints? failPoints = null) : IDisposable
{
    private readonly SemaphoreSlim pending = new(0, 1);

    public void Wake()
    {
        try
        {
            pending.Release();
        }
        catch (SemaphoreFullException)
        {
            // A wake-up is already waiting to be taken.
        }
    }

    public void Dispose() => pending.Dispose();

    /// <returns>True when woken, false when <paramref name="atMost"/> passed.</returns>
    internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => pending.WaitAsync(atMost, cancellationToken);

    /// <summary>A write with facts is about to be committed, or was.</summary>
    internal void Hit(string point) => failPoints?.Hit(point);
}
