using System.Reflection;
using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using OpenGov.AppHost.Native;

namespace Aspire.Hosting;

/// <summary>The described system, ready to run.</summary>
public class DistributedApplication : IDisposable, IAsyncDisposable
{
    private readonly DistributedApplicationBuilder _builder;
    private readonly SemaphoreSlim _stopping = new(1);
    private Orchestrator? _orchestrator;

    internal DistributedApplication(DistributedApplicationBuilder builder)
    {
        _builder = builder;
        ResourceCommands = new ResourceCommandService(() => Orchestrator);
    }

    public ResourceNotificationService ResourceNotifications { get; } = new();

    public ResourceCommandService ResourceCommands { get; }

    internal Orchestrator Orchestrator => _orchestrator ?? throw new InvalidOperationException("The application has not been started.");

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        Testing.EntryPointRun.Current?.CreateBuilder(args) ?? new DistributedApplicationBuilder(args, Assembly.GetEntryAssembly(), isTest: false);

    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>
    /// Runs until Ctrl+C, SIGTERM or SIGHUP, then stops everything in order. If a resource cannot start, says why and what helps and
    /// sets the exit code 1.
    /// </summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        try
        {
            await StartAsync(stop.Token);
            var following = new ConsoleReport(Orchestrator, ResourceNotifications, Console.Out).FollowAsync(stop.Token);
            if (await Task.WhenAny(following, Orchestrator.Failed) == Orchestrator.Failed)
                throw await Orchestrator.Failed;
            await following;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Out.WriteLineAsync(Messages.Stopping());
        }
        catch (DistributedApplicationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            Environment.ExitCode = 1;
        }
        await DisposeAsync();
        await Console.Out.WriteLineAsync(Messages.Stopped());
    }

    /// <summary>Starts everything and returns at once; <see cref="ResourceNotifications"/> tells when what is healthy.</summary>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var configuration = _builder.Configuration;
        var wantedPortsAreFree = _builder.IsTest && configuration["DcpPublisher:RandomizePorts"] != "false";
        var instance = _builder.Instance.Value;
        _orchestrator = new Orchestrator(
            instance, [.. _builder.Resources.Cast<Resource>()], wantedPortsAreFree, configuration["Bind"] ?? "127.0.0.1",
            TimeSpan.FromSeconds(configuration.GetValue("SilenceSeconds", 60)),
            BackupSettings.Of(configuration, instance.Folder, instance.IsTemporary, Path.GetFullPath(Path.Combine(_builder.AppHostDirectory, "..", "..", "deploy"))),
            ResourceNotifications);
        await _orchestrator.StartAsync();
    }

    public virtual async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _stopping.WaitAsync(cancellationToken);
        try
        {
            if (_orchestrator is not null)
                await _orchestrator.StopAsync();
        }
        finally
        {
            _stopping.Release();
        }
    }

    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _stopping.WaitAsync();
        try
        {
            if (_orchestrator is not null)
                await _orchestrator.DisposeAsync();
            _orchestrator = null;
        }
        finally
        {
            _stopping.Release();
        }
        GC.SuppressFinalize(this);
    }

    internal Resource Resource(string name) =>
        _builder.Resources.Cast<Resource>().FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no resource named '{name}'.", nameof(name));
}
