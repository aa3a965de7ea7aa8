using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Privacy;

/// <summary>
/// By what Notifications finds an address that it keeps only sealed: the same keyed hash, made by whoever knows the address. The
/// hash can be made by the instance's processes alone.
/// </summary>
public static class AddressFingerprint
{
    private const string ProofPurpose = "proof of an own address";
    private const string NewAddressPurpose = "new address of an account";
    private static readonly TimeSpan ProofLifetime = TimeSpan.FromMinutes(5);
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    public static byte[] Of(InstanceKey key, string address) =>
        HMACSHA256.HashData(key.Derive("notifications: hash of an address"), Encoding.UTF8.GetBytes(Normalise(address)));

    /// <summary>How a new address travels to the service that writes to it.</summary>
    public static byte[] SealNew(InstanceKey key, string address) => key.Seal(NewAddressPurpose, Encoding.UTF8.GetBytes(address));

    /// <exception cref="CryptographicException">Sealed by another instance, or damaged.</exception>
    public static string OpenNew(InstanceKey key, ReadOnlySpan<byte> sealedAddress) => Encoding.UTF8.GetString(key.Open(NewAddressPurpose, sealedAddress));

    /// <summary>Lets a person ask another service for what it keeps under their address, for five minutes.</summary>
    public static string Prove(InstanceKey key, Guid account, string address, DateTimeOffset now) =>
        Base64Url.EncodeToString(key.Seal(ProofPurpose, JsonSerializer.SerializeToUtf8Bytes(new Proof(account, Of(key, address), now + ProofLifetime))));

    /// <returns>The hash, or null where the proof is another's, over, or none.</returns>
    public static byte[]? Proven(InstanceKey key, Guid account, string? proof, DateTimeOffset now)
    {
        try
        {
            return proof is { Length: > 0 and < 1000 }
                && JsonSerializer.Deserialize<Proof>(key.Open(ProofPurpose, Base64Url.DecodeFromChars(proof))) is { } proven
                && proven.Account == account && proven.Until > now
                    ? proven.Hash
                    : null;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static string Normalise(string address)
    {
        var at = address.LastIndexOf('@');
        var (local, domain) = (address[..at].Trim(), address[(at + 1)..].Trim());
        try
        {
            domain = Idn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            // Not a host name that mail could be sent to: nobody follows anything with it.
        }

        return $"{local.ToLowerInvariant()}@{domain.ToLowerInvariant()}";
    }

    private sealed record Proof(Guid Account, byte[] Hash, DateTimeOffset Until);
}
