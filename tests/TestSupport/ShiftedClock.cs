namespace OpenGov.TestSupport;

/// <summary>The system's clock, some time ahead: days pass at once, while timers run as they do.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long ahead;

    private long jumped;

    /// <summary>So much time passes.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref ahead, time.Ticks);

    /// <summary>Somebody sets the wall clock; no time passes.</summary>
    public void Set(TimeSpan by) => Interlocked.Add(ref jumped, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref ahead) + Interlocked.Read(ref jumped));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Interlocked.Read(ref ahead) * ((double)TimestampFrequency / TimeSpan.TicksPerSecond));
}
