using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.SystemTests.Support;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Faults;

/// <summary>A commitment with the activities on which a drill reports, and who may report on them.</summary>
public sealed record DrillActivity(string Id, string CommitmentIdentifier, ApiClient Liaison);

/// <summary>
/// The system that drills break: two replicas of each service, a plan with many activities of two institutions, followers, a
/// mail server in the test's process, and PostgreSQL as an operator runs it: the temporary folder of other tests would turn off
/// <c>synchronous_commit</c>, and with it what is to be shown.
/// </summary>
public class DrillSystem : RunningSystem
{
    private const string Plans = "/api/action-plans/v1";

    private readonly string folder = Directory.CreateTempSubdirectory("opengov-drill-").FullName;
    private readonly List<ApiClient> liaisons = [];
    private readonly Dictionary<string, NpgsqlDataSource> databases = new(StringComparer.Ordinal);

    public static readonly IReadOnlyList<string> Services = ["participants", "action-plans", "transparency", "notifications"];

    /// <summary>Whose facts are copied by whom.</summary>
    public static readonly IReadOnlyList<(string Subscriber, string Owner)> Copies =
    [
        ("action-plans", "participants"), ("transparency", "participants"), ("notifications", "participants"),
        ("transparency", "action-plans"), ("notifications", "action-plans"),
    ];

    public SmtpReceiver MailServer { get; } = new();

    public IReadOnlyList<DrillActivity> Activities { get; private set; } = [];

    /// <summary>Address and the commitment that it follows.</summary>
    public IReadOnlyList<(string Address, string CommitmentIdentifier)> Followers { get; private set; } = [];

    public string FailPointFolder => Path.Combine(folder, "fail-points");

    /// <summary>How many mails one process of Notifications sends at once (<c>Notifications:Senders</c>, as deployed).</summary>
    public const int SendersOfAMailWorker = 4;

    private int killedMailWorkers;

    /// <summary>How many processes of Notifications were killed so far.</summary>
    public int KilledMailWorkers => Volatile.Read(ref killedMailWorkers);

    public void CountKilledMailWorkers(int count) => Interlocked.Add(ref killedMailWorkers, count);

    /// <summary>The file system that holds the database, limited so that a drill can fill it; null where none may be mounted.</summary>
    public string? SmallDisk { get; private set; }

    public SkewedClocks Clocks { get; private set; } = null!;

    /// <summary>Whether the database gets a small file system, where one may be mounted.</summary>
    protected virtual bool HasSmallDisk => true;

    protected override bool KeepsTelemetry => false;

    protected override string[] Arguments => ["--Replicas=2", $"--Data={Path.Combine(folder, "data")}", "--AutomaticBackups=false"];

    public override async Task InitializeAsync()
    {
        // Servers that root starts run under accounts of their own, which must be able to pass.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(FailPointFolder);
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        if (HasSmallDisk)
            SmallDisk = SmallFileSystem.TryMount(Path.Combine(folder, "data", "postgres"), "700m");
        Clocks = SkewedClocks.TryPrepare(Path.Combine(folder, "clocks"));
        await base.InitializeAsync();
        foreach (var service in Services)
            databases[service] = NpgsqlDataSource.Create((await App.GetConnectionStringAsync($"{service}-db"))! + ";Timeout=3;Command Timeout=15");
        await LoadSampleAsync($"127.0.0.1:{MailServer.Port.ToString(CultureInfo.InvariantCulture)}");
        await PublishPlanAsync();
        await FollowAsync();
        MailServer.Keep = HistoryChecker.WithoutText;
    }

    public NpgsqlDataSource Database(string service) => databases[service];

    public async Task<T?> AskAsync<T>(string service, string sql)
    {
#pragma warning disable CA2100 // Constant texts of the drills.
        await using var command = Database(service).CreateCommand(sql);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public async Task CommandAsync(string resource, string command) =>
        (await App.ResourceCommands.ExecuteCommandAsync(resource, command)).Success.ShouldBeTrue();

    public override async Task DisposeAsync()
    {
        liaisons.ForEach(liaison => liaison.Dispose());
        foreach (var database in databases.Values)
            await database.DisposeAsync();
        await base.DisposeAsync();
        await MailServer.DisposeAsync();
        if (SmallDisk is not null)
            SmallFileSystem.Unmount(SmallDisk);
        Directory.Delete(folder, recursive: true);
    }

    protected override void Configure(IDistributedApplicationTestingBuilder builder)
    {
        foreach (var process in builder.Resources.OfType<ProjectResource>())
        {
            var changed = builder.CreateResourceBuilder(process).WithEnvironment("OpenGov__FailPoints", FailPointFolder)
                // All load comes from one address and waits for nobody.
                .WithEnvironment("Gateway__Limits__Reads__Burst", "0").WithEnvironment("Gateway__Limits__Writes__Burst", "0")
                .WithEnvironment("Gateway__Limits__AccountReads__Burst", "0").WithEnvironment("Gateway__Limits__AccountWrites__Burst", "0")
                .WithEnvironment("Gateway__Limits__SignIns__Burst", "0").WithEnvironment("Gateway__Limits__Subscriptions__Burst", "0")
                .WithEnvironment("Gateway__Limits__Concurrent", "0")
                // Processes are started again and again: less work for the compiler, as long as they live.
                .WithEnvironment("DOTNET_TieredPGO", "0")
                // What a killed worker held comes back soon enough to be waited for.
                .WithEnvironment("Notifications__LeaseSeconds", "9")
                .WithEnvironment("Notifications__Senders", SendersOfAMailWorker.ToString(CultureInfo.InvariantCulture));
            foreach (var (name, value) in Clocks.Environment)
                changed.WithEnvironment(name, value);
        }
    }

    /// <summary>Eight commitments of four activities, so that reports do not wait for each other's row, half of them of another institution.</summary>
    private async Task PublishPlanAsync()
    {
        using var secretary = await ApiClient.SignInAsync(this, "administration");
        foreach (var role in new[] { "liaison", "verifier" })
            liaisons.Add(await ApiClient.SignInAsync(this, role));
        var plan = SamplePlan.Own(2);
        var model = plan.Commitment();
        plan["commitments"]!.AsArray().Clear();
        for (var number = 1; number <= 8; number++)
        {
            var commitment = model.DeepClone().AsObject();
            commitment["number"] = number;
            commitment["title"] = $"Compromiso de la prueba {number}";
            commitment["responsible"]![0]!["acronym"] = number % 2 == 1 ? "Infoem" : "SECOGEM";
            commitment["keyActions"]![1]!["activities"]!.AsArray().Add(new JsonObject
            {
                ["number"] = 2, ["title"] = "Publicar la memoria", ["start"] = "2022-01-01", ["end"] = "2022-06-30", ["meansOfVerification"] = "Memoria",
            });
            plan["commitments"]!.AsArray().Add(commitment);
        }

        using var imported = await secretary.SendAsync(HttpMethod.Post, $"{Plans}/plans/import", plan);
        var draft = JsonNode.Parse(await SucceededAsync(imported))!;
        var commitments = draft["commitments"]!.AsArray();
        for (var index = 0; index < commitments.Count; index++)
        {
            using var accepted = await liaisons[index % 2].SendAsync(HttpMethod.Post, $"{Plans}/commitments/{commitments[index]!["id"]}/acceptance", new JsonObject());
            await SucceededAsync(accepted);
        }

        using var ready = await secretary.SendAsync(HttpMethod.Get, $"{Plans}/plans/{draft["id"]}/draft");
        using var published = await secretary.SendAsync(
            HttpMethod.Post,
            $"{Plans}/plans/{draft["id"]}/publication",
            new JsonObject { ["approval"] = new JsonObject { ["number"] = "STL/EXT/03", ["session"] = "Extraordinaria", ["adoptedOn"] = "2020-12-15" } },
            ready.Headers.ETag!.Tag);
        await SucceededAsync(published);

        var activities = new List<DrillActivity>();
        for (var index = 0; index < commitments.Count; index++)
        {
            var identifier = commitments[index]!["identifier"]!.GetValue<string>();
            var commitment = await secretary.GetAsync($"{Plans}/commitments/{identifier}");
            activities.AddRange(commitment["keyActions"]!.AsArray().SelectMany(action => action!["activities"]!.AsArray())
                .Select(activity => new DrillActivity(activity!["id"]!.GetValue<string>(), identifier, liaisons[index % 2])));
        }

        Activities = activities;
    }

    /// <summary>Two follow the first commitment, one the second: three mails for eight reports.</summary>
    private async Task FollowAsync()
    {
        using var nobody = new ApiClient(Origin);
        var commitments = Activities.Select(activity => activity.CommitmentIdentifier).Distinct(StringComparer.Ordinal).ToArray();
        Followers = [("ana@ejemplo.mx", commitments[0]), ("beto@ejemplo.mx", commitments[0]), ("carla@ejemplo.mx", commitments[1])];
        foreach (var (address, identifier) in Followers)
        {
            var commitment = await nobody.GetAsync($"{Plans}/commitments/{identifier}");
            var request = new JsonObject
            {
                ["email"] = address,
                ["subject"] = new JsonObject { ["kind"] = "COMMITMENT", ["id"] = commitment["id"]!.GetValue<string>() },
                ["language"] = "es",
            };
            // The publication is on its way to Notifications.
            await Eventually.HoldsAsync(
                async () =>
                {
                    using var answer = await nobody.SendAsync(HttpMethod.Post, "/api/notifications/v1/subscriptions", request.DeepClone());
                    return answer.IsSuccessStatusCode;
                },
                TimeSpan.FromSeconds(30),
                "the commitment to be followable");
            var mail = (await MailServer.WaitForAsync(address))[0];
            var token = mail.Link($"{Origin.ToString().TrimEnd('/')}/avisos/confirmar/").Split('/')[^1];
            using var confirmed = await nobody.SendAsync(HttpMethod.Post, "/api/notifications/v1/subscription-confirmations", new JsonObject { ["token"] = token });
            await SucceededAsync(confirmed);
        }
    }

    private static async Task<string> SucceededAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return text;
    }
}

/// <summary>A file system of a few hundred megabytes in memory, which only root may mount.</summary>
internal static class SmallFileSystem
{
    private static readonly Lazy<bool> Mounts = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("opengov-mount-").FullName;
        var mounted = TryMount(folder, "1m") is not null;
        if (mounted)
            Unmount(folder);
        Directory.Delete(folder);
        return mounted;
    });

    public static bool CanMount => Mounts.Value;

    public static string? TryMount(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        return Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={size}", "opengov-drill", folder) ? folder : null;
    }

    public static void Unmount(string folder) => Run("umount", folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        return process.WaitForExit(TimeSpan.FromSeconds(10)) && process.ExitCode == 0;
    }
}

[CollectionDefinition(Name)]
public sealed class DrillSystemCollection : ICollectionFixture<DrillSystem>
{
    public const string Name = "the system under drill";
}
