using Microsoft.Net.Http.Headers;
using OpenGov.Gateway.Caching;
using OpenGov.Gateway.Sessions;
using OpenGov.ServiceDefaults.Caching;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace OpenGov.Gateway.Routing;

/// <summary>
/// What passes the gateway besides a request itself. Inwards: <c>X-Forwarded-*</c> as the gateway saw the connection, the
/// public host, a bearer token; no other credentials, and cookies only to the portal. Outwards: cookies only from the portal.
/// </summary>
internal static class ForwardedHeaders
{
    /// <summary>Headers by which a caller could pretend to be a proxy, or give services more than the request.</summary>
    private static readonly string[] Refused =
        ["Forwarded", "X-Real-IP", "X-Rewrite-URL", "X-HTTP-Method-Override", "Proxy-Authorization", "baggage", "Correlation-Context"];

    /// <summary>Bytes; what is smaller fits into the buffers between two processes.</summary>
    private const long LargeBody = 64 * 1024;

    public static void Apply(TransformBuilderContext route)
    {
        var toPortal = route.Route.ClusterId == Upstreams.Portal;
        var anonymous = route.Route.Metadata?.ContainsKey(ProxyRoutes.Anonymous) == true;
        var cookies = toPortal && !anonymous;

        // The gateway compresses, so that there is one place where encodings and validators are kept in step.
        route.AddRequestHeaderRemove(HeaderNames.AcceptEncoding);
        route.AddOriginalHost();
        route.AddRequestTransform(transform =>
        {
            // A service that refuses an upload before it has read it says so before it is sent: HTTP/1.1 has no other way to answer in time.
            if (transform.ProxyRequest.Content is not null && transform.HttpContext.Request.ContentLength is null or > LargeBody)
                transform.ProxyRequest.Headers.ExpectContinue = true;
            return ValueTask.CompletedTask;
        });
        if (!cookies)
            route.AddRequestHeaderRemove(HeaderNames.Cookie);
        route.AddResponseTransform(async context =>
        {
            var headers = context.HttpContext.Response.Headers;
            headers.Remove(HeaderNames.Server);
            headers.Remove(PublicReads.Header, out var dependsOn);
            if (context.HttpContext.Features.Get<Flight>() is { } flight)
                flight.DependsOn = dependsOn.Count > 0 ? dependsOn.ToString() : null;
            if (!cookies)
                headers.Remove(HeaderNames.SetCookie);
            await SessionForwarding.OnResponseAsync(context);
            CookiePrefix.Outwards(headers);
        });
    }

    /// <summary>Takes from the caller's request what only the gateway may say.</summary>
    public static void Clean(IHeaderDictionary headers)
    {
        foreach (var name in Refused)
            headers.Remove(name);
        List<string>? claimed = null;
        foreach (var header in headers)
        {
            // X-Original-For and the like: what the caller's proxies had written, left there by whoever read it.
            if (header.Key.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || header.Key.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase))
                (claimed ??= []).Add(header.Key);
        }

        foreach (var name in claimed ?? [])
            headers.Remove(name);
    }
}
