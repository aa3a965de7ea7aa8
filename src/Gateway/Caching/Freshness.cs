using OpenGov.Gateway.Routing;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// Decides whether a kept answer may be given now: the state that it shows was asked about a moment ago and is still the same,
/// or the answer itself was begun a moment ago. What cannot be asked about, because a service or its database is away, is not
/// given (docs/decisions).
/// </summary>
internal sealed class Freshness(ServiceVersions versions, TimeProvider clock)
{
    private readonly long trusted = clock.Ticks(CacheTimes.Trusted);
    private readonly long refreshed = clock.Ticks(CacheTimes.Refreshed);
    private readonly long betweenWrites = clock.Ticks(CacheTimes.BetweenWrites);
    private long trustedFrom = long.MinValue;

    /// <summary>A write went through this gateway: what was asked before it says nothing any more.</summary>
    public void Written()
    {
        var now = clock.GetTimestamp();
        var last = Volatile.Read(ref trustedFrom);
        if (last == long.MinValue || now - last >= betweenWrites)
            Interlocked.CompareExchange(ref trustedFrom, now, last);
    }

    public Task WrittenAsync()
    {
        Written();
        return Task.CompletedTask;
    }

    /// <summary>The answer for everything that is known already; asks ahead for readers to come.</summary>
    public bool IsCurrent(CachedAnswer answer)
    {
        var now = clock.GetTimestamp();
        var since = Since(now);
        if (!IsOfThisQuarter(answer, since))
            return false;
        var isCurrent = true;
        foreach (var source in answer.Sources)
        {
            var seen = source.Of.Last;
            if (seen is null || now - seen.AskedAt > refreshed || seen.AskedAt < since)
                source.Of.Refresh();
            isCurrent &= seen is not null && seen.AskedAt >= since && seen.Text == source.Version;
        }

        return isCurrent || answer.BegunAt >= since;
    }

    /// <summary>As <see cref="IsCurrent"/>, and asks where nothing is known.</summary>
    public async ValueTask<bool> IsCurrentAsync(CachedAnswer answer, CancellationToken cancellationToken)
    {
        if (IsCurrent(answer))
            return true;
        var since = Since(clock.GetTimestamp());
        if (!IsOfThisQuarter(answer, since))
            return false;
        foreach (var source in answer.Sources)
        {
            // The questions are under way side by side; a version that is known to be another one needs no waiting.
            if (source.Version is null || (source.Of.Last is { } seen && seen.AskedAt >= since && seen.Text != source.Version))
                return false;
        }

        foreach (var source in answer.Sources)
        {
            if ((await source.Of.SinceAsync(since, CacheTimes.Patience, cancellationToken))?.Text != source.Version)
                return false;
        }

        return true;
    }

    /// <summary>Makes sure that a version is known of every process that answers were made from, before a new one is begun.</summary>
    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        var since = Since(clock.GetTimestamp());
        return Task.WhenAll(versions.Known.Where(version => version.Last is not { } seen || seen.AskedAt < since)
            .Select(version => version.SinceAsync(since, CacheTimes.Patience, cancellationToken)));
    }

    /// <summary>The versions known before an answer is begun: its services are asked later, so it shows these states or later ones.</summary>
    public Beginning Begin()
    {
        var wall = clock.GetUtcNow();
        var quarter = wall.Ticks / CacheTimes.Quarter.Ticks;
        var intoIt = TimeSpan.FromTicks(wall.Ticks % CacheTimes.Quarter.Ticks);
        var isAtTheTurn = intoIt < CacheTimes.AroundTheTurn || CacheTimes.Quarter - intoIt < CacheTimes.AroundTheTurn;
        return new Beginning(clock.GetTimestamp(), isAtTheTurn ? null : quarter, versions.Known.ToDictionary(version => version, version => version.Last?.Text));
    }

    /// <param name="dependsOn">What the answer says of itself (<see cref="PublicReads.Header"/>).</param>
    /// <returns>Null where it names nobody, or somebody unknown.</returns>
    public IReadOnlyList<Source>? SourcesOf(string dependsOn, Beginning beginning)
    {
        var sources = new List<Source>();
        foreach (var part in dependsOn.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            if (!Upstreams.All.Contains(name, StringComparer.Ordinal))
                return null;
            var version = versions.Of(name);
            sources.Add(new Source(version, equals < 0 ? beginning.Versions.GetValueOrDefault(version) : part[(equals + 1)..]));
        }

        return sources.Count == 0 ? null : sources;
    }

    private long Since(long now) => Math.Max(now - trusted, Volatile.Read(ref trustedFrom));

    private bool IsOfThisQuarter(CachedAnswer answer, long since) => answer.Quarter is { } quarter
        ? quarter == clock.GetUtcNow().Ticks / CacheTimes.Quarter.Ticks
        : answer.BegunAt >= since;
}

/// <summary>What was known when an answer was begun.</summary>
/// <param name="Quarter">As in <see cref="CachedAnswer"/>.</param>
internal sealed record Beginning(long At, long? Quarter, IReadOnlyDictionary<ServiceVersion, string?> Versions);
