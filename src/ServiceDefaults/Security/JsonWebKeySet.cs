using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>Public P-256 keys as Participants publishes them (RFC 7517).</summary>
public sealed record JsonWebKeySet([property: JsonPropertyName("keys")] IReadOnlyList<JsonWebKey> Keys);

public sealed record JsonWebKey(
    [property: JsonPropertyName("kty"), JsonRequired] string KeyType,
    [property: JsonPropertyName("crv"), JsonRequired] string Curve,
    [property: JsonPropertyName("x"), JsonRequired] string X,
    [property: JsonPropertyName("y"), JsonRequired] string Y,
    [property: JsonPropertyName("kid"), JsonRequired] string KeyId,
    [property: JsonPropertyName("use")] string Use = "sig",
    [property: JsonPropertyName("alg")] string Algorithm = "ES256")
{
    public static JsonWebKey From(ECDsa key, string keyId)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey("EC", "P-256", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y), keyId);
    }

    /// <returns>The key, or null when it is not a valid P-256 signing key.</returns>
    public ECDsa? ToKey()
    {
        if (this is not { KeyType: "EC", Curve: "P-256", Algorithm: "ES256", Use: "sig" })
            return null;
        try
        {
            var point = new ECPoint { X = Base64Url.DecodeFromChars(X), Y = Base64Url.DecodeFromChars(Y) };
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
