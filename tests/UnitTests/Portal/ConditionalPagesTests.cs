using System.Text;
using Microsoft.AspNetCore.Http;
using OpenGov.Portal.Http;

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

    private static async Task<HttpContext> GetAsync(string body, Action<HttpContext>? before = null, Action<HttpContext>? whileRunning = null)
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
        }).InvokeAsync(http);
        return http;
    }

    private static string Body(HttpContext http) => Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray());
}
