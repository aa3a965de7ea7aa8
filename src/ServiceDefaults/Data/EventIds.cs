using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpenGov.ServiceDefaults.Data;

/// <summary>
/// Ids of facts: UUID v7 (RFC 9562 §5.7) that never go back within a process, also within a millisecond and when the clock
/// jumps back (§6.2, method 1: the twelve bits after the time are a counter). So the facts of one transaction are numbered in
/// the order in which they were recorded; <see cref="Guid.CreateVersion7()"/> is random within a millisecond.
/// </summary>
internal static class EventIds
{
    private const int CounterBits = 12;
    private static long last;

    public static Guid Next(DateTimeOffset now)
    {
        var time = now.ToUnixTimeMilliseconds() << CounterBits;
        long previous;
        long next;
        do
        {
            previous = Interlocked.Read(ref last);
            // A full counter carries into the time: for a while ids are ahead of the clock, still in order.
            next = Math.Max(time, previous + 1);
        }
        while (Interlocked.CompareExchange(ref last, next, previous) != previous);

        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)next >> CounterBits << 16) | 0x7000 | ((ulong)next & 0xFFF));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
