using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpenGov.Gateway.Compression;

internal static class CompressionExtensions
{
    /// <summary>Texts of ours; pictures, PDF files and spreadsheets are compressed already.</summary>
    internal static readonly string[] Texts =
    [
        "text/html", "text/css", "text/csv", "text/plain", "text/javascript", "text/turtle", "text/calendar", "application/json", "application/problem+json",
        "application/ld+json", "application/schema+json", "application/xml", "application/atom+xml", "application/manifest+json", "image/svg+xml",
    ];

    public static void AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            // Safe over TLS as well: BREACH needs a secret in a page that also repeats what the attacker sends. Pages carry no
            // antiforgery tokens, and those whose address is a credential are left out (TextEncodings).
            options.EnableForHttps = true;
            options.MimeTypes = Texts;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Replace(ServiceDescriptor.Singleton<IResponseCompressionProvider, TextEncodings>());
    }

    public static void UseCompression(this IApplicationBuilder app)
    {
        app.UseMiddleware<EncodedValidators>();
        app.UseResponseCompression();
    }
}
