using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using OpenGov.Gateway.Caching;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.UnitTests.Gateway.Caching;

/// <summary>Anonymous reads through a real gateway in front of real servers.</summary>
public sealed class KeptAnswersTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string Filler = string.Concat(Enumerable.Range(0, 200).Select(row => $"<p>renglón {row}</p>\n"));
    private TestSystem system = null!;
    private readonly Stopwatch since = new();
    private volatile string text = "uno";

    public async Task InitializeAsync()
    {
        await KeptAnswers.AwayFromTheTurnAsync(TimeSpan.FromSeconds(10));
        system = await TestSystem.StartAsync();
        system.Portal.Handler = PageAsync;
        system.ActionPlans.Handler = ApiAsync;
        // From now on the gateway knows whom to ask.
        await ReadAsync("/primera");
        await ReadAsync("/api/action-plans/v1/primera");
        system.Portal.Requests.Clear();
        system.ActionPlans.Requests.Clear();
        since.Restart();
    }

    public async Task DisposeAsync() => await system.DisposeAsync();

    /// <summary>An answer lives half a second in any case; on a machine so busy that no look at the state comes back in time it is rightly fetched again, and no oftener.</summary>
    private int AtMost(int answers) => answers * (1 + (int)(since.Elapsed / CacheTimes.Trusted));

    [Fact]
    public async Task An_answer_is_fetched_once_and_stays_while_the_state_is_the_same()
    {
        // Where this machine is so busy that a look at the state comes too late, the answer is rightly fetched once more: another address, another try.
        var (fetched, hits) = (0, 0L);
        for (var attempt = 0; attempt < 3 && (fetched, hits) is not (1, 4L); attempt++)
        {
            var (fetchedBefore, hitsBefore) = (system.Portal.Requests.Count, system.Part<CacheMeters>().Hits);
            for (var i = 0; i < 5; i++)
            {
                (await ReadAsync($"/compromisos?tema={attempt}")).ShouldStartWith("uno");
                await Task.Delay(200);
            }

            (fetched, hits) = (system.Portal.Requests.Count - fetchedBefore, system.Part<CacheMeters>().Hits - hitsBefore);
        }

        (fetched, hits).ShouldBe((1, 4L));
    }

    [Fact]
    public async Task A_hundred_who_ask_at_once_make_one_request()
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Portal.Handler = async context =>
        {
            await opened.Task.WaitAsync(Limit);
            await PageAsync(context);
        };
        var readers = Enumerable.Range(0, 100).Select(_ => ReadAsync("/plan")).ToArray();
        await UntilAsync(() => !system.Portal.Requests.IsEmpty);
        await Task.Delay(300);
        opened.SetResult();
        foreach (var reader in readers)
            (await reader.WaitAsync(Limit)).ShouldStartWith("uno");
        system.Portal.Requests.Count.ShouldBeInRange(1, AtMost(1));
    }

    [Fact]
    public async Task A_change_is_seen_within_a_second_at_each_of_two_gateways()
    {
        await using var other = await TestSystem.StartAsync(
            ("services:portal:http:0", system.Portal.Address.ToString()), ("services:action-plans:http:0", system.ActionPlans.Address.ToString()));
        using var nobody = TestSystem.ClientOf(other.Address);
        await ReadAsync("/plan");
        await nobody.GetStringAsync("/plan");
        await nobody.GetStringAsync("/plan");
        Change("dos");
        await Task.Delay(TimeSpan.FromMilliseconds(900));
        (await ReadAsync("/plan")).ShouldStartWith("dos");
        (await nobody.GetStringAsync("/plan")).ShouldStartWith("dos");
    }

    [Fact]
    public async Task A_change_during_the_rendering_does_not_leave_the_former_state_behind()
    {
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Portal.Handler = async context =>
        {
            var before = text;
            read.TrySetResult();
            await goOn.Task.WaitAsync(Limit);
            await PageAsync(context, before);
        };
        var reader = ReadAsync("/plan");
        await read.Task.WaitAsync(Limit);
        Change("dos");
        // Somebody else makes the gateway see the new state before the rendering ends.
        system.ActionPlans.Requests.Clear();
        await Task.Delay(TimeSpan.FromMilliseconds(600));
        await ReadAsync("/api/action-plans/v1/otra");
        system.Portal.Handler = PageAsync;
        goOn.SetResult();
        (await reader.WaitAsync(Limit)).ShouldStartWith("uno", Case.Sensitive, "who asked before the change is given what was asked for");
        (await ReadAsync("/plan")).ShouldStartWith("dos");
    }

    [Fact]
    public async Task Who_waited_for_a_rendering_from_before_the_change_is_not_given_it()
    {
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Portal.Handler = async context =>
        {
            var before = text;
            read.TrySetResult();
            await goOn.Task.WaitAsync(Limit);
            await PageAsync(context, before);
        };
        var first = ReadAsync("/plan");
        await read.Task.WaitAsync(Limit);
        Change("dos");
        await Task.Delay(TimeSpan.FromMilliseconds(600));
        var second = ReadAsync("/plan");
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        system.Portal.Handler = PageAsync;
        goOn.SetResult();
        await first.WaitAsync(Limit);
        (await second.WaitAsync(Limit)).ShouldStartWith("dos");
    }

    [Fact]
    public async Task What_nobody_vouches_for_any_more_is_not_given()
    {
        await ReadAsync("/plan");
        system.ActionPlans.StateVersion = null;
        await Task.Delay(TimeSpan.FromMilliseconds(700));
        text = "dos";
        (await ReadAsync("/plan")).ShouldStartWith("dos");
        await system.Portal.KillAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(700));
        using var away = await system.SendAsync("GET", "/plan");
        away.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        away.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task Who_writes_through_the_gateway_reads_it_at_once()
    {
        await ReadAsync("/plan");
        await ReadAsync("/plan");
        system.ActionPlans.Handler = context =>
        {
            Change("dos");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        };
        using var written = await system.SendAsync("POST", "/api/action-plans/v1/things");
        (await ReadAsync("/plan")).ShouldStartWith("dos");
    }

    [Theory]
    [InlineData("Cookie", "og_session=somebody")]
    [InlineData("Cookie", "og_lang=en; og_session=somebody")]
    [InlineData("Cookie", "__Host-og_session=somebody")]
    [InlineData("Authorization", "Bearer a.b.c")]
    [InlineData("Range", "bytes=0-3")]
    [InlineData("If-Modified-Since", "Fri, 21 Nov 2025 10:00:00 GMT")]
    public async Task Whoever_asks_for_something_of_their_own_is_not_given_what_is_kept(string name, string value)
    {
        await ReadAsync("/plan");
        system.Portal.Requests.Clear();
        using var answer = await system.SendAsync("GET", "/plan", (name, value));
        system.Portal.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Set-Cookie", "og_lang=en; path=/")]
    [InlineData("Cache-Control", "private, no-store")]
    [InlineData("Cache-Control", "no-store")]
    [InlineData("Vary", "User-Agent")]
    [InlineData("Vary", "*")]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData(PublicReads.Header, "")]
    [InlineData(PublicReads.Header, "somebody-else")]
    public async Task An_answer_that_is_not_for_everybody_is_not_kept(string name, string value)
    {
        system.Portal.Handler = async context =>
        {
            Describe(context);
            if (value.Length == 0)
                context.Response.Headers.Remove(name);
            else
                context.Response.Headers[name] = value;
            await context.Response.WriteAsync(text);
        };
        await system.SendAsync("GET", "/plan");
        await system.SendAsync("GET", "/plan");
        await system.SendAsync("GET", "/plan");
        system.Portal.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(301)]
    [InlineData(503)]
    public async Task Only_answers_with_content_are_kept(int status)
    {
        system.Portal.Handler = context =>
        {
            Describe(context);
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(text);
        };
        await system.SendAsync("GET", "/plan");
        await system.SendAsync("GET", "/plan");
        system.Portal.Requests.Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task Nothing_of_the_first_reader_reaches_the_services_or_the_others()
    {
        using var answer = await system.SendAsync(
            "GET", "/plan?b=2&a=1", ("Cookie", "other=secret; og_lang=en"), ("User-Agent", "a browser of one"), ("Referer", "https://a.example/secret"), ("Accept-Language", "fr"));
        var seen = system.Portal.Requests.ShouldHaveSingleItem();
        seen["Cookie"].ShouldBe("og_lang=en");
        seen["User-Agent"].ShouldBeNull();
        seen["Referer"].ShouldBeNull();
        seen["Accept-Language"].ShouldBe("en");
        seen.Target.ShouldBe("/plan?b=2&a=1", "addresses are not rewritten");
        answer.Headers.Contains(PublicReads.Header).ShouldBeFalse();
        using var kept = await system.SendAsync("GET", "/plan?a=1&b=2", ("Cookie", "og_lang=en"));
        kept.Headers.Contains(PublicReads.Header).ShouldBeFalse();
        kept.Headers.Contains("Set-Cookie").ShouldBeFalse();
        system.Portal.Requests.Count.ShouldBeInRange(1, AtMost(1));
    }

    [Fact]
    public async Task Each_language_has_its_own_answer()
    {
        system.Portal.Handler = context => PageAsync(context, context.Request.Headers.Cookie.ToString().Contains("og_lang=en", StringComparison.Ordinal) ? "one" : "uno");
        system.ActionPlans.Handler = context => ApiAsync(context, context.Request.Headers.AcceptLanguage.ToString());
        for (var round = 0; round < 2; round++)
        {
            (await ReadAsync("/plan", ("Cookie", "og_lang=en"))).ShouldStartWith("one");
            (await ReadAsync("/plan", ("Accept-Language", "en"))).ShouldStartWith("uno", Case.Sensitive, "pages go by the reader's choice");
            (await ReadAsync("/datos/plans", ("Cookie", "og_lang=en"))).ShouldStartWith("one");
            (await ReadAsync("/api/action-plans/v1/plans", ("Accept-Language", "en-GB,en;q=0.9"))).ShouldBe("\"en\"");
            (await ReadAsync("/api/action-plans/v1/plans", ("Accept-Language", "fr, en;q=0.1, es-MX;q=0.9"))).ShouldBe("\"es-MX\"");
            (await ReadAsync("/api/action-plans/v1/plans")).ShouldBe("\"es-MX\"");
        }

        system.Portal.Requests.Count.ShouldBeInRange(3, AtMost(3));
        system.ActionPlans.Requests.Count.ShouldBeInRange(2, AtMost(2));
    }

    [Fact]
    public async Task Compressed_forms_are_made_once_and_each_has_its_validator()
    {
        await ReadAsync("/plan");
        using var plain = await system.SendAsync("GET", "/plan");
        plain.Headers.ETag!.Tag.ShouldBe("\"uno\"");
        plain.Headers.Vary.ShouldContain("Accept-Encoding");
        foreach (var (accepted, encoding) in new[] { ("br, gzip", "br"), ("gzip", "gzip"), ("br;q=0.5, gzip;q=0.8", "gzip"), ("*", "br") })
        {
            using var answer = await system.SendAsync("GET", "/plan", ("Accept-Encoding", accepted));
            answer.Content.Headers.ContentEncoding.ShouldBe([encoding]);
            answer.Headers.ETag!.Tag.ShouldBe($"\"uno;{encoding}\"");
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            bytes.Length.ShouldBe((int)answer.Content.Headers.ContentLength!.Value);
            (await DecodeAsync(bytes, encoding)).ShouldBe("uno" + Filler);
            using var known = await system.SendAsync("GET", "/plan", ("Accept-Encoding", accepted), ("If-None-Match", answer.Headers.ETag!.Tag));
            known.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            known.Headers.ETag!.Tag.ShouldBe(answer.Headers.ETag.Tag);
            known.Headers.CacheControl!.Public.ShouldBeTrue();
            (await known.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        }

        using var other = await system.SendAsync("GET", "/plan", ("Accept-Encoding", "br"), ("If-None-Match", "W/\"old\", \"uno;gzip\""));
        other.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        other.Headers.ETag!.Tag.ShouldBe("\"uno;gzip\"", "the caller holds that one");
        using var refused = await system.SendAsync("GET", "/plan", ("Accept-Encoding", "br;q=0, gzip;q=0"));
        refused.Content.Headers.ContentEncoding.ShouldBeEmpty();
        using var head = await system.SendAsync("HEAD", "/plan");
        head.Content.Headers.ContentLength.ShouldBe(Encoding.UTF8.GetByteCount("uno" + Filler));
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        system.Portal.Requests.Count.ShouldBeInRange(1, AtMost(1));
    }

    [Fact]
    public async Task The_first_reader_too_gets_304_for_what_it_holds()
    {
        using var known = await system.SendAsync("GET", "/plan", ("Accept-Encoding", "br"), ("If-None-Match", "\"uno;br\""));
        known.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        known.Headers.ETag!.Tag.ShouldBe("\"uno;br\"");
        (await ReadAsync("/plan")).ShouldStartWith("uno");
        system.Portal.Requests.Count.ShouldBeInRange(1, AtMost(1));
    }

    [Fact]
    public async Task Readers_who_have_the_answer_already_do_not_keep_the_gateway_from_having_it()
    {
        system.Portal.Handler = context =>
        {
            if (context.Request.Headers.IfNoneMatch != "\"uno\"")
                return PageAsync(context);
            Describe(context);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        };
        for (var i = 0; i < 5; i++)
        {
            using var known = await system.SendAsync("GET", "/plan", ("If-None-Match", "\"uno\""));
            known.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }

        system.Portal.Requests.Count.ShouldBeInRange(2, AtMost(2), "the second is fetched whole and kept");
    }

    [Fact]
    public async Task A_kept_answer_carries_the_headers_of_every_other()
    {
        using var fresh = await system.SendAsync("GET", "/plan");
        using var kept = await system.SendAsync("GET", "/plan");
        static IEnumerable<string> All(HttpResponseMessage answer) => answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Transfer-Encoding" or "Content-Length" or "Vary")).Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);
        All(kept).ShouldBe(All(fresh));
        kept.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        kept.Headers.Date.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_is_too_large_passes_through_whole()
    {
        var large = new string('x', 3 * 1024 * 1024);
        system.Portal.Handler = async context =>
        {
            Describe(context);
            foreach (var part in large.Chunk(64 * 1024))
                await context.Response.WriteAsync(new string(part));
        };
        (await ReadAsync("/plan")).ShouldBe(large);
        (await ReadAsync("/plan")).ShouldBe(large);
        system.Portal.Requests.Count.ShouldBe(2);
        system.Part<AnswerStore>().Held.ShouldBeLessThan(1024 * 1024);
    }

    [Fact]
    public async Task An_answer_that_broke_off_is_not_kept()
    {
        system.Portal.Handler = async context =>
        {
            Describe(context);
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        using var broken = await system.SendAsync("GET", "/plan");
        broken.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await broken.Content.ReadAsStringAsync()).ShouldStartWith("{", Case.Sensitive, "nothing of the half is in it");
        system.Portal.Handler = PageAsync;
        (await ReadAsync("/plan")).ShouldStartWith("uno");
    }

    [Fact]
    public async Task Those_who_wait_get_the_answer_though_the_first_reader_left()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Portal.Handler = async context =>
        {
            await goOn.Task.WaitAsync(Limit);
            await PageAsync(context);
        };
        using var leaves = new CancellationTokenSource();
        var first = system.Client.GetStringAsync("/plan", leaves.Token);
        await UntilAsync(() => !system.Portal.Requests.IsEmpty);
        var second = ReadAsync("/plan");
        await Task.Delay(200);
        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        await Task.Delay(200);
        goOn.SetResult();
        (await second.WaitAsync(Limit)).ShouldStartWith("uno");
        system.Portal.Requests.Count.ShouldBeInRange(1, AtMost(1));
    }

    [Fact]
    public async Task Callers_with_different_hosts_do_not_see_each_other_s_answers()
    {
        system.Portal.Handler = context => PageAsync(context, context.Request.Host.Value!);
        (await ReadAsync("/plan", ("Host", "hostile.example"))).ShouldStartWith("hostile.example");
        (await ReadAsync("/plan", ("Host", "abierto.example"))).ShouldStartWith("abierto.example");
        (await ReadAsync("/plan", ("Host", "hostile.example"))).ShouldStartWith("hostile.example");
        system.Portal.Requests.Count.ShouldBeInRange(2, AtMost(2));
    }

    internal static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!holds())
            await Task.Delay(20, limit.Token);
    }

    private void Change(string to)
    {
        text = to;
        system.ActionPlans.StateVersion = to;
    }

    private static void Describe(HttpContext context)
    {
        context.Response.Headers[PublicReads.Header] = "portal, action-plans";
        context.Response.Headers.CacheControl = "public, max-age=0, must-revalidate";
        context.Response.Headers.Vary = "Cookie";
        context.Response.ContentType = "text/html; charset=utf-8";
    }

    private Task PageAsync(HttpContext context) => PageAsync(context, text);

    private static async Task PageAsync(HttpContext context, string content)
    {
        Describe(context);
        context.Response.Headers.ETag = $"\"{content}\"";
        await context.Response.WriteAsync(content + Filler);
    }

    private Task ApiAsync(HttpContext context) => ApiAsync(context, text);

    private static async Task ApiAsync(HttpContext context, string content)
    {
        context.Response.Headers[PublicReads.Header] = "action-plans";
        await context.Response.WriteAsJsonAsync(content);
    }

    private async Task<string> ReadAsync(string path, params IReadOnlyList<(string Name, string Value)> headers)
    {
        using var answer = await system.SendAsync("GET", path, headers);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, string.Create(CultureInfo.InvariantCulture, $"{path}"));
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<string> DecodeAsync(byte[] bytes, string encoding)
    {
        await using var stream = encoding == "br" ? (Stream)new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress) : new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
