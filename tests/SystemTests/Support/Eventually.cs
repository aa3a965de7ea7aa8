using System.Diagnostics;

namespace OpenGov.SystemTests.Support;

/// <summary>Waits for a condition, never longer than the given bound.</summary>
public static class Eventually
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(25);

    /// <param name="every">How often it is asked, where asking is work that slows down what is waited for.</param>
    public static async Task<TimeSpan> HoldsAsync(Func<Task<bool>> condition, TimeSpan atMost, string what, TimeSpan? every = null)
    {
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        while (watch.Elapsed < atMost)
        {
            try
            {
                if (await condition())
                    return watch.Elapsed;
                last = null;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or Npgsql.NpgsqlException or IOException)
            {
                last = exception;
            }

            await Task.Delay(every ?? Often);
        }

        throw new TimeoutException($"Waited {atMost.TotalSeconds:0} s for {what}.", last);
    }
}
