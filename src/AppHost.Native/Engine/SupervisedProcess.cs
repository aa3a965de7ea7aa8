using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OpenGov.AppHost.Native;

/// <summary>
/// Keeps one process of a resource running. One that was healthy before comes back by itself, ever more slowly while it keeps failing;
/// one that never was ends the run, because waiting will not help it.
/// </summary>
internal sealed class SupervisedProcess(
    string name, Resource resource, IRecipe recipe, Instance instance, ResourceNotificationService notifications, Action<Exception> fail)
    : IDisposable
{
    private const int FirstAttempts = 3;
    /// <summary>A process that ends is started again at once; this is for one that hangs. An upgrade may rewrite large tables meanwhile.</summary>
    private static readonly TimeSpan FirstStartLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SteadyInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(30);
    private readonly LogFile _log = new(Path.Combine(instance.Logs, $"{name}.log"));
    private readonly Lock _gate = new();
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _wasHealthy;
    private volatile bool _isDropped;

    public string Name { get; } = name;

    public Resource Resource { get; } = resource;

    public string State { get; private set; } = KnownResourceStates.NotStarted;

    public HealthStatus? Health { get; private set; }

    public int? ProcessId { get; private set; }

    /// <summary>How often it had to be started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>How long a process that was healthy may answer nothing at all before it counts as hung.</summary>
    public required TimeSpan SilenceLimit { get; init; }

    /// <summary>Told of every change of state.</summary>
    public required Action Changed { get; init; }

    public void Start()
    {
        lock (_gate)
        {
            if (!_running.IsCompleted)
                return;
            _stop.Dispose();
            _stop = new CancellationTokenSource();
            var stop = _stop.Token;
            _running = Task.Run(() => KeepRunningAsync(stop), CancellationToken.None);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task running;
        lock (_gate)
        {
            running = _running;
            _stop.Cancel();
        }
        await running.WaitAsync(cancellationToken);
    }

    /// <summary>Stops it without letting it put anything in order: its data are deleted next.</summary>
    public Task DropAsync()
    {
        _isDropped = true;
        return StopAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _log.Dispose();
    }

    private async Task KeepRunningAsync(CancellationToken stop)
    {
        try
        {
            Report(KnownResourceStates.Waiting);
            foreach (var needed in Resource.WaitsFor)
                await notifications.WaitForResourceHealthyAsync(needed.Name, stop);
            for (var failures = 0; ; Restarts++)
            {
                Report(KnownResourceStates.Starting);
                var started = Stopwatch.GetTimestamp();
                var exitCode = await TryRunAsync(stop);
                RestartNote.Write(instance.RestartFile(Name), Name, exitCode, _log.Tail, TimeProvider.System);
                failures = Stopwatch.GetElapsedTime(started) > SteadyAfter ? 1 : failures + 1;
                if (!_wasHealthy && failures >= FirstAttempts)
                    throw CannotStart(Messages.EndedWithCode(Name, exitCode));
                await Task.Delay(Min(LongestPause, TimeSpan.FromSeconds(0.25 * Math.Pow(2, failures))), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Report(KnownResourceStates.Exited);
        }
        catch (Exception e)
        {
            Report(KnownResourceStates.FailedToStart);
            fail(e is DistributedApplicationException ? e : CannotStart($"{Name}: {e.Message}", e));
        }
    }

    private async Task<int> TryRunAsync(CancellationToken stop)
    {
        try
        {
            return await RunOnceAsync(await recipe.PrepareAsync(stop), stop);
        }
        catch (Exception e) when (_wasHealthy && !stop.IsCancellationRequested)
        {
            // It could run before, so what hinders it now (a full disk, no memory) may pass.
            _log.Write(e.Message);
            return -1;
        }
    }

    /// <summary>Runs the process until it ends by itself; its exit code.</summary>
    private async Task<int> RunOnceAsync(Command command, CancellationToken stop)
    {
        using var child = await Child.StartAsync(command, instance.PidFile(Name), _log);
        ProcessId = child.Id;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watching = WatchHealthAsync(ended.Token);
        try
        {
            await Task.WhenAny(child.Exited, watching).WaitAsync(stop);
            if (watching.IsFaulted)
                await watching;
            if (watching.IsCompletedSuccessfully && !stop.IsCancellationRequested)
                child.Kill();
            return await child.Exited.WaitAsync(stop);
        }
        finally
        {
            await ended.CancelAsync();
            if (stop.IsCancellationRequested)
                Report(KnownResourceStates.Stopping);
            if (_isDropped && !command.OutlivedByChildren && !child.Exited.IsCompleted)
                child.Kill();
            await child.StopAsync();
            ProcessId = null;
            await watching.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Ends before <paramref name="ended"/> only when the process hangs.</summary>
    private async Task WatchHealthAsync(CancellationToken ended)
    {
        var started = Stopwatch.GetTimestamp();
        var answered = started;
        while (!ended.IsCancellationRequested)
        {
            var answer = await AskAsync(ended);
            if (ended.IsCancellationRequested)
                return;
            var healthy = answer is true;
            if (answer is not null)
                answered = Stopwatch.GetTimestamp();
            if (State == KnownResourceStates.Running && recipe.EndsWhenSilent && Stopwatch.GetElapsedTime(answered) > SilenceLimit)
            {
                _log.Write(Messages.Hung(Name, SilenceLimit.TotalSeconds));
                return;
            }

            if (healthy || State == KnownResourceStates.Running)
                Report(KnownResourceStates.Running, healthy ? HealthStatus.Healthy : HealthStatus.Unhealthy);
            _wasHealthy |= healthy;
            if (!_wasHealthy && Stopwatch.GetElapsedTime(started) > FirstStartLimit)
                throw CannotStart(Messages.NeverHealthy(Name, FirstStartLimit.TotalMinutes));
            await Task.Delay(healthy ? SteadyInterval : StartInterval, ended).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Whether it does its work; null where it gives no answer.</summary>
    private async Task<bool?> AskAsync(CancellationToken ended)
    {
        try
        {
            return await recipe.IsHealthyAsync(ended);
        }
        catch (Exception)
        {
            // Whatever the reason, it does not do its work now.
            return null;
        }
    }

    private void Report(string state, HealthStatus? health = null)
    {
        if (state == State && health == Health)
            return;
        (State, Health) = (state, health);
        Changed();
    }

    private DistributedApplicationException CannotStart(string what, Exception? cause = null)
    {
        var message = Messages.CannotStart(what, _log.Tail, Remedy.For($"{cause?.Message}\n{_log.Tail}", _log.Path));
        return cause is null ? new DistributedApplicationException(message) : new DistributedApplicationException(message, cause);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
