using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.SigningKeys;

/// <summary>A P-256 key of this instance. The newest signs; a retired one stays published until its last token has died.</summary>
public sealed class SigningKey
{
    /// <summary>What the private key is sealed for (<see cref="InstanceKey.Seal"/>).</summary>
    public const string Purpose = "token signing key";

    /// <summary>Longer than a token lives, and than a replica may go on signing with what it has in memory.</summary>
    public static readonly TimeSpan PublishedAfterRetirement = TimeSpan.FromHours(1);

    private SigningKey()
    {
    }

    /// <summary>JWK thumbprint (RFC 7638), base64url.</summary>
    public string KeyId { get; private init; } = "";

    /// <summary>SubjectPublicKeyInfo.</summary>
    public byte[] PublicKey { get; private init; } = [];

    /// <summary>PKCS #8 under AES-256-GCM.</summary>
    public byte[] SealedPrivateKey { get; private init; } = [];

    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset? RetiredAt { get; private init; }

    public static SigningKey Generate(InstanceKey instanceKey, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var privateKey = key.ExportPkcs8PrivateKey();
        var generated = new SigningKey
        {
            KeyId = Thumbprint(key),
            PublicKey = key.ExportSubjectPublicKeyInfo(),
            SealedPrivateKey = instanceKey.Seal(Purpose, privateKey),
            CreatedAt = now,
        };
        CryptographicOperations.ZeroMemory(privateKey);
        return generated;
    }

    public ECDsa OpenPublic()
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(PublicKey, out _);
        return key;
    }

    /// <exception cref="CryptographicException">The instance key is not the one it was sealed with.</exception>
    public ECDsa OpenPrivate(InstanceKey instanceKey)
    {
        var privateKey = instanceKey.Open(Purpose, SealedPrivateKey);
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(privateKey, out _);
        CryptographicOperations.ZeroMemory(privateKey);
        return key;
    }

    private static string Thumbprint(ECDsa key)
    {
        var jwk = JsonWebKey.From(key, "");
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{jwk.X}}","y":"{{jwk.Y}}"}""")));
    }
}
