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
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 400; i++)
        {
            using var invented = await system.SendAsync("GET", $"/plan?x={i}");
            using var read = await system.SendAsync("GET", "/plan");
            store.Held.ShouldBeLessThanOrEqualTo(1024 * 1024);
        }

        system.Part<CacheMeters>().Evictions.ShouldBeGreaterThan(300);
        system.Portal.Requests.Count(seen => seen.Target == "/plan").ShouldBeLessThan(5 + (int)(watch.Elapsed / CacheTimes.Trusted), "the page that everybody reads was not pushed out");
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

    /// <summary>On the short way of kept answers, before the application.</summary>
    [Fact]
    public async Task A_flood_of_kept_reads_from_one_address_is_refused_while_another_is_served()
    {
        await using var system = await FloodedAsync("");
        using var other = TestSystem.ClientOf(system.Address, IPAddress.Parse("127.0.0.2"));
        await RefusedWhileServedAsync(
            system,
            // What a stranger says of its address is not believed.
            number => system.SendAsync("GET", "/plan", ("X-Forwarded-For", $"203.0.113.{number % 250}")),
            () => other.GetAsync(new Uri("/plan", UriKind.Relative)));
    }

    /// <summary>A trusted proxy's word for the caller's address is the last that is not a proxy's: what stands before it anybody can have written.</summary>
    [Fact]
    public async Task Behind_a_trusted_proxy_a_flood_of_kept_reads_counts_against_the_address_that_it_names()
    {
        await using var system = await FloodedAsync("127.0.0.0/8");
        await RefusedWhileServedAsync(
            system,
            number => system.SendAsync("GET", "/plan", ("X-Forwarded-For", $"198.51.100.{number % 250}, 203.0.113.1")),
            () => system.SendAsync("GET", "/plan", ("X-Forwarded-For", "203.0.113.2")));
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

    private const int Burst = 60;

    private static async Task<TestSystem> FloodedAsync(string proxies)
    {
        var system = await StartAsync(("Gateway:Limits:Reads:PerMinute", "1"), ("Gateway:Limits:Reads:Burst", $"{Burst}"), ("Gateway:TrustedProxies", proxies));
        using var kept = await system.SendAsync("GET", "/plan", ("X-Forwarded-For", "203.0.113.9"));
        return system;
    }

    private static async Task RefusedWhileServedAsync(TestSystem system, Func<int, Task<HttpResponseMessage>> flood, Func<Task<HttpResponseMessage>> other)
    {
        const int Asked = 400;
        var asked = system.Portal.Requests.Count;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var flooding = Task.WhenAll(Enumerable.Range(0, Asked).Select(flood));
        for (var read = 0; read < Burst / 2; read++)
        {
            using var served = await other();
            served.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var answers = await flooding;
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBeInRange(Burst - 5, Burst + 5);
        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        refused.Count.ShouldBeGreaterThanOrEqualTo(Asked - Burst - 5);
        refused.ShouldAllBe(answer => answer.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        system.Portal.Requests.Count.ShouldBeLessThanOrEqualTo(asked + 1 + (int)(watch.Elapsed / CacheTimes.Trusted), "the answers were kept ones");
        Array.ForEach(answers, answer => answer.Dispose());
        using var after = await other();
        after.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<TestSystem> StartAsync(params IReadOnlyList<(string Name, string Value)> settings)
    {
        await KeptAnswers.AwayFromTheTurnAsync(TimeSpan.FromSeconds(30));
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
