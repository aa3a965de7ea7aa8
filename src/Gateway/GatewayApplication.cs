using OpenGov.Gateway.Caching;
using OpenGov.Gateway.Protection;
using OpenGov.Gateway.Routing;
using OpenGov.Gateway.Sessions;
using OpenGov.Gateway.Status;
using OpenGov.Gateway.Tls;
using OpenGov.ServiceDefaults;

namespace OpenGov.Gateway;

/// <summary>The gateway, put together; tests run the same one on a port of their own.</summary>
internal static class GatewayApplication
{
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("gateway", Messages.Resources);

        // UpstreamFailures says the same in a line; a stack trace for each request would fill the disk while a service is away.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error);
        builder.Services.AddSingleton<Upstreams>();
        builder.Services.AddSessionExchange();
        builder.AddProtection();
        builder.AddAnonymousReads();
        builder.AddTls();
        builder.Services.AddStatus();
        builder.Services.AddProxyRoutes(new Upstreams(builder.Configuration));

        var app = builder.Build();
        TrustedProxies.Use(app);
        app.UseMiddleware<CookiePrefix>();
        app.UseRequestLocalization();
        app.UseExceptionHandler();
        app.UseProtection();
        app.UseRouting();
        app.MapStatus();
        app.MapProxyRoutes();
        return app;
    }
}
