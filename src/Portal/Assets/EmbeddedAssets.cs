using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Portal.Assets;

/// <param name="Address">Under <c>/recursos/</c>, with the hash of the content: a changed file has a new address.</param>
public sealed record Asset(string Address, byte[] Content, string MediaType, EntityTagHeaderValue ETag);

/// <summary>Style sheets, images and the one script inside the assembly.</summary>
public sealed class EmbeddedAssets
{
    private const string Prefix = "assets/";

    private readonly FrozenDictionary<string, Asset> byName;
    private readonly FrozenDictionary<string, Asset> byAddress;

    public EmbeddedAssets()
    {
        var assembly = typeof(EmbeddedAssets).Assembly;
        byName = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Load(assembly.GetManifestResourceStream(name)!, name[Prefix.Length..]), StringComparer.Ordinal);
        byAddress = byName.Values.ToFrozenDictionary(asset => asset.Address, StringComparer.Ordinal);
    }

    public string AddressOf(string name) => byName[name].Address;

    public Asset? At(string address) => byAddress.GetValueOrDefault(address);

    private static Asset Load(Stream stream, string name)
    {
        using var content = new MemoryStream();
        using (stream)
            stream.CopyTo(content);
        var bytes = content.ToArray();
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        var dot = name.LastIndexOf('.');
        return new Asset($"/recursos/{name[..dot]}.{hash}{name[dot..]}", bytes, name[dot..] switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        }, ETags.Of(hash));
    }
}
