namespace OpenGov.Notifications.Deliveries;

/// <summary>
/// After the server did not answer nothing is sent for a while: long enough not to hammer it, short enough that nobody waits long when
/// it is back. Measured by the time that passes: a wall clock that is set back would prolong it by as much.
/// </summary>
internal sealed class SendingPause(TimeProvider clock)
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    private const long None = long.MinValue;

    private long begun = None;
    private volatile bool isForEver;

    public bool IsOn => isForEver || (Interlocked.Read(ref begun) is var since && since != None && clock.GetElapsedTime(since) < Length);

    /// <summary>The process ends.</summary>
    public bool IsForEver => isForEver;

    public void Begin() => Interlocked.Exchange(ref begun, clock.GetTimestamp());

    public void BeginForEver() => isForEver = true;

    /// <summary>Other settings are a reason to try again at once.</summary>
    public void End() => Interlocked.Exchange(ref begun, None);
}
