using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OpenGov.Gateway.Routing;

namespace OpenGov.Gateway.Compression;

/// <summary>Decides what is compressed.</summary>
internal sealed class TextEncodings(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : ResponseCompressionProvider(services, options)
{
    /// <summary>Bytes. Below, the encoding saves less than a packet.</summary>
    private const int Worthwhile = 1024;

    /// <summary>Addresses whose pages repeat a credential: of the address itself, or recovery codes, keys and challenges.</summary>
    private static readonly string[] Secret = ["/configurar", "/cuenta", "/participa/confirmar", "/participa/representacion", "/avisos"];

    /// <summary>As <see cref="ShouldCompressResponse"/>, of an answer that is there as a whole.</summary>
    public static bool IsCompressed(HttpResponse response, int length) =>
        length >= Worthwhile
        && !response.Headers.CacheControl.ToString().Contains("no-transform", StringComparison.OrdinalIgnoreCase)
        && MediaTypeHeaderValue.TryParse(response.ContentType, out var type)
        && CompressionExtensions.Texts.Contains(type.MediaType.ToString(), StringComparer.OrdinalIgnoreCase);

    public override bool ShouldCompressResponse(HttpContext context)
    {
        var response = context.Response;
        return response.ContentLength is null or >= Worthwhile
            && !response.Headers.CacheControl.ToString().Contains("no-transform", StringComparison.OrdinalIgnoreCase)
            && !Secret.Any(address => context.Request.Path.IsBelow(address))
            && base.ShouldCompressResponse(context);
    }
}
