using OpenGov.Contracts;

namespace OpenGov.Gateway.Routing;

/// <summary>
/// Where the processes behind the gateway listen: <c>services:{name}:http:{n}</c>, all of them, and without configuration the
/// host that bears the service's name (Compose, Kubernetes).
/// </summary>
internal sealed class Upstreams(IConfiguration configuration)
{
    public const string Portal = "portal";

    /// <summary>The services with an API of their own, by the name they have in <c>/api/{name}/</c>.</summary>
    public static readonly IReadOnlyList<string> Services = [.. Owners.Subscribers.Keys];

    public static readonly IReadOnlyList<string> All = [.. Services, Portal];

    public IReadOnlyList<Uri> AddressesOf(string name) =>
    [
        .. configuration.GetSection($"services:{name}:http").GetChildren()
            .Select(child => new Uri(child.Value!))
            .DefaultIfEmpty(new Uri($"http://{name}")),
    ];
}
