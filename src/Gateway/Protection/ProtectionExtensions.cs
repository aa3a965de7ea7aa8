namespace OpenGov.Gateway.Protection;

/// <summary>What every request passes before it is routed, cheapest refusal first.</summary>
internal static class ProtectionExtensions
{
    public static void AddProtection(this WebApplicationBuilder builder) => builder.WebHost.ConfigureKestrel(ConnectionLimits.Apply);

    public static void UseProtection(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<CrossSiteRefusal>();
        app.UseMiddleware<RequestSizes>();
    }
}
