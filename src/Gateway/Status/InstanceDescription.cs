using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGov.Contracts;
using OpenGov.Gateway.Answers;
using OpenGov.Gateway.Caching;
using OpenGov.Gateway.Routing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Gateway.Status;

/// <summary>
/// <c>/.well-known/open-government</c>: who this instance is and where its data are, for the programs of others. Names are
/// snake_case as in SPEC §6.5. As current as kept pages are (<see cref="CacheTimes"/>); while Participants is away the last
/// known description is given.
/// </summary>
internal sealed class InstanceDescription(IHttpClientFactory clients, ServiceVersions versions, TimeProvider clock, ILogger<InstanceDescription> log) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly string Version = typeof(InstanceDescription).Assembly.GetName().Version!.ToString(3);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly SemaphoreSlim asking = new(1, 1);
    private Known? known;

    public async Task AnswerAsync(HttpContext http)
    {
        if (await DescribeAsync(http.RequestAborted) is not { } description)
        {
            await Answer.UnavailableAsync(http, "service_unavailable");
            return;
        }

        http.Response.Headers.CacheControl = "public, max-age=0, must-revalidate";
        if (http.IsNotModified(ETags.Of(description.Hash)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = description.Body.Length;
        await http.Response.Body.WriteAsync(description.Body, http.RequestAborted);
    }

    public void Dispose() => asking.Dispose();

    private async Task<Known?> DescribeAsync(CancellationToken cancellationToken)
    {
        // Known before the description is asked for: it is of this state or of a later one.
        var state = (await versions.Of(Owners.Participants).SinceAsync(clock.Before(CacheTimes.Trusted), CacheTimes.Patience, cancellationToken))?.Text;
        if (known is { } last && (state is null || last.State == state))
            return last;
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (known is { } other && other.State == state)
                return other;
            using var timeout = new CancellationTokenSource(Patience);
            var instance = await clients.CreateClient(Owners.Participants).GetFromJsonAsync<Instance>("/api/participants/v1/instance", timeout.Token);
            var body = JsonSerializer.SerializeToUtf8Bytes(Describe(instance!), Json);
            known = new Known(body, Convert.ToHexStringLower(SHA256.HashData(body)[..16]), state);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException or Polly.Timeout.TimeoutRejectedException)
        {
            log.LogWarning("Participants did not say who the instance is: {Reason}", exception.GetType().Name);
        }
        finally
        {
            asking.Release();
        }

        return known;
    }

    private static Description Describe(Instance instance) => new(
        instance.Configured,
        instance.CveEnt,
        instance.Iso,
        instance.StateName,
        instance.Name,
        instance.Guarantor,
        instance.PublicAddress,
        instance.ExampleData,
        new Software("OpenGovAspire", Version),
        new Catalogue("/datos/catalogo.jsonld", "/datos/catalogo.ttl", "/datos/catalogo.json"),
        "/api/action-plans/v1/plans",
        Upstreams.Services.ToDictionary(service => service, service => $"/api/{service}/openapi/v1.json", StringComparer.Ordinal));

    /// <param name="State">Version of Participants' state when it was asked; null where that was not known.</param>
    private sealed record Known(byte[] Body, string Hash, string? State);

    /// <summary>The part of Participants' answer that is passed on; as it grows, the rest is left out.</summary>
    private sealed record Instance(
        bool Configured, string? CveEnt, string? Iso, string? StateName, string? Name, Guarantor? Guarantor, string? PublicAddress, bool ExampleData);

    private sealed record Guarantor(string? Name, string? Acronym);

    private sealed record Description(
        bool Configured,
        string? CveEnt,
        string? Iso,
        string? StateName,
        string? Name,
        Guarantor? Guarantor,
        string? PublicAddress,
        bool ExampleData,
        Software Software,
        Catalogue Catalogue,
        string Plans,
        [property: JsonPropertyName("openapi")] IReadOnlyDictionary<string, string> OpenApi);

    private sealed record Software(string Name, string Version);

    private sealed record Catalogue(string Jsonld, string Turtle, string Json);
}
