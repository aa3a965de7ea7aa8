using System.Net;

namespace OpenGov.UnitTests.Gateway;

public sealed class RoutingTests : IAsyncLifetime
{
    private TestSystem system = null!;

    public async Task InitializeAsync() => system = await TestSystem.StartAsync();

    public async Task DisposeAsync() => await system.DisposeAsync();

    [Theory]
    [InlineData("/api/participants/v1/organisations?q=a%20b&cursor=x", "participants")]
    [InlineData("/api/action-plans/v1/plans", "action-plans")]
    [InlineData("/api/transparency/openapi/v1.json", "transparency")]
    [InlineData("/api/notifications/v1/subscriptions", "notifications")]
    [InlineData("/datos/plans.csv?bom=true", "transparency")]
    [InlineData("/datos/plans.schema.json", "transparency")]
    [InlineData("/datos/catalogo.jsonld", "transparency")]
    [InlineData("/datos/catalogo.ttl", "transparency")]
    [InlineData("/datos", "portal")]
    [InlineData("/datos/plans", "portal")]
    [InlineData("/datos/plans/x.csv", "portal")]
    [InlineData("/", "portal")]
    [InlineData("/compromisos/MX-MEX-2020-01", "portal")]
    [InlineData("/recursos/gob.css", "portal")]
    public async Task Each_address_reaches_its_service_unchanged(string target, string service)
    {
        using var answer = await system.SendAsync("GET", target);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var (name, upstream) in Upstreams())
            upstream.Requests.Select(request => request.Target).ShouldBe(string.Equals(name, service, StringComparison.Ordinal) ? [target] : [], name);
    }

    [Theory]
    [InlineData("/internal/session-exchange")]
    [InlineData("/INTERNAL/events")]
    [InlineData("/api/participants/../../internal/session-exchange")]
    [InlineData("/api/participants/%2e%2e/%2e%2e/internal/session-exchange")]
    [InlineData("/./internal/events")]
    [InlineData("/api/unknown/v1/x")]
    [InlineData("/api")]
    public async Task Internal_and_unknown_API_addresses_are_nobodys(string target)
    {
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync($"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var answer = await raw.ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 404");
        answer.ShouldContain("\"code\":\"not_found\"");
        foreach (var (name, upstream) in Upstreams())
            upstream.Requests.ShouldBeEmpty(name);
    }

    [Theory]
    [InlineData("/api/participants/..%2f..%2finternal/session-exchange")]
    [InlineData("/api/participants//internal/session-exchange")]
    [InlineData("/api/participants/v1/%69nternal")]
    public async Task A_disguised_address_stays_below_the_service_s_API(string target)
    {
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync($"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        (await raw.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 200");
        system.Participants.Requests.ShouldHaveSingleItem().Target.ShouldStartWith("/api/participants/");
    }

    [Fact]
    public async Task Services_see_the_public_host_and_the_caller_as_the_gateway_saw_them()
    {
        using var answer = await system.SendAsync(
            "GET", "/plan", ("Host", "abierto.example"), ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Server", "evil"),
            ("Forwarded", "for=203.0.113.9"), ("X-Real-IP", "203.0.113.9"), ("baggage", "a=b"), ("X-HTTP-Method-Override", "DELETE"));
        var seen = system.Portal.Requests.ShouldHaveSingleItem();
        seen["Host"].ShouldBe("abierto.example");
        seen["X-Forwarded-For"].ShouldBe("127.0.0.1");
        seen["X-Forwarded-Proto"].ShouldBe("http");
        seen["X-Forwarded-Host"].ShouldBe("abierto.example");
        foreach (var header in new[] { "X-Forwarded-Server", "Forwarded", "X-Real-IP", "baggage", "X-HTTP-Method-Override" })
            seen[header].ShouldBeNull(header);
    }

    private IEnumerable<(string Name, TestUpstream Upstream)> Upstreams() =>
    [
        ("participants", system.Participants), ("action-plans", system.ActionPlans), ("transparency", system.Transparency),
        ("notifications", system.Notifications), ("portal", system.Portal),
    ];
}
