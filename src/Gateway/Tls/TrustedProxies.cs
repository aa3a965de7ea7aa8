using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace OpenGov.Gateway.Tls;

/// <summary>
/// <c>Gateway:TrustedProxies</c>: addresses and networks (CIDR), separated by commas, of the reverse proxies in front of the
/// gateway. Only what they say of the caller's address, scheme and host is believed; without the setting, nobody.
/// </summary>
internal static class TrustedProxies
{
    public static void UseTrustedProxies(this WebApplication app)
    {
        var proxies = (app.Configuration["Gateway:TrustedProxies"] ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (proxies.Length == 0)
            return;

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (System.Net.IPNetwork.TryParse(proxy, out var network))
                options.KnownIPNetworks.Add(network);
            else if (IPAddress.TryParse(proxy, out var address))
                options.KnownProxies.Add(address);
            else
                throw new InvalidOperationException($"Gateway:TrustedProxies: \"{proxy}\" is neither an address nor a network such as 10.0.0.0/8.");
        }

        app.UseForwardedHeaders(options);
    }
}
