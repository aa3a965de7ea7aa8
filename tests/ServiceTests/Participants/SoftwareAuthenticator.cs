using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OpenGov.ServiceTests.Participants;

/// <summary>A device that keeps one passkey, as browsers and devices together answer (WebAuthn level 3); what a test wants wrong can be set.</summary>
internal sealed class SoftwareAuthenticator : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] credentialId = RandomNumberGenerator.GetBytes(32);
    private string? userHandle;

    public string Origin { get; set; } = "https://abierto.example.mx";
    public string? RelyingParty { get; set; }
    public bool VerifiesUser { get; set; } = true;
    public uint Counter { get; set; }

    /// <summary>Answers <c>navigator.credentials.create</c>.</summary>
    public string Create(string optionsJson)
    {
        using var options = JsonDocument.Parse(optionsJson);
        var root = options.RootElement;
        userHandle = root.GetProperty("user").GetProperty("id").GetString();
        RelyingParty ??= root.GetProperty("rp").GetProperty("id").GetString();
        var parameters = key.ExportParameters(includePrivateParameters: false);
        // COSE_Key: EC2, ES256, P-256.
        byte[] cose = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. parameters.Q.X!, 0x22, 0x58, 0x20, .. parameters.Q.Y!];
        byte[] data = [.. AuthenticatorData(0x40), .. new byte[16], 0x00, (byte)credentialId.Length, .. credentialId, .. cose];
        byte[] attestation =
        [
            0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8,
            0x58, (byte)data.Length, .. data,
        ];
        return Credential(ClientData("webauthn.create", root), ("attestationObject", attestation), ("transports", null));
    }

    /// <summary>Answers <c>navigator.credentials.get</c>.</summary>
    public string Get(string optionsJson, bool sealsWell = true)
    {
        using var options = JsonDocument.Parse(optionsJson);
        Counter++;
        var client = ClientData("webauthn.get", options.RootElement);
        var data = AuthenticatorData(0);
        byte[] signed = [.. data, .. SHA256.HashData(client)];
        var signature = key.SignData(sealsWell ? signed : data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(client, ("authenticatorData", data), ("signature", signature), ("userHandle", Base64Url.DecodeFromChars(userHandle)));
    }

    public void Dispose() => key.Dispose();

    private byte[] ClientData(string type, JsonElement options) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type,
        challenge = options.GetProperty("challenge").GetString(),
        origin = Origin,
        crossOrigin = false,
    });

    private byte[] AuthenticatorData(byte more)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        return [.. SHA256.HashData(Encoding.ASCII.GetBytes(RelyingParty!)), (byte)(0x01 | (VerifiesUser ? 0x04 : 0) | more), .. counter];
    }

    private string Credential(byte[] client, params (string Name, byte[]? Value)[] members)
    {
        var response = new Dictionary<string, object> { ["clientDataJSON"] = Base64Url.EncodeToString(client) };
        foreach (var (name, value) in members)
            response[name] = value is null ? (string[])["internal", "invented"] : Base64Url.EncodeToString(value);
        return JsonSerializer.Serialize(new
        {
            id = Base64Url.EncodeToString(credentialId),
            rawId = Base64Url.EncodeToString(credentialId),
            type = "public-key",
            clientExtensionResults = new { },
            response,
        });
    }
}
