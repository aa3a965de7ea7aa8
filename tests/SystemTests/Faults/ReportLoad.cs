using System.Globalization;
using System.Text.Json.Nodes;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Faults;

/// <summary>
/// Clients that report on activities at a given pace, as careful clients do: a report whose outcome is unknown is tried again
/// with the same key until the system says what became of it. Each eighth client is careless and gives up at the first doubt.
/// </summary>
public sealed class ReportLoad : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Longer than any fault of a drill lasts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private readonly DrillSystem system;
    private readonly ReportHistory history;
    private readonly SemaphoreSlim turns = new(0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task clients;
    private readonly int full;
    private volatile int perSecond;
    private readonly Task pacing;

    private ReportLoad(DrillSystem system, ReportHistory history, int perSecond)
    {
        (this.system, this.history) = (system, history);
        (full, this.perSecond) = (perSecond, perSecond);
        pacing = PaceAsync();
        clients = Task.WhenAll(system.Activities.Select((activity, index) => ReportOnAsync(activity, isCareless: index % 8 == 7)));
    }

    public static int PerSecond { get; } = int.TryParse(Environment.GetEnvironmentVariable("OPENGOV_DRILL_RATE"), CultureInfo.InvariantCulture, out var rate) ? rate : 50;

    public static ReportLoad Start(DrillSystem system, ReportHistory history, int? perSecond = null) => new(system, history, perSecond ?? PerSecond);

    /// <summary>
    /// A fifth of the pace: where the load alone takes all of a slow machine, what a fault left behind would be caught up with only after the load, and
    /// whether the system comes back by itself could not be seen.
    /// </summary>
    public void Slacken() => perSecond = Math.Max(1, full / 5);

    public void Resume() => perSecond = full;

    /// <summary>Ends when every report that was begun has an outcome.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await pacing;
        await clients;
        turns.Dispose();
        stopping.Dispose();
    }

    private async Task PaceAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var (owed, last) = (0.0, TimeProvider.System.GetTimestamp());
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                owed += TimeProvider.System.GetElapsedTime(last).TotalSeconds * perSecond;
                last = TimeProvider.System.GetTimestamp();
                var due = (int)owed;
                owed -= due;
                // What nobody could begin in its second is not made up for: after a fault the pace is the same.
                if (due > 0 && turns.CurrentCount < perSecond)
                    turns.Release(due);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }
    }

    private async Task ReportOnAsync(DrillActivity activity, bool isCareless)
    {
        await Task.Yield();
        (string Version, string Status)? known = null;
        try
        {
            while (true)
            {
                await turns.WaitAsync(stopping.Token);
                known ??= await ReadAsync(activity);
                if (known is { } current)
                    known = await ReportAsync(activity, current.Version, current.Status, isCareless);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }
    }

    /// <summary>Null when it cannot be read now.</summary>
    private static async Task<(string Version, string Status)?> ReadAsync(DrillActivity activity)
    {
        try
        {
            using var answer = await activity.Liaison.SendAsync(HttpMethod.Get, $"/api/action-plans/v1/activities/{activity.Id}");
            if (answer.IsSuccessStatusCode)
                return (answer.Headers.ETag!.Tag, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["status"]!.GetValue<string>());
        }
        catch (Exception exception) when (IsOfTheConnection(exception))
        {
            // It is tried again at the next turn.
        }

        await Task.Delay(Pause);
        return null;
    }

    /// <returns>The activity's new version and state; null where they must be read again.</returns>
    private async Task<(string Version, string Status)?> ReportAsync(DrillActivity activity, string version, string status, bool isCareless)
    {
        var report = history.Begin(activity.CommitmentIdentifier);
        var body = new JsonObject
        {
            ["status"] = status == "NOT_STARTED" ? "IN_PROGRESS" : "NOT_STARTED",
            ["explanation"] = $"Avance {report.Key}",
            ["evidence"] = new JsonArray(new JsonObject { ["kind"] = "LINK", ["url"] = "https://example.org/evidencia", ["description"] = "Evidencia" }),
        };
        var started = TimeProvider.System.GetTimestamp();
        var doubtful = false;
        while (true)
        {
            try
            {
                using var answer = await activity.Liaison.SendAsync(
                    HttpMethod.Post, $"/api/action-plans/v1/activities/{activity.Id}/progress-reports", body.DeepClone(), version, report.Key);
                var code = (int)answer.StatusCode;
                history.Answered(report, answer.Headers.Contains("Idempotency-Replayed") ? $"{code} replayed" : $"{code}");
                var text = await answer.Content.ReadAsStringAsync();
                if (answer.IsSuccessStatusCode)
                {
                    var made = JsonNode.Parse(text)!;
                    (report.ReportId, report.Outcome) = (made["id"]!.GetValue<string>(), Outcome.Acknowledged);
                    return ($"\"{made["activityVersion"]}\"", made["status"]!.GetValue<string>());
                }

                if (code is >= 400 and < 500)
                {
                    report.Outcome = doubtful ? Outcome.RefusedAfterDoubt : Outcome.Refused;
                    return null;
                }

                if (code != 503 || answer.Headers.RetryAfter is null)
                    history.Unannounced.Enqueue($"{code}: {text}");
            }
            catch (Exception exception) when (IsOfTheConnection(exception))
            {
                history.Answered(report, exception is HttpRequestException http ? http.HttpRequestError.ToString() : exception.GetType().Name);
            }

            doubtful = true;
            if (isCareless || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                report.Outcome = Outcome.Unknown;
                return null;
            }

            await Task.Delay(Pause);
        }
    }

    private static bool IsOfTheConnection(Exception exception) => exception is HttpRequestException or TaskCanceledException or IOException;
}
