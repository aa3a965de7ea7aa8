using Microsoft.AspNetCore.Hosting.Server;
using OpenGov.Gateway.Protection;
using OpenGov.Gateway.Routing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Clients;

namespace OpenGov.Gateway.Caching;

internal static class CachingExtensions
{
    public static void AddAnonymousReads(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var settings = CacheSettings.From(builder.Configuration);
        services.AddServiceClient(Upstreams.Portal);
        services.AddSingleton(settings);
        services.AddSingleton<ServiceVersions>();
        services.AddSingleton<Freshness>();
        services.AddSingleton<CacheMeters>();
        services.AddSingleton(provider =>
        {
            var store = new AnswerStore(settings.Size, provider.GetRequiredService<CacheMeters>());
            provider.GetRequiredService<CacheMeters>().Observe(store);
            return store;
        });
        services.AddSingleton<Flights>();
        services.AddSingleton<AddressMarks>();
        services.AddSingleton<AnonymousReads>();

        // Behind other proxies the caller's address and scheme come with the request; they are read by the application.
        services.PutInFront(givesKept: settings.Enabled && string.IsNullOrEmpty(builder.Configuration["Gateway:TrustedProxies"]));
        InlineSockets.Use(services);
    }

    /// <summary>Before the compression, whose place <see cref="UseAnswerCapture"/> comes after.</summary>
    public static void UseAnonymousReads(this IApplicationBuilder app) => app.UseMiddleware<AnonymousReadsMiddleware>();

    public static void UseAnswerCapture(this IApplicationBuilder app) => app.UseMiddleware<AnswerCapture>();

    private static void PutInFront(this IServiceCollection services, bool givesKept)
    {
        var server = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(server);
        services.AddSingleton<IServer>(provider => new FrontServer(
            (IServer)(server.ImplementationInstance ?? server.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, server.ImplementationType!)),
            givesKept ? provider.GetRequiredService<AnonymousReads>() : null,
            provider.GetRequiredService<RateLimits>()));
    }
}
