using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OpenGov.Gateway.Caching;

namespace OpenGov.UnitTests.Gateway.Caching;

public sealed class RequestKeyTests
{
    /// <summary>What the short way gives must be what the application would give, which sees the cookies without their prefix.</summary>
    [Theory]
    [InlineData("https", "__Host-og_lang=en", true)]
    [InlineData("http", "og_lang=en", true)]
    [InlineData("http", "__Host-og_lang=en", true)]
    [InlineData("https", "other=1", false)]
    public void The_language_is_the_one_that_the_application_will_see(string scheme, string cookie, bool english)
    {
        RequestKey.TryRead(Request(scheme, cookie), out var key, asSent: true).ShouldBeTrue();
        key.English.ShouldBe(english);
        key.Secure.ShouldBe(scheme == "https");
    }

    [Fact]
    public void A_cookie_without_its_prefix_counts_for_nothing_over_TLS_and_whoever_takes_it_off_decides()
    {
        RequestKey.TryRead(Request("https", "og_lang=en"), out _, asSent: true).ShouldBeFalse();
        // Here it has been taken off already.
        RequestKey.TryRead(Request("https", "og_lang=en"), out var key).ShouldBeTrue();
        key.English.ShouldBeTrue();
    }

    [Fact]
    public void Whoever_invents_headers_does_not_switch_the_memory_of_the_real_ones_off()
    {
        var parsed = 0;
        var memory = new HeaderMemory<int>(text =>
        {
            parsed++;
            return text.Length;
        });
        for (var invented = 0; invented < 1000; invented++)
            memory.Of($"en;q=0.{invented}").ShouldBeGreaterThan(6);
        memory.Of("en-GB,en;q=0.9").ShouldBe(14);
        memory.Of("en-GB,en;q=0.9").ShouldBe(14);
        parsed.ShouldBe(1001, "the second time it is remembered");
        memory.Of(new string('x', 129)).ShouldBe(129);
        memory.Holds(new string('x', 129)).ShouldBeFalse("what is that long is nobody's browser");
    }

    private static IHttpRequestFeature Request(string scheme, string cookie)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "GET";
        http.Request.Scheme = scheme;
        http.Request.Headers.Host = "gobiernoabierto.example";
        http.Request.Headers.Cookie = cookie;
        var request = http.Features.GetRequiredFeature<IHttpRequestFeature>();
        request.RawTarget = "/plan";
        return request;
    }
}
