using System.Diagnostics;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using OpenGov.AppHost.Native;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Support;

/// <summary>
/// The whole system as AppHost.cs describes it, with the mail catcher and an OTLP receiver, on free ports and a data folder
/// of its own. Nothing is set up in it.
/// </summary>
public class RunningSystem : IAsyncLifetime
{
    /// <summary>The engine without windows takes a third of the time of the whole browser.</summary>
    private static readonly string Browser = new[] { "/usr/bin/chromium-headless-shell", "/usr/bin/chromium" }.First(File.Exists);

    private IPlaywright? playwright;
    private IBrowser? browser;

    public DistributedApplication App { get; private set; } = null!;
    public OtlpReceiver Telemetry { get; private set; } = null!;
    public Uri Origin { get; private set; } = null!;
    public MailCatcher Mails { get; private set; } = null!;
    public string DataFolder => App.GetDataFolder();

    /// <summary>Further settings of the AppHost, for example <c>--Replicas=2</c>.</summary>
    protected virtual string[] Arguments => ["--MailCatcher=true"];

    /// <summary>False where the test asks for no trace and runs so long that they would fill its memory.</summary>
    protected virtual bool KeepsTelemetry => true;

    /// <summary>Changes to the description before it is built.</summary>
    protected virtual void Configure(IDistributedApplicationTestingBuilder builder)
    {
    }

    /// <summary>Further environment of single processes, by the resource's name.</summary>
    protected virtual IEnumerable<(string Process, string Name, string Value)> Settings => [];

    public virtual async Task InitializeAsync()
    {
        Telemetry = await OtlpReceiver.StartAsync();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(Arguments);

        // Given to each process, not set for the test's own: two systems in one run would export to the receiver of the last.
        foreach (var process in builder.Resources.OfType<ProjectResource>())
        {
            foreach (var (name, value) in Telemetry.Environment.Where(_ => KeepsTelemetry))
                builder.CreateResourceBuilder(process).WithEnvironment(name, value);
            foreach (var (_, name, value) in Settings.Where(setting => setting.Process == process.Name))
                builder.CreateResourceBuilder(process).WithEnvironment(name, value);
        }

        Configure(builder);
        App = await builder.BuildAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await App.StartAsync(limit.Token);
        // The house serves before its broker does; tests that look into the broker themselves would come too early.
        foreach (var resource in new[] { "participants", "action-plans", "transparency", "notifications", "portal", "gateway", "broker" })
            await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token);
        Origin = App.GetEndpoint("gateway", "http");
        if (Arguments.Contains("--MailCatcher=true"))
            Mails = new MailCatcher(App.CreateHttpClient("mail-catcher", "http"));
    }

    /// <summary>A client of the gateway that neither follows redirects nor keeps cookies.</summary>
    public virtual HttpClient Client() => new(Handler()) { BaseAddress = Origin };

    /// <summary>Whoever asks before the body waits for the word, however busy the machine is: the usual second would send what is refused.</summary>
    protected static SocketsHttpHandler Handler() => new() { AllowAutoRedirect = false, UseCookies = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>The one-time link that an instance which is not set up prints.</summary>
    public async Task<Uri> SetupLinkAsync()
    {
        Match match = Match.Empty;
        await Eventually.HoldsAsync(
            async () => (match = Regex.Match(await ReadLogAsync("participants"), @"SETUP-LINK (?<link>\S+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))).Success,
            TimeSpan.FromSeconds(30),
            "the set-up link");
        var printed = new Uri(match.Groups["link"].Value);
        return new Uri(Origin, printed.PathAndQuery);
    }

    public async Task<string> ReadLogAsync(string resource)
    {
        var all = new System.Text.StringBuilder();
        foreach (var file in Directory.GetFiles(Path.Combine(DataFolder, "logs"), $"{resource}*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            all.Append(await reader.ReadToEndAsync());
        }

        return all.ToString();
    }

    /// <summary>A fresh browser profile at the instance's origin; <paramref name="javaScript"/> off shows that nothing needs it.</summary>
    /// <param name="state">Cookies of a profile that is signed in already (<see cref="IBrowserContext.StorageStateAsync"/>).</param>
    public async Task<IPage> OpenBrowserAsync(int width = 1280, int height = 900, bool javaScript = true, string? state = null)
    {
        playwright ??= await Playwright.CreateAsync();
        browser ??= await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Browser,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Origin.ToString(),
            Locale = "es-MX",
            JavaScriptEnabled = javaScript,
            StorageState = state,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        context.SetDefaultTimeout(15_000);
        return await context.NewPageAsync();
    }

    /// <summary>
    /// Runs the sample loader against this system, as <c>deploy/run.sh --sample</c> does; up to three times, since it adds nothing twice and
    /// a service may be called away on a busy machine.
    /// </summary>
    /// <param name="smtp">Where mails go, <c>host:port</c>; without it to the mail catcher.</param>
    public async Task LoadSampleAsync(string? smtp = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await LoadOnceAsync(smtp);
                return;
            }
            catch (ShouldAssertException) when (attempt < 3)
            {
                await Task.Delay(TimeSpan.FromSeconds(2));
            }
        }
    }

    private async Task LoadOnceAsync(string? smtp)
    {
        var link = await SetupLinkAsync();
        string[] mails = smtp is null
            ? ["--smtp", App.GetEndpoint("mail-catcher", "smtp").Authority, "--mail-page", App.GetEndpoint("mail-catcher", "http").ToString()]
            : ["--smtp", smtp];
        using var loader = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "OpenGov.SampleLoader.dll"), "--gateway", Origin.ToString(), "--setup-link", link.ToString(),
            .. mails, "--accounts", AccountsFile,
        ])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = loader.StandardOutput.ReadToEndAsync();
        var errors = await loader.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await loader.WaitForExitAsync(limit.Token);
        loader.ExitCode.ShouldBe(0, $"{await output}\n{errors}");
    }

    /// <summary>The accounts that the sample loader generated.</summary>
    public string AccountsFile => Path.Combine(DataFolder, "sample-accounts.json");

    public virtual async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (App is not null)
            await App.DisposeAsync();
        if (Telemetry is not null)
            await Telemetry.DisposeAsync();
    }
}

/// <summary>The system with the sample exercise in it, shared by the tests that only look or add.</summary>
public sealed class SampleSystem : RunningSystem
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await LoadSampleAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class SampleSystemCollection : ICollectionFixture<SampleSystem>
{
    public const string Name = "the sample system";
}
