namespace OpenGov.Gateway.Live;

/// <summary>
/// What there is to see until the next moment. All spectators wait for the same one, and each writes the same bytes: a change is made
/// once, whoever is slow goes on from the latest moment and never has a queue.
/// </summary>
/// <param name="before">The state of the moment before, where it was another one.</param>
/// <param name="isLast">This process ends; its spectators go to another one.</param>
internal sealed class Moment(LiveState state, LiveState? before, bool isLast = false)
{
    private readonly TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<ReadOnlyMemory<byte>> whole = new(() => LiveEvents.Of(state, null));
    private readonly Lazy<ReadOnlyMemory<byte>> change = new(() => LiveEvents.Of(state, before));

    public LiveState State => state;

    public bool IsLast => isLast || state.Over;

    public Task Passed => passed.Task;

    public void Pass() => passed.TrySetResult();

    /// <param name="known">Id of the state that the spectator has.</param>
    public ReadOnlyMemory<byte> For(string? known) =>
        known == state.Id ? LiveEvents.Heartbeat : before is not null && known == before.Id ? change.Value : whole.Value;
}
