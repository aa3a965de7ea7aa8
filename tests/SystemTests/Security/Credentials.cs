using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Engine;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Security;

/// <summary>What only the instance's own machine can have: access tokens, and the key that signs them.</summary>
internal static class Credentials
{
    public static string InstanceKey(SecuredSystem system) =>
        Processes.EnvironmentOf(system.App.GetProcessIds("participants")[0])["OpenGov__InstanceKey"];

    /// <summary>The access token of a session, as the gateway gets it.</summary>
    public static async Task<string> TokenOfAsync(SecuredSystem system, Caller caller)
    {
        using var participants = system.App.CreateHttpClient("participants");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/internal/session-exchange") { Content = JsonContent.Create(new { sessionToken = caller.Session }) };
        request.Headers.TryAddWithoutValidation("Authorization", InternalCalls.Authorization(InstanceKey(system)));
        using var answer = await participants.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["token"]!.GetValue<string>();
    }

    /// <summary>A token like the given one in all but its times, signed with the instance's own key: nothing is wrong with it but its age.</summary>
    public static async Task<string> SignedAsync(SecuredSystem system, string like, DateTimeOffset issuedAt, DateTimeOffset expiresAt)
    {
        using var key = await SigningKeyAsync(system);
        var parts = like.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        claims["iat"] = issuedAt.ToUnixTimeSeconds();
        claims["exp"] = expiresAt.ToUnixTimeSeconds();
        var signed = $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The secret number of the key that signs: what nobody else may ever have.</summary>
    public static async Task<byte[]> PrivateKeyAsync(SecuredSystem system)
    {
        using var key = await SigningKeyAsync(system);
        return key.ExportParameters(includePrivateParameters: true).D!;
    }

    private static async Task<ECDsa> SigningKeyAsync(SecuredSystem system)
    {
        await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync("participants-db"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select sealed_private_key from signing_key where retired_at is null", connection);
        var sealedKey = (byte[])(await command.ExecuteScalarAsync())!;
        var pkcs8 = new byte[sealedKey.Length - 28];
        using (var aes = new AesGcm(InternalCalls.Derive(InstanceKey(system), "token signing key"), 16))
            aes.Decrypt(sealedKey.AsSpan(0, 12), sealedKey.AsSpan(28), sealedKey.AsSpan(12, 16), pkcs8);
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key;
    }
}
