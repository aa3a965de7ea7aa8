using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenGov.ServiceDefaults;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.UnitTests.ServiceDefaults;

/// <summary>What every service answers, and writes down, where a request fails: as in production, with addresses of the test's own.</summary>
public sealed class FailedRequestTests : IAsyncLifetime
{
    private readonly WrittenLines lines = new();
    private WebApplication app = null!;
    private HttpClient client = null!;

    public sealed record Thing(string Name, int Count);

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["OpenGov:InstanceKey"] = "an instance key of the tests, long enough";
        builder.AddServiceDefaults("transparency");
        builder.Logging.ClearProviders().AddProvider(lines);
        app = builder.Build();
        app.UseServiceDefaults("transparency");
        app.MapGet("/fails/{id}", (string id) => Fail(id));
        app.MapPost("/things", (Thing thing) => thing.Name);
        app.MapGet("/mine/{id}", (string id) => id).RequireAuthorization();
        app.MapGet("/others/{id}", (HttpContext http) => http.Problem(new Refusal("not_yours", StatusCodes.Status403Forbidden)));
        await app.StartAsync();
        client = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task What_nobody_foresaw_is_500_with_a_trace_says_nothing_of_the_inside_and_is_logged_without_its_values()
    {
        using var answer = await client.GetAsync("/fails/secreto-del-camino");
        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("unexpected_error");
        text.ShouldContain("traceId");
        foreach (var inside in new[] { "secreto", "InvalidOperation", "System.", "OpenGov.", "   at " })
            text.ShouldNotContain(inside);
        var line = lines.Written.Single(one => one.Level == LogLevel.Error);
        line.Text.ShouldContain("unexpected_error");
        line.Exception.ShouldBeOfType<OpenGov.ServiceDefaults.Telemetry.LoggedException>().ToString().ShouldNotContain("secreto@ejemplo.mx");
    }

    [Theory]
    [InlineData("{", 1, "")]
    [InlineData("{\n  \"name\": 1}", 2, "/name")]
    [InlineData("{\"name\": \"a\", \"nombre\": 1}", 1, "/nombre")]
    public async Task JSON_that_is_none_or_not_what_is_expected_is_refused_with_its_place_and_no_type_of_ours(string body, int line, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/things", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("invalid_json");
        text.ShouldMatch($@"línea {line}, byte [1-9][0-9]*\.");
        if (field.Length > 0)
            text.ShouldContain($"\"{field}\"");
        foreach (var inside in new[] { "System.", "OpenGov.", ".NET", "Thing", "LineNumber" })
            text.ShouldNotContain(inside);
    }

    [Fact]
    public async Task Who_is_refused_stands_in_the_security_log_with_the_route_and_never_with_the_address()
    {
        using var nobody = await client.GetAsync("/mine/un-enlace-secreto");
        nobody.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var other = await client.GetAsync("/others/un-enlace-secreto");
        other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var missing = await client.GetAsync("/nada/un-enlace-secreto");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var written = lines.Written.Where(one => one.Category == SecurityLog.Category).Select(one => one.Text).ToList();
        written.Count.ShouldBe(2);
        written[0].ShouldContain("sign_in_required");
        written[0].ShouldContain("/mine/{id}");
        written[1].ShouldContain("not_yours");
        written[1].ShouldContain("/others/{id}");
        written.ShouldAllBe(text => !text.Contains("secreto", StringComparison.Ordinal));
    }

    private static string Fail(string id) => throw new InvalidOperationException($"no such thing as '{id}' of \"secreto@ejemplo.mx\"");
}
