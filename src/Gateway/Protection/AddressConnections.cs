using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenGov.Gateway.Tls;

namespace OpenGov.Gateway.Protection;

/// <summary>
/// How many connections one address may hold open (<c>Gateway:Limits:Connections</c>; 0 turns it off). A connection that says
/// nothing costs its owner nothing, and the server lets it live for more than a minute: without a limit, one machine could
/// hold all that the server accepts. A connection beyond it is closed at once. Trusted proxies hold those of all callers.
/// </summary>
internal sealed class AddressConnections : IDisposable
{
    /// <summary>A hall of spectators (<see cref="Live.SpectatorLimits.PerAddress"/>) and as many of everybody else at the same address.</summary>
    internal const int PerAddress = 2000;

    private readonly PartitionedRateLimiter<IPAddress> limiter;

    public AddressConnections(IConfiguration configuration)
    {
        var atMost = configuration.GetValue("Gateway:Limits:Connections", PerAddress);
        var proxies = new TrustedProxies(configuration);
        limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => atMost <= 0 || proxies.Contains(address)
            ? RateLimitPartition.GetNoLimiter(IPAddress.None)
            : RateLimitPartition.GetConcurrencyLimiter(RateLimits.AddressOf(address), _ => new ConcurrencyLimiterOptions { PermitLimit = atMost }));
    }

    /// <summary>On every endpoint, before TLS.</summary>
    public static void Apply(KestrelServerOptions kestrel)
    {
        var connections = kestrel.ApplicationServices.GetRequiredService<AddressConnections>();
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            endpoint.Use(next => connection => connections.AdmitAsync(connection, next));
            // Inside: a connection counts until the last of it is gone.
            endpoint.Use(next => connection => LingeringClose.ServeAsync(connection, next));
        });
    }

    public void Dispose() => limiter.Dispose();

    private async Task AdmitAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using var lease = limiter.AttemptAcquire((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        if (lease.IsAcquired)
            await next(connection);
        else
            connection.Abort(new ConnectionAbortedException("The address holds as many connections as one may."));
    }
}
