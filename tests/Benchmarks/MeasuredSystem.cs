using System.Diagnostics;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.AppHost.Native;
using OpenGov.Benchmarks.Harness;
using OpenGov.Benchmarks.Peers;

namespace OpenGov.Benchmarks;

/// <summary>
/// The real system on free ports with its own data folder. PostgreSQL syncs to the disk as in production. Limits on requests are off:
/// they would be what is measured.
/// </summary>
internal sealed class MeasuredSystem : IAsyncDisposable
{
    /// <summary>The gateway with its cache switched off.</summary>
    public const string UncachedGateway = "gateway-uncached";

    /// <summary>The same gateway, also without its cache, before the hand-written endpoint.</summary>
    public const string EndpointGateway = "gateway-endpoint";

    public const string Endpoint = "minimal-endpoint";

    public static readonly string[] Processes = ["participants", "action-plans", "transparency", "notifications", "portal", "gateway"];
    public static readonly string[] Servers = ["postgres", "broker"];

    private readonly DistributedApplication app;

    private MeasuredSystem(DistributedApplication app) => this.app = app;

    /// <summary>From the start until each resource was healthy.</summary>
    public IReadOnlyDictionary<string, TimeSpan> HealthyAfter { get; private set; } = null!;

    public string DataFolder => app.GetDataFolder();

    public Uri Origin => app.GetEndpoint("gateway", "http");

    /// <param name="withPeers">Also the hand-written endpoint and two more gateways.</param>
    public static async Task<MeasuredSystem> StartAsync(string dataFolder, bool withPeers)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>([$"--Data={dataFolder}", "--MailCatcher=true", "--AutomaticBackups=false"]);
        var gateway = builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(project => project.Name == "gateway"));
        WithoutLimits(gateway);
        if (withPeers)
            AddPeers(builder);

        var system = new MeasuredSystem(await builder.BuildAsync());
        var started = Stopwatch.GetTimestamp();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await system.app.StartAsync(limit.Token);
        string[] awaited = withPeers ? [.. Servers, .. Processes, Endpoint, UncachedGateway, EndpointGateway] : [.. Servers, .. Processes];
        var healthy = await Task.WhenAll(awaited.Select(async name =>
        {
            await system.app.ResourceNotifications.WaitForResourceHealthyAsync(name, limit.Token);
            return (name, Stopwatch.GetElapsedTime(started));
        }));
        system.HealthyAfter = healthy.ToDictionary(pair => pair.name, pair => pair.Item2, StringComparer.Ordinal);
        return system;
    }

    public Uri At(string resource, string path) => new(app.GetEndpoint(resource, "http"), path);

    public IReadOnlyList<int> ProcessIds(string resource) => app.GetProcessIds(resource);

    public async Task<string> ConnectionStringAsync(string name) => (await app.GetConnectionStringAsync(name))!;

    public async Task<T> ScalarAsync<T>(string database, string sql, params IReadOnlyList<object> values)
    {
        await using var source = NpgsqlDataSource.Create(await ConnectionStringAsync(database) + ";Pooling=false;Command Timeout=300");
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Loads the sample exercise through the public API, or signs its accounts in again where it is there already.</summary>
    public async Task LoadSampleAsync()
    {
        var link = "";
        for (var attempt = 0; link.Length == 0 && attempt < 300; attempt++)
        {
            var log = await File.ReadAllTextAsync(Path.Combine(DataFolder, "logs", "participants.log"));
            link = Regex.Match(log, @"SETUP-LINK (?<link>[^\s""]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["link"].Value;
            await Task.Delay(100);
        }

        var smtp = app.GetEndpoint("mail-catcher", "smtp");
        await Programs.RunAsync(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "OpenGov.SampleLoader.dll"), "--gateway", Origin.ToString(), "--setup-link", new Uri(Origin, new Uri(link).PathAndQuery).ToString(),
                "--smtp", $"{smtp.Host}:{smtp.Port}", "--mail-page", app.GetEndpoint("mail-catcher", "http").ToString(), "--accounts", AccountsFile,
            ],
            TimeSpan.FromMinutes(5));
    }

    /// <summary>Ends the sample's subscription: mails are no part of what is measured, and sending them would go on beside it.</summary>
    public Task<long> UnfollowAsync() => ScalarAsync<long>(
        "notifications-db",
        """
        with ended as (update subscription set state = 'UNSUBSCRIBED', ended_at = now(), address_sealed = null, address_hash = null
            where state in ('PENDING', 'ACTIVE') returning 1)
        select count(*) from ended
        """);

    public string AccountsFile => Path.Combine(DataFolder, "sample-accounts.json");

    /// <summary>Waits until every fact of ActionPlans is in both inboxes.</summary>
    public async Task QuietAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(5))
        {
            var head = await ScalarAsync<long>("action-plans-db", "select case when exists (select from event_log where sequence is null) then -1 else numbered end from relay_position");
            if (head == await InboxAsync("transparency-db") && head == await InboxAsync("notifications-db"))
                return;
            await Task.Delay(200);
        }

        throw new TimeoutException("The inboxes did not catch up.");
    }

    public Task<long> InboxAsync(string database) => ScalarAsync<long>(database, "select coalesce((select sequence from inbox_position where owner = 'action-plans'), 0)");

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static void AddPeers(IDistributedApplicationTestingBuilder builder)
    {
        var database = builder.CreateResourceBuilder(builder.Resources.OfType<PostgresDatabaseResource>().Single(one => one.Name == "action-plans-db"));
        var endpoint = builder.AddExecutable(Endpoint, Environment.ProcessPath!, ".", typeof(MinimalEndpoint).Assembly.Location, MinimalEndpoint.Verb)
            .WithReference(database).WaitFor(database)
            .WithHttpEndpoint(env: "PORT").WithHttpHealthCheck("/alive");
        AddGateway(builder, UncachedGateway);
        AddGateway(builder, EndpointGateway).WithEnvironment("services__action-plans__http__0", endpoint.GetEndpoint("http"));
    }

    private static IResourceBuilder<ProjectResource> AddGateway(IDistributedApplicationTestingBuilder builder, string name)
    {
        var gateway = builder.AddProject(name, "../Gateway/Gateway.csproj").WithHttpEndpoint().WithHttpHealthCheck("/alive")
            .WithEnvironment("OpenGov__InstanceKey", builder.CreateResourceBuilder(builder.Resources.OfType<ParameterResource>().Single(one => one.Name == "instance-key")))
            .WithEnvironment("Gateway__Cache__Enabled", "false");
        foreach (var project in builder.Resources.OfType<ProjectResource>().Where(one => Processes.Contains(one.Name, StringComparer.Ordinal) && one.Name != "gateway").ToList())
            gateway.WithReference(builder.CreateResourceBuilder(project));
        WithoutLimits(gateway);
        return gateway;
    }

    /// <summary>Out of reach, and not off: looking at them is work that each request causes in production.</summary>
    private static void WithoutLimits(IResourceBuilder<ProjectResource> gateway)
    {
        foreach (var kind in new[] { "Reads", "Writes", "SignIns", "Subscriptions", "AccountReads", "AccountWrites" })
            gateway.WithEnvironment($"Gateway__Limits__{kind}__Burst", "2000000000").WithEnvironment($"Gateway__Limits__{kind}__PerMinute", "2000000000");
        gateway.WithEnvironment("Gateway__Limits__Concurrent", "1000000");
    }
}
