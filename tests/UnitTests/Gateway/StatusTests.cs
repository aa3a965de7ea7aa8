using System.Net;
using System.Text.Json;

namespace OpenGov.UnitTests.Gateway;

public sealed class StatusTests : IAsyncLifetime
{
    private TestSystem system = null!;

    public async Task InitializeAsync() => system = await TestSystem.StartAsync();

    public async Task DisposeAsync() => await system.DisposeAsync();

    [Fact]
    public async Task Health_names_each_service()
    {
        var (status, state) = await HealthAsync(health => StatusOf(health) == "Healthy");
        status.ShouldBe(HttpStatusCode.OK);
        StatusOf(state).ShouldBe("Healthy");
        state.GetProperty("services").EnumerateObject().Select(service => service.Name)
            .ShouldBe(["participants", "action-plans", "transparency", "notifications", "portal"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_service_without_its_broker_is_degraded_which_is_not_down()
    {
        system.Notifications.Health = "Degraded";
        var (status, state) = await HealthAsync(health => StatusOf(health) == "Degraded");
        status.ShouldBe(HttpStatusCode.OK);
        StatusOf(state).ShouldBe("Degraded");
        StatusOf(state, "notifications").ShouldBe("Degraded");
    }

    [Fact]
    public async Task A_service_that_is_down_makes_health_503_while_the_gateway_is_alive()
    {
        await system.Transparency.KillAsync();
        var (status, state) = await HealthAsync(health => StatusOf(health, "portal") == "Healthy");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        StatusOf(state, "transparency").ShouldBe("Unhealthy");
        StatusOf(state, "portal").ShouldBe("Healthy");
        using var alive = await system.SendAsync("GET", "/alive");
        alive.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_well_known_document_says_who_and_where_and_carries_a_validator()
    {
        using var answer = await system.SendAsync("GET", "/.well-known/open-government");
        var document = await JsonAsync(answer);
        document.GetProperty("cve_ent").GetString().ShouldBe("15");
        document.GetProperty("iso").GetString().ShouldBe("MX-MEX");
        document.GetProperty("guarantor").GetProperty("name").GetString().ShouldBe("Infoem");
        document.GetProperty("software").GetProperty("name").GetString().ShouldBe("OpenGovAspire");
        document.GetProperty("catalogue").GetProperty("jsonld").GetString().ShouldBe("/datos/catalogo.jsonld");
        document.GetProperty("openapi").GetProperty("action-plans").GetString().ShouldBe("/api/action-plans/openapi/v1.json");

        using var again = await system.SendAsync("GET", "/.well-known/open-government", ("If-None-Match", answer.Headers.ETag!.ToString()));
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        again.Headers.ETag.ShouldBe(answer.Headers.ETag);

        await system.Participants.KillAsync();
        using var away = await system.SendAsync("GET", "/.well-known/open-government");
        away.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_well_known_document_is_a_second_old_at_most()
    {
        using var before = await system.SendAsync("GET", "/.well-known/open-government");
        (await JsonAsync(before)).GetProperty("name").GetString().ShouldBe("Gobierno abierto");
        before.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.Zero);

        // A busy machine may not say its version in time; then the document that is known is given, as while a service is away.
        for (var attempt = 1; ; attempt++)
        {
            (system.Name, system.Participants.StateVersion) = ($"Otro nombre {attempt}", $"{attempt + 1}");
            await Task.Delay(TimeSpan.FromMilliseconds(900));
            using var after = await system.SendAsync("GET", "/.well-known/open-government");
            var name = (await JsonAsync(after)).GetProperty("name").GetString();
            if (name == system.Name)
                return;
            attempt.ShouldBeLessThan(5, name);
        }
    }

    [Fact]
    public async Task Without_participants_ever_seen_the_well_known_document_is_503()
    {
        await system.Participants.KillAsync();
        using var answer = await system.SendAsync("GET", "/.well-known/open-government");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    /// <summary>Who takes longer than a second is rightly called unwell, as on a busy machine: asked again. An answer is kept for half a second.</summary>
    private async Task<(HttpStatusCode Status, JsonElement State)> HealthAsync(Func<JsonElement, bool> isExpected)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await system.SendAsync("GET", "/health");
            var state = await JsonAsync(answer);
            if (attempt == 10 || isExpected(state))
                return (answer.StatusCode, state);
            await Task.Delay(600);
        }
    }

    private static string? StatusOf(JsonElement health, string? service = null) =>
        (service is null ? health : health.GetProperty("services").GetProperty(service)).GetProperty("status").GetString();

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        using var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
        return document.RootElement.Clone();
    }
}
