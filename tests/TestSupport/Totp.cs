using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace OpenGov.TestSupport;

/// <summary>A person's authenticator app (RFC 6238: SHA-1, six digits, thirty seconds), written apart from the service's own.</summary>
public static class Totp
{
    /// <summary>The bytes that the letters stand for (RFC 4648 §6).</summary>
    public static byte[] Secret(string base32)
    {
        var bits = string.Concat(base32.Trim().Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(index => Convert.ToByte(bits.Substring(index * 8, 8), 2))];
    }

    public static string Code(string base32, DateTimeOffset time)
    {
        var secret = Secret(base32);
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, time.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // What authenticator apps compute.
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & 0x7FFF_FFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
