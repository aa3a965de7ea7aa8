using System.Diagnostics;

namespace OpenGov.SystemTests.Support;

/// <summary>Waits for a condition, never longer than the given bound.</summary>
public static class Eventually
{
    public static async Task<TimeSpan> HoldsAsync(Func<Task<bool>> condition, TimeSpan atMost, string what)
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

            await Task.Delay(TimeSpan.FromMilliseconds(25));
        }

        throw new TimeoutException($"Waited {atMost.TotalSeconds:0} s for {what}.", last);
    }
}
