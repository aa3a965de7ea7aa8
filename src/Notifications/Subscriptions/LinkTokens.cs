using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Subscriptions;

/// <summary>
/// The secrets in links. Confirming: 256 random bits that only the mail knows; the database keeps their SHA-256, and the sealed
/// token only until the mail is out. Unsubscribing: must work from any mail, for years, so it is the subscription's id with an
/// HMAC-SHA256 under a key derived from the instance's; nothing is stored, and it can be made again for every mail.
/// </summary>
public sealed class LinkTokens(InstanceKey key)
{
    private const int IdSize = 16;
    private const int SecretSize = 32;
    private const string SealPurpose = "notifications: confirmation token";
    private readonly byte[] unsubscribeKey = key.Derive("notifications: unsubscribe links");

    /// <returns>The token for the link and its hash for the database.</returns>
    public static (string Token, byte[] Hash) NewConfirmation()
    {
        var secret = RandomNumberGenerator.GetBytes(SecretSize);
        return (Base64Url.EncodeToString(secret), SHA256.HashData(secret));
    }

    /// <returns>The hash under which a confirmation token is stored, or null for a text that cannot be one.</returns>
    public static byte[]? HashOf(string? token) => Decode(token, SecretSize) is { } secret ? SHA256.HashData(secret) : null;

    public byte[] Seal(string token) => key.Seal(SealPurpose, Encoding.ASCII.GetBytes(token));

    public string Open(byte[] sealedToken) => Encoding.ASCII.GetString(key.Open(SealPurpose, sealedToken));

    public string Unsubscribe(Guid subscription)
    {
        Span<byte> token = stackalloc byte[IdSize + SecretSize];
        subscription.TryWriteBytes(token, bigEndian: true, out _);
        HMACSHA256.HashData(unsubscribeKey, token[..IdSize], token[IdSize..]);
        return Base64Url.EncodeToString(token);
    }

    /// <returns>The subscription that the token was made for, or null for any text that this instance did not make.</returns>
    public Guid? SubscriptionOf(string? token)
    {
        if (Decode(token, IdSize + SecretSize) is not { } bytes)
            return null;
        var expected = HMACSHA256.HashData(unsubscribeKey, bytes.AsSpan(0, IdSize));
        return CryptographicOperations.FixedTimeEquals(expected, bytes.AsSpan(IdSize)) ? new Guid(bytes.AsSpan(0, IdSize), bigEndian: true) : null;
    }

    private static byte[]? Decode(string? token, int size)
    {
        if (token is null || token.Length != Base64Url.GetEncodedLength(size))
            return null;
        var bytes = new byte[size];
        return Base64Url.DecodeFromChars(token, bytes, out _, out var written) == OperationStatus.Done && written == size ? bytes : null;
    }
}
