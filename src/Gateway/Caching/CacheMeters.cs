using System.Diagnostics.Metrics;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// What an operator sees of the cache. Hits leave no span, they would be the cost of the answer again. Counted in plain numbers
/// that the exporter reads, for the same reason.
/// </summary>
internal sealed class CacheMeters
{
    private long hits;
    private long misses;
    private long shared;
    private long renewed;
    private long passed;
    private long evictions;

    public long Hits => Volatile.Read(ref hits);
    public long Misses => Volatile.Read(ref misses);
    public long Shared => Volatile.Read(ref shared);
    public long Renewed => Volatile.Read(ref renewed);
    public long Passed => Volatile.Read(ref passed);
    public long Evictions => Volatile.Read(ref evictions);

    public void Hit() => Interlocked.Increment(ref hits);

    /// <summary>Asked for the first time, or pushed out since.</summary>
    public void Missed() => Interlocked.Increment(ref misses);

    /// <summary>Waited for an answer that another reader had asked for.</summary>
    public void GaveShared() => Interlocked.Increment(ref shared);

    /// <summary>The kept answer was not current any more.</summary>
    public void Renews() => Interlocked.Increment(ref renewed);

    /// <summary>Could have been kept, but its answers are not of the kind.</summary>
    public void PassedBy() => Interlocked.Increment(ref passed);

    public void Evicted() => Interlocked.Increment(ref evictions);

    public void Observe(AnswerStore store)
    {
        TelemetryExtensions.Meter.CreateObservableCounter("opengov.gateway.cache.requests", () =>
        (Measurement<long>[])[
            new(Hits, Outcome("hit")), new(Misses, Outcome("miss")), new(Shared, Outcome("shared")), new(Renewed, Outcome("renewed")), new(Passed, Outcome("passed")),
        ], "{request}", "Anonymous reads by what became of them");
        TelemetryExtensions.Meter.CreateObservableCounter("opengov.gateway.cache.evictions", () => Evictions, "{answer}", "Answers that made room for others");
        TelemetryExtensions.Meter.CreateObservableGauge("opengov.gateway.cache.size", () => store.Held, "By", "Memory of the kept answers");
        TelemetryExtensions.Meter.CreateObservableGauge("opengov.gateway.cache.answers", () => store.Count, "{answer}", "Kept answers");
    }

    private static KeyValuePair<string, object?> Outcome(string name) => new("opengov.cache.outcome", name);
}
