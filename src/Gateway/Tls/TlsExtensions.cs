using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;

namespace OpenGov.Gateway.Tls;

/// <summary>
/// TLS where a certificate is configured, on <c>Gateway:Tls:Address</c> beside the plain addresses; HTTP/2 comes with it.
/// Plain HTTP stays on loopback, where a proxy or a person on the same machine is the other side.
/// </summary>
internal static class TlsExtensions
{
    private const string DefaultAddress = "https://*:8443";

    /// <summary>With forward secrecy and authenticated encryption only (RFC 9325 §4.2).</summary>
    public static readonly IReadOnlyList<TlsCipherSuite> Suites =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ];

    public static void AddTls(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        RefusePlainHttp(builder);
        if (configuration["Gateway:Tls:Certificate"] is not { Length: > 0 } certificate)
            return;

        var key = configuration["Gateway:Tls:Key"] ?? throw new InvalidOperationException("Gateway:Tls:Certificate needs Gateway:Tls:Key, the PEM file of its private key.");
        builder.Services.AddSingleton(services => new ServerCertificate(
            certificate, key, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ServerCertificate>>()));
        var plain = builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey);
        var secure = configuration["Gateway:Tls:Address"] ?? DefaultAddress;
        builder.WebHost.UseUrls(string.IsNullOrEmpty(plain) ? secure : $"{plain};{secure}");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var current = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
            var suites = OperatingSystem.IsLinux() ? Recommended() : null;
            kestrel.ConfigureHttpsDefaults(https =>
            {
                https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                // The selector alone would leave out the intermediate certificates.
                https.ServerCertificateSelector = (_, _) => current.Context.TargetCertificate;
                https.OnAuthenticate = (_, options) =>
                {
                    options.ServerCertificateSelectionCallback = null;
                    options.ServerCertificateContext = current.Context;
                    options.CipherSuitesPolicy = suites;
                };
            });
        });
    }

    [SupportedOSPlatform("linux")]
    private static CipherSuitesPolicy Recommended() => new(Suites);

    /// <exception cref="InvalidOperationException">Passwords and sessions would cross a network in the clear.</exception>
    private static void RefusePlainHttp(WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue("Gateway:AllowPlainHttp", false))
            return;
        var addresses = (builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(BindingAddress.Parse);
        // The server's own section takes the place of both settings.
        addresses = addresses.Concat(builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().Select(BindingAddress.Parse));
        var ports = builder.WebHost.GetSetting(WebHostDefaults.HttpPortsKey);
        var open = addresses.FirstOrDefault(address => string.Equals(address.Scheme, "http", StringComparison.OrdinalIgnoreCase) && !IsLoopback(address.Host))?.ToString() ?? (string.IsNullOrEmpty(ports) ? null : $"http://*:{ports}");
        if (open is not null)
        {
            throw new InvalidOperationException(
                $"{open} would carry passwords in the clear. Set Gateway:Tls:Certificate and Gateway:Tls:Key, or, behind a proxy that ends TLS, Gateway:AllowPlainHttp=true and Gateway:TrustedProxies.");
        }
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (System.Net.IPAddress.TryParse(host.Trim('[', ']'), out var address) && System.Net.IPAddress.IsLoopback(address));
}
