using OpenGov.Gateway.Answers;

namespace OpenGov.Gateway.Routing;

/// <summary>A service that cannot be reached is 503 with a reason and <c>Retry-After</c>, never a bare 502.</summary>
internal sealed class UpstreamFailures(RequestDelegate next, ILogger<UpstreamFailures> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.GetForwarderErrorFeature() is not { } failure || context.RequestAborted.IsCancellationRequested)
            return;

        if (context.Response.HasStarted)
        {
            log.LogWarning("An answer of {Service} broke off: {Failure}", ServiceOf(context), failure.Error);
            return;
        }

        if (LeaveOutAtOnce.ClientFault(failure.Exception) is { } bad)
        {
            await Answer.WriteAsync(context, Answer.RefusalOf(bad));
            return;
        }

        log.LogWarning("{Service} did not answer: {Failure}", ServiceOf(context), failure.Error);
        await Answer.UnavailableAsync(context, "service_unavailable");
    }

    private static string ServiceOf(HttpContext context) => context.GetReverseProxyFeature().Cluster.Config.ClusterId;
}
