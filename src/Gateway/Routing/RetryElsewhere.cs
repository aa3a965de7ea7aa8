using Yarp.ReverseProxy.Forwarder;

namespace OpenGov.Gateway.Routing;

/// <summary>
/// Sends a request that failed on one replica to another: reads always, writes only where no connection came about, so that
/// nothing can happen twice.
/// </summary>
internal sealed class RetryElsewhere(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var left = proxy.AvailableDestinations.ToList();
        while (true)
        {
            await next(context);
            if (context.GetForwarderErrorFeature() is not { } failure || !MayRepeat(context, failure))
                return;

            left.RemoveAll(destination => destination == proxy.ProxiedDestination);
            if (left.Count == 0)
                return;
            context.Response.Clear();
            context.Features.Set<IForwarderErrorFeature>(null);
            proxy.AvailableDestinations = left;
            proxy.ProxiedDestination = null;
        }
    }

    private static bool MayRepeat(HttpContext context, IForwarderErrorFeature failure)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested || failure.Error is not ForwarderError.Request)
            return false;
        return HttpMethods.IsGet(context.Request.Method)
            || HttpMethods.IsHead(context.Request.Method)
            || failure.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
    }
}
