using System.Security.Cryptography;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Instances;

/// <summary>The guarantor's logo as it was uploaded. No SVG: it can carry script.</summary>
public sealed class InstanceLogo
{
    /// <summary>Bytes. Twice what a page may weigh in all is refused before somebody complains of a slow site.</summary>
    public const int MaxSize = 200 * 1024;

    private InstanceLogo()
    {
    }

    public Guid InstanceId { get; private init; }
    public string MediaType { get; private set; } = "";
    public string Sha256 { get; private set; } = "";
    public byte[] Content { get; private set; } = [];

    public static Result<InstanceLogo> Of(Guid instanceId, byte[] content)
    {
        var logo = new InstanceLogo { InstanceId = instanceId };
        var replaced = logo.Replace(content);
        return replaced.IsRefused ? Result<InstanceLogo>.From(replaced.Refusals) : logo;
    }

    public Result Replace(byte[] content)
    {
        if (content.Length > MaxSize)
            return new Refusal("logo_too_large", StatusCodes.Status413PayloadTooLarge, null, MaxSize / 1024);
        if (TypeOf(content) is not { } mediaType)
            return new Refusal("logo_type_unknown", StatusCodes.Status415UnsupportedMediaType);
        (MediaType, Sha256, Content) = (mediaType, Convert.ToHexStringLower(SHA256.HashData(content)), content);
        return Result.Done;
    }

    /// <summary>By signature; what the sender says it is does not count.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        _ => null,
    };
}
