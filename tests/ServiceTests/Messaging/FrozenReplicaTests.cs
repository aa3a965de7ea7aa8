using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceTests.Transparency;
using Xunit.Abstractions;

namespace OpenGov.ServiceTests.Messaging;

/// <summary>
/// A replica stands still (SIGSTOP, as a machine that is paused or moved) in the middle of a transaction that holds the place in an
/// owner's log. Two real processes, a real database, the owner's feed over HTTP.
/// </summary>
public sealed class FrozenReplicaTests(TransparencyHost service, ITestOutputHelper output) : IClassFixture<TransparencyHost>
{
    private const string Owner = Owners.Participants;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_replica_that_stands_still_with_the_position_locked_holds_its_copy_for_half_a_minute_at_most_and_doubles_nothing()
    {
        using var limit = new CancellationTokenSource(Limit);
        // Not through the host's own service, which would start and apply too: this class has the host to itself, for its database and feed.
        await using var database = NpgsqlDataSource.Create(service.ConnectionString);
        await using var feed = await FeedAsync();
        // An organisation is written over by a second application, which nobody would see: every write leaves a row here.
        await ExecuteAsync(
            """
            create table applied (id uuid not null);
            create function note_applied() returns trigger language plpgsql as 'begin insert into applied values (new.id); return new; end';
            create trigger note_applied before insert or update on organisation for each row execute function note_applied();
            """);
        using var first = await ServiceProcess.StartAsync(service, (Owner, feed.Address));

        // The first replica waits for the table inside its transaction, with the position locked. It is frozen there, then the table is free.
        await using var connection = await database.OpenConnectionAsync(limit.Token);
        await using (var held = await connection.BeginTransactionAsync(limit.Token))
        {
            await using var hold = new NpgsqlCommand("lock table organisation in access exclusive mode", connection, held);
            await hold.ExecuteNonQueryAsync(limit.Token);
            Append(20);
            await UntilAsync("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike '%insert into organisation%'", 1);
            first.Freeze();
            await held.CommitAsync(limit.Token);
        }

        await UntilAsync("select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%' and query ilike '%insert into organisation%'", 1);
        var standing = Stopwatch.StartNew();
        using var second = await ServiceProcess.StartAsync(service, (Owner, feed.Address));
        var (applied, came) = (await CountAsync("select count(*) from applied"), standing.Elapsed);
        // Where the second took half a minute to start, the database has ended the first one's transaction already.
        if (came < DatabaseConnections.IdleInTransaction - TimeSpan.FromSeconds(2))
            applied.ShouldBe(0, "the place is still locked by the one that stands still");
        await UntilAsync("select sequence from inbox_position where owner = 'participants'", 20);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the other replica went on {standing.Elapsed.TotalSeconds:0.0} s after the first stood still"));
        standing.Elapsed.ShouldBeLessThan((came > DatabaseConnections.IdleInTransaction ? came : DatabaseConnections.IdleInTransaction) + TimeSpan.FromSeconds(15));

        // Awake again, it finds its transaction gone. Left alone it takes up what comes, and applies nothing again.
        first.Thaw();
        Append(5);
        await UntilAsync("select sequence from inbox_position where owner = 'participants'", 25);
        second.Kill();
        Append(5);
        await UntilAsync("select sequence from inbox_position where owner = 'participants'", 30);
        (await first.Client.GetAsync("/health", limit.Token)).IsSuccessStatusCode.ShouldBeTrue();
        (await CountAsync("select count(*) from applied")).ShouldBe(30);
        (await CountAsync("select count(distinct id) from applied")).ShouldBe(30);
        (await CountAsync("select count(*) from organisation")).ShouldBe(30);
        (await CountAsync("select count(*) from inbox_parked")).ShouldBe(0);

        void Append(int count) =>
            service.Inbox.Append(Owner, [.. Enumerable.Range(0, count).Select(_ => MessagingHost.Fact(Guid.CreateVersion7(), 1))]);

        async Task ExecuteAsync(string sql)
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(limit.Token);
        }

        async Task<long> CountAsync(string sql)
        {
            await using var command = database.CreateCommand(sql);
            return await command.ExecuteScalarAsync(limit.Token) as long? ?? 0;
        }

        async Task UntilAsync(string sql, long atLeast)
        {
            while (await CountAsync(sql) < atLeast)
                await Task.Delay(100, limit.Token);
        }
    }

    /// <summary>The owner's feed over HTTP, for processes of their own.</summary>
    private async Task<FeedServer> FeedAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/internal/events", async (HttpContext http) =>
        {
            using var log = new HttpMessageInvoker(service.Inbox.FeedOf(Owner));
            using var page = await log.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"http://feed{http.Request.Path}{http.Request.QueryString}"), http.RequestAborted);
            http.Response.ContentType = "application/json";
            await page.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        });
        await app.StartAsync();
        return new FeedServer(app, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
    }

    private sealed record FeedServer(WebApplication App, Uri Address) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
