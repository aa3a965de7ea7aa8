namespace OpenGov.Gateway.Live;

internal static class LiveExtensions
{
    public static void AddLiveSessions(this IServiceCollection services)
    {
        services.AddSingleton<LiveMeters>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<SpectatorLimits>();
    }

    /// <summary>After what refuses, before cache and compression.</summary>
    public static void UseLiveSessions(this IApplicationBuilder app) => app.UseMiddleware<SpectatorStreams>();
}
