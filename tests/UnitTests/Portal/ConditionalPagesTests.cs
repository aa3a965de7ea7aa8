using System.Text;
using Microsoft.AspNetCore.Http;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.UnitTests.Portal;

public sealed class ConditionalPagesTests
{
    [Fact]
    public async Task An_anonymous_page_has_a_strong_ETag_over_its_bytes_and_answers_304()
    {
        var first = await GetAsync("<p>Hola</p>");
        first.Response.StatusCode.ShouldBe(200);
        var etag = first.Response.Headers.ETag.ToString();
        etag.ShouldStartWith("\"");
        first.Response.Headers.CacheControl.ToString().ShouldBe("public, max-age=0, must-revalidate");

        var again = await GetAsync("<p>Hola</p>", http => http.Request.Headers.IfNoneMatch = etag);
        again.Response.StatusCode.ShouldBe(304);
        Body(again).ShouldBeEmpty();

        var changed = await GetAsync("<p>Adiós</p>", http => http.Request.Headers.IfNoneMatch = etag);
        changed.Response.StatusCode.ShouldBe(200);
        Body(changed).ShouldBe("<p>Adiós</p>");
    }

    [Fact]
    public async Task A_page_of_a_signed_in_reader_is_never_stored()
    {
        var http = await GetAsync("<p>Hola</p>", http => http.Request.Headers.Authorization = "Bearer x");
        http.Response.Headers.CacheControl.ToString().ShouldBe("private, no-store");
        http.Response.Headers.ETag.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_that_sets_a_cookie_is_never_stored()
    {
        var http = await GetAsync("<p>Hola</p>", before: null, whileRunning: http => http.Response.Cookies.Append("og_lang", "en"));
        http.Response.Headers.CacheControl.ToString().ShouldBe("private, no-store");
    }

    [Fact]
    public async Task While_nobody_can_say_whose_cookie_it_is_a_page_is_never_stored()
    {
        var http = await GetAsync("<p>Hola</p>", http => http.Request.Headers["OpenGov-Session"] = "unknown");
        http.Response.Headers.CacheControl.ToString().ShouldBe("private, no-store");
    }

    [Fact]
    public async Task HEAD_has_the_headers_of_GET_and_no_body()
    {
        var http = await GetAsync("<p>Hola</p>", http => http.Request.Method = "HEAD");
        http.Response.Headers.ETag.ShouldNotBeEmpty();
        http.Response.ContentLength.ShouldBe(11);
        Body(http).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_public_page_says_whose_state_it_shows()
    {
        var sources = new PageSources();
        using var answer = new HttpResponseMessage { Headers = { { PublicReads.Header, "action-plans" } } };
        sources.Add(HttpMethod.Get, answer);
        sources.Add("participants", "v7");
        var http = await GetAsync("<p>Hola</p>", sources: sources);
        http.Response.Headers[PublicReads.Header].ToString().ShouldBe("action-plans, participants=v7, portal");
    }

    [Fact]
    public async Task A_page_that_lacks_a_part_or_shows_what_nobody_vouches_for_is_not_offered_to_caches()
    {
        var away = new PageSources();
        away.Incomplete();
        (await GetAsync("<p>Hola</p>", sources: away)).Response.Headers.ContainsKey(PublicReads.Header).ShouldBeFalse();

        var unvouched = new PageSources();
        using var answer = new HttpResponseMessage();
        unvouched.Add(HttpMethod.Get, answer);
        (await GetAsync("<p>Hola</p>", sources: unvouched)).Response.Headers.ContainsKey(PublicReads.Header).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Authorization", "Bearer x")]
    [InlineData("OpenGov-Session", "unknown")]
    public async Task A_page_of_one_reader_is_not_offered_to_caches(string name, string value) =>
        (await GetAsync("<p>Hola</p>", http => http.Request.Headers[name] = value)).Response.Headers.ContainsKey(PublicReads.Header).ShouldBeFalse();

    [Fact]
    public async Task A_page_with_a_form_s_one_time_key_is_not_offered_to_caches() =>
        (await GetAsync($"""<form method="post"><input type="hidden" name="{FormState.KeyField}" value="1"></form>""")).Response.Headers.ContainsKey(PublicReads.Header).ShouldBeFalse();

    /// <summary>The check above looks for the field as the components write it.</summary>
    [Fact]
    public void Forms_write_their_key_in_one_way()
    {
        var components = Directory.EnumerateFiles(Path.Combine(TestSupport.SourceTree.Root, "src", "Portal"), "*.razor", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var mentions = components.Sum(text => text.Split("FormState.KeyField").Length - 1);
        mentions.ShouldBeGreaterThan(0);
        components.Sum(text => text.Split("<input type=\"hidden\" name=\"@FormState.KeyField\"").Length - 1).ShouldBe(mentions);
        components.ShouldAllBe(text => !text.Contains("_clave", StringComparison.Ordinal));
    }

    private static async Task<HttpContext> GetAsync(string body, Action<HttpContext>? before = null, Action<HttpContext>? whileRunning = null, PageSources? sources = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "GET";
        http.Response.Body = new MemoryStream();
        http.SetEndpoint(new Endpoint(_ => Task.CompletedTask, new EndpointMetadataCollection(PageMetadata.Page), "page"));
        before?.Invoke(http);
        await new ConditionalPages(async inner =>
        {
            whileRunning?.Invoke(inner);
            inner.Response.ContentType = "text/html; charset=utf-8";
            await inner.Response.WriteAsync(body);
        }).InvokeAsync(http, sources ?? new PageSources());
        return http;
    }

    private static string Body(HttpContext http) => Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray());
}
