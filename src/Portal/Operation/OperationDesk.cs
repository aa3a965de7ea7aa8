using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Portal.Operation;

/// <summary>
/// Asks every process of the system, each replica by its own address, side by side and with a bound: what is away does not keep
/// the others' answers back. Whether the caller may know is decided by the services.
/// </summary>
internal sealed class OperationDesk(
    IHttpClientFactory clients, IConfiguration configuration, InstanceKey key, ProcessReporter self, LastAnswers answers, TimeProvider clock)
{
    public const string ClientName = "operation";
    public const string Gateway = "gateway";
    public const string Portal = "portal";

    /// <summary>A service takes three seconds at most to say what it could not learn.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly JsonSerializerOptions Json = new(ContractsJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    public static readonly IReadOnlyList<string> Services = [.. Owners.Subscribers.Keys];

    public async Task<SystemView> AskAsync(HttpContext http)
    {
        var token = http.Request.Headers.Authorization.ToString();
        var services = Services.SelectMany(service => AddressesOf(service).Select(address => AskServiceAsync(service, address, token, http.RequestAborted))).ToArray();
        var gateways = await Task.WhenAll(AddressesOf(Gateway).Select(address => AskProcessAsync(Gateway, address, http.RequestAborted)));
        // The gateway knows where portals are; this one knows only itself.
        var portals = await Task.WhenAll(gateways.SelectMany(gateway => gateway.Process?.Settings ?? [])
            .Where(setting => setting.Name.StartsWith($"services:{Portal}:http:", StringComparison.Ordinal) && Uri.IsWellFormedUriString(setting.Value, UriKind.Absolute))
            .Select(setting => new Uri(setting.Value)).Distinct()
            .Select(address => AskProcessAsync(Portal, address, http.RequestAborted)));
        var own = await self.ReadAsync(http.RequestAborted);
        var places = new List<Place>(await Task.WhenAll(services));
        places.AddRange(portals);
        if (!portals.Any(place => place.Process?.Process == own.Process))
            places.Add(new Place(Portal, null, PlaceState.Answers, own, null, null, null));
        places.AddRange(gateways);
        // Behind a proxy several addresses may be the same process.
        return new SystemView([.. places.DistinctBy(place => place.Process?.Process.ToString() ?? place.Address!.ToString())], clock.GetUtcNow());
    }

    /// <summary>Only what <c>/health</c> tells anybody, for when nobody can be asked who is looking.</summary>
    public async Task<IReadOnlyList<Place>> AskHealthAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(Services.Append(Gateway).SelectMany(service => AddressesOf(service).Select(async address =>
        {
            var health = await HealthAsync(service, address, cancellationToken);
            return new Place(service, address, health is null ? PlaceState.Away : PlaceState.CannotCheck, null, null, health, answers.AwaySince(address));
        })));

    public IReadOnlyList<Uri> AddressesOf(string service)
    {
        var configured = configuration.GetSection($"services:{service}:http").GetChildren().Select(child => new Uri(child.Value!)).ToList();
        return configured.Count > 0 || service == Gateway ? configured : [new Uri($"http://{service}")];
    }

    private async Task<Place> AskServiceAsync(string service, Uri address, string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, $"/api/{service}/v1/operation"));
        if (token.Length > 0)
            request.Headers.TryAddWithoutValidation("Authorization", token);
        var (status, report) = await SendAsync<OperationReport>(request, cancellationToken);
        var state = status switch
        {
            HttpStatusCode.OK when report is not null => PlaceState.Answers,
            HttpStatusCode.Unauthorized => PlaceState.MustSignIn,
            HttpStatusCode.Forbidden => PlaceState.Forbidden,
            _ => PlaceState.Away,
        };
        if (state != PlaceState.Away)
        {
            answers.Answered(address);
            return new Place(service, address, state, report?.Process, report, report?.Process.Health, null);
        }

        var health = await HealthAsync(service, address, cancellationToken);
        return new Place(service, address, health is null ? PlaceState.Away : PlaceState.CannotCheck, null, null, health, answers.AwaySince(address));
    }

    private async Task<Place> AskProcessAsync(string service, Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/internal/operation"));
        InternalCalls.Authorize(request, key);
        var (_, report) = await SendAsync<ProcessReport>(request, cancellationToken);
        if (report is not null)
            answers.Answered(address);
        return new Place(service, address, report is null ? PlaceState.Away : PlaceState.Answers, report, null, report?.Health, report is null ? answers.AwaySince(address) : null);
    }

    /// <returns>Null where the process does not answer.</returns>
    private async Task<HealthReportJson?> HealthAsync(string service, Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/health"));
        if (service == Gateway)
            return (await SendAsync<JsonElement?>(request, cancellationToken)).Status is null ? null : new HealthReportJson("Healthy", new Dictionary<string, HealthCheckJson>(StringComparer.Ordinal));
        return (await SendAsync<HealthReportJson>(request, cancellationToken)).Value;
    }

    private async Task<(HttpStatusCode? Status, T? Value)> SendAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var answer = await client.SendAsync(request, limit.Token);
            var isJson = answer.Content.Headers.ContentType?.MediaType == "application/json";
            return (answer.StatusCode, isJson ? await answer.Content.ReadFromJsonAsync<T>(Json, limit.Token) : default);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return (null, default);
        }
    }
}
