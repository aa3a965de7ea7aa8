using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OpenGov.Participants.Accounts;

/// <summary>
/// Bearer secrets (session tokens, invitations, set-up keys): 256 random bits. Only the SHA-256 is stored; without salt or
/// stretching, since nobody can guess 256 bits.
/// </summary>
public static class Secret
{
    /// <summary>43 characters of base64url.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Of any text: a malformed secret simply matches nothing.</summary>
    public static byte[] Hash(string? secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret ?? ""));
}
