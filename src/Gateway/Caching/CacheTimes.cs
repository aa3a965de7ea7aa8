namespace OpenGov.Gateway.Caching;

/// <summary>
/// How the promise is kept that no answer is older than a second: at most <see cref="Trusted"/> between the question for the
/// state's version and the answer that relies on it; the rest is for the answer's way to the reader.
/// </summary>
internal static class CacheTimes
{
    /// <summary>An answer is served on the word of a question sent at most so long ago, or when it was begun at most so long ago itself.</summary>
    public static readonly TimeSpan Trusted = TimeSpan.FromMilliseconds(500);

    /// <summary>While readers come, the version is asked for again after this, so that none of them waits for it.</summary>
    public static readonly TimeSpan Refreshed = TimeSpan.FromMilliseconds(150);

    /// <summary>A process that says its version later is passed by: the request itself goes to the services.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// A write through this gateway makes it ask anew at once, so that whoever wrote reads it; at most this often, so that a
    /// flood of writes does not turn the cache off.
    /// </summary>
    public static readonly TimeSpan BetweenWrites = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Days begin at a full quarter of an hour of UTC in every time zone. What was made in one quarter is not served in the
    /// next, so that nothing is overdue a day late.
    /// </summary>
    public static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    /// <summary>Around the turn of a quarter the clocks of two machines may not agree on the day.</summary>
    public static readonly TimeSpan AroundTheTurn = TimeSpan.FromSeconds(5);
}
