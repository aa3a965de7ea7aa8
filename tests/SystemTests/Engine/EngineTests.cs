using System.Diagnostics;
using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.AppHost.Native;

namespace OpenGov.SystemTests.Engine;

/// <summary>The native engine with small descriptions, on real servers and real programs.</summary>
[Collection("engine")]
public sealed class EngineTests : IDisposable
{
    private const string EchoServer = "require('http').createServer((q, a) => a.end('ok')).listen(process.env.PORT, '127.0.0.1')";
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(5));

    private CancellationToken Limit => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task A_second_start_finds_the_data_and_keeps_passwords_parameters_and_ports()
    {
        using var folder = new DataFolder();
        async Task<(string Password, int Port, string Parameter)> RunAsync(string statement)
        {
            var builder = DistributedApplicationTestingBuilder.Create("--Data", folder);
            var parameter = builder.AddParameter("key", new GenerateParameterDefault { MinLength = 30 }, secret: true, persist: true);
            builder.AddPostgres("postgres").WithDataVolume().AddDatabase("things-db");
            await using var app = await builder.BuildAsync(Limit);
            await app.StartAsync(Limit);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("things-db", Limit);
            var connectionString = (await app.GetConnectionStringAsync("things-db", Limit))!;
            await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
            await connection.OpenAsync(Limit);
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(Limit);
            var parts = new NpgsqlConnectionStringBuilder(connectionString);
            return (parts.Password!, parts.Port, (await parameter.Resource.GetValueAsync(Limit))!);
        }

        var first = await RunAsync("CREATE TABLE thing (name text PRIMARY KEY)");
        var second = await RunAsync("INSERT INTO thing VALUES ('kept')");

        second.ShouldBe(first);
        foreach (var secret in Directory.GetFiles(Path.Combine(folder, "secrets")))
            File.GetUnixFileMode(secret).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, secret);
    }

    [Fact]
    public async Task A_database_lets_nobody_but_its_owner_in()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var postgres = builder.AddPostgres("postgres");
        postgres.AddDatabase("one-db");
        postgres.AddDatabase("other-db");
        await using var app = await builder.BuildAsync(Limit);
        await app.StartAsync(Limit);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("one-db", Limit);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("other-db", Limit);
        var intruder = new NpgsqlConnectionStringBuilder(await app.GetConnectionStringAsync("one-db", Limit)) { Database = "other-db", Pooling = false };

        await using var connection = new NpgsqlConnection(intruder.ConnectionString);

        (await Should.ThrowAsync<PostgresException>(() => connection.OpenAsync(Limit))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_child_that_hangs_is_ended_and_started_again()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create("--SilenceSeconds", "1");
        builder.AddExecutable("sleeper", "node", ".", "-e", EchoServer).WithHttpEndpoint(env: "PORT").WithHttpHealthCheck("/");
        await using var app = await builder.BuildAsync(Limit);
        await app.StartAsync(Limit);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("sleeper", Limit);
        var hung = app.GetProcessIds("sleeper").Single();

        Processes.Signal(hung, "STOP");

        await Processes.UntilAsync(() => app.GetProcessIds("sleeper") is [var next] && next != hung, TimeSpan.FromSeconds(60), "the child was not started again");
        await app.ResourceNotifications.WaitForResourceHealthyAsync("sleeper", Limit);
        Processes.IsAlive(hung).ShouldBeFalse();
        using var client = app.CreateHttpClient("sleeper");
        (await client.GetStringAsync(new Uri("/", UriKind.Relative), Limit)).ShouldBe("ok");
    }

    [Fact]
    public async Task A_killed_child_comes_back_on_its_port_while_the_others_keep_working()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddPostgres("postgres").AddDatabase("things-db");
        builder.AddExecutable("bystander", "node", ".", "-e", EchoServer).WithHttpEndpoint(env: "PORT").WithHttpHealthCheck("/");
        await using var app = await builder.BuildAsync(Limit);
        await app.StartAsync(Limit);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("things-db", Limit);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("bystander", Limit);
        var connectionString = (await app.GetConnectionStringAsync("things-db", Limit))!;
        var (server, bystander) = (app.GetProcessIds("postgres").Single(), app.GetProcessIds("bystander").Single());

        for (var kill = 0; kill < 2; kill++)
        {
            server = app.GetProcessIds("postgres").Single();
            Processes.Signal(server, "KILL");
            // Its process, not its state: that it was away is over within an instant.
            await Processes.UntilAsync(() => app.GetProcessIds("postgres") is [var next] && next != server, TimeSpan.FromSeconds(60), "PostgreSQL to be started again");
            using var client = app.CreateHttpClient("bystander");
            (await client.GetStringAsync(new Uri("/", UriKind.Relative), Limit)).ShouldBe("ok");
            await app.ResourceNotifications.WaitForResourceHealthyAsync("postgres", Limit);
        }

        app.GetProcessIds("postgres").Single().ShouldNotBe(server);
        // The process forgets its end; the operator must not.
        var note = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(app.GetDataFolder(), "run", "postgres.restarts")))!;
        note["count"]!.GetValue<long>().ShouldBe(2);
        note["exitCode"]!.GetValue<int>().ShouldNotBe(0);
        app.GetProcessIds("bystander").Single().ShouldBe(bystander);
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Limit);
    }

    [Fact]
    public async Task A_child_that_fails_again_and_again_is_started_ever_more_slowly()
    {
        using var folder = new DataFolder();
        await using var builder = DistributedApplicationTestingBuilder.Create("--Data", folder);
        // Healthy until told to fail, from then on it ends at once.
        var fail = Path.Combine(folder, "fail");
        var program = $"const fs = require('fs'); console.log('start', Date.now()); if (fs.existsSync('{fail}')) process.exit(1); {EchoServer}";
        builder.AddExecutable("failing", "node", ".", "-e", program).WithHttpEndpoint(env: "PORT").WithHttpHealthCheck("/");
        await using var app = await builder.BuildAsync(Limit);
        await app.StartAsync(Limit);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("failing", Limit);

        await File.WriteAllTextAsync(fail, "", Limit);
        Processes.Signal(app.GetProcessIds("failing").Single(), "KILL");
        var log = Path.Combine(folder, "logs", "failing.log");
        long[] Starts() => [.. File.ReadLines(log).Where(l => l.StartsWith("start ", StringComparison.Ordinal)).Select(l => long.Parse(l[6..], System.Globalization.CultureInfo.InvariantCulture))];
        await Processes.UntilAsync(() => Starts().Length >= 5, TimeSpan.FromSeconds(30), "the child was not started again");

        var starts = Starts();
        var pauses = starts.Skip(2).Zip(starts.Skip(1), (later, earlier) => later - earlier).ToArray();
        pauses.ShouldBeInOrder();
        pauses[^1].ShouldBeGreaterThan(pauses[0]);

        File.Delete(fail);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("failing", Limit);
    }

    [Fact]
    public async Task A_child_that_cannot_start_ends_the_run_with_the_end_of_its_log_and_a_remedy()
    {
        using var folder = new DataFolder();
        await using var builder = DistributedApplicationTestingBuilder.Create("--Data", folder);
        builder.AddExecutable("broken", "sh", ".", "-c", "echo the wheel is missing >&2; exit 3").WithHttpEndpoint();
        builder.AddExecutable("healthy", "sleep", ".", "1000");
        await using var app = await builder.BuildAsync(Limit);

        // Run is the whole life: it must end by itself, and take the healthy child with it.
        var (exitCode, output, errors) = (Environment.ExitCode, Console.Out, Console.Error);
        await using var said = new StringWriter();
        Console.SetError(said);
        try
        {
            await app.RunAsync(Limit).WaitAsync(Limit);
            Environment.ExitCode.ShouldBe(1);
        }
        finally
        {
            Console.SetError(errors);
            Console.SetOut(output);
            Environment.ExitCode = exitCode;
        }

        said.ToString().ShouldContain("the wheel is missing");
        said.ToString().ShouldContain("broken terminó con el código 3");
        said.ToString().ShouldContain($"Qué hacer: Lea la bitácora completa en {folder}/logs/broken.log");
        Processes.MentioningFolder(folder).ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(folder, "run"), "*.pid").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_missing_program_is_named_with_the_package_that_brings_it()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("missing", "no-such-program", ".");
        await using var app = await builder.BuildAsync(Limit);
        await app.StartAsync(Limit);

        var failure = await Should.ThrowAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("missing", Limit));

        failure.Message.ShouldContain("Falta el programa no-such-program");
        failure.Message.ShouldContain("Qué hacer");
    }

    [Fact]
    public async Task Two_instances_run_side_by_side_on_loopback_only()
    {
        async Task<DistributedApplication> StartAsync()
        {
            var builder = DistributedApplicationTestingBuilder.Create();
            builder.AddPostgres("postgres").AddDatabase("things-db");
            builder.AddRabbitMQ("broker").WithManagementPlugin();
            var app = await builder.BuildAsync(Limit);
            await app.StartAsync(Limit);
            return app;
        }

        await using var one = await StartAsync();
        await using var other = await StartAsync();

        foreach (var app in new[] { one, other })
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync("things-db", Limit);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("broker", Limit);
            (string Resource, string Endpoint)[] endpoints =
                [("postgres", "tcp"), ("broker", "tcp"), ("broker", "management"), ("broker", "distribution"), ("broker-epmd", "tcp")];
            foreach (var (resource, endpoint) in endpoints)
            {
                var listeners = Processes.ListenersAt(app.GetEndpoint(resource, endpoint).Port);
                listeners.ShouldNotBeEmpty($"{resource} {endpoint}");
                listeners.ShouldAllBe(address => IPAddress.IsLoopback(address), $"{resource} {endpoint}");
            }
        }
        one.GetEndpoint("broker", "tcp").Port.ShouldNotBe(other.GetEndpoint("broker", "tcp").Port);
        one.GetDataFolder().ShouldNotBe(other.GetDataFolder());
    }

    [Fact]
    public async Task One_folder_serves_one_instance_at_a_time()
    {
        using var folder = new DataFolder();
        DistributedApplication Describe()
        {
            var builder = DistributedApplicationTestingBuilder.Create("--Data", folder);
            builder.AddExecutable("sleeper", "sleep", ".", "1000");
            return builder.Build();
        }

        await using var first = Describe();
        await first.StartAsync(Limit);
        await using var second = Describe();

        (await Should.ThrowAsync<DistributedApplicationException>(() => second.StartAsync(Limit))).Message.ShouldContain("Otra instancia ya usa");
    }

    [Fact]
    public async Task What_an_earlier_run_left_is_ended_and_a_process_that_only_has_its_id_is_not()
    {
        using var folder = new DataFolder();
        using var leftover = Process.Start("setsid", ["sh", "-c", "trap '' TERM; while true; do sleep 1; done"]);
        using var stranger = Process.Start("sleep", ["1000"]);
        try
        {
            var run = Directory.CreateDirectory(Path.Combine(folder, "run")).FullName;
            var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Limit)).Trim();
            string Started(int id) => File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].Split(' ')[19];
            await File.WriteAllTextAsync(Path.Combine(run, "leftover.pid"), $"{leftover.Id} 15 {Started(leftover.Id)} {boot}", Limit);
            await File.WriteAllTextAsync(Path.Combine(run, "stranger.pid"), $"{stranger.Id} 15 {Started(stranger.Id)}1 {boot}", Limit);

            await using var builder = DistributedApplicationTestingBuilder.Create("--Data", folder);
            await using var app = await builder.BuildAsync(Limit);
            await app.StartAsync(Limit);

            await leftover.WaitForExitAsync(Limit);
            stranger.HasExited.ShouldBeFalse();
            Directory.GetFiles(run, "*.pid").ShouldBeEmpty();
        }
        finally
        {
            leftover.Kill(entireProcessTree: true);
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_resource_can_be_stopped_and_started_again()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("echo", "node", ".", "-e", EchoServer).WithHttpEndpoint(env: "PORT").WithHttpHealthCheck("/");
        await using var app = await builder.BuildAsync(Limit);
        await app.StartAsync(Limit);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("echo", Limit);
        var address = app.GetEndpoint("echo");

        (await app.ResourceCommands.ExecuteCommandAsync("echo", KnownResourceCommands.StopCommand, Limit)).Success.ShouldBeTrue();
        app.GetProcessIds("echo").ShouldBeEmpty();
        app.ResourceNotifications.TryGetCurrentState("echo", out var stopped).ShouldBeTrue();
        stopped!.Snapshot.State!.Text.ShouldBe(KnownResourceStates.Exited);

        (await app.ResourceCommands.ExecuteCommandAsync("echo", KnownResourceCommands.StartCommand, Limit)).Success.ShouldBeTrue();
        await app.ResourceNotifications.WaitForResourceHealthyAsync("echo", Limit);
        app.GetEndpoint("echo").ShouldBe(address);

        (await app.ResourceCommands.ExecuteCommandAsync("nobody", KnownResourceCommands.StopCommand, Limit)).Success.ShouldBeFalse();
    }
}
