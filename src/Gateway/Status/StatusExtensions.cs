using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Gateway.Status;

internal static class StatusExtensions
{
    public static void AddStatus(this IServiceCollection services)
    {
        services.AddSingleton<SystemHealth>();
        services.AddSingleton<InstanceDescription>();
        services.AddSingleton<IFigures, CertificateFigures>();
        services.AddHttpClient(SystemHealth.ClientName).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = SystemHealth.Patience,
        });
    }

    public static void MapStatus(this WebApplication app)
    {
        app.MapGet("/alive", () => TypedResults.Text("Healthy"));
        app.MapGet("/health", (SystemHealth health, HttpContext http) => health.AnswerAsync(http));
        app.MapProcessReport();
        app.MapGet("/.well-known/open-government", (InstanceDescription instance, HttpContext http) => instance.AnswerAsync(http));
    }
}
