using OpenGov.Gateway.Caching;

namespace OpenGov.UnitTests.Gateway.Caching;

/// <summary>What tests of kept answers must know of the clock and of a busy machine.</summary>
internal static class KeptAnswers
{
    /// <summary>
    /// Waits where a full quarter of an hour would come while a test lasts: around it answers live half a second only, and at it all of them end.
    /// </summary>
    public static Task AwayFromTheTurnAsync(TimeSpan lasts)
    {
        var into = TimeSpan.FromTicks(DateTimeOffset.UtcNow.Ticks % CacheTimes.Quarter.Ticks);
        var around = CacheTimes.AroundTheTurn + TimeSpan.FromSeconds(1);
        if (into < around)
            return Task.Delay(around - into);
        return CacheTimes.Quarter - into < lasts + around ? Task.Delay(CacheTimes.Quarter - into + around) : Task.CompletedTask;
    }
}
