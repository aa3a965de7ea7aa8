using System.Globalization;
using System.Net;
using Aspire.Hosting.Testing;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Engine;

/// <summary>The real description: as a process that receives signals, and inside a test.</summary>
[Collection("engine")]
public sealed class AppHostTests
{
    [Fact]
    public async Task SIGTERM_stops_everything_and_leaves_no_process_behind()
    {
        using var folder = new DataFolder();
        await using var appHost = RunningAppHost.Start(folder);
        await appHost.ReadyAsync();
        var children = appHost.Children();
        children.Count.ShouldBe(10, appHost.Output);

        Processes.Signal(appHost.Id, "TERM");

        (await appHost.ExitAsync()).ShouldBe(0, appHost.Output);
        children.Where(Processes.IsAlive).ShouldBeEmpty();
        await Processes.UntilAsync(() => Processes.MentioningFolder(folder).Count == 0, TimeSpan.FromSeconds(10), "the last of them to be gone");
        // In order: the broker was told to go, and PostgreSQL shut down cleanly.
        (await File.ReadAllTextAsync(Path.Combine(folder, "logs", "postgres.log"))).ShouldContain("database system is shut down");
    }

    [Fact]
    public async Task After_the_AppHost_itself_was_killed_the_next_start_ends_what_it_left_and_runs()
    {
        using var folder = new DataFolder();
        await using var killed = RunningAppHost.Start(folder);
        await killed.ReadyAsync();
        var children = killed.Children();

        Processes.Signal(killed.Id, "KILL");
        await killed.ExitAsync();
        await using var next = RunningAppHost.Start(folder, port: killed.Port);
        await next.ReadyAsync();

        children.Where(Processes.IsAlive).ShouldBeEmpty();
        using var client = new HttpClient();
        // A service that takes longer than a second just after the start is called unwell.
        await Eventually.HoldsAsync(
            async () => (await client.GetAsync(new Uri($"http://127.0.0.1:{next.Port}/health"))).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(60), "health");
    }

    [Fact]
    public async Task An_ordinary_user_needs_no_privileges()
    {
        using var folder = new DataFolder();
        // As root, try as somebody who has no rights here; anybody else is an ordinary user already.
        await using var appHost = RunningAppHost.Start(folder, Environment.IsPrivilegedProcess ? AsNobody(folder) : null);

        await appHost.ReadyAsync();

        var owner = File.ReadLines($"/proc/{appHost.Id}/status").Single(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1];
        owner.ShouldNotBe("0");
        foreach (var child in appHost.Children())
            File.ReadLines($"/proc/{child}/status").Single(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1].ShouldBe(owner);
    }

    [Fact]
    public async Task A_taken_port_is_said_before_anything_starts()
    {
        using var folder = new DataFolder();
        using var squatter = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        var port = ((IPEndPoint)squatter.LocalEndpoint).Port;

        await using var appHost = RunningAppHost.Start(folder, port: port);

        (await appHost.ExitAsync()).ShouldBe(1);
        appHost.Output.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"El puerto {port} de gateway está ocupado"));
        appHost.Children().ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_replica_is_known_to_those_who_call_it()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--Replicas", "2"], limit.Token);
        await using var app = await builder.BuildAsync(limit.Token);
        await app.StartAsync(limit.Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("gateway", limit.Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("action-plans", limit.Token);

        app.GetProcessIds("action-plans").Count.ShouldBe(2);
        var told = Processes.EnvironmentOf(app.GetProcessIds("gateway").Single());
        app.GetEndpoints("action-plans").Select(a => a.GetLeftPart(UriPartial.Authority))
            .ShouldBe([told["services__action-plans__http__0"], told["services__action-plans__http__1"]]);
        var service = Processes.EnvironmentOf(app.GetProcessIds("action-plans")[1]);
        service["ConnectionStrings__action-plans-db"].ShouldBe(await app.GetConnectionStringAsync("action-plans-db", limit.Token));
        service["ConnectionStrings__broker"].ShouldStartWith("amqp://");
        service["OpenGov__InstanceKey"].Length.ShouldBeGreaterThanOrEqualTo(44);
        using var client = app.CreateHttpClient("gateway");
        await Eventually.HoldsAsync(
            async () => (await client.GetAsync(new Uri("/health", UriKind.Relative), limit.Token)).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(60), "health");
    }

    private static string[] AsNobody(string folder)
    {
        const int Nobody = 65534;
        using (var chown = System.Diagnostics.Process.Start("chown", [$"{Nobody}:{Nobody}", folder]))
            chown.WaitForExit(TimeSpan.FromSeconds(5)).ShouldBeTrue();
        // A checkout below root's home cannot be read by others at all; there, and only there, reading is granted.
        string[] capability = IsPassable(AppContext.BaseDirectory) ? [] : ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
        return ["setpriv", "--reuid", $"{Nobody}", "--regid", $"{Nobody}", "--clear-groups", .. capability];
    }

    private static bool IsPassable(string folder)
    {
        for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
        {
            if (!place.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }
        return true;
    }
}
