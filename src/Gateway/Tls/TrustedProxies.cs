using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace OpenGov.Gateway.Tls;

/// <summary>
/// <c>Gateway:TrustedProxies</c>: addresses and networks (CIDR), separated by commas, of the reverse proxies in front of the
/// gateway. Only what they say of the caller's address, scheme and host is believed; without the setting, nobody.
/// </summary>
internal sealed class TrustedProxies
{
    private readonly List<IPAddress> addresses = [];
    private readonly List<System.Net.IPNetwork> networks = [];

    /// <exception cref="InvalidOperationException">Something in the setting is neither an address nor a network.</exception>
    public TrustedProxies(IConfiguration configuration)
    {
        foreach (var proxy in (configuration["Gateway:TrustedProxies"] ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (System.Net.IPNetwork.TryParse(proxy, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(proxy, out var address))
                addresses.Add(address);
            else
                throw new InvalidOperationException($"Gateway:TrustedProxies: \"{proxy}\" is neither an address nor a network such as 10.0.0.0/8.");
        }
    }

    public bool Any => addresses.Count + networks.Count > 0;

    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return addresses.Contains(plain) || networks.Exists(network => network.Contains(plain));
    }

    public static void Use(WebApplication app)
    {
        var proxies = new TrustedProxies(app.Configuration);
        if (!proxies.Any)
            return;

        app.Use((http, next) =>
        {
            OfTheLastHop(http.Request.Headers);
            return next(http);
        });
        var options = new ForwardedHeadersOptions
        {
            // From the last value to the first, as far as the caller that each names is itself a trusted proxy.
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        proxies.addresses.ForEach(options.KnownProxies.Add);
        proxies.networks.ForEach(options.KnownIPNetworks.Add);
        app.UseForwardedHeaders(options);
    }

    /// <summary>
    /// A proxy that does not say for whom it asks vouches for one step: of several schemes or hosts the last is its own, and what stands
    /// before it anybody can have written. Where callers are named the walk through them ends at the first that is not trusted.
    /// </summary>
    private static void OfTheLastHop(IHeaderDictionary headers)
    {
        if (headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName))
            return;
        foreach (var name in new[] { ForwardedHeadersDefaults.XForwardedProtoHeaderName, ForwardedHeadersDefaults.XForwardedHostHeaderName })
        {
            if (headers.TryGetValue(name, out var values) && values.ToString() is var all && all.LastIndexOf(',') is >= 0 and var last)
                headers[name] = all[(last + 1)..].Trim();
        }
    }
}
