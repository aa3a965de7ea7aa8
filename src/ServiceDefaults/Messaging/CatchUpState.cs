using System.Collections.Concurrent;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>How far each copy is behind its owner, as this process last saw it, and the way to hurry the next look.</summary>
internal sealed class CatchUpState(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Copy> copies = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, Copy>> Copies => copies;

    public void Seen(string owner, long position, long head) => Of(owner).Seen(position, head, clock.GetUtcNow());

    public void Failed(string owner, string reason) => Of(owner).Failure = reason;

    /// <summary>Something is missing: look at the feed now.</summary>
    public void Hurry(string owner) => Of(owner).Hurry();

    public Task WaitAsync(string owner, TimeSpan atMost, CancellationToken cancellationToken) => Of(owner).WaitAsync(atMost, cancellationToken);

    private Copy Of(string owner) => copies.GetOrAdd(owner, static _ => new Copy());

    internal sealed class Copy
    {
        private readonly Lock gate = new();
        private TaskCompletionSource hurry = New();

        public long Position { get; private set; }

        public long Head { get; private set; }

        /// <summary>Since when the copy has been behind; null while it is not.</summary>
        public DateTimeOffset? BehindSince { get; private set; }

        /// <summary>Why the last look failed; null when it succeeded.</summary>
        public string? Failure { get; set; }

        public void Seen(long position, long head, DateTimeOffset now)
        {
            lock (gate)
            {
                (Position, Head, Failure) = (position, head, null);
                BehindSince = position >= head ? null : BehindSince ?? now;
            }
        }

        public void Hurry()
        {
            lock (gate)
                hurry.TrySetResult();
        }

        public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
        {
            await Task.WhenAny(hurry.Task, Task.Delay(atMost, cancellationToken));
            lock (gate)
            {
                if (hurry.Task.IsCompleted)
                    hurry = New();
            }
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
