using OpenGov.Gateway.Routing;
using Microsoft.Net.Http.Headers;

namespace OpenGov.Gateway.Protection;

/// <summary>Headers that every answer carries, whoever made it.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>Everything of a page comes from its own origin, nothing is inline. Pictures may be data, which cannot run.</summary>
    internal const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The page of a session also listens to its own origin while the session goes on.</summary>
    internal const string LivePagePolicy = PagePolicy + "; connect-src 'self'";

    /// <summary>An answer of an API or a file is no page: should a browser show it as one, it may do nothing.</summary>
    internal const string DataPolicy = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>A year, without subdomains: the state's other sites are not ours to promise for.</summary>
    private const string TransportSecurity = "max-age=31536000";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => Add((HttpContext)state), context);
        return next(context);
    }

    private static Task Add(HttpContext context)
    {
        AddTo(context.Response.Headers, context.Request);
        return Task.CompletedTask;
    }

    /// <summary>What an answer to the request carries, also when it is kept for others who ask the same.</summary>
    public static void AddTo(IHeaderDictionary headers, HttpRequest request)
    {
        var path = request.Path;
        var isData = path.IsBelow("/api") || path.IsBelow("/.well-known") || IsDataFile(path);

        // A service may have set a policy for one answer; browsers then hold to both. A kept answer has ours already.
        var policy = isData ? DataPolicy : path.IsBelow("/sesiones") ? LivePagePolicy : PagePolicy;
        if (!headers.ContentSecurityPolicy.Contains(policy))
            headers.Append(HeaderNames.ContentSecurityPolicy, policy);
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.Remove(HeaderNames.XPoweredBy);
        if (request.IsHttps)
            headers[HeaderNames.StrictTransportSecurity] = TransportSecurity;

        // Open data is for other people's pages as well; without credentials, so nothing of a session can leak.
        if (path.IsBelow("/.well-known/open-government") || path.IsBelow("/api/transparency") || IsDataFile(path))
            headers[HeaderNames.AccessControlAllowOrigin] = "*";
    }

    private static bool IsDataFile(PathString path) => path.IsBelow("/datos") && Path.HasExtension(path.Value);
}
