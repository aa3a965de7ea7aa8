using System.Buffers.Text;
using System.Text.Json;
using System.Threading.RateLimiting;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Gateway.Protection;

/// <summary>
/// How much one account may ask, from however many addresses: a stolen session used by many machines, or a program that runs
/// wild. The limits of an address come first; these see only what is routed and carries a token that Participants signed.
/// </summary>
internal sealed class AccountLimits(RequestDelegate next, AccountRates rates, TokenKeys keys, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0 || await AccountOfAsync(context, header["Bearer ".Length..]) is not { } account)
        {
            await next(context);
            return;
        }

        using var lease = rates.Ask(account, context.Request);
        if (lease.IsAcquired)
            await next(context);
        else
            await RateLimits.RefuseAsync(context, lease);
    }

    /// <summary>Null for a token that nobody vouches for: its bearer is nobody, and must not use up somebody's allowance.</summary>
    private async ValueTask<Guid?> AccountOfAsync(HttpContext context, string token)
    {
        // Exchanged at Participants an instant ago: nobody else can have written it.
        if (context.Features.Get<ExchangedToken>() is not null)
            return SubjectOf(token);
        if (Es256Token.KeyIdOf(token) is not { } keyId || await keys.FindAsync(keyId, context.RequestAborted) is not { } key)
            return null;
        return Es256Token.Verify(token, key, clock.GetUtcNow())?.Subject;
    }

    private static Guid? SubjectOf(string token)
    {
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
            return claims.RootElement.GetProperty("sub").GetGuid();
        }
        catch (Exception exception) when (exception is FormatException or JsonException or IndexOutOfRangeException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>Marks a request whose token the gateway itself put on it.</summary>
internal sealed class ExchangedToken
{
    public static readonly ExchangedToken Instance = new();
}

/// <summary>The allowances of accounts (<c>Gateway:Limits:AccountReads</c> and <c>AccountWrites</c>, <c>:PerMinute</c> and <c>:Burst</c>).</summary>
internal sealed class AccountRates : IDisposable
{
    /// <summary>As much as a whole address: a person clicks less, and a program of an institution that asks more has gone wrong.</summary>
    internal static readonly Allowance Reads = new(PerMinute: 12_000, Burst: 2000);

    /// <summary>A script that loads a year of reports stays below.</summary>
    internal static readonly Allowance Writes = new(PerMinute: 3000, Burst: 500);

    private readonly PartitionedRateLimiter<(Guid Account, bool IsRead)> limiter;

    public AccountRates(IConfiguration configuration)
    {
        var (reads, writes) = (RateLimits.Read(configuration, "AccountReads", Reads), RateLimits.Read(configuration, "AccountWrites", Writes));
        limiter = PartitionedRateLimiter.Create<(Guid Account, bool IsRead), (Guid, bool)>(who =>
        {
            var allowance = who.IsRead ? reads : writes;
            return allowance.Burst > 0 ? RateLimitPartition.GetTokenBucketLimiter(who, _ => RateLimits.Bucket(allowance)) : RateLimitPartition.GetNoLimiter(who);
        });
    }

    public RateLimitLease Ask(Guid account, HttpRequest request) =>
        limiter.AttemptAcquire((account, HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)));

    public void Dispose() => limiter.Dispose();
}
