using OpenGov.Gateway.Caching;
using OpenGov.Gateway.Compression;
using OpenGov.Gateway.Live;

namespace OpenGov.Gateway.Protection;

/// <summary>What every request passes before it is routed, cheapest refusal first.</summary>
internal static class ProtectionExtensions
{
    public static void AddProtection(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(ConnectionLimits.Apply);
        builder.Services.AddSingleton<AddressConnections>();
        builder.WebHost.ConfigureKestrel(AddressConnections.Apply);
        builder.Services.AddCompression();
        builder.Services.AddSingleton<AccountRates>();
        builder.Services.AddLiveSessions();
        var limits = new RateLimits(builder.Configuration);
        builder.Services.AddSingleton(limits);
        builder.Services.AddRateLimiter(options =>
        {
            options.GlobalLimiter = limits.Limiter();
            options.OnRejected = (rejected, _) => new ValueTask(RateLimits.RefuseAsync(rejected.HttpContext, rejected.Lease));
        });
    }

    public static void UseProtection(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseRateLimiter();
        app.UseMiddleware<CrossSiteRefusal>();
        app.UseMiddleware<RequestSizes>();
        app.UseLiveSessions();
        app.UseAnonymousReads();
        app.UsePoolForBodies();
        app.UseCompression();
        app.UseAnswerCapture();
    }
}
