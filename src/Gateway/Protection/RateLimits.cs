using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using OpenGov.Gateway.Answers;
using OpenGov.Gateway.Live;
using OpenGov.Gateway.Routing;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Gateway.Protection;

/// <param name="PerMinute">How fast the allowance fills up again.</param>
/// <param name="Burst">The allowance of somebody who was away; 0 turns the limit off.</param>
internal sealed record Allowance(int PerMinute, int Burst);

/// <summary>
/// How much one address may ask (<c>Gateway:Limits:{name}:PerMinute</c> and <c>:Burst</c>). An address can be a whole
/// government building: the limits keep one machine from taking all, not people from working.
/// </summary>
internal sealed class RateLimits
{
    /// <summary>A page costs some ten requests on the first visit: a building of 200 people opening one at the same moment.</summary>
    internal static readonly Allowance Reads = new(PerMinute: 12_000, Burst: 2000);

    /// <summary>A script that loads a year of reports stays below; a flood does not reach the database.</summary>
    internal static readonly Allowance Writes = new(PerMinute: 3000, Burst: 500);

    /// <summary>Everybody of a building in the same minute; for guessing, next to nothing. Accounts lock themselves as well.</summary>
    internal static readonly Allowance SignIns = new(PerMinute: 60, Burst: 60);

    /// <summary>Each sends a mail to an address that its owner has not confirmed.</summary>
    internal static readonly Allowance Subscriptions = new(PerMinute: 20, Burst: 30);

    /// <summary>Requests of one address under way at the same time (<c>Gateway:Limits:Concurrent</c>): slow ones must not fill the house.</summary>
    internal const int Concurrent = 200;

    /// <summary>Where a password, a link's secret or a code can be tried out.</summary>
    internal static readonly IReadOnlyList<string> SignInFolders =
    [
        "/api/participants/v1/sessions", "/api/participants/v1/set-up", "/api/participants/v1/invitations", "/api/participants/v1/password-resets",
        "/api/participants/v1/address-confirmations", "/api/participants/v1/registration-confirmations", "/api/participants/v1/representative-invitations",
        "/cuenta/entrar", "/cuenta/invitacion", "/cuenta/olvido", "/cuenta/restablecer", "/cuenta/correo", "/configurar", "/participa/confirmar", "/participa/representacion",
    ];

    internal static readonly IReadOnlyList<string> SubscriptionFolders = ["/api/notifications/v1/subscriptions", "/avisos/seguir", "/participa/registro"];

    /// <summary>Registrations write to an address that nobody proved, as subscriptions do; what staff decide about them stands below their address.</summary>
    internal const string Registrations = "/api/participants/v1/registrations";

    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, Allowance> allowances;
    private readonly int concurrent;
    private readonly PartitionedRateLimiter<(IPAddress Address, string? Kind)> rates;

    public RateLimits(IConfiguration configuration)
    {
        Allowance Of(string name, Allowance otherwise) => Read(configuration, name, otherwise);
        allowances = new Dictionary<string, Allowance>(StringComparer.Ordinal)
        {
            [nameof(Reads)] = Of(nameof(Reads), Reads),
            [nameof(Writes)] = Of(nameof(Writes), Writes),
            [nameof(SignIns)] = Of(nameof(SignIns), SignIns),
            [nameof(Subscriptions)] = Of(nameof(Subscriptions), Subscriptions),
        };
        concurrent = configuration.GetValue($"Gateway:Limits:{nameof(Concurrent)}", Concurrent);
        rates = PartitionedRateLimiter.Create<(IPAddress Address, string? Kind), (IPAddress Address, string? Kind)>(Rate);
    }

    internal static Allowance Read(IConfiguration configuration, string name, Allowance otherwise) => new(
        configuration.GetValue($"Gateway:Limits:{name}:PerMinute", otherwise.PerMinute), configuration.GetValue($"Gateway:Limits:{name}:Burst", otherwise.Burst));

    public PartitionedRateLimiter<HttpContext> Limiter() => PartitionedRateLimiter.CreateChained(
        rates.WithTranslatedKey<HttpContext>(http => (AddressOf(http.Connection.RemoteIpAddress), KindOf(http.Request)), leaveOpen: true),
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(Simultaneous));

    /// <summary>Takes a kept answer off the allowance of the caller's address; it is given at once, so it is never under way.</summary>
    public bool AdmitsRead(IPAddress? caller)
    {
        if (allowances[nameof(Reads)].Burst <= 0)
            return true;
        using var lease = rates.AttemptAcquire((AddressOf(caller), nameof(Reads)));
        return lease.IsAcquired;
    }

    /// <summary>429 with the seconds until the next request is welcome.</summary>
    public static Task RefuseAsync(HttpContext http, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 1;
        var seconds = Math.Max(1, wait);
        return Answer.WriteAsync(http, new Refusal("too_many_requests", StatusCodes.Status429TooManyRequests, null, seconds), seconds);
    }

    private RateLimitPartition<(IPAddress Address, string? Kind)> Rate((IPAddress Address, string? Kind) caller) =>
        caller.Kind is null || allowances[caller.Kind] is not { Burst: > 0 } allowance
            // One for all: the limiter of none is never put away, and each address would leave its own.
            ? RateLimitPartition.GetNoLimiter<(IPAddress Address, string? Kind)>((IPAddress.None, null))
            : RateLimitPartition.GetTokenBucketLimiter(caller, _ => Bucket(allowance));

    private RateLimitPartition<IPAddress> Simultaneous(HttpContext http) =>
        concurrent <= 0 || KindOf(http.Request) is null || LiveAddress.Of(http.Request) is not null
            ? RateLimitPartition.GetNoLimiter(IPAddress.None)
            : RateLimitPartition.GetConcurrencyLimiter(AddressOf(http.Connection.RemoteIpAddress), _ => new ConcurrencyLimiterOptions { PermitLimit = concurrent });

    internal static TokenBucketRateLimiterOptions Bucket(Allowance allowance)
    {
        // Whole tokens: a slow bucket gets one at longer intervals.
        var perPeriod = Math.Max(1, allowance.PerMinute / 60);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = allowance.Burst,
            TokensPerPeriod = perPeriod,
            ReplenishmentPeriod = allowance.PerMinute >= 60 ? Refill : TimeSpan.FromMinutes(1.0 / Math.Max(1, allowance.PerMinute)),
        };
    }

    /// <summary>Null for the questions of whoever watches over the process: those are cheap, and must be answered under load.</summary>
    internal static string? KindOf(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            return request.Path == "/health" || request.Path == "/alive" ? null : nameof(Reads);
        // However it is spelled, it reaches the same place and meets the same allowance.
        var path = request.Path.Plain();
        if (SignInFolders.Any(folder => path.IsBelow(folder)))
            return HttpMethods.IsDelete(request.Method) ? nameof(Writes) : nameof(SignIns);
        return path == Registrations || SubscriptionFolders.Any(folder => path.IsBelow(folder)) ? nameof(Subscriptions) : nameof(Writes);
    }

    /// <summary>A household or office has a whole IPv6 /64; its machines count as one, as they do behind one IPv4 address.</summary>
    internal static IPAddress AddressOf(IPAddress? caller)
    {
        var address = caller ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
