using System.Collections.Concurrent;
using OpenGov.ServiceDefaults.Security;
using OpenTelemetry;
using Polly.Timeout;

namespace OpenGov.ServiceDefaults.Caching;

/// <summary>
/// What the other processes' states are, asked for when somebody needs to know and not otherwise. Answers carry the time at
/// which they were asked for, on this process's own monotonic clock: whatever is slow, paused or elsewhere, the state was the
/// answered one at that time or later.
/// </summary>
public sealed class ServiceVersions(IHttpClientFactory clients, InstanceKey key, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, ServiceVersion> all = new(StringComparer.Ordinal);

    public IEnumerable<ServiceVersion> Known => all.Values;

    /// <param name="service">Name of a client (<see cref="Clients.ServiceClients"/>); from configuration, never from a request.</param>
    public ServiceVersion Of(string service) => all.GetOrAdd(service, name => new ServiceVersion(() => AskAsync(name), clock));

    private async Task<string> AskAsync(string service)
    {
        // Several times a second while somebody reads: no traces of it.
        using var untraced = SuppressInstrumentationScope.Begin();
        using var timeout = new CancellationTokenSource(ServiceVersion.Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, PublicReads.VersionPath);
        InternalCalls.Authorize(request, key);
        using var client = clients.CreateClient(service);
        using var response = await client.SendAsync(request, timeout.Token);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(timeout.Token);
    }
}

public static class MonotonicClock
{
    /// <summary>The timestamp of so long ago.</summary>
    public static long Before(this TimeProvider clock, TimeSpan age) => clock.GetTimestamp() - clock.Ticks(age);

    /// <summary>A duration in the clock's own unit.</summary>
    public static long Ticks(this TimeProvider clock, TimeSpan duration) => (long)(duration.TotalSeconds * clock.TimestampFrequency);
}

/// <param name="AskedAt">Timestamp of the process's clock before the question was sent.</param>
public sealed record SeenVersion(string Text, long AskedAt);

/// <summary>One process's version. Callers that need it at the same time share one question.</summary>
public sealed class ServiceVersion(Func<Task<string>> ask, TimeProvider clock)
{
    /// <summary>A process that takes longer to say its version is as good as away.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>A process that did not answer is not asked by every request.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock starting = new();
    private volatile SeenVersion? last;
    private volatile Task? asking;
    private long failedAt = long.MinValue;

    /// <summary>The last answer; null before the first.</summary>
    public SeenVersion? Last => last;

    /// <summary>Asks without waiting, unless a question is under way.</summary>
    public void Refresh() => TryAsk(out _);

    /// <summary>
    /// Waits for a version that was asked for at <paramref name="since"/> or later. Nobody waits for a process that did not
    /// answer the last time: it is asked again, for those who come after.
    /// </summary>
    /// <param name="atMost">How long the caller can wait.</param>
    /// <returns>Null where none came in time.</returns>
    public async Task<SeenVersion?> SinceAsync(long since, TimeSpan atMost, CancellationToken cancellationToken)
    {
        // The question under way may have been sent before; the one after it was not.
        for (var question = 0; question < 2; question++)
        {
            if (last is { } seen && seen.AskedAt >= since)
                return seen;
            var isAway = Volatile.Read(ref failedAt) != long.MinValue;
            if (!TryAsk(out var answer) || isAway)
                return null;
            try
            {
                await answer.WaitAsync(atMost, clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }

        return last is { } now && now.AskedAt >= since ? now : null;
    }

    private bool TryAsk(out Task answer)
    {
        if (asking is { } underWay)
        {
            answer = underWay;
            return true;
        }

        lock (starting)
        {
            if (asking is { } other)
            {
                answer = other;
                return true;
            }

            var now = clock.GetTimestamp();
            if (failedAt != long.MinValue && clock.GetElapsedTime(failedAt, now) < Pause)
            {
                answer = Task.CompletedTask;
                return false;
            }

            // Not on the caller's thread nor in its trace.
            using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
                answer = asking = Task.Run(() => AskAsync(now));
            return true;
        }
    }

    private async Task AskAsync(long askedAt)
    {
        try
        {
            var text = await ask();
            // The same object while nothing changes, so that comparing is comparing references.
            last = new SeenVersion(last?.Text is { } same && same == text ? same : text, askedAt);
            Volatile.Write(ref failedAt, long.MinValue);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or TimeoutRejectedException or IOException)
        {
            Volatile.Write(ref failedAt, clock.GetTimestamp());
        }
        finally
        {
            // Whoever started this question holds the lock until it has noted it.
            lock (starting)
                asking = null;
        }
    }
}
