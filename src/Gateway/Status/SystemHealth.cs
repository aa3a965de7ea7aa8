using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGov.Gateway.Routing;

namespace OpenGov.Gateway.Status;

/// <param name="Status">Healthy, Degraded (serves, something is away) or Unhealthy.</param>
/// <param name="Addresses">Replicas that are configured.</param>
/// <param name="Serving">Replicas that answered healthy or degraded.</param>
internal sealed record ServiceState(string Status, int Addresses, int Serving);

internal sealed record SystemState(string Status, IReadOnlyDictionary<string, ServiceState> Services)
{
    [JsonIgnore]
    public bool IsDown => string.Equals(Status, SystemHealth.Unhealthy, StringComparison.Ordinal);
}

/// <summary>
/// The gateway's <c>/health</c>: each service's own, asked side by side. A service that no replica of serves makes the system
/// unhealthy (503); a missing replica or a broker that is away makes it degraded (200).
/// </summary>
internal sealed class SystemHealth(IHttpClientFactory clients, Upstreams upstreams, TimeProvider clock) : IDisposable
{
    public const string ClientName = "health";
    public const string Healthy = nameof(Healthy);
    public const string Degraded = nameof(Degraded);
    public const string Unhealthy = nameof(Unhealthy);

    /// <summary>A service that takes longer to say how it is, is not well.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The address is public: however often it is asked, each service is asked about twice a second.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim asking = new(1, 1);
    private (SystemState State, long At)? last;

    public async Task AnswerAsync(HttpContext http)
    {
        var state = await StateAsync(http.RequestAborted);
        http.Response.StatusCode = state.IsDown ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        http.Response.Headers.CacheControl = "no-store";
        if (state.IsDown)
            http.Response.Headers.RetryAfter = "5";
        await http.Response.WriteAsJsonAsync(state, http.RequestAborted);
    }

    public void Dispose() => asking.Dispose();

    private async Task<SystemState> StateAsync(CancellationToken cancellationToken)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            // By the time that passes: a wall clock that is set back would keep the answer for as long as it jumped.
            if (last is { } known && clock.GetElapsedTime(known.At) < Fresh)
                return known.State;
            var states = await Task.WhenAll(Upstreams.All.Select(async name => (name, State: await StateOfAsync(name))));
            var services = states.ToDictionary(pair => pair.name, pair => pair.State, StringComparer.Ordinal);
            var state = new SystemState(Worst(services.Values.Select(service => service.Status)), services);
            last = (state, clock.GetTimestamp());
            return state;
        }
        finally
        {
            asking.Release();
        }
    }

    private async Task<ServiceState> StateOfAsync(string name)
    {
        var addresses = upstreams.AddressesOf(name);
        var answers = await Task.WhenAll(addresses.Select(AskAsync));
        var serving = answers.Count(answer => answer is not Unhealthy);
        var status = serving == 0 ? Unhealthy : answers.All(answer => answer is Healthy) ? Healthy : Degraded;
        return new ServiceState(status, addresses.Count, serving);
    }

    private async Task<string> AskAsync(Uri address)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var answer = await client.GetAsync(new Uri(address, "/health"), timeout.Token);
            if (!answer.IsSuccessStatusCode)
                return Unhealthy;
            var report = await answer.Content.ReadFromJsonAsync<HealthReport>(timeout.Token);
            return string.Equals(report?.Status, Degraded, StringComparison.OrdinalIgnoreCase) ? Degraded : Healthy;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException)
        {
            return Unhealthy;
        }
    }

    /// <summary>What a service says at <c>/health</c>; the checks behind it are for its own operator.</summary>
    private sealed record HealthReport(string? Status);

    private static string Worst(IEnumerable<string> states)
    {
        var all = states.ToHashSet(StringComparer.Ordinal);
        return all.Contains(Unhealthy) ? Unhealthy : all.Contains(Degraded) ? Degraded : Healthy;
    }
}
