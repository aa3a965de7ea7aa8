using System.Net;
using Microsoft.AspNetCore.Http;
using OpenGov.Gateway.Caching;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.UnitTests.Gateway.Caching;

/// <summary>What the cache may cost, and what an operator can set.</summary>
public sealed class CacheLimitsTests
{
    private static readonly string Page = new('x', 20_000);

    [Fact]
    public async Task Invented_addresses_fill_no_more_than_the_size_and_leave_what_people_read()
    {
        await using var system = await StartAsync(("Gateway:Cache:Megabytes", "1"));
        var store = system.Part<AnswerStore>();
        for (var i = 0; i < 400; i++)
        {
            using var invented = await system.SendAsync("GET", $"/plan?x={i}");
            using var read = await system.SendAsync("GET", "/plan");
            store.Held.ShouldBeLessThanOrEqualTo(1024 * 1024);
        }

        system.Part<CacheMeters>().Evictions.ShouldBeGreaterThan(300);
        system.Portal.Requests.Count(seen => seen.Target == "/plan").ShouldBeLessThan(5, "the page that everybody reads was not pushed out");
    }

    [Fact]
    public async Task An_operator_can_turn_it_off()
    {
        await using var system = await StartAsync(("Gateway:Cache:Enabled", "false"));
        for (var i = 0; i < 3; i++)
        {
            using var answer = await system.SendAsync("GET", "/plan");
            answer.Headers.Contains(PublicReads.Header).ShouldBeFalse();
        }

        system.Portal.Requests.Count.ShouldBe(4);
        system.Part<AnswerStore>().Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    public async Task Kept_answers_count_against_the_allowance_of_their_reader(string proxies)
    {
        await using var system = await StartAsync(("Gateway:Limits:Reads:PerMinute", "1"), ("Gateway:Limits:Reads:Burst", "6"), ("Gateway:TrustedProxies", proxies));
        List<HttpStatusCode> answers = [];
        for (var i = 0; i < 8; i++)
        {
            using var answer = await system.SendAsync("GET", "/plan");
            answers.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                answer.Headers.RetryAfter.ShouldNotBeNull();
        }

        // One was spent at the start.
        answers.Count(status => status == HttpStatusCode.OK).ShouldBe(5);
        answers.TakeLast(3).ShouldAllBe(status => status == HttpStatusCode.TooManyRequests);
        system.Portal.Requests.Count.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Behind_a_proxy_the_kept_answer_goes_to_the_scheme_that_the_reader_uses()
    {
        await using var system = await StartAsync(("Gateway:TrustedProxies", "127.0.0.1"));
        using var plain = await system.SendAsync("GET", "/plan");
        using var secure = await system.SendAsync("GET", "/plan", ("X-Forwarded-Proto", "https"));
        using var again = await system.SendAsync("GET", "/plan", ("X-Forwarded-Proto", "https"));
        plain.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
        again.Headers.GetValues("Strict-Transport-Security").ShouldHaveSingleItem();
        system.Portal.Requests.Count.ShouldBe(3);
    }

    private static async Task<TestSystem> StartAsync(params IReadOnlyList<(string Name, string Value)> settings)
    {
        var system = await TestSystem.StartAsync(settings);
        system.Portal.Handler = context =>
        {
            context.Response.Headers[PublicReads.Header] = "portal";
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(Page);
        };
        using var first = await system.SendAsync("GET", "/primera");
        return system;
    }
}
