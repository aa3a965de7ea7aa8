using System.Net;
using Microsoft.AspNetCore.Http;
using OpenGov.Gateway.Protection;

namespace OpenGov.UnitTests.Gateway;

public sealed class ProtectionTests : IAsyncLifetime
{
    private TestSystem system = null!;

    public async Task InitializeAsync() => system = await TestSystem.StartAsync();

    public async Task DisposeAsync() => await system.DisposeAsync();

    [Theory]
    [InlineData("/plan", SecurityHeaders.PagePolicy)]
    [InlineData("/datos/plans", SecurityHeaders.PagePolicy)]
    [InlineData("/datos/plans.csv", SecurityHeaders.DataPolicy)]
    [InlineData("/api/action-plans/v1/plans", SecurityHeaders.DataPolicy)]
    [InlineData("/internal/x", SecurityHeaders.PagePolicy)]
    [InlineData("/health", SecurityHeaders.PagePolicy)]
    public async Task Every_answer_carries_the_security_headers(string path, string policy)
    {
        using var answer = await system.SendAsync("GET", path);
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe([policy]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        answer.Headers.GetValues("Cross-Origin-Opener-Policy").ShouldBe(["same-origin"]);
        answer.Headers.Contains("Permissions-Policy").ShouldBeTrue();
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
        answer.Headers.Server.ShouldBeEmpty();
        policy.ShouldNotContain("unsafe");
    }

    [Theory]
    [InlineData("/.well-known/open-government", true)]
    [InlineData("/datos/plans.csv", true)]
    [InlineData("/api/transparency/v1/datasets", true)]
    [InlineData("/plan", false)]
    [InlineData("/api/participants/v1/sessions/current", false)]
    public async Task Only_open_data_is_for_pages_of_other_sites(string path, bool open)
    {
        using var answer = await system.SendAsync("GET", path);
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBe(open);
        answer.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", true)]
    [InlineData("Sec-Fetch-Site", "same-site", true)]
    [InlineData("Sec-Fetch-Site", "same-origin", false)]
    [InlineData("Sec-Fetch-Site", "none", false)]
    [InlineData("Origin", "https://evil.example", true)]
    [InlineData("Origin", "null", true)]
    [InlineData("Origin", "http://abierto.example", false)]
    [InlineData("Origin", "http://abierto.example:8081", true)]
    public async Task Cross_site_writes_are_refused_before_any_service_sees_them(string header, string value, bool refused)
    {
        using var answer = await system.SendAsync("POST", "/cuenta/salir", ("Host", "abierto.example"), (header, value), ("Cookie", $"og_session={TestSystem.Session}"));
        answer.StatusCode.ShouldBe(refused ? HttpStatusCode.Forbidden : HttpStatusCode.OK);
        system.Portal.Requests.Count.ShouldBe(refused ? 0 : 1);
        if (refused)
            (await answer.Content.ReadAsStringAsync()).ShouldContain("\"code\":\"cross_site_refused\"");

        using var read = await system.SendAsync("GET", "/plan", ("Host", "abierto.example"), (header, value));
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_browser_is_told_of_a_refusal_on_a_page()
    {
        using var answer = await system.SendAsync("POST", "/cuenta/salir", ("Sec-Fetch-Site", "cross-site"), ("Accept", "text/html"), ("Accept-Language", "es-MX"));
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("<html lang=\"es-MX\">");
    }

    [Fact]
    public async Task RFC_8058_a_mail_provider_s_one_click_unsubscription_passes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/avisos/baja/token")
        {
            Content = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]),
        };
        using var answer = await system.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        system.Portal.Requests.ShouldHaveSingleItem().Method.ShouldBe("POST");
    }

    [Theory]
    [InlineData("/api/action-plans/v1/plans", 1024 * 1024)]
    [InlineData("/api/action-plans/v1/plans/import", 2 * 1024 * 1024)]
    [InlineData("/administracion/plan", 2 * 1024 * 1024)]
    [InlineData("/api/action-plans/v1/evidence-files", 25 * 1024 * 1024)]
    [InlineData("/cuenta/actividades/0199c0de-7b1a-7c3e-9f00-0123456789ab/avance", 25 * 1024 * 1024)]
    [InlineData("/api/participants/v1/accounts", 1024 * 1024)]
    [InlineData("/api/participants/v1/files", 25 * 1024 * 1024)]
    [InlineData("/api/participants/v1/call-applications/0199c0de-7b1a-7c3e-9f00-0123456789ab/documents", 25 * 1024 * 1024)]
    [InlineData("/administracion/convocatorias/0199c0de-7b1a-7c3e-9f00-0123456789ab/documentos", 25 * 1024 * 1024)]
    [InlineData("/administracion/declaratoria/documento", 25 * 1024 * 1024)]
    [InlineData("/cuenta/convocatorias/0199c0de-7b1a-7c3e-9f00-0123456789ab", 51 * 1024 * 1024)]
    [InlineData("/administracion/convocatorias/0199c0de-7b1a-7c3e-9f00-0123456789ab/solicitudes/0199c0de-7b1a-7c3e-9f00-0123456789ac/documentos", 51 * 1024 * 1024)]
    public async Task Bodies_up_to_the_limit_of_their_address_pass_and_larger_ones_are_413(string path, int size)
    {
        static async Task CountAsync(HttpContext context)
        {
            var (buffer, total, read) = (new byte[65536], 0L, 0);
            while ((read = await context.Request.Body.ReadAsync(buffer)) > 0)
                total += read;
            await context.Response.WriteAsync(total.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        system.ActionPlans.Handler = CountAsync;
        system.Participants.Handler = CountAsync;
        system.Portal.Handler = CountAsync;
        foreach (var chunked in new[] { false, true })
        {
            using var fits = await PostAsync(path, size, chunked);
            fits.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await fits.Content.ReadAsStringAsync()).ShouldBe(size.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using var tooLarge = await PostAsync(path, size + (2 * 1024 * 1024), chunked);
            tooLarge.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
            (await tooLarge.Content.ReadAsStringAsync()).ShouldContain("\"code\":\"request_too_large\"");
        }
    }

    [Theory]
    [InlineData("POST", "/api/participants/v1/sessions", "SignIns")]
    [InlineData("POST", "/CUENTA/entrar", "SignIns")]
    [InlineData("POST", "/configurar", "SignIns")]
    [InlineData("DELETE", "/api/participants/v1/sessions/current", "Writes")]
    [InlineData("POST", "/avisos/seguir/x", "Subscriptions")]
    [InlineData("POST", "/api/notifications/v1/subscriptions", "Subscriptions")]
    [InlineData("POST", "/avisos/baja/x", "Writes")]
    [InlineData("GET", "/cuenta/entrar", "Reads")]
    [InlineData("GET", "/health", null)]
    [InlineData("GET", "/alive", null)]
    public void Each_request_counts_against_its_own_allowance(string method, string path, string? kind) =>
        RateLimits.KindOf(new DefaultHttpContext { Request = { Method = method, Path = path } }.Request).ShouldBe(kind);

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    public void An_IPv6_network_counts_as_one_address(string address, string counted) =>
        RateLimits.AddressOf(IPAddress.Parse(address)).ShouldBe(IPAddress.Parse(counted));

    private Task<HttpResponseMessage> PostAsync(string path, int size, bool chunked)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[size]) };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;
        return system.Client.SendAsync(request);
    }
}

public sealed class RateLimitTests
{
    [Fact]
    public async Task Too_many_sign_ins_are_429_with_the_time_to_wait_while_reading_goes_on()
    {
        await using var system = await TestSystem.StartAsync(("Gateway:Limits:SignIns:PerMinute", "6"), ("Gateway:Limits:SignIns:Burst", "3"));
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var allowed = await system.SendAsync("POST", "/api/participants/v1/sessions");
            allowed.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var refused = await system.SendAsync("POST", "/api/participants/v1/sessions");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 10);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("\"code\":\"too_many_requests\"");
        using var page = await system.SendAsync("POST", "/cuenta/entrar", ("Accept", "text/html"));
        page.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        using var read = await system.SendAsync("GET", "/plan");
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Reads_are_limited_and_health_is_not()
    {
        await using var system = await TestSystem.StartAsync(("Gateway:Limits:Reads:PerMinute", "1"), ("Gateway:Limits:Reads:Burst", "5"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => system.SendAsync("GET", "/plan")));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(5);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ShouldBe(15);
        using var health = await system.SendAsync("GET", "/health");
        // 503 where a service takes longer than a second on a busy machine.
        health.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task One_address_cannot_hold_more_than_its_share_at_a_time()
    {
        await using var system = await TestSystem.StartAsync(("Gateway:Limits:Concurrent", "3"));
        var gate = new TaskCompletionSource();
        system.Portal.Handler = async _ => await gate.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var held = Enumerable.Range(0, 3).Select(i => system.SendAsync("GET", $"/plan?n={i}")).ToList();
        while (system.Portal.Requests.Count < 3)
            await Task.Delay(20);
        using var one = await system.SendAsync("GET", "/plan");
        one.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        gate.SetResult();
        foreach (var request in held)
            (await request).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task However_an_address_is_spelled_it_meets_the_allowance_of_the_place_that_it_reaches()
    {
        var limited = RateLimits.SignInFolders.Select(folder => (Address: folder, Kind: "SignIns"))
            .Concat(RateLimits.SubscriptionFolders.Append(RateLimits.Registrations).Select(folder => (Address: folder, Kind: "Subscriptions"))).ToList();
        await using var system = await TestSystem.StartAsync(
            ("Gateway:Limits:SignIns:PerMinute", "1"), ("Gateway:Limits:SignIns:Burst", "1"), ("Gateway:Limits:Subscriptions:PerMinute", "1"), ("Gateway:Limits:Subscriptions:Burst", "1"));
        foreach (var kind in limited.GroupBy(one => one.Kind))
            (await PostAsync(system, kind.First().Address)).ShouldStartWith("HTTP/1.1 200", customMessage: "the allowance is one");

        foreach (var (address, kind) in limited)
        {
            RateLimits.KindOf(new DefaultHttpContext { Request = { Method = "POST", Path = address } }.Request).ShouldBe(kind);
            string[] spellings =
            [
                address, address + "/", address + "//", "/" + address, address.Insert(address.LastIndexOf('/'), "/"), address.ToUpperInvariant(), address.ToUpperInvariant() + "/",
                address.Replace("r", "%72", StringComparison.Ordinal) + "/", address.Replace("r", "%72", StringComparison.Ordinal), "/x/.." + address + "/./", "/x/%2e%2e" + address, address + "/?x=/", address + "/%2e",
            ];
            foreach (var spelling in spellings)
                (await PostAsync(system, spelling)).ShouldStartWith("HTTP/1.1 429", customMessage: spelling);
        }

        // What staff decide about registrations is no registration.
        (await PostAsync(system, RateLimits.Registrations + "/0199c0de-7b1a-7c3e-9f00-0123456789ab/acceptance")).ShouldStartWith("HTTP/1.1 200");
    }

    private static async Task<string> PostAsync(TestSystem system, string target)
    {
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync($"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return await raw.ReadToEndAsync();
    }
}
