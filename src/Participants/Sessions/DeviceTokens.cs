using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OpenGov.Participants.Accounts;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Sessions;

/// <summary>
/// Marks a browser in which an address signed in before. Its attempts are counted apart from strangers', so that strangers who
/// guess can lock everybody out of an address but its owner. It opens nothing: with it too, five wrong passwords lock.
/// </summary>
public sealed class DeviceTokens(InstanceKey key, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private const int NonceSize = 16;
    private const int MarkSize = NonceSize + sizeof(long);
    private readonly byte[] signingKey = key.Derive("participants: known devices");

    public string Issue(string email)
    {
        var token = new byte[MarkSize + HMACSHA256.HashSizeInBytes];
        RandomNumberGenerator.Fill(token.AsSpan(0, NonceSize));
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(NonceSize), clock.GetUtcNow().ToUnixTimeSeconds());
        Sign(email, token.AsSpan(0, MarkSize)).CopyTo(token.AsSpan(MarkSize));
        return Base64Url.EncodeToString(token);
    }

    /// <returns>What names the device among attempts, or null where the token is not one of this address, or too old.</returns>
    public string? Read(string? given, string email)
    {
        var token = new byte[MarkSize + HMACSHA256.HashSizeInBytes];
        if (given is null || given.Length != Base64Url.GetEncodedLength(token.Length)
            || Base64Url.DecodeFromChars(given, token, out _, out var written) != OperationStatus.Done || written != token.Length
            || !CryptographicOperations.FixedTimeEquals(Sign(email, token.AsSpan(0, MarkSize)), token.AsSpan(MarkSize)))
        {
            return null;
        }

        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(token.AsSpan(NonceSize)));
        return age < Lifetime ? Convert.ToHexStringLower(token.AsSpan(0, NonceSize)) : null;
    }

    private byte[] Sign(string email, ReadOnlySpan<byte> mark) =>
        HMACSHA256.HashData(signingKey, (byte[])[.. mark, .. Encoding.UTF8.GetBytes(EmailAddress.Normalize(email))]);
}
