using System.Collections.Concurrent;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// The answers, at most so many bytes of them. Where room is needed the oldest go first, but who was asked for since its last
/// turn gets another one (second chance): a flood of invented addresses pushes out its own answers, not those that people read.
/// </summary>
internal sealed class AnswerStore(long size, CacheMeters meters)
{
    private const int MostReplaced = 4;

    private readonly ConcurrentDictionary<RequestKey, CachedAnswer> answers = new();
    private readonly Queue<CachedAnswer> turns = new();
    private readonly Lock changing = new();
    private long held;
    private long replaced;
    private int count;

    public long Held => Volatile.Read(ref held);

    /// <summary>Bytes of answers that newer ones took the place of, and that wait for their turn to be let go.</summary>
    public long Replaced => Volatile.Read(ref replaced);

    public int Count => Volatile.Read(ref count);

    public bool TryGet(in RequestKey key, out CachedAnswer answer) => answers.TryGetValue(key, out answer!);

    public void Put(CachedAnswer answer)
    {
        lock (changing)
        {
            if (answers.TryGetValue(answer.Key, out var former))
            {
                held -= former.Size;
                replaced += former.Size;
            }
            else
            {
                count++;
            }

            answers[answer.Key] = answer;
            held += answer.Size;
            turns.Enqueue(answer);
            MakeRoom();
        }
    }

    /// <summary>An answer takes more room than before: an encoding was made.</summary>
    public void Grown(CachedAnswer answer, long bytes)
    {
        lock (changing)
        {
            if (!IsHeld(answer))
                return;
            answer.Size += bytes;
            held += bytes;
            MakeRoom();
        }
    }

    private void MakeRoom()
    {
        // Each gets one more turn at most: readers mark answers faster than this loop could take the marks off.
        var chances = turns.Count;
        while (held > size && turns.TryDequeue(out var oldest))
        {
            if (!IsHeld(oldest))
            {
                replaced -= oldest.Size;
                continue;
            }

            if (oldest.IsUsed && chances-- > 0)
            {
                oldest.Unmark();
                turns.Enqueue(oldest);
                continue;
            }

            answers.TryRemove(oldest.Key, out _);
            held -= oldest.Size;
            count--;
            meters.Evicted();
        }

        if (turns.Count > (2 * count) + 64 || replaced > size / MostReplaced)
            DropReplaced();
    }

    /// <summary>
    /// Answers that were replaced by newer ones stay in the queue until there are more of them than of the others, or they are a
    /// quarter of what may be held.
    /// </summary>
    private void DropReplaced()
    {
        for (var left = turns.Count; left > 0; left--)
        {
            var answer = turns.Dequeue();
            if (IsHeld(answer))
                turns.Enqueue(answer);
        }

        replaced = 0;
    }

    private bool IsHeld(CachedAnswer answer) => answers.TryGetValue(answer.Key, out var current) && ReferenceEquals(current, answer);
}
