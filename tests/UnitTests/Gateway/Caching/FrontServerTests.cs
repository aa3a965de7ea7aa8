using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OpenGov.Gateway.Caching;
using OpenGov.Gateway.Protection;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.UnitTests.Gateway.Caching;

public sealed class FrontServerTests
{
    [Fact]
    public async Task What_is_not_kept_leaves_the_thread_that_serves_all_connections()
    {
        await using var system = await TestSystem.StartAsync();
        using var server = new HeldServer();
        using var front = new FrontServer(server, system.Part<AnonymousReads>(), system.Part<RateLimits>());
        var application = new ThreadOfApplication();
        await front.StartAsync(application, CancellationToken.None);

        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "POST", RawTarget = "/compromisos", Path = "/compromisos" });
        Task? answered = null;
        // As the runtime's thread that waits for all sockets, this one is not of the pool.
        var sockets = new Thread(() => answered = server.AnswerAsync!(features));
        sockets.Start();
        sockets.Join(TimeSpan.FromSeconds(20)).ShouldBeTrue();
        await answered!.WaitAsync(TimeSpan.FromSeconds(20));

        application.RanInThePool.ShouldBe(true);
        application.IsDisposed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("br", 400_000)]
    [InlineData("gzip", 400_000)]
    [InlineData("br", 4000)]
    public async Task The_compression_of_a_large_kept_answer_leaves_the_thread_that_serves_all_connections(string coding, int size)
    {
        await using var system = await TestSystem.StartAsync(("Gateway:Limits:Reads:Burst", "0"));
        system.Portal.Handler = context =>
        {
            context.Response.Headers[PublicReads.Header] = "portal";
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(string.Concat(Enumerable.Range(0, size / 8).Select(number => $"{number:x8}")));
        };
        using var server = new HeldServer();
        using var front = new FrontServer(server, system.Part<AnonymousReads>(), system.Part<RateLimits>());

        // Made once; who asks for it then is given it where they ask.
        (await GivenByThePoolAsync()).ShouldBe(size > CachedAnswer.QuicklyEncoded);
        // The first answer of a process may be made anew, because nothing was known of its state yet.
        for (var attempt = 0; await GivenByThePoolAsync(); attempt++)
            attempt.ShouldBeLessThan(20);

        async Task<bool> GivenByThePoolAsync()
        {
            // A kept answer is given for half a second after somebody asked; a busy machine may need longer to ask again.
            for (var attempt = 0; attempt < 50; attempt++)
            {
                using (var fresh = await system.SendAsync("GET", "/plan", ("Host", "abierto.example")))
                    (await fresh.Content.ReadAsByteArrayAsync()).Length.ShouldBe(size);
                if (await AskAsync() is { } byThePool)
                    return byThePool;
            }

            throw new InvalidOperationException("No kept answer was given.");
        }

        // Null where the application was asked.
        async Task<bool?> AskAsync()
        {
            var application = new ThreadOfApplication();
            await front.StartAsync(application, CancellationToken.None);
            var features = new FeatureCollection();
            var headers = new HeaderDictionary { ["Host"] = "abierto.example", ["Accept-Encoding"] = coding };
            features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", RawTarget = "/plan", Path = "/plan", Scheme = "http", Protocol = "HTTP/1.1", Headers = headers });
            var response = new HttpResponseFeature();
            features.Set<IHttpResponseFeature>(response);
            await using var body = new ThreadOfWrites();
            features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
            Task? answered = null;
            var sockets = new Thread(() => answered = server.AnswerAsync!(features));
            sockets.Start();
            sockets.Join(TimeSpan.FromSeconds(20)).ShouldBeTrue();
            await answered!.WaitAsync(TimeSpan.FromSeconds(20));
            if (application.RanInThePool is not null)
                return null;
            response.Headers.ContentEncoding.ToString().ShouldBe(coding);
            body.Length.ShouldBe(response.Headers.ContentLength!.Value);
            return body.WasWrittenInThePool;
        }
    }

    /// <summary>
    /// The same odd requests to two gateways, of which one gives kept answers on the short way and the other in the application, because it has
    /// a trusted proxy. Only the hour and the trace may differ.
    /// </summary>
    [Fact]
    public async Task However_a_kept_read_is_asked_for_the_short_way_answers_as_the_application_does()
    {
        const int Seed = 1_409_771;
        await KeptAnswers.AwayFromTheTurnAsync(TimeSpan.FromSeconds(60));
        await using var front = await KeepingAsync("");
        await using var application = await KeepingAsync("10.9.9.9");
        var random = new Random(Seed);
        for (var number = 0; number < 1200; number++)
        {
            var request = Odd(random);
            // Where a look at the state came too late for one of them, it fetched anew: another form of the same answer. Asked again, both give what is kept.
            for (var attempt = 0; ; attempt++)
            {
                var (before, beside) = (front.Portal.Requests.Count, application.Portal.Requests.Count);
                var (one, other) = (await AskAsync(front, request), await AskAsync(application, request));
                if (front.Portal.Requests.Count - before == application.Portal.Requests.Count - beside)
                {
                    one.ShouldBe(other, $"#{number} of {Seed}: {request}");
                    break;
                }

                attempt.ShouldBeLessThan(5, $"#{number} of {Seed}: one asks the portal and the other does not: {request}");
            }
        }

        front.Portal.Requests.Count.ShouldBeLessThan(900, "many of the answers were kept ones");
    }

    private static async Task<TestSystem> KeepingAsync(string proxies)
    {
        var system = await TestSystem.StartAsync(("Gateway:TrustedProxies", proxies), ("Gateway:Limits:Reads:Burst", "0"), ("Gateway:Limits:Writes:Burst", "0"));
        system.Portal.Handler = context =>
        {
            context.Response.Headers[PublicReads.Header] = "portal";
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync($"{context.Request.Path} {context.Request.QueryString} {context.Request.Headers.AcceptLanguage} {new string('x', 3000)}");
        };
        return system;
    }

    private static string Odd(Random random)
    {
        string OneOf(params string[] values) => values[random.Next(values.Length)];
        var method = random.Next(6) > 0 ? "GET" : OneOf("HEAD", "POST", "get", "OPTIONS", "DELETE", "X");
        var target = OneOf("/plan", "/plan", "/plan", "/plan?x=1&y=2", "/plan?y=2&x=1", "/PLAN", "/plan/", "//plan", "/pl%61n", "/plan?x=%ff", "/plan?x=%00", "/plan?", "/plan?x", "/plan;x=1", "/a/../plan", "/%2e%2e/plan", "/cuenta/entrar", "/compromisos");
        var head = new System.Text.StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {OneOf("x", "x", "x", "otro.example", "x:80", "")}\r\nConnection: close\r\n");
        foreach (var header in (string[])
                 [
                     $"Accept-Encoding: {OneOf("gzip", "br", "identity;q=0", "*;q=0", "gzip;q=nonsense", "deflate, gzip;q=1.0, *;q=0.5", "")}", $"Accept-Language: {OneOf("en", "es-MX", "zz, en;q=2", "\u00ff", "*", "")}",
                     $"If-None-Match: {OneOf("*", "\"x\"", "W/\"1\", \"2\"", "nonsense", "\"")}", $"If-Modified-Since: {OneOf("Sun, 06 Nov 1994 08:49:37 GMT", "nonsense", "Fri, 31 Dec 9999 23:59:59 GMT")}",
                     $"Range: {OneOf("bytes=0-1", "bytes=5-2,-1", "nonsense")}", $"Cookie: {OneOf("og_session=x", "otra=1", "og_session=", "og_session=a; og_session=b", ";;=")}", $"Authorization: {OneOf("Bearer x", "Basic x", "Internal x")}",
                     $"Cache-Control: {OneOf("no-cache", "no-store", "only-if-cached", "max-age=0")}", $"X-Forwarded-For: {OneOf("203.0.113.1", "nonsense", "127.0.0.1")}", $"X-Forwarded-Proto: {OneOf("https", "x")}",
                     $"X-HTTP-Method-Override: DELETE", $"Accept: {OneOf("text/html", "application/json", "nonsense", "")}", $"If-Match: {OneOf("*", "\"1\"")}", $"Expect: {OneOf("100-continue", "x")}", "Content-Length: 0", $"Sec-Fetch-Site: {OneOf("cross-site", "none")}",
                     $"Upgrade: {OneOf("websocket", "h2c")}",
                 ])
        {
            if (random.Next(7) == 0)
                head.Append(header).Append("\r\n");
        }

        return head.Append("\r\n").ToString();
    }

    private static async Task<string> AskAsync(TestSystem system, string request)
    {
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync(request);
        var answer = await raw.ReadToEndAsync();
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return answer;
        var head = answer[..end].Split("\r\n").Where(line => !line.StartsWith("Date:", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.OrdinalIgnoreCase);
        return string.Join('\n', head) + answer[end..].Split("\"traceId\"")[0];
    }

    private sealed class ThreadOfWrites : MemoryStream
    {
        public bool WasWrittenInThePool { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            WasWrittenInThePool = Thread.CurrentThread.IsThreadPoolThread;
            return base.WriteAsync(buffer, cancellationToken);
        }
    }

    private sealed class HeldServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Func<IFeatureCollection, Task>? AnswerAsync { get; private set; }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            AnswerAsync = async features =>
            {
                var context = application.CreateContext(features);
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            };
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }

    private sealed class ThreadOfApplication : IHttpApplication<IFeatureCollection>
    {
        public bool? RanInThePool { get; private set; }

        public bool IsDisposed { get; private set; }

        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public Task ProcessRequestAsync(IFeatureCollection context)
        {
            RanInThePool = Thread.CurrentThread.IsThreadPoolThread;
            return Task.CompletedTask;
        }

        public void DisposeContext(IFeatureCollection context, Exception? exception) => IsDisposed = true;
    }
}
