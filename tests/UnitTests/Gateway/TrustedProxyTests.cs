using System.Net;
using System.Net.Sockets;

namespace OpenGov.UnitTests.Gateway;

/// <summary>What is believed of <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c>, and from whom; the services see the outcome.</summary>
public sealed class TrustedProxyTests
{
    private const string Proxies = "127.0.0.1, ::1, 10.1.0.0/16, 2001:db8:1::/64";

    // Unless said otherwise the connection comes from 127.0.0.1, which is trusted.
    [Theory]
    [InlineData("203.0.113.9", "https", "abierto.example", "203.0.113.9", "https", "abierto.example")]
    // Two proxies, and a caller who writes a chain of its own before them.
    [InlineData("203.0.113.9, 10.1.2.3", "https", "abierto.example", "203.0.113.9", "https", "abierto.example")]
    [InlineData("192.0.2.1, 10.1.9.9, 203.0.113.9, 10.1.2.3", "https", "abierto.example", "203.0.113.9", "https", "abierto.example")]
    // Each proxy adds its own: the scheme that the caller spoke with the outermost of them counts.
    [InlineData("203.0.113.9, 10.1.2.3", "https, http", "abierto.example, inner.example", "203.0.113.9", "https", "abierto.example")]
    // More schemes and hosts than callers: those before the first trusted proxy's are the caller's invention.
    [InlineData("203.0.113.9", "https, http", "evil.example, abierto.example", "203.0.113.9", "http", "abierto.example")]
    [InlineData(null, "https, http", "evil.example, abierto.example", "127.0.0.1", "http", "abierto.example")]
    [InlineData(null, "https", null, "127.0.0.1", "https", "x")]
    // IPv6, bare and with brackets and a port.
    [InlineData("2001:db8:9::7, 2001:db8:1::2", "https", "abierto.example", "2001:db8:9::7", "https", "abierto.example")]
    [InlineData("\"[2001:db8:9::7]:4711\", 10.1.2.3:99", "https", "abierto.example", "2001:db8:9::7", "https", "abierto.example")]
    [InlineData("[2001:db8:9::7]:4711, ::ffff:10.1.2.3", "https", "abierto.example", "2001:db8:9::7", "https", "abierto.example")]
    // A neighbour of the trusted networks is no proxy.
    [InlineData("203.0.113.9, 10.2.0.1", "https", "abierto.example", "10.2.0.1", "https", "abierto.example")]
    [InlineData("203.0.113.9, 2001:db8:1:1::2", "https", "abierto.example", "2001:db8:1:1::2", "https", "abierto.example")]
    // What is no address ends the chain.
    [InlineData("unknown, 203.0.113.9", "https", "abierto.example", "203.0.113.9", "https", "abierto.example")]
    [InlineData("192.0.2.1, _hidden, 10.1.2.3", "https", "abierto.example", "10.1.2.3", "https", "abierto.example")]
    public async Task Of_a_chain_of_proxies_what_the_trusted_ones_say_is_believed(string? callers, string? schemes, string? hosts, string caller, string scheme, string host)
    {
        await using var system = await TestSystem.StartAsync(("Gateway:TrustedProxies", Proxies));
        var headers = new (string Name, string? Value)[] { ("Host", "x"), ("X-Forwarded-For", callers), ("X-Forwarded-Proto", schemes), ("X-Forwarded-Host", hosts), ("X-Original-For", "evil"), ("X-Original-URL", "/evil") };
        using var answer = await system.SendAsync("GET", "/plan", [.. headers.Where(header => header.Value is not null).Select(header => (header.Name, header.Value!))]);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var seen = system.Portal.Requests.ShouldHaveSingleItem();
        (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"], seen["Host"], seen["X-Forwarded-Host"]).ShouldBe((caller, scheme, host, host));
        foreach (var leftover in new[] { "X-Original-For", "X-Original-Proto", "X-Original-Host", "X-Original-URL" })
            seen[leftover].ShouldBeNull(leftover);
        answer.Headers.Contains("Strict-Transport-Security").ShouldBe(scheme == "https");
    }

    [Fact]
    public async Task Of_whoever_is_no_trusted_proxy_nothing_is_believed()
    {
        await using var system = await TestSystem.StartAsync(("Gateway:TrustedProxies", Proxies));
        // All of 127.0.0.0/8 is this machine; one address of it is the proxy's.
        using var stranger = TestSystem.ClientOf(system.Address, IPAddress.Parse("127.0.0.2"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/plan") { Headers = { Host = "x" } };
        foreach (var (name, value) in new[] { ("X-Forwarded-For", "203.0.113.9, 10.1.2.3, 127.0.0.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Prefix", "/evil"), ("Forwarded", "for=203.0.113.9") })
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        using var answer = await stranger.SendAsync(request);
        var seen = system.Portal.Requests.ShouldHaveSingleItem();
        (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"], seen["Host"], seen["X-Forwarded-Host"]).ShouldBe(("127.0.0.2", "http", "x", "x"));
        (seen["X-Forwarded-Prefix"], seen["Forwarded"]).ShouldBe((null, null));
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }

    [Fact]
    public async Task A_proxy_is_known_by_its_IPv6_address_too()
    {
        if (!Socket.OSSupportsIPv6)
            return;
        await using var system = await TestSystem.StartAsync(("urls", "http://[::1]:0"), ("Gateway:TrustedProxies", Proxies));
        using var answer = await system.SendAsync("GET", "/plan", ("X-Forwarded-For", "2001:db8:9::7"), ("X-Forwarded-Proto", "https"));
        system.Portal.Requests.ShouldHaveSingleItem()["X-Forwarded-For"].ShouldBe("2001:db8:9::7");
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("proxy.example")]
    [InlineData("10.0.0.0/8, nonsense")]
    public async Task A_setting_that_is_no_address_ends_the_start(string proxies)
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(async () => await TestSystem.StartAsync(("Gateway:TrustedProxies", proxies)));
        refused.Message.ShouldContain("Gateway:TrustedProxies");
    }
}
