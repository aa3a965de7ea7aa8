namespace OpenGov.TestSupport;

/// <summary>The system's clock, some time ahead: days pass at once, while timers run as they do.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long ahead;

    public void Advance(TimeSpan time) => Interlocked.Add(ref ahead, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));
}
