using System.Security.Cryptography;
using System.Text;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>
/// The one secret that the processes of an instance share (<c>OpenGov__InstanceKey</c>, generated at the first start). Each
/// purpose derives its own key from it (HKDF-SHA256), so that one use tells nothing about another.
/// </summary>
public sealed class InstanceKey
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly byte[] key;

    public InstanceKey(IConfiguration configuration)
    {
        var text = configuration["OpenGov:InstanceKey"];
        if (text is not { Length: >= 20 })
            throw new InvalidOperationException("Set OpenGov__InstanceKey to a random text of at least 20 characters, the same for every service of the instance.");
        key = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Bearer secret of calls between services (event feed, session exchange).</summary>
    public string InternalSecret => Convert.ToHexStringLower(Derive("internal calls"));

    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>AES-256-GCM, for secrets kept in a database: nonce, tag and ciphertext in one.</summary>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> plain)
    {
        var sealedBytes = new byte[NonceSize + TagSize + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceSize));
        using var aes = new AesGcm(Derive(purpose), TagSize);
        aes.Encrypt(sealedBytes.AsSpan(0, NonceSize), plain, sealedBytes.AsSpan(NonceSize + TagSize), sealedBytes.AsSpan(NonceSize, TagSize));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Sealed with another key or purpose, or damaged.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < NonceSize + TagSize)
            throw new CryptographicException("Too short to be sealed.");
        var plain = new byte[sealedBytes.Length - NonceSize - TagSize];
        using var aes = new AesGcm(Derive(purpose), TagSize);
        aes.Decrypt(sealedBytes[..NonceSize], sealedBytes[(NonceSize + TagSize)..], sealedBytes.Slice(NonceSize, TagSize), plain);
        return plain;
    }
}
