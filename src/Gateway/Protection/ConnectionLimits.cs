using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpenGov.Gateway.Protection;

/// <summary>What one connection may cost before and while it sends a request. Only the gateway meets the open network.</summary>
internal static class ConnectionLimits
{
    /// <summary>Of all addresses (<c>Gateway:Limits:AllConnections</c>; 0 turns it off): one more is closed at once. Each costs some 10 KB at rest.</summary>
    internal const long All = 10_000;

    public static void Apply(KestrelServerOptions kestrel)
    {
        var limits = kestrel.Limits;

        // A browser's headers are under 4 KB; a session cookie and a token fit many times.
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 8 * 1024;

        // A browser sends its headers in one packet: ten seconds is a slow line, not a person.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);

        // 1 KB/s is a tenth of the slowest mobile line; 25 MB of evidence must not hold a connection for a day.
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

        // The server grants each piece of an answer the time that it takes at this rate, and copies go in pieces of 64 KB: whoever
        // takes nothing is let go after 42 seconds. GPRS gives about twice as much.
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 2048, gracePeriod: TimeSpan.FromSeconds(10));

        limits.MaxConcurrentConnections = kestrel.ApplicationServices.GetRequiredService<IConfiguration>().GetValue<long>("Gateway:Limits:AllConnections", All) is > 0 and var all ? all : null;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.Http2.MaxStreamsPerConnection = 100;
    }
}
