using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// What was learned about addresses that are not kept, for a moment: that their answers are not of the kind, or that they are
/// and only the caller had them already. A fixed table in which keys push each other out, so that inventing addresses costs
/// nothing.
/// </summary>
internal sealed class AddressMarks(TimeProvider clock)
{
    private const int Slots = 4096;

    /// <summary>An answer that lacked a part because a service was away is kept again soon after it is back.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(2);

    private readonly Entry?[] slots = new Entry?[Slots];

    /// <param name="passesBy">Its readers need not wait for one another; otherwise the next answer is to be fetched whole.</param>
    public void Add(in RequestKey key, bool passesBy) => Volatile.Write(ref slots[SlotOf(key)], new Entry(key, passesBy, clock.GetTimestamp() + clock.Ticks(Lasts)));

    /// <summary>Null where nothing is known.</summary>
    public bool? PassesBy(in RequestKey key) =>
        Volatile.Read(ref slots[SlotOf(key)]) is { } entry && entry.Until > clock.GetTimestamp() && entry.Key == key ? entry.PassesBy : null;

    private static int SlotOf(in RequestKey key) => (int)((uint)key.GetHashCode() % Slots);

    private sealed record Entry(RequestKey Key, bool PassesBy, long Until);
}
