using System.Net;
using Microsoft.AspNetCore.Http;
using OpenGov.Gateway.Sessions;

namespace OpenGov.UnitTests.Gateway;

public sealed class SessionTests : IAsyncLifetime
{
    private static readonly (string Name, string Value) Cookie = ("Cookie", $"theme=dark; og_session={TestSystem.Session}");
    private TestSystem system = null!;

    public async Task InitializeAsync() => system = await TestSystem.StartAsync();

    public async Task DisposeAsync() => await system.DisposeAsync();

    [Fact]
    public async Task A_session_cookie_reaches_services_as_a_bearer_token_and_only_the_portal_as_a_cookie()
    {
        using var api = await system.SendAsync("GET", "/api/action-plans/v1/my/activities", Cookie);
        using var page = await system.SendAsync("GET", "/cuenta", Cookie);
        var service = system.ActionPlans.Requests.ShouldHaveSingleItem();
        service["Authorization"].ShouldBe($"Bearer {TestSystem.Token}");
        service["Cookie"].ShouldBeNull();
        var portal = system.Portal.Requests.ShouldHaveSingleItem();
        portal["Authorization"].ShouldBe($"Bearer {TestSystem.Token}");
        portal["Cookie"].ShouldBe(Cookie.Value);
    }

    [Fact]
    public async Task What_a_service_tells_somebody_without_saying_how_long_is_kept_by_nobody_on_the_way()
    {
        system.ActionPlans.Handler = context => context.Response.WriteAsync("mine");
        using var own = await system.SendAsync("GET", "/api/action-plans/v1/my/activities", Cookie);
        own.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        using var nobodys = await system.SendAsync("GET", "/api/action-plans/v1/plans");
        nobodys.Headers.CacheControl.ShouldBeNull();
        system.ActionPlans.Handler = context =>
        {
            context.Response.Headers.CacheControl = "public, max-age=3600";
            return context.Response.WriteAsync("a file");
        };
        using var said = await system.SendAsync("GET", "/api/action-plans/v1/my/activities", Cookie);
        said.Headers.CacheControl!.ToString().ShouldBe("public, max-age=3600");
    }

    [Fact]
    public async Task Requests_that_arrive_together_share_one_exchange()
    {
        // Long enough for all to arrive.
        system.Exchanging = () => Task.Delay(500);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => system.SendAsync("GET", "/api/action-plans/v1/my/activities", Cookie)));
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        system.ActionPlans.Requests.ShouldAllBe(request => request["Authorization"] == $"Bearer {TestSystem.Token}");
        system.Exchanges.ShouldBe(1);
    }

    [Theory]
    [InlineData("Internal abc")]
    [InlineData("Basic YTpi")]
    [InlineData("internal abc")]
    [InlineData("Bearer")]
    [InlineData("Bearerabc")]
    public async Task No_other_credentials_pass(string authorization)
    {
        using var answer = await system.SendAsync("GET", "/api/participants/v1/organisations", ("Authorization", authorization));
        system.Participants.Requests.ShouldHaveSingleItem()["Authorization"].ShouldBeNull();
    }

    [Fact]
    public async Task Two_authorization_headers_are_none()
    {
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync("GET /api/action-plans/v1/plans HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Internal b\r\nConnection: close\r\n\r\n");
        (await raw.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 200");
        system.ActionPlans.Requests.ShouldHaveSingleItem()["Authorization"].ShouldBeNull();
    }

    [Fact]
    public async Task A_program_s_bearer_token_goes_before_a_cookie()
    {
        using var answer = await system.SendAsync("GET", "/api/action-plans/v1/plans", ("Authorization", "Bearer own"), Cookie);
        system.ActionPlans.Requests.ShouldHaveSingleItem()["Authorization"].ShouldBe("Bearer own");
        system.Exchanges.ShouldBe(0);
    }

    [Fact]
    public async Task An_invented_session_is_nobody_and_is_not_asked_for_again_at_once()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var request = 0; request < 5; request++)
        {
            using var answer = await system.SendAsync("GET", "/api/action-plans/v1/plans", ("Cookie", "og_session=invented"));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        system.ActionPlans.Requests.ShouldAllBe(request => request["Authorization"] == null);
        // That there is none is remembered for two seconds.
        system.Exchanges.ShouldBeInRange(1, 1 + (int)(watch.Elapsed / TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task An_answer_that_sets_or_clears_the_cookie_ends_what_is_remembered()
    {
        system.Portal.Handler = context =>
        {
            if (HttpMethods.IsPost(context.Request.Method))
                context.Response.Headers.Append("Set-Cookie", "og_session=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/");
            return Task.CompletedTask;
        };
        using var before = await system.SendAsync("GET", "/cuenta", Cookie);
        using var signOut = await system.SendAsync("POST", "/cuenta/salir", Cookie);
        signOut.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        system.Exchanges.ShouldBe(1);
        using var after = await system.SendAsync("GET", "/cuenta", Cookie);
        system.Exchanges.ShouldBe(2);
    }

    [Fact]
    public async Task Ending_a_session_through_the_API_ends_what_is_remembered()
    {
        using var before = await system.SendAsync("GET", "/cuenta", Cookie);
        using var end = await system.SendAsync("DELETE", "/api/participants/v1/sessions/current", Cookie);
        using var after = await system.SendAsync("GET", "/cuenta", Cookie);
        system.Exchanges.ShouldBe(2);
    }

    [Fact]
    public async Task Secure_cookies_are_the_hosts_own_and_the_portal_knows_their_short_names()
    {
        system.Portal.Handler = context =>
        {
            context.Response.Headers.Append("Set-Cookie", "og_session=a; path=/; secure; httponly");
            context.Response.Headers.Append("Set-Cookie", "og_lang=en; path=/");
            return Task.CompletedTask;
        };
        using var answer = await system.SendAsync("POST", "/cuenta/entrar");
        answer.Headers.GetValues("Set-Cookie").ShouldBe(["__Host-og_session=a; path=/; secure; httponly", "og_lang=en; path=/"]);

        using var page = await system.SendAsync("GET", "/cuenta", ("Cookie", $"theme=dark; og_session=planted; __Host-og_session={TestSystem.Session}"));
        system.Portal.Requests.Last()["Authorization"].ShouldNotBeNull();
        system.Portal.Requests.Last()["Cookie"].ShouldBe($"theme=dark; og_session={TestSystem.Session}");
    }

    [Fact]
    public async Task On_a_secure_connection_only_the_hosts_own_cookies_count()
    {
        await using var behind = await TestSystem.StartAsync(("Gateway:TrustedProxies", "127.0.0.1"));
        using var planted = await behind.SendAsync("GET", "/cuenta", ("X-Forwarded-Proto", "https"), ("Cookie", $"og_session={TestSystem.Session}; theme=dark"));
        behind.Portal.Requests.Last()["Authorization"].ShouldBeNull();
        (behind.Portal.Requests.Last()["Cookie"] ?? "").ShouldNotContain("og_session");
        using var own = await behind.SendAsync("GET", "/cuenta", ("X-Forwarded-Proto", "https"), ("Cookie", $"__Host-og_session={TestSystem.Session}"));
        behind.Portal.Requests.Last()["Authorization"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Only_the_portal_sets_cookies()
    {
        static Task SetAsync(HttpContext context)
        {
            context.Response.Headers.Append("Set-Cookie", "og_session=planted");
            return Task.CompletedTask;
        }

        system.ActionPlans.Handler = SetAsync;
        system.Portal.Handler = SetAsync;
        using var service = await system.SendAsync("GET", "/api/action-plans/v1/plans");
        service.Headers.Contains("Set-Cookie").ShouldBeFalse();
        using var asset = await system.SendAsync("GET", "/recursos/a.css");
        asset.Headers.Contains("Set-Cookie").ShouldBeFalse();
        using var page = await system.SendAsync("GET", "/cuenta/entrar");
        page.Headers.Contains("Set-Cookie").ShouldBeTrue();
    }

    [Fact]
    public async Task Public_files_are_read_without_a_session()
    {
        using var file = await system.SendAsync("GET", "/datos/plans.csv", Cookie);
        using var asset = await system.SendAsync("GET", "/recursos/a.css", Cookie);
        system.Exchanges.ShouldBe(0);
        system.Transparency.Requests.ShouldHaveSingleItem()["Cookie"].ShouldBeNull();
        system.Portal.Requests.ShouldHaveSingleItem()["Authorization"].ShouldBeNull();
    }

    [Fact]
    public async Task While_participants_is_away_a_write_is_refused_and_a_read_is_marked()
    {
        await system.Participants.KillAsync();
        using var write = await system.SendAsync("POST", "/api/action-plans/v1/activities/1/progress-reports", Cookie);
        write.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        write.Headers.RetryAfter.ShouldNotBeNull();
        (await write.Content.ReadAsStringAsync()).ShouldContain("\"code\":\"session_unknown\"");
        system.ActionPlans.Requests.ShouldBeEmpty();

        using var read = await system.SendAsync("GET", "/api/action-plans/v1/plans", Cookie, ("OpenGov-Session", "invented"));
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
        read.Headers.GetValues("OpenGov-Session").ShouldBe(["unknown"]);
        read.Headers.CacheControl!.NoStore.ShouldBeTrue();
        system.ActionPlans.Requests.ShouldHaveSingleItem()["OpenGov-Session"].ShouldBe("unknown");

        using var anonymous = await system.SendAsync("POST", "/api/action-plans/v1/plans");
        anonymous.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(403)]
    public async Task While_participants_is_away_nobody_is_told_to_sign_in_again(int status)
    {
        await system.Participants.KillAsync();
        system.Portal.Handler = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = status == 302 ? "/cuenta/entrar?regresar=/cuenta" : default;
            return context.Response.WriteAsync("no");
        };
        using var page = await system.SendAsync("GET", "/cuenta", Cookie, ("Accept", "text/html"));
        page.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        page.Headers.Location.ShouldBeNull();
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await page.Content.ReadAsStringAsync()).ShouldContain("No podemos comprobar su sesi");
    }

    [Fact]
    public async Task A_session_that_was_known_goes_on_while_participants_is_away()
    {
        using var before = await system.SendAsync("GET", "/api/action-plans/v1/plans", Cookie);
        await system.Participants.KillAsync();
        using var write = await system.SendAsync("POST", "/api/action-plans/v1/activities/1/progress-reports", Cookie);
        write.StatusCode.ShouldBe(HttpStatusCode.OK);
        system.ActionPlans.Requests.Last()["Authorization"].ShouldBe($"Bearer {TestSystem.Token}");
    }

    /// <summary>As when a clock jumps: a service finds the token not yet valid, Participants knows the session.</summary>
    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task Who_is_signed_in_is_told_to_try_again_where_a_service_refuses_the_token_and_gets_another(string method)
    {
        system.ActionPlans.Handler = RefuseAsync;
        using var refused = await system.SendAsync(method, "/api/action-plans/v1/activities/1/progress-reports", Cookie);
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        refused.Headers.WwwAuthenticate.ShouldBeEmpty();
        (await refused.Content.ReadAsStringAsync()).ShouldContain("\"code\":\"session_unknown\"");

        system.Exchanged = "another.token.now";
        system.ActionPlans.Handler = context => context.Request.Headers.Authorization == "Bearer another.token.now" ? Task.CompletedTask : RefuseAsync(context);
        using var second = await system.SendAsync(method, "/api/action-plans/v1/activities/1/progress-reports", Cookie);
        using var again = await system.SendAsync(method, "/api/action-plans/v1/activities/1/progress-reports", Cookie);
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>The second step was made at another gateway, which alone saw the cookie that it renewed.</summary>
    [Theory]
    [InlineData("/api/action-plans/v1/plans")]
    [InlineData("/administracion/planes")]
    public async Task A_token_for_ones_own_account_alone_is_not_used_on_where_it_does_not_suffice(string address)
    {
        var narrow = address.StartsWith("/api", StringComparison.Ordinal) ? system.ActionPlans : system.Portal;
        narrow.Handler = context =>
        {
            if (context.Request.Headers.Authorization == "Bearer whole.token.now")
                return Task.CompletedTask;
            if (narrow == system.Portal)
                context.Response.Redirect("/cuenta/segundo-paso");
            else
                (context.Response.StatusCode, context.Response.Headers.WWWAuthenticate) = (StatusCodes.Status403Forbidden, "Bearer error=\"insufficient_scope\"");
            return Task.CompletedTask;
        };
        using var refused = await system.SendAsync("GET", address, Cookie);
        refused.StatusCode.ShouldBe(narrow == system.Portal ? HttpStatusCode.Redirect : HttpStatusCode.Forbidden);
        system.Exchanged = "whole.token.now";
        using var again = await system.SendAsync("GET", address, Cookie);
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_was_asked_before_a_session_changed_is_not_kept_after_it()
    {
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        system.Exchanging = async () =>
        {
            asked.TrySetResult();
            await go.Task;
        };
        var exchange = system.Part<SessionExchange>();
        var early = exchange.AskAsync(TestSystem.Session, CancellationToken.None).AsTask();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        exchange.Forget(TestSystem.Session);
        system.Exchanging = () => Task.CompletedTask;
        var late = await exchange.AskAsync(TestSystem.Session, CancellationToken.None);
        late.Token.ShouldBe(TestSystem.Token);
        early.IsCompleted.ShouldBeFalse("whoever comes after the change does not wait for what was asked before it");
        system.Exchanged = "another.token.now";
        go.SetResult();
        (await early).Token.ShouldBe("another.token.now");
        (await exchange.AskAsync(TestSystem.Session, CancellationToken.None)).Token.ShouldBe(TestSystem.Token, "nor is it kept");
    }

    [Fact]
    public async Task A_program_whose_token_a_service_refuses_is_told_to_try_again()
    {
        system.ActionPlans.Handler = RefuseAsync;
        using var refused = await system.SendAsync("GET", "/api/action-plans/v1/plans", ("Authorization", $"Bearer {TestSystem.ApiKey}"));
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        system.Exchanges.ShouldBe(2);
    }

    [Fact]
    public async Task Who_has_signed_out_elsewhere_is_nobody_although_their_token_is_still_remembered()
    {
        using var before = await system.SendAsync("GET", "/api/action-plans/v1/plans", Cookie);
        system.ActionPlans.Handler = RefuseAsync;
        system.Participants.Handler = context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        };
        using var after = await system.SendAsync("POST", "/api/action-plans/v1/activities/1/progress-reports", Cookie);
        after.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await after.Content.ReadAsStringAsync()).ShouldBe("refused");
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return context.Response.WriteAsync("refused");
    }
}
