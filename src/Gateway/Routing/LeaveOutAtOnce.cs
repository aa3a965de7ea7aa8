using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace OpenGov.Gateway.Routing;

/// <summary>
/// One broken connection takes a replica out until it answers again. YARP's own policy waits for a rate of failures, which
/// would cost every tenth reader an attempt at a process that is gone.
/// </summary>
internal sealed class LeaveOutAtOnce(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "LeaveOutAtOnce";

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.GetForwarderErrorFeature() is { } failure && IsOfTheDestination(context, failure))
        {
            var pause = cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? TimeSpan.FromSeconds(2);
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, pause);
        }
    }

    /// <summary>
    /// A caller who left, or sent a bad body, says nothing about the replica; neither does a slow answer, nor a body that it did not take to its end,
    /// as where it had answered already.
    /// </summary>
    internal static bool IsOfTheDestination(HttpContext context, IForwarderErrorFeature failure) =>
        !context.RequestAborted.IsCancellationRequested
        && ClientFault(failure.Exception) is null
        && failure.Error is ForwarderError.Request or ForwarderError.ResponseBodyDestination;

    /// <summary>
    /// What the server found wrong with the caller's own body (too large, too slow, malformed). It ends the upload, so it can
    /// arrive wrapped in the failure of the connection to the replica.
    /// </summary>
    internal static BadHttpRequestException? ClientFault(Exception? exception) => exception switch
    {
        null => null,
        BadHttpRequestException bad => bad,
        AggregateException { InnerExceptions: var all } => all.Select(ClientFault).FirstOrDefault(fault => fault is not null),
        _ => ClientFault(exception.InnerException),
    };
}
