using System.Security.Cryptography;
using System.Text;

namespace OpenGov.SystemTests.Support;

/// <summary>What the processes of an instance say to each other, made from its key as they make it.</summary>
internal static class InternalCalls
{
    public static byte[] Derive(string instanceKey, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(instanceKey), 32, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Value of <c>Authorization</c>.</summary>
    public static string Authorization(string instanceKey) => $"Internal {Convert.ToHexStringLower(Derive(instanceKey, "internal calls"))}";

    /// <summary>A client of a service's own address that counts as one of the instance's processes.</summary>
    public static HttpClient Client(Uri service, string dataFolder)
    {
        var key = File.ReadAllText(Path.Combine(dataFolder, "secrets", "instance-key")).Trim();
        var client = new HttpClient { BaseAddress = service };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", Authorization(key));
        return client;
    }
}
