using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.Transparency;

namespace OpenGov.ServiceTests.ServiceDefaults;

/// <summary>Idempotency keys, conditional requests and audit, on a service with addresses of the test's own.</summary>
public sealed class WriteTests(ServiceHost<TransparencyDb> host) : IClassFixture<ServiceHost<TransparencyDb>>, IAsyncLifetime
{
    private readonly List<string> made = [];
    private WebApplication app = null!;
    private HttpClient client = null!;
    private TaskCompletionSource hold = new();

    public sealed record Thing(string Name, bool Refused = false);

    public async Task InitializeAsync()
    {
        hold.SetResult();
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration["ConnectionStrings:transparency-db"] = host.ConnectionString;
        builder.Configuration["OpenGov:InstanceKey"] = "an instance key of the tests, long enough";
        builder.AddServiceDefaults(Owners.Transparency);
        builder.AddServiceDatabase<TransparencyDb>("transparency-db");
        builder.AddMessaging(Owners.Transparency);
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.UseServiceDefaults(Owners.Transparency);
        app.MapPost("/things", MakeAsync).AddEndpointFilter<IdempotencyFilter>();
        app.MapGet("/things/1", (HttpContext http) => http.IsNotModified(ETags.Of(7)) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Text("thing"));
        app.MapPut("/things/1", (HttpContext http) => http.RequireMatch(7) is { IsRefused: true } refused ? http.Problem(refused) : Results.NoContent());
        app.MapGet("/raised/{state}", (string state) => Raise(new PostgresException("raised", "ERROR", "ERROR", state)));
        app.MapGet("/saved/{state}", (string state) => Raise(new DbUpdateException("not saved", new PostgresException("raised", "ERROR", "ERROR", state))));
        await app.StartAsync();
        client = app.GetTestClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_repeated_key_gets_the_first_answer_and_has_one_effect()
    {
        var key = Guid.NewGuid().ToString();
        using var first = await PostAsync(key, new Thing("one"));
        using var second = await PostAsync(key, new Thing("one"));
        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.Headers.Location.ShouldBe(first.Headers.Location);
        second.Headers.ETag.ShouldBe(first.Headers.ETag);
        second.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await second.Content.ReadFromJsonAsync<Thing>()).ShouldBe(new Thing("one"));
        made.ShouldBe(["one"]);
        (await AuditedAsync("one")).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_twice_at_once_has_one_effect()
    {
        var key = Guid.NewGuid().ToString();
        hold = new TaskCompletionSource();
        var requests = Enumerable.Range(0, 5).Select(_ => PostAsync(key, new Thing("race"))).ToArray();
        await Eventually.ShouldBeAsync(() => Task.FromResult(made.Count), 1);
        hold.SetResult();
        var answers = await Task.WhenAll(requests);
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        answers.Select(answer => answer.Headers.Location).Distinct().Count().ShouldBe(1);
        made.ShouldBe(["race"]);
        (await AuditedAsync("race")).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_with_other_content_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        using var first = await PostAsync(key, new Thing("two"));
        using var other = await PostAsync(key, new Thing("three"));
        other.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await other.Content.ReadAsStringAsync()).ShouldContain("idempotency_key_reused");
        made.ShouldBe(["two"]);
    }

    [Fact]
    public async Task A_refusal_leaves_nothing_and_the_key_may_be_used_again()
    {
        var key = Guid.NewGuid().ToString();
        using var refused = await PostAsync(key, new Thing("four", Refused: true));
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await AuditedAsync("four")).ShouldBe(0);
        using var corrected = await PostAsync(key, new Thing("five"));
        corrected.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await AuditedAsync("five")).ShouldBe(1);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with spaces in it")]
    public async Task A_malformed_key_is_a_bad_request(string key)
    {
        using var answer = await PostAsync(key, new Thing("six"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        made.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PostgresErrorCodes.DeadlockDetected, HttpStatusCode.ServiceUnavailable, "service_unavailable")]
    [InlineData(PostgresErrorCodes.SerializationFailure, HttpStatusCode.ServiceUnavailable, "service_unavailable")]
    [InlineData(PostgresErrorCodes.LockNotAvailable, HttpStatusCode.ServiceUnavailable, "service_unavailable")]
    [InlineData(PostgresErrorCodes.QueryCanceled, HttpStatusCode.ServiceUnavailable, "service_unavailable")]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, HttpStatusCode.ServiceUnavailable, "service_unavailable")]
    [InlineData(PostgresErrorCodes.UndefinedTable, HttpStatusCode.InternalServerError, "unexpected_error")]
    public async Task What_passes_by_itself_is_told_so_with_the_time_to_try_again(string state, HttpStatusCode status, string code)
    {
        // Plain, and as Entity Framework wraps what it saves.
        foreach (var address in (string[])["raised", "saved"])
        {
            using var answer = await client.GetAsync(new Uri($"/{address}/{state}", UriKind.Relative));
            answer.StatusCode.ShouldBe(status);
            (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"code\":\"{code}\"");
            (answer.Headers.RetryAfter is not null).ShouldBe(status == HttpStatusCode.ServiceUnavailable);
        }
    }

    [Fact]
    public async Task A_text_that_PostgreSQL_cannot_hold_is_a_bad_request()
    {
        using var answer = await PostAsync(Guid.NewGuid().ToString(), new Thing("nul\0"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("application/json; charset=nonsense", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.Created)]
    public async Task RFC_8259_8_1_JSON_is_UTF_8_and_nothing_else(string type, HttpStatusCode status)
    {
        using var body = new StringContent("{\"name\":\"seven\"}");
        body.Headers.Remove("Content-Type");
        body.Headers.TryAddWithoutValidation("Content-Type", type).ShouldBeTrue();
        using var answer = await client.PostAsync(new Uri("/things", UriKind.Relative), body);
        answer.StatusCode.ShouldBe(status);
        made.Count.ShouldBe(status == HttpStatusCode.Created ? 1 : 0);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("\"6\"", HttpStatusCode.OK)]
    [InlineData("\"7\"", HttpStatusCode.NotModified)]
    [InlineData("W/\"7\"", HttpStatusCode.NotModified)]
    [InlineData("\"1\", \"7\"", HttpStatusCode.NotModified)]
    [InlineData("*", HttpStatusCode.NotModified)]
    public async Task If_None_Match_answers_304_for_the_version_that_the_caller_has(string? known, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/things/1");
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(status);
        answer.Headers.ETag!.Tag.ShouldBe("\"7\"");
    }

    [Theory]
    [InlineData(null, (HttpStatusCode)428)]
    [InlineData("\"6\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"7\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("\"7\"", HttpStatusCode.NoContent)]
    public async Task If_Match_guards_writes(string? known, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/things/1");
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-Match", known);
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(status);
    }

    private static IResult Raise(Exception exception) => throw exception;

    private async Task<HttpResponseMessage> PostAsync(string key, Thing thing)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/things") { Content = JsonContent.Create(thing) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    private async Task<Results<Created<Thing>, ProblemHttpResult>> MakeAsync(Thing thing, TransparencyDb database, HttpContext http)
    {
        lock (made)
            made.Add(thing.Name);
        await hold.Task;
        database.Audit(null, "made", thing.Name, Guid.CreateVersion7(), after: thing);
        await database.SaveChangesAsync();
        if (thing.Refused)
            return http.Problem(Refusal.Conflict("lost_race"));
        http.Response.GetTypedHeaders().ETag = ETags.Of(1);
        return TypedResults.Created($"/things/{Guid.CreateVersion7()}", thing);
    }

    private async Task<long> AuditedAsync(string subject)
    {
        await using var source = NpgsqlDataSource.Create(host.ConnectionString);
        await using var command = source.CreateCommand("select count(*) from audit_log where action = 'made' and subject = $1 and after ->> 'name' = $1");
        command.Parameters.Add(new() { Value = subject });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
