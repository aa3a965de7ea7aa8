using System.Globalization;
using OpenGov.Contracts;
using OpenGov.Gateway.Answers;
using OpenGov.Gateway.Caching;
using OpenGov.Gateway.Protection;
using OpenGov.Gateway.Sessions;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace OpenGov.Gateway.Routing;

/// <summary>
/// <c>/api/{service}/…</c> to the service, dataset files to Transparency, everything else to the portal. Addresses are not
/// rewritten. <c>/internal</c> belongs to the instance's own processes and is nobody's from outside.
/// </summary>
internal static class ProxyRoutes
{
    /// <summary>Metadata of routes whose answers are the same for everybody: cookies neither go in nor come out.</summary>
    public const string Anonymous = "Anonymous";

    /// <summary>An export or an import may think for a while; a minute without a byte in either direction is a hang.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    public static void AddProxyRoutes(this IServiceCollection services, Upstreams upstreams)
    {
        services.AddSingleton<IPassiveHealthCheckPolicy, LeaveOutAtOnce>();
        services.AddReverseProxy()
            .LoadFromMemory([.. Routes()], [.. Upstreams.All.Select(name => Cluster(name, upstreams.AddressesOf(name)))])
            .ConfigureHttpClient((_, handler) =>
            {
                // A replica on the same machine or cluster answers in a millisecond, or is not there.
                handler.ConnectTimeout = TimeSpan.FromSeconds(2);
                handler.ConnectCallback = InlineSockets.ConnectAsync;
                handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30);
                handler.Expect100ContinueTimeout = TimeSpan.FromSeconds(5);
            })
            .AddTransforms(ForwardedHeaders.Apply);
    }

    public static void MapProxyRoutes(this WebApplication app)
    {
        app.Map("/internal/{**rest}", (HttpContext http) => Answer.WriteAsync(http, ServiceDefaults.Http.Refusal.NotFound()));
        app.Map("/api/{**rest}", (HttpContext http) => Answer.WriteAsync(http, ServiceDefaults.Http.Refusal.NotFound()));
        app.MapReverseProxy(proxy =>
        {
            proxy.UseMiddleware<UpstreamFailures>();
            proxy.UseMiddleware<SessionForwarding>();
            proxy.UseMiddleware<AccountLimits>();
            proxy.UseMiddleware<RetryElsewhere>();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
    }

    private static IEnumerable<RouteConfig> Routes()
    {
        foreach (var service in Upstreams.Services)
            yield return Route(service, $"/api/{service}/{{**rest}}", service);
        yield return Route("data-files", @"/datos/{file:regex(\.(csv|json|jsonld|ttl)$)}", Owners.Transparency, anonymous: true);
        yield return Route("assets", "/recursos/{**rest}", Upstreams.Portal, anonymous: true);
        yield return Route("theme", "/tema.css", Upstreams.Portal, anonymous: true);
        // The least specific of all: what this process answers itself, and what is above, goes first.
        yield return Route("pages", "/{**rest}", Upstreams.Portal);
    }

    private static RouteConfig Route(string id, string path, string cluster, bool anonymous = false) => new()
    {
        RouteId = id,
        ClusterId = cluster,
        Match = new RouteMatch { Path = path },
        Metadata = anonymous ? new Dictionary<string, string>(StringComparer.Ordinal) { [Anonymous] = "true" } : null,
    };

    private static ClusterConfig Cluster(string name, IReadOnlyList<Uri> addresses) => new()
    {
        ClusterId = name,
        LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
        Destinations = addresses
            .Select((address, index) => (Id: index.ToString(CultureInfo.InvariantCulture), Config: new DestinationConfig { Address = address.ToString() }))
            .ToDictionary(pair => pair.Id, pair => pair.Config, StringComparer.Ordinal),
        // What a caller's header says beyond ASCII is passed on as it came; refused on the way out, it would look as if the service were away.
        HttpClient = new HttpClientConfig { RequestHeaderEncoding = "utf-8" },
        HttpRequest = new ForwarderRequestConfig
        {
            Version = System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = Silence,
        },
        HealthCheck = new HealthCheckConfig
        {
            // When all replicas are marked, they are all tried: the mark may be older than their return.
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
            Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = LeaveOutAtOnce.PolicyName, ReactivationPeriod = TimeSpan.FromSeconds(2) },
            Active = new ActiveHealthCheckConfig
            {
                // Nothing to choose from with one address: its failures are answered as they come.
                Enabled = addresses.Count > 1,
                Path = "/alive",
                Interval = TimeSpan.FromSeconds(2),
                Timeout = TimeSpan.FromSeconds(1),
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
            },
        },
        Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1" },
    };
}
