namespace OpenGov.ServiceTests;

/// <summary>Waits for a condition, at most a minute.</summary>
internal static class Eventually
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);

    public static async Task ShouldBeAsync<T>(Func<Task<T>> actual, T expected)
    {
        var started = TimeProvider.System.GetTimestamp();
        T last;
        while (!Equals(last = await actual(), expected) && TimeProvider.System.GetElapsedTime(started) < AtMost)
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        last.ShouldBe(expected);
    }
}
