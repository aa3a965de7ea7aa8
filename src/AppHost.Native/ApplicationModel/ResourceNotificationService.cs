using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states that a resource can be in.</summary>
public static class KnownResourceStates
{
    public static readonly string NotStarted = "NotStarted";
    public static readonly string Waiting = "Waiting";
    public static readonly string Starting = "Starting";
    public static readonly string Running = "Running";
    public static readonly string Stopping = "Stopping";
    public static readonly string Exited = "Exited";
    public static readonly string FailedToStart = "FailedToStart";
}

/// <summary>A state's name.</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style);

/// <summary>What is known of a resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>Null while it has not been asked.</summary>
    public HealthStatus? HealthStatus { get; init; }
}

/// <summary>A resource and its state.</summary>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    public IResource Resource { get; } = resource;

    public string ResourceId { get; } = resourceId;

    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}

/// <summary>Tells the state of every resource to whoever waits for it. A resource is as well as the worst of its replicas.</summary>
public class ResourceNotificationService
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;

    internal ResourceNotificationService() { }

    /// <summary>Returns once the resource runs and its health check passes.</summary>
    /// <exception cref="DistributedApplicationException">A resource could not start, so the run has ended.</exception>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, IsHealthy, cancellationToken);

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default)
    {
        var wanted = targetState ?? KnownResourceStates.Running;
        return WaitForResourceAsync(resourceName, e => e.Snapshot.State?.Text == wanted, cancellationToken);
    }

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_current.TryGetValue(resourceName, out var current) && predicate(current))
                    return current;
                if (_failure is not null)
                    throw new DistributedApplicationException(_failure.Message, _failure);
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    public bool TryGetCurrentState(string resourceId, out ResourceEvent? resourceEvent)
    {
        lock (_gate)
            return _current.TryGetValue(resourceId, out resourceEvent);
    }

    internal static bool IsHealthy(ResourceEvent e) =>
        e.Snapshot.State?.Text == KnownResourceStates.Running && e.Snapshot.HealthStatus == HealthStatus.Healthy;

    internal void Publish(IResource resource, string state, HealthStatus? health)
    {
        var next = new CustomResourceSnapshot { State = new ResourceStateSnapshot(state, null), HealthStatus = health };
        lock (_gate)
        {
            if (_current.TryGetValue(resource.Name, out var last) && last.Snapshot == next)
                return;
            _current[resource.Name] = new ResourceEvent(resource, resource.Name, next);
            Wake();
        }
    }

    internal void Fail(Exception reason)
    {
        lock (_gate)
        {
            _failure ??= reason;
            Wake();
        }
    }

    /// <summary>Completes at the next change of any resource.</summary>
    internal Task NextChange
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    private void Wake()
    {
        var woken = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        woken.SetResult();
    }
}
