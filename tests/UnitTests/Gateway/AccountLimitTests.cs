using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.UnitTests.Gateway;

/// <summary>What one account may ask, wherever it asks from.</summary>
public sealed class AccountLimitTests : IAsyncLifetime, IDisposable
{
    private const int Burst = 4;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Guid account = Guid.CreateVersion7();
    private TestSystem system = null!;
    private int address;

    public async Task InitializeAsync()
    {
        system = await TestSystem.StartAsync(
            ("Gateway:TrustedProxies", "127.0.0.1"), ("Gateway:Limits:AccountWrites:Burst", Burst.ToString(CultureInfo.InvariantCulture)), ("Gateway:Limits:AccountWrites:PerMinute", "1"));
        system.Keys = new JsonWebKeySet([JsonWebKey.From(key, "test")]);
        system.Exchanged = Token(account, key);
    }

    public async Task DisposeAsync() => await system.DisposeAsync();

    public void Dispose() => key.Dispose();

    [Fact]
    public async Task An_account_that_writes_too_much_from_many_addresses_is_429_while_others_are_served()
    {
        for (var write = 0; write < Burst; write++)
            (await WriteAsync(("Cookie", $"og_session={TestSystem.Session}"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var refused = await WriteAsync(("Cookie", $"og_session={TestSystem.Session}"));
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("too_many_requests");
        (await WriteAsync(("Authorization", $"Bearer {Token(account, key)}"))).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, "a program of the same account");
        (await WriteAsync(("Authorization", $"Bearer {Token(Guid.CreateVersion7(), key)}"))).StatusCode.ShouldBe(HttpStatusCode.OK, "another account");
        (await WriteAsync()).StatusCode.ShouldBe(HttpStatusCode.OK, "nobody in particular");
        using var read = await system.SendAsync("GET", "/api/action-plans/v1/plans", ("Cookie", $"og_session={TestSystem.Session}"));
        read.StatusCode.ShouldBe(HttpStatusCode.OK, "reading goes on");
    }

    [Fact]
    public async Task A_token_that_somebody_else_signed_uses_up_nobodys_allowance()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        for (var write = 0; write < Burst * 2; write++)
            (await WriteAsync(("Authorization", $"Bearer {Token(account, other)}"))).StatusCode.ShouldBe(HttpStatusCode.OK, "the service will say that it is nobody");
        (await WriteAsync(("Authorization", $"Bearer {Token(account, key)}"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> WriteAsync(params (string Name, string Value)[] headers) =>
        system.SendAsync("POST", "/api/action-plans/v1/plans", [("X-Forwarded-For", $"198.18.0.{++address}"), .. headers]);

    private static string Token(Guid account, ECDsa key)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return Es256Token.Sign(
            new TokenClaims(Es256Token.Issuer, Es256Token.Audience, account, Guid.CreateVersion7(), now - 1, now + 200, Guid.CreateVersion7()), key, "test");
    }
}
