using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using OpenGov.Gateway.Protection;

namespace OpenGov.Gateway.Live;

/// <summary>
/// How many may watch at the same time. A spectator is a connection that does nothing most of the time, so the limit of requests under
/// way (<see cref="RateLimits.Concurrent"/>) is not theirs. Whoever finds no place reads the page anew every now and then.
/// </summary>
internal sealed class SpectatorLimits : IDisposable
{
    /// <summary>
    /// From one address (<c>Gateway:Limits:Spectators</c>): a university's hall, or the part of a mobile operator's customers that
    /// shares an address with each other. 0 turns it off.
    /// </summary>
    internal const int PerAddress = 1000;

    /// <summary>In all (<c>Gateway:Limits:AllSpectators</c>): leaves 2,000 of the server's connections to everybody else.</summary>
    internal const int InAll = 8000;

    /// <summary>Files, connections to services and those of readers.</summary>
    private const int OtherDescriptors = 2000;

    private readonly PartitionedRateLimiter<IPAddress> limiter;

    public SpectatorLimits(IConfiguration configuration, ILogger<SpectatorLimits> log)
    {
        var perAddress = configuration.GetValue("Gateway:Limits:Spectators", PerAddress);
        var wanted = configuration.GetValue("Gateway:Limits:AllSpectators", InAll);
        Places = Math.Max(1, Math.Min(wanted, OpenFiles() - OtherDescriptors));
        if (Places < wanted)
            log.LogWarning("At most {Places} spectators of a session at the same time: the process may open {Files} files (ulimit -n)", Places, OpenFiles());
        limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => perAddress <= 0
                ? RateLimitPartition.GetNoLimiter(IPAddress.None)
                : RateLimitPartition.GetConcurrencyLimiter(RateLimits.AddressOf(address), _ => new ConcurrencyLimiterOptions { PermitLimit = perAddress })),
            PartitionedRateLimiter.Create<IPAddress, bool>(_ => RateLimitPartition.GetConcurrencyLimiter(true, _ => new ConcurrencyLimiterOptions { PermitLimit = Places })));
    }

    public int Places { get; }

    public RateLimitLease Ask(IPAddress? caller) => limiter.AttemptAcquire(caller ?? IPAddress.None);

    public void Dispose() => limiter.Dispose();

    /// <summary>The runtime has raised the soft limit to the hard one by now.</summary>
    private static int OpenFiles()
    {
        const string limits = "/proc/self/limits";
        var line = File.Exists(limits) ? File.ReadLines(limits).FirstOrDefault(row => row.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        var columns = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns is { Length: > 3 } && int.TryParse(columns[3], NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : int.MaxValue;
    }
}
