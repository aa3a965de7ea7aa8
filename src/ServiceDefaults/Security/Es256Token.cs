using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>What an access token says. No name, no address, no role: services decide from their own copies.</summary>
/// <param name="Subject">Account id.</param>
/// <param name="SessionId">Sign-in the token belongs to.</param>
/// <param name="IssuedAt">Unix seconds.</param>
/// <param name="ExpiresAt">Unix seconds.</param>
/// <param name="OwnAccountOnly">The sign-in lacks a second step that is asked for: only <see cref="OwnAccount"/> is open to it.</param>
public sealed record TokenClaims(
    [property: JsonPropertyName("iss"), JsonRequired] string Issuer,
    [property: JsonPropertyName("aud"), JsonRequired] string Audience,
    [property: JsonPropertyName("sub"), JsonRequired] Guid Subject,
    [property: JsonPropertyName("sid"), JsonRequired] Guid SessionId,
    [property: JsonPropertyName("iat"), JsonRequired] long IssuedAt,
    [property: JsonPropertyName("exp"), JsonRequired] long ExpiresAt,
    [property: JsonPropertyName("jti"), JsonRequired] Guid TokenId,
    [property: JsonPropertyName("own"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool OwnAccountOnly = false);

/// <summary>
/// JWS compact serialisation (RFC 7515) with exactly one algorithm, ES256 (RFC 7518 §3.4). Nothing is optional: a header
/// with any other algorithm or member, a missing claim, padding, white space or a non-canonical encoding is refused. Of the
/// two signatures (r, s) and (r, n − s) that any ECDSA signature has, both are accepted: nothing knows a token by its spelling.
/// </summary>
public static class Es256Token
{
    public const string Issuer = "opengov-participants";
    public const string Audience = "opengov-services";

    /// <summary>How long a token lives.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Clocks of two processes on one machine or cluster may differ by this much.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Longer than any token we issue; more is refused before it is looked at.</summary>
    public const int MaxLength = 1024;

    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 2,
    };

    public static string Sign(TokenClaims claims, ECDsa key, string keyId)
    {
        var header = Encode(JsonSerializer.SerializeToUtf8Bytes(new Header("ES256", "JWT", keyId), Strict));
        var signed = $"{header}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims, Strict))}";
        return $"{signed}.{Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The key id that a token names, so that its key can be looked up; null when it is not a token of ours.</summary>
    public static string? KeyIdOf(string token) => TrySplit(token, out var header, out _, out _, out _) ? header.KeyId : null;

    /// <returns>The claims, or null when anything at all is wrong with the token.</returns>
    public static TokenClaims? Verify(string token, ECDsa key, DateTimeOffset now)
    {
        if (!TrySplit(token, out _, out var payload, out var signature, out var signed))
            return null;
        if (!key.VerifyData(signed, signature, HashAlgorithmName.SHA256))
            return null;

        TokenClaims? claims;
        try
        {
            claims = JsonSerializer.Deserialize<TokenClaims>(payload, Strict);
        }
        catch (JsonException)
        {
            return null;
        }

        // Issued within a token's life, so that no difference below can overflow.
        var seconds = now.ToUnixTimeSeconds();
        var life = (long)Lifetime.TotalSeconds;
        return claims is { Issuer: Issuer, Audience: Audience }
            && claims.IssuedAt > seconds - life
            && claims.IssuedAt <= seconds + (long)ClockSkew.TotalSeconds
            && claims.ExpiresAt > seconds
            && claims.ExpiresAt > claims.IssuedAt
            && claims.ExpiresAt - claims.IssuedAt <= life
                ? claims
                : null;
    }

    private static bool TrySplit(string token, out Header header, out byte[] payload, out byte[] signature, out byte[] signed)
    {
        (header, payload, signature, signed) = (null!, [], [], []);
        if (token.Length > MaxLength || token.Split('.') is not [var headerPart, var payloadPart, var signaturePart])
            return false;
        if (Decode(headerPart) is not { } headerBytes || Decode(payloadPart) is not { } payloadBytes || Decode(signaturePart) is not { Length: 64 } signatureBytes)
            return false;

        try
        {
            if (JsonSerializer.Deserialize<Header>(headerBytes, Strict) is not { Algorithm: "ES256", Type: "JWT", KeyId.Length: > 0 } parsed)
                return false;
            (header, payload, signature) = (parsed, payloadBytes, signatureBytes);
        }
        catch (JsonException)
        {
            return false;
        }

        signed = Encoding.ASCII.GetBytes($"{headerPart}.{payloadPart}");
        return true;
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Base64url without padding whose re-encoding is the same text.</summary>
    private static byte[]? Decode(string part)
    {
        if (part.Length == 0 || part.AsSpan().ContainsAnyExcept(Alphabet))
            return null;
        try
        {
            var bytes = Base64Url.DecodeFromChars(part);
            return Encode(bytes) == part ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private sealed record Header(
        [property: JsonPropertyName("alg"), JsonRequired] string Algorithm,
        [property: JsonPropertyName("typ"), JsonRequired] string Type,
        [property: JsonPropertyName("kid"), JsonRequired] string KeyId);
}
