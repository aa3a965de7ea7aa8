using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace OpenGov.UnitTests.Gateway;

public sealed class CompressionTests : IAsyncLifetime
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 400).Select(row => $"fila {row}, Ciudad de México\n"));
    private TestSystem system = null!;

    public async Task InitializeAsync()
    {
        system = await TestSystem.StartAsync();
        system.Transparency.Handler = FileAsync;
        system.Portal.Handler = FileAsync;
    }

    public async Task DisposeAsync() => await system.DisposeAsync();

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    public async Task Texts_are_compressed_with_a_validator_of_their_own(string accepted, string encoding)
    {
        using var answer = await system.SendAsync("GET", "/datos/plans.csv", ("Accept-Encoding", accepted));
        answer.Content.Headers.ContentEncoding.ShouldBe([encoding]);
        answer.Headers.ETag!.Tag.ShouldBe($"\"abc;{encoding}\"");
        answer.Headers.ETag.IsWeak.ShouldBeFalse();
        answer.Headers.Vary.ShouldContain("Accept-Encoding");
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        bytes.Length.ShouldBeLessThan(Text.Length / 3);
        using var stream = encoding == "br" ? (Stream)new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress) : new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        (await reader.ReadToEndAsync()).ShouldBe(Text);
    }

    [Fact]
    public async Task The_compressed_validator_is_the_service_s_own_inwards_and_comes_back_on_304()
    {
        using var again = await system.SendAsync("GET", "/datos/plans.csv", ("Accept-Encoding", "br"), ("If-None-Match", "\"old\", \"abc;br\""));
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        again.Headers.ETag!.Tag.ShouldBe("\"abc;br\"");
        again.Headers.Vary.ShouldContain("Accept-Encoding");
        system.Transparency.Requests.ShouldHaveSingleItem()["If-None-Match"].ShouldBe("\"old\", \"abc\"");

        using var plain = await system.SendAsync("GET", "/datos/plans.csv", ("If-None-Match", "\"abc\""));
        plain.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        plain.Headers.ETag!.Tag.ShouldBe("\"abc\"");
    }

    [Fact]
    public async Task A_write_may_name_the_version_by_the_compressed_validator()
    {
        using var write = await system.SendAsync("PUT", "/api/transparency/v1/datasets/plans", ("If-Match", "\"7;gzip\""));
        system.Transparency.Requests.ShouldHaveSingleItem()["If-Match"].ShouldBe("\"7\"");
    }

    [Fact]
    public async Task A_range_of_the_compressed_answer_is_answered_with_the_whole()
    {
        using var part = await system.SendAsync("GET", "/datos/plans.csv", ("Range", "bytes=10-19"), ("If-Range", "\"abc;br\""));
        var inward = system.Transparency.Requests.ShouldHaveSingleItem();
        inward["Range"].ShouldBeNull();
        inward["If-Range"].ShouldBeNull();
    }

    [Theory]
    [InlineData("/datos/small.csv")]
    [InlineData("/plan/picture.png")]
    [InlineData("/configurar")]
    [InlineData("/avisos/confirmar/token")]
    [InlineData("/cuenta/invitacion/token")]
    [InlineData("/plan/no-transform")]
    public async Task What_is_small_compressed_already_or_carries_a_credential_is_sent_as_it_is(string path)
    {
        using var answer = await system.SendAsync("GET", path, ("Accept-Encoding", "br, gzip"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
        answer.Headers.ETag!.Tag.ShouldBe("\"abc\"");
    }

    [Fact]
    public async Task Services_are_never_asked_to_compress()
    {
        using var answer = await system.SendAsync("GET", "/datos/plans.csv", ("Accept-Encoding", "br"));
        system.Transparency.Requests.ShouldHaveSingleItem()["Accept-Encoding"].ShouldBeNull();
    }

    private static async Task FileAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        context.Response.Headers.ETag = "\"abc\"";
        if (context.Request.Headers.IfNoneMatch.ToString().Contains("\"abc\"", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = path.EndsWith(".png", StringComparison.Ordinal) ? "image/png" : path.EndsWith(".csv", StringComparison.Ordinal) ? "text/csv; charset=utf-8" : "text/html";
        if (path.EndsWith("no-transform", StringComparison.Ordinal))
            context.Response.Headers.CacheControl = "no-transform";
        var body = Encoding.UTF8.GetBytes(path.Contains("small", StringComparison.Ordinal) ? "a,b\n" : Text);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body);
    }
}
