using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.UnitTests.ServiceDefaults;

public sealed class Es256TokenTests : IDisposable
{
    private const string KeyId = "k1";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => key.Dispose();

    [Fact]
    public void A_token_that_was_signed_is_accepted_with_its_claims()
    {
        var claims = Claims();
        var token = Es256Token.Sign(claims, key, KeyId);
        token.Length.ShouldBeLessThan(Es256Token.MaxLength);
        Es256Token.KeyIdOf(token).ShouldBe(KeyId);
        Es256Token.Verify(token, key, Now).ShouldBe(claims);
    }

    /// <summary>RFC 7515 appendix A.3: the key as published, the signing input and the signature.</summary>
    [Fact]
    public void RFC_7515_A3_the_signature_primitive_verifies_the_published_vector()
    {
        const string Input = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        const string Signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        using var published = new JsonWebKey("EC", "P-256", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "joe").ToKey();
        published.ShouldNotBeNull();
        published.VerifyData(Encoding.ASCII.GetBytes(Input), Base64Url.DecodeFromChars(Signature), HashAlgorithmName.SHA256).ShouldBeTrue();
        published.VerifyData(Encoding.ASCII.GetBytes(Input + "A"), Base64Url.DecodeFromChars(Signature), HashAlgorithmName.SHA256).ShouldBeFalse();

        // It is a JWS all the same, but not a token of ours: no type, no key id.
        Es256Token.KeyIdOf($"{Input}.{Signature}").ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"None","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"ES384","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"es256","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"ES256","kid":"k1"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":""}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":null}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":1}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"k1"}""")]
    [InlineData("""{"ALG":"ES256","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"ES256","alg":"none","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"none","alg":"ES256","typ":"JWT","kid":"k1"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"k1","crit":["b64"],"b64":false}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"k1","jwk":{"kty":"EC"}}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"k1","jku":"https://evil.example/keys"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"k1",}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"k1"}{}""")]
    [InlineData("""["ES256"]""")]
    [InlineData("null")]
    [InlineData("")]
    public void Any_header_but_ours_is_refused_even_when_signed(string header)
    {
        var token = Signed(Encoding.UTF8.GetBytes(header), Payload());
        Es256Token.KeyIdOf(token).ShouldBeNull();
        Es256Token.Verify(token, key, Now).ShouldBeNull();
    }

    [Fact]
    public void A_header_that_is_not_UTF8_is_refused()
    {
        byte[] header = [.. "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\""u8, 0xff, 0xfe, .. "\"}"u8];
        Es256Token.KeyIdOf(Signed(header, Payload())).ShouldBeNull();
    }

    [Fact]
    public void HS256_with_the_public_key_as_secret_is_refused()
    {
        var secret = key.ExportSubjectPublicKeyInfo();
        var input = $"{Encode("""{"alg":"HS256","typ":"JWT","kid":"k1"}""")}.{Encode(Payload())}";
        var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input));
        Es256Token.Verify($"{input}.{Base64Url.EncodeToString(mac)}", key, Now).ShouldBeNull();
        var doubled = mac.Concat(mac).ToArray();
        Es256Token.Verify($"{input}.{Base64Url.EncodeToString(doubled)}", key, Now).ShouldBeNull();
    }

    [Theory]
    [InlineData("\"iss\":\"opengov-participants\"", "\"iss\":\"somebody\"")]
    [InlineData("\"aud\":\"opengov-services\"", "\"aud\":\"others\"")]
    [InlineData("\"aud\":\"opengov-services\"", "\"aud\":[\"opengov-services\"]")]
    [InlineData("\"iss\":\"opengov-participants\",", "")]
    [InlineData("\"iss\":\"opengov-participants\"", "\"iss\":\"opengov-participants\",\"iss\":\"opengov-participants\"")]
    [InlineData("\"iss\":\"opengov-participants\"", "\"iss\":null")]
    [InlineData("\"iss\":\"opengov-participants\"", "\"iss\":\"opengov-participants\",\"role\":\"ADMINISTRATOR\"")]
    [InlineData("\"exp\":", "\"nbf\":0,\"exp\":")]
    [InlineData("\"exp\":", "\"exp\":9999999999,\"exp\":")]
    [InlineData("\"iat\":", "\"iat\":\"1\",\"x\":")]
    public void Any_payload_but_ours_is_refused_even_when_signed(string part, string instead)
    {
        var payload = Payload();
        payload.ShouldContain(part);
        var changed = payload.Replace(part, instead, StringComparison.Ordinal);
        Es256Token.Verify(Signed(Header(), changed), key, Now).ShouldBeNull();
        Es256Token.Verify(Signed(Header(), payload), key, Now).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(-300, 0, false)] // expired this second
    [InlineData(-299, 1, true)]
    [InlineData(-400, -100, false)]
    [InlineData(29, 300, true)] // the signer's clock is ahead, within the skew
    [InlineData(31, 300, false)]
    [InlineData(0, 301, false)] // longer than a token may live
    [InlineData(0, 0, false)]
    [InlineData(1, 1, false)]
    public void Times_hold_exactly(int issued, int expires, bool accepted)
    {
        var now = Now.ToUnixTimeSeconds();
        var token = Es256Token.Sign(Claims() with { IssuedAt = now + issued, ExpiresAt = now + expires }, key, KeyId);
        (Es256Token.Verify(token, key, Now) is not null).ShouldBe(accepted);
    }

    [Theory]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(0, long.MaxValue)]
    [InlineData(long.MaxValue, long.MinValue)]
    public void Times_at_the_end_of_numbers_do_not_wrap_around(long issued, long expires) =>
        Es256Token.Verify(Es256Token.Sign(Claims() with { IssuedAt = issued, ExpiresAt = expires }, key, KeyId), key, Now).ShouldBeNull();

    [Fact]
    public void Another_key_s_signature_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Es256Token.Verify(Es256Token.Sign(Claims(), other, KeyId), key, Now).ShouldBeNull();
    }

    [Fact]
    public void Spelling_is_strict()
    {
        var token = Es256Token.Sign(Claims(), key, KeyId);
        var parts = token.Split('.');
        string[] spellings =
        [
            token + ".", "." + token, token + "=", token + "\n", " " + token, token + " ", token + ".x", parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".",
            parts[0] + ".." + parts[2], token.Replace('.', ':'), $"{parts[0]}=.{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}\t.{parts[2]}", token + new string('A', 1024),
            Base64Url.EncodeToString(Encoding.ASCII.GetBytes(token)), "", ".", "..", "Bearer " + token, token.Replace('-', '+').Replace('_', '/') + "+",
        ];
        foreach (var spelling in spellings)
        {
            Es256Token.KeyIdOf(spelling).ShouldBeNull(spelling);
            Es256Token.Verify(spelling, key, Now).ShouldBeNull(spelling);
        }
    }

    /// <summary>The last letter of 64 bytes carries four bits that mean nothing; only zeroes there are ours.</summary>
    [Fact]
    public void A_non_canonical_end_of_the_signature_is_refused()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var token = Es256Token.Sign(Claims(), key, KeyId);
        var last = Alphabet.IndexOf(token[^1], StringComparison.Ordinal);
        (last & 15).ShouldBe(0);
        for (var bits = 1; bits < 16; bits++)
            Es256Token.Verify(token[..^1] + Alphabet[last | bits], key, Now).ShouldBeNull();
    }

    [Fact]
    public void A_DER_signature_is_refused()
    {
        var input = $"{Encode(Header())}.{Encode(Payload())}";
        var der = key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Es256Token.Verify($"{input}.{Base64Url.EncodeToString(der)}", key, Now).ShouldBeNull();
    }

    /// <summary>CVE-2022-21449: r = s = 0 verifies for every message where the range of both is not checked.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void Trivial_signatures_are_refused(byte r, byte s)
    {
        var signature = new byte[64];
        (signature[31], signature[63]) = (r, s);
        Es256Token.Verify($"{Encode(Header())}.{Encode(Payload())}.{Base64Url.EncodeToString(signature)}", key, Now).ShouldBeNull();
    }

    [Fact]
    public void Numbers_beyond_the_order_of_the_group_are_refused()
    {
        var token = Es256Token.Sign(Claims(), key, KeyId);
        var signature = Base64Url.DecodeFromChars(token.Split('.')[2]);
        foreach (var half in new[] { 0, 32 })
        {
            var beyond = (byte[])signature.Clone();
            Order.ToByteArray(isUnsigned: true, isBigEndian: true).CopyTo(beyond, half);
            Es256Token.Verify(WithSignature(token, beyond), key, Now).ShouldBeNull();
            Array.Fill(beyond, (byte)0xff, half, 32);
            Es256Token.Verify(WithSignature(token, beyond), key, Now).ShouldBeNull();
        }
    }

    /// <summary>
    /// (r, n − s) is a second signature of the same text that anybody can compute. It is accepted, as RFC 7518 asks: it says
    /// nothing that the holder of the key did not sign, and nothing here knows a token by its spelling (ended sessions go by sid).
    /// </summary>
    [Fact]
    public void The_mirrored_signature_says_the_same()
    {
        var claims = Claims();
        var token = Es256Token.Sign(claims, key, KeyId);
        var signature = Base64Url.DecodeFromChars(token.Split('.')[2]);
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var mirrored = (Order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        Array.Clear(signature, 32, 32);
        mirrored.CopyTo(signature, 64 - mirrored.Length);
        Es256Token.Verify(WithSignature(token, signature), key, Now).ShouldBe(claims);
    }

    [Fact]
    public void None_of_10000_random_mutations_is_accepted()
    {
        var random = new Random(7515);
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n{}\"é\0";
        var token = Es256Token.Sign(Claims(), key, KeyId);
        for (var mutation = 0; mutation < 10_000; mutation++)
        {
            var text = new StringBuilder(token);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(5))
                {
                    case 0: text[at] = Letters[random.Next(Letters.Length)]; break;
                    case 1: text.Insert(at, Letters[random.Next(Letters.Length)]); break;
                    case 2: text.Remove(at, 1); break;
                    case 3: text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at)); break;
                    default: (text[at], text[^1]) = (text[^1], text[at]); break;
                }
            }

            var mutated = text.ToString();
            if (!string.Equals(mutated, token, StringComparison.Ordinal))
                Es256Token.Verify(mutated, key, Now).ShouldBeNull(mutated);
        }
    }

    [Fact]
    public void One_key_checks_on_many_threads()
    {
        var claims = Claims();
        var token = Es256Token.Sign(claims, key, KeyId);
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Es256Token.Verify(token, key, Now).ShouldBe(claims));
    }

    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    private static TokenClaims Claims() => new(
        Es256Token.Issuer, Es256Token.Audience, Guid.Parse("0199c0de-7b1a-7c3e-9f00-0123456789ab"), Guid.Parse("0199c0de-7b1a-7c3e-9f00-0123456789ac"),
        Now.ToUnixTimeSeconds(), Now.ToUnixTimeSeconds() + 300, Guid.Parse("0199c0de-7b1a-7c3e-9f00-0123456789ad"));

    private static string Header() => """{"alg":"ES256","typ":"JWT","kid":"k1"}""";

    private static string Payload() => System.Text.Json.JsonSerializer.Serialize(Claims());

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string WithSignature(string token, byte[] signature) => $"{token[..token.LastIndexOf('.')]}.{Base64Url.EncodeToString(signature)}";

    private string Signed(string header, string payload) => Signed(Encoding.UTF8.GetBytes(header), payload);

    private string Signed(byte[] header, string payload)
    {
        var input = $"{Base64Url.EncodeToString(header)}.{Encode(payload)}";
        return $"{input}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }
}
