using System.Collections.Concurrent;

namespace OpenGov.Gateway.Caching;

/// <summary>An answer that is being made. Whoever asks for the same meanwhile waits for it instead of asking the services too.</summary>
internal sealed class Flight(RequestKey key, Freshness freshness)
{
    private readonly TaskCompletionSource<CachedAnswer?> landing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RequestKey Key { get; } = key;

    public Beginning Beginning { get; private set; } = null!;

    /// <summary>What the services said of the answer (<c>OpenGov-Depends-On</c>).</summary>
    public string? DependsOn { get; set; }

    /// <summary>The services answered 304.</summary>
    public bool IsKnownToReader { get; set; }

    /// <summary>
    /// The answers of this address are kept: its reader's conditions stay with the gateway, so that the answer comes whole.
    /// </summary>
    public bool NeedsWhole { get; set; }

    /// <summary>Null: nothing that others could be given.</summary>
    public Task<CachedAnswer?> Landing => landing.Task;

    public bool HasLanded => landing.Task.IsCompleted;

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await freshness.PrepareAsync(cancellationToken);
        Beginning = freshness.Begin();
    }

    /// <summary>Called where it turns out that nobody else can be given the answer.</summary>
    public Action? GivenUp { get; set; }

    public void Land(CachedAnswer? answer)
    {
        if (landing.TrySetResult(answer) && answer is null)
            GivenUp?.Invoke();
    }
}

/// <summary>The flights under way, one for each key.</summary>
internal sealed class Flights(Freshness freshness)
{
    private readonly ConcurrentDictionary<RequestKey, Flight> underWay = new();

    /// <returns>True for the one who must make the answer, and <see cref="End"/> it.</returns>
    public bool TryBoard(in RequestKey key, out Flight flight)
    {
        var own = new Flight(key, freshness);
        flight = underWay.GetOrAdd(key, own);
        return ReferenceEquals(flight, own);
    }

    public void End(Flight flight)
    {
        underWay.TryRemove(KeyValuePair.Create(flight.Key, flight));
        flight.Land(null);
    }
}
