using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace OpenGov.UnitTests.Gateway;

public sealed class FailureTests
{
    [Fact]
    public async Task A_service_that_is_away_is_503_with_a_reason_for_programs_and_a_page_for_people()
    {
        await using var system = await TestSystem.StartAsync();
        await system.ActionPlans.KillAsync();
        await system.Portal.KillAsync();

        using var api = await system.SendAsync("GET", "/api/action-plans/v1/plans", ("Accept", "text/html"));
        api.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        api.Headers.RetryAfter.ShouldNotBeNull();
        api.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await api.Content.ReadAsStringAsync()).ShouldContain("\"code\":\"service_unavailable\"");

        using var page = await system.SendAsync("GET", "/plan", ("Accept", "text/html,*/*;q=0.8"));
        page.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        page.Headers.RetryAfter.ShouldNotBeNull();
        page.Headers.CacheControl!.NoStore.ShouldBeTrue();
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await page.Content.ReadAsStringAsync()).ShouldContain("El servicio no est");
        page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_dead_replica_is_left_out_and_no_read_fails()
    {
        await using var second = await TestUpstream.StartAsync();
        await using var third = await TestUpstream.StartAsync();
        await using var system = await TestSystem.StartAsync(
            ("services:action-plans:http:1", second.Address.ToString()), ("services:action-plans:http:2", third.Address.ToString()));
        await ReadAsync(system, 30);
        // A replica that takes more than a second for its first probe is left out until the next.
        await Until(async () =>
        {
            await ReadAsync(system, 5);
            return !second.Requests.IsEmpty;
        });

        await second.KillAsync();
        await ReadAsync(system, 100);

        await second.RestartAsync();
        second.Requests.Clear();
        await Until(async () =>
        {
            await ReadAsync(system, 5);
            return !second.Requests.IsEmpty;
        });
    }

    [Fact]
    public async Task A_write_goes_to_another_replica_only_where_the_first_never_saw_it()
    {
        await using var second = await TestUpstream.StartAsync();
        await using var system = await TestSystem.StartAsync(("services:action-plans:http:1", second.Address.ToString()));
        await second.KillAsync();
        for (var write = 0; write < 20; write++)
        {
            using var answer = await system.SendAsync("POST", "/api/action-plans/v1/plans");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        system.ActionPlans.Requests.Count.ShouldBe(20);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_not_sent_twice()
    {
        static Task BreakAsync(HttpContext context)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        await using var second = await TestUpstream.StartAsync(BreakAsync);
        await using var system = await TestSystem.StartAsync(("services:action-plans:http:1", second.Address.ToString()));
        system.ActionPlans.Handler = BreakAsync;
        using var write = await system.SendAsync("POST", "/api/action-plans/v1/plans");
        write.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (system.ActionPlans.Requests.Count + second.Requests.Count).ShouldBe(1);
    }

    [Fact]
    public async Task A_service_that_refuses_an_upload_before_it_reads_it_is_heard_and_not_called_away()
    {
        await using var system = await TestSystem.StartAsync();
        var upload = 0L;
        system.ActionPlans.Handler = context =>
        {
            upload = context.Request.ContentLength ?? 0;
            // As a service does that is called by somebody who may not.
            (context.Response.StatusCode, context.Response.Headers.Connection) = (StatusCodes.Status403Forbidden, "close");
            return context.Response.WriteAsync("no");
        };
        for (var times = 0; times < 3; times++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/action-plans/v1/evidence-files") { Content = new ByteArrayContent(new byte[20_000_000]) };
            request.Headers.ExpectContinue = true;
            using var answer = await system.Client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        upload.ShouldBe(20_000_000);
    }

    [Fact]
    public async Task A_large_upload_arrives_whole()
    {
        await using var system = await TestSystem.StartAsync();
        system.ActionPlans.Handler = async context =>
        {
            var (buffer, all) = (new byte[65536], 0);
            for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0;)
                all += read;
            await context.Response.WriteAsync($"{all} {context.Request.Headers.Expect}");
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/action-plans/v1/evidence-files") { Content = new ByteArrayContent(new byte[5_000_000]) };
        using var answer = await system.Client.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("5000000 100-continue");
    }

    [Fact]
    public async Task What_a_header_says_beyond_ASCII_reaches_the_service_as_it_came()
    {
        await using var system = await TestSystem.StartAsync();
        system.ActionPlans.Handler = context => context.Response.WriteAsync(context.Request.Headers.UserAgent.ToString());
        using var raw = await RawConnection.OpenAsync(system.Address);
        await raw.SendAsync($"POST /api/action-plans/v1/plans HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {Bytes("Ñandú 1")}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var answer = await raw.ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 200 ");
        answer.ShouldContain(Bytes("Ñandú 1"));

        static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_not_mistaken_for_a_whole_one()
    {
        await using var system = await TestSystem.StartAsync();
        system.Transparency.Handler = async context =>
        {
            context.Response.ContentType = "text/csv";
            await context.Response.WriteAsync(new string('x', 100_000));
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        await Should.ThrowAsync<HttpRequestException>(async () =>
        {
            using var answer = await system.SendAsync("GET", "/datos/plans.csv");
            await answer.Content.ReadAsByteArrayAsync();
        });
    }

    private static async Task ReadAsync(TestSystem system, int times)
    {
        for (var read = 0; read < times; read++)
        {
            using var answer = await system.SendAsync("GET", "/api/action-plans/v1/plans");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(100), bound.Token);
    }
}
