using Aspire.Hosting;

namespace OpenGov.AppHost.Native;

/// <summary>What only the native engine can tell. Tests that use it do not run on Aspire.</summary>
public static class NativeEngineExtensions
{
    /// <summary>The ids of a resource's running processes, for tests that kill them.</summary>
    public static IReadOnlyList<int> GetProcessIds(this DistributedApplication app, string resourceName) =>
        [.. app.Orchestrator.Processes.Where(p => p.Name == resourceName || p.Resource.Name == resourceName).Select(p => p.ProcessId).OfType<int>()];

    /// <summary>The folder that holds all data of the instance.</summary>
    public static string GetDataFolder(this DistributedApplication app) => app.Orchestrator.Instance.Folder;

    /// <summary>The addresses of all replicas of a resource's endpoint.</summary>
    public static IReadOnlyList<Uri> GetEndpoints(this DistributedApplication app, string resourceName, string endpointName = "http")
    {
        var endpoint = app.Resource(resourceName).Endpoint(endpointName);
        return [.. Enumerable.Range(0, endpoint.AllocatedPorts.Count).Select(replica => new Uri(endpoint.Url(replica)))];
    }
}
