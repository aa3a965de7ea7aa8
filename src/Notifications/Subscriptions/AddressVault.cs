using System.Security.Cryptography;
using System.Text;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Subscriptions;

/// <summary>
/// Followers' addresses are stored only sealed (AES-256-GCM) and found again only by a keyed hash (HMAC-SHA256), both under keys
/// derived from the instance's: a copy of the database alone tells nobody's address and cannot be searched for one.
/// </summary>
public sealed class AddressVault(InstanceKey key)
{
    private const string Purpose = "notifications: address of a follower";
    private readonly byte[] hashKey = key.Derive("notifications: hash of an address");

    public byte[] HashOf(EmailAddress address) => HMACSHA256.HashData(hashKey, Encoding.UTF8.GetBytes(address.Normalized));

    public byte[] Seal(EmailAddress address) => key.Seal(Purpose, Encoding.UTF8.GetBytes(address.ToString()));

    public EmailAddress Open(byte[] sealedAddress) =>
        EmailAddress.Parse(Encoding.UTF8.GetString(key.Open(Purpose, sealedAddress)), "email").Value;

    /// <summary>As the log shows it; null where it cannot be read, because the log is where an operator finds out.</summary>
    public string? Mask(byte[] sealedAddress)
    {
        try
        {
            return Open(sealedAddress).Masked;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
