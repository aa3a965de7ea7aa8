using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpenGov.Gateway.Live;

namespace OpenGov.UnitTests.Gateway.Live;

/// <summary>The stream of a session's page, in front of a portal that shows what the test says.</summary>
public sealed class LiveSessionTests : IAsyncLifetime
{
    private static readonly Guid Session = Guid.CreateVersion7();

    private readonly Lock showing = new();
    private (string Id, bool Over, string Quorum) shown = ("a1", false, "<p>2 de 3</p>");
    private TestSystem system = null!;

    public async Task InitializeAsync() => await StartAsync();

    public async Task DisposeAsync() => await system.DisposeAsync();

    [Fact]
    public async Task Everybody_is_told_what_changed_and_the_portal_is_asked_once_for_all()
    {
        var spectators = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Spectator.OpenAsync(system.Client, Session)));
        foreach (var spectator in spectators)
        {
            var (id, all) = await spectator.ChangeAsync();
            id.ShouldBe("a1");
            all["whole"]!.GetValue<bool>().ShouldBeTrue();
            all["order"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["quorum", "mocion-1"]);
        }

        var before = Asked();
        Show("a2", "<p>3 de 3</p>");
        foreach (var spectator in spectators)
        {
            var (id, change) = await spectator.ChangeAsync();
            id.ShouldBe("a2");
            change["whole"]!.GetValue<bool>().ShouldBeFalse();
            var part = change["parts"]!.AsArray().ShouldHaveSingleItem()!;
            part["name"]!.GetValue<string>().ShouldBe("quorum");
            part["html"]!.GetValue<string>().ShouldBe("<p>3 de 3</p>");
            part["says"]!.GetValue<string>().ShouldBe("Asientos presentes.");
            spectator.Dispose();
        }

        (Asked() - before).ShouldBe(1);
    }

    [Fact]
    public async Task Who_comes_back_is_told_only_what_they_do_not_have()
    {
        using var has = await Spectator.OpenAsync(system.Client, Session, lastEventId: "a1");
        (await has.NextAsync())!.ShouldHaveSingleItem().ShouldStartWith("retry: ");
        (await has.NextAsync())!.ShouldBe([":"]);
        using var fromThePage = await Spectator.OpenAsync(system.Client, Session, query: "?desde=a1");
        (await fromThePage.NextAsync())!.ShouldHaveSingleItem().ShouldStartWith("retry: ");
        (await fromThePage.NextAsync())!.ShouldBe([":"]);
        using var hasOld = await Spectator.OpenAsync(system.Client, Session, lastEventId: "a0");
        (await hasOld.ChangeAsync()).Data["parts"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_stream_is_neither_kept_nor_compressed_nor_held_back()
    {
        using var spectator = await Spectator.OpenAsync(system.Client, Session);
        var headers = spectator.Answer.Headers;
        headers.CacheControl!.ToString().ShouldContain("no-store");
        headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        spectator.Answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        spectator.Answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
        // What another one reads is not what this one was given.
        using var other = await Spectator.OpenAsync(system.Client, Session);
        (await other.ChangeAsync()).Id.ShouldBe("a1");
    }

    [Fact]
    public async Task The_end_of_the_session_is_told_and_nobody_has_to_come_back()
    {
        using var spectator = await Spectator.OpenAsync(system.Client, Session, lastEventId: "a1");
        Show("a3", "<p>Concluida</p>", over: true);
        var (id, end) = await spectator.ChangeAsync();
        end["over"]!.GetValue<bool>().ShouldBeTrue();
        (await spectator.NextAsync()).ShouldBeNull();

        using var again = await Spectator.OpenAsync(system.Client, Session, lastEventId: id);
        again.Answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var late = await Spectator.OpenAsync(system.Client, Session, lastEventId: "a1");
        (await late.ChangeAsync()).Id.ShouldBe("a3");
        (await late.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Streams_are_not_requests_under_way_and_have_a_limit_of_their_own()
    {
        await system.DisposeAsync();
        await StartAsync(("Gateway:Limits:Concurrent", "1"), ("Gateway:Limits:Spectators", "2"));
        using var first = await Spectator.OpenAsync(system.Client, Session);
        using var second = await Spectator.OpenAsync(system.Client, Session);
        (await first.ChangeAsync()).Id.ShouldBe("a1");
        (await second.ChangeAsync()).Id.ShouldBe("a1");
        using (var page = await system.SendAsync("GET", "/plan"))
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var third = await Spectator.OpenAsync(system.Client, Session))
        {
            third.Answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            third.Answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
        }

        first.Dispose();
        await Caching.KeptAnswersTests.UntilAsync(() => system.Part<LiveMeters>().Spectators == 1);
        // The place comes back an instant after the count.
        var next = await Spectator.OpenAsync(system.Client, Session);
        for (var attempt = 0; next.Answer.StatusCode == HttpStatusCode.TooManyRequests; attempt++)
        {
            next.Dispose();
            attempt.ShouldBeLessThan(100, "no place came back");
            await Task.Delay(50);
            next = await Spectator.OpenAsync(system.Client, Session);
        }

        using (next)
            (await next.ChangeAsync()).Id.ShouldBe("a1");
    }

    [Fact]
    public async Task Spectators_stay_while_the_services_are_away_and_are_told_afterwards()
    {
        using var spectator = await Spectator.OpenAsync(system.Client, Session, lastEventId: "a1");
        (await spectator.NextAsync())!.ShouldHaveSingleItem();
        await system.Participants.KillAsync();
        await system.Portal.KillAsync();
        Show("a2", "<p>3 de 3</p>");
        await system.Portal.RestartAsync();
        await system.Participants.RestartAsync();
        (await spectator.ChangeAsync()).Id.ShouldBe("a2");
    }

    [Fact]
    public async Task When_the_gateway_ends_its_streams_end_whole()
    {
        using var spectator = await Spectator.OpenAsync(system.Client, Session, lastEventId: "a1");
        (await spectator.NextAsync())!.ShouldHaveSingleItem();
        (await spectator.NextAsync())!.ShouldBe([":"]);
        var ends = system.Part<Microsoft.Extensions.Hosting.IHostApplicationLifetime>();
        ends.StopApplication();
        // The last moment is a comment to whoever has everything; a broken chunk would throw here.
        while (await spectator.NextAsync() is not null)
        {
        }
    }

    [Fact]
    public async Task When_nobody_watches_nobody_is_asked()
    {
        var spectator = await Spectator.OpenAsync(system.Client, Session);
        await spectator.ChangeAsync();
        system.Part<LiveSessions>().Count.ShouldBe(1);
        spectator.Dispose();
        await Caching.KeptAnswersTests.UntilAsync(() => system.Part<LiveSessions>().Count == 0);
    }

    [Theory]
    [InlineData("GET", "/sesiones/0198c0de-0000-7000-8000-000000000000/en-vivo", HttpStatusCode.NotFound)]
    [InlineData("GET", "/sesiones/nada/en-vivo", HttpStatusCode.NotFound)]
    [InlineData("GET", "/sesiones//en-vivo", HttpStatusCode.NotFound)]
    [InlineData("HEAD", "/sesiones/0198c0de-0000-7000-8000-000000000000/en-vivo", HttpStatusCode.NotFound)]
    public async Task What_is_no_session_is_the_portals_to_refuse(string method, string path, HttpStatusCode status)
    {
        using var answer = await system.SendAsync(method, path);
        answer.StatusCode.ShouldBe(status);
        system.Part<LiveSessions>().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_pages_of_sessions_may_listen()
    {
        using var page = await system.SendAsync("GET", $"/sesiones/{Session}");
        page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldEndWith("connect-src 'self'");
        using var other = await system.SendAsync("GET", "/plan");
        other.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldNotContain("connect-src");
    }

    private async Task StartAsync(params IReadOnlyList<(string Name, string Value)> settings)
    {
        system = await TestSystem.StartAsync(settings);
        system.Portal.Handler = AnswerAsync;
    }

    private int Asked() => system.Portal.Requests.Count(seen => seen.Target.EndsWith("/cambios", StringComparison.Ordinal));

    private void Show(string id, string quorum, bool over = false)
    {
        lock (showing)
            shown = (id, over, quorum);
        system.Participants.StateVersion = id;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != $"/sesiones/{Session}/cambios")
        {
            context.Response.StatusCode = context.Request.Path.Value!.EndsWith("/en-vivo", StringComparison.Ordinal) || context.Request.Path.Value.EndsWith("/cambios", StringComparison.Ordinal) ? 404 : 200;
            return;
        }

        (string Id, bool Over, string Quorum) now;
        lock (showing)
            now = shown;
        await context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["id"] = now.Id,
            ["over"] = now.Over,
            ["parts"] = new JsonArray(
                new JsonObject { ["name"] = "quorum", ["html"] = now.Quorum, ["says"] = "Asientos presentes." },
                new JsonObject { ["name"] = "mocion-1", ["html"] = "<p>Moción\n1</p>", ["says"] = null }),
        });
    }
}
