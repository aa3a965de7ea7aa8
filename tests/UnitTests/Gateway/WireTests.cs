using System.Text;
using Microsoft.AspNetCore.Http;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.UnitTests.Gateway;

/// <summary>Requests as bytes: smuggling, slowness and size, which no well-behaved client would send.</summary>
public sealed class WireTests : IAsyncLifetime
{
    private TestSystem system = null!;

    public async Task InitializeAsync() => system = await TestSystem.StartAsync();

    public async Task DisposeAsync() => await system.DisposeAsync();

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 30\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n")]
    [InlineData("Content-Length: +5\r\n")]
    [InlineData("Content-Length: 0x5\r\n")]
    [InlineData("Content-Length: -1\r\n")]
    [InlineData("X: a\r\n Transfer-Encoding: chunked\r\n")]
    [InlineData("X: a\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Host: other\r\n")]
    public async Task An_ambiguous_request_never_becomes_two(string headers)
    {
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync(
            $"POST /api/action-plans/v1/plans HTTP/1.1\r\nHost: x\r\n{headers}\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var answer = await raw.ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 ");
        foreach (var upstream in new[] { system.ActionPlans, system.Portal })
            upstream.Requests.ShouldNotContain(request => request.Headers.ContainsKey("Transfer-Encoding") && request.Headers.ContainsKey("Content-Length"));

        // Either the request was refused and the connection closed, or it ended where the gateway says and the rest was a request of its own.
        if (answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 501", StringComparison.Ordinal))
        {
            system.ActionPlans.Requests.ShouldBeEmpty();
            system.Portal.Requests.ShouldBeEmpty();
        }
        else
        {
            system.ActionPlans.Requests.Count.ShouldBe(1);
            answer.Split("HTTP/1.1 200").Length.ShouldBe(2 + system.Portal.Requests.Count);
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-A: {0}\r\nConnection: close\r\n\r\n", 40_000, "431")]
    [InlineData("GET /{0} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 20_000, "414")]
    public async Task Oversized_headers_and_addresses_are_refused(string request, int size, string status)
    {
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, request, new string('a', size)));
        (await raw.ReadToEndAsync()).ShouldStartWith($"HTTP/1.1 {status}");
        system.Portal.Requests.ShouldBeEmpty();
    }

    /// <summary>RFC 9112 §9.6: a connection that is reset while the body is on its way takes the answer with it.</summary>
    [Theory]
    [InlineData("POST /a b HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n", "400")]
    [InlineData("POST /api/action-plans/v1/plans HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\nContent-Length: 4\r\n\r\n", "400")]
    [InlineData("POST /api/action-plans/v1/plans HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n", "413")]
    public async Task A_refusal_arrives_although_the_body_is_still_being_sent(string head, string status)
    {
        var piece = new string('a', 10_000);
        for (var attempt = 0; attempt < 50; attempt++)
        {
            using var raw = await RawConnection.OpenAsync(system.Address);
            await raw.SendAsync(head);
            try
            {
                for (var sent = 0; sent < 30; sent++)
                {
                    await raw.SendAsync(piece);
                    await Task.Yield();
                }
            }
            catch (IOException)
            {
                // Closed meanwhile. The answer was read before, or it is lost.
            }

            (await raw.ReadAnswerAsync()).ShouldStartWith($"HTTP/1.1 {status}", customMessage: $"attempt {attempt}");
        }

        system.ActionPlans.Requests.ShouldBeEmpty();
    }

    /// <summary>Whoever goes on sending after the refusal is let go, and counts until then.</summary>
    [Fact]
    public async Task Nobody_keeps_a_refused_connection_by_sending_on()
    {
        await using var small = await TestSystem.StartAsync(("Gateway:Limits:Connections", "5"));
        for (var attempt = 0; ; attempt++)
        {
            var (slow, senders) = (new List<RawConnection>(), new List<Task>());
            for (var connection = 0; connection < 5; connection++)
            {
                slow.Add(await RawConnection.OpenAsync(small.Address));
                await slow[^1].SendAsync("POST /a b HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
                (await slow[^1].ReadAnswerAsync()).ShouldStartWith("HTTP/1.1 400");
                senders.Add(SendOnAsync(slow[^1]));
            }

            var isAnswered = await IsAnsweredAsync(small);
            await Task.WhenAll(senders);
            (await IsAnsweredAsync(small)).ShouldBeTrue("all of them were let go, although they never stopped");
            slow.ForEach(raw => raw.Dispose());
            if (!isAnswered)
                return;
            // On a busy machine the first may have been let go before the last was there: after two seconds, or half a second of silence.
            attempt.ShouldBeLessThan(3, "they are refused, and still there");
        }

        // From the first moment: who is silent for half a second is let go sooner.
        static async Task SendOnAsync(RawConnection connection)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            while (watch.Elapsed < TimeSpan.FromSeconds(6))
            {
                await connection.TrySendAsync("a");
                await Task.Delay(100);
            }
        }
    }

    [Fact]
    public async Task Too_many_headers_are_refused()
    {
        using var raw = await RawConnection.OpenAsync(system.Address);
        var many = new StringBuilder();
        for (var header = 0; header < 100; header++)
            many.Append("X-").Append(header).Append(": a\r\n");
        await raw.SendAsync($"GET / HTTP/1.1\r\nHost: x\r\n{many}Connection: close\r\n\r\n");
        (await raw.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 431");
    }

    [Fact]
    public async Task Slow_headers_are_cut_off_while_others_are_served()
    {
        var slow = new List<RawConnection>();
        for (var connection = 0; connection < 100; connection++)
        {
            var raw = await RawConnection.OpenAsync(system.Address);
            await raw.SendAsync("GET /plan HTTP/1.1\r\nHost: x\r\nX-Slow: ");
            slow.Add(raw);
        }

        using var other = await system.SendAsync("GET", "/plan");
        other.IsSuccessStatusCode.ShouldBeTrue();
        var ends = await Task.WhenAll(slow.Select(raw => raw.ReadToEndAsync(seconds: 25)));
        ends.ShouldAllBe(end => end.StartsWith("HTTP/1.1 408", StringComparison.Ordinal) || end.Length == 0);
        slow.ForEach(raw => raw.Dispose());
    }

    [Fact]
    public async Task A_slow_body_is_cut_off_and_the_service_is_freed()
    {
        var ended = new TaskCompletionSource();
        system.ActionPlans.Handler = async context =>
        {
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                ended.SetResult();
            }
        };
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync("POST /api/action-plans/v1/plans HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\na");
        var answer = await raw.ReadToEndAsync(seconds: 40);
        answer.ShouldStartWith("HTTP/1.1 408");
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_reader_who_does_not_read_is_cut_off_and_the_service_is_freed()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Transparency.Handler = async context =>
        {
            context.Response.ContentType = "text/csv";
            var rows = new byte[64 * 1024];
            try
            {
                // For as long as it is taken: once the reader is cut off, the gateway discards at full speed until it has told itself so.
                while (true)
                    await context.Response.Body.WriteAsync(rows, context.RequestAborted);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                ended.SetResult();
            }
        };
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync("GET /datos/plans.csv HTTP/1.1\r\nHost: x\r\n\r\n");
        using var other = await system.SendAsync("GET", "/plan");
        other.IsSuccessStatusCode.ShouldBeTrue();
        // 42 seconds, and what a busy machine adds.
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(120));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("127.0.0.1", true)]
    public async Task One_address_holds_no_more_connections_than_it_may_unless_it_is_a_proxy(string proxies, bool isAnswered)
    {
        await using var small = await TestSystem.StartAsync(("Gateway:Limits:Connections", "20"), ("Gateway:TrustedProxies", proxies));
        var silent = new List<RawConnection>();
        for (var connection = 0; connection < 20; connection++)
        {
            // Connections are counted in no certain order: one that was answered has been.
            var raw = await RawConnection.OpenAsync(small.Address);
            silent.Add(raw);
            await raw.SendAsync("GET /plan HTTP/1.1\r\nHost: x\r\n\r\n");
            (await raw.ReadAnswerAsync()).ShouldStartWith("HTTP/1.1 200");
        }

        (await IsAnsweredAsync(small)).ShouldBe(isAnswered);

        // Whoever leaves makes room.
        silent.ForEach(raw => raw.Dispose());
        for (var attempt = 0; !await IsAnsweredAsync(small); attempt++)
        {
            attempt.ShouldBeLessThan(100, "no room came back");
            await Task.Delay(100);
        }
    }

    /// <summary>The operator reads the last failures: a reader who leaves is none of them.</summary>
    [Fact]
    public async Task Whoever_leaves_in_the_middle_of_an_answer_is_no_failure()
    {
        system.Portal.Handler = async context =>
        {
            context.Response.ContentType = "text/html";
            try
            {
                for (var piece = 0; piece < 100 && !context.RequestAborted.IsCancellationRequested; piece++)
                    await context.Response.WriteAsync(new string('x', 64 * 1024), context.RequestAborted);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The reader left.
            }
        };
        await Task.WhenAll(Enumerable.Range(0, 32).Select(async reader =>
        {
            for (var time = 0; time < 10; time++)
            {
                using var raw = await RawConnection.OpenAsync(system.Address);
                await raw.SendAsync(FormattableString.Invariant($"GET /plan?lector={reader}-{time} HTTP/1.1\r\nHost: x\r\n\r\n"));
                (await raw.ReadAnswerAsync()).ShouldStartWith("HTTP/1.1 200");
            }
        }));
        using (var other = await system.SendAsync("GET", "/api/action-plans/v1/plans"))
            other.IsSuccessStatusCode.ShouldBeTrue();
        await Task.Delay(TimeSpan.FromSeconds(1));
        system.Part<RecentFailures>().All.ShouldBeEmpty();
    }

    private static async Task<bool> IsAnsweredAsync(TestSystem system)
    {
        try
        {
            using var raw = await RawConnection.OpenAsync(system.Address);
            await raw.SendAsync("GET /plan HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            return (await raw.ReadToEndAsync()).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (Exception closed) when (closed is IOException or System.Net.Sockets.SocketException)
        {
            // Before it was asked.
            return false;
        }
    }

    [Theory]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    public async Task Methods_of_proxies_reach_no_service(string method)
    {
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync($"{method} /plan HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var answer = await raw.ReadToEndAsync();
        answer.ShouldMatch("^HTTP/1.1 4");
        system.Portal.Requests.ShouldBeEmpty();
    }
}
