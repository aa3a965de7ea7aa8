using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Portal.Data;

namespace OpenGov.Portal.Http;

/// <summary>What the portal asks of Transparency.</summary>
public sealed class TransparencyApi(ServiceCaller services)
{
    private const string Base = "/api/transparency/v1";

    public Task<Answer<Listing<DatasetView>>> DatasetsAsync() => services.GetAsync<Listing<DatasetView>>(Owners.Transparency, Base + "/datasets");

    public Task<Answer<DatasetView>> DatasetAsync(string name) =>
        services.GetAsync<DatasetView>(Owners.Transparency, $"{Base}/datasets/{Uri.EscapeDataString(name)}");

    public Task<Answer<Listing<Dictionary<string, JsonElement>>>> RowsAsync(string name, int limit, string? cursor = null) =>
        services.GetAsync<Listing<Dictionary<string, JsonElement>>>(
            Owners.Transparency, $"{Base}/datasets/{Uri.EscapeDataString(name)}/rows" + Query.Of(("limit", limit), ("cursor", cursor)));

    /// <summary>Rows of the latest progress reports, newest first.</summary>
    public Task<Answer<Listing<Dictionary<string, JsonElement>>>> LatestReportsAsync(int limit) =>
        services.GetAsync<Listing<Dictionary<string, JsonElement>>>(
            Owners.Transparency, Base + "/datasets/progress_reports/rows" + Query.Of(("order", "-reported_at"), ("limit", limit)));

    /// <summary>Rows of activities in a state, the nearest end first.</summary>
    public Task<Answer<Listing<Dictionary<string, JsonElement>>>> ActivitiesByEndAsync(string status, int limit) =>
        services.GetAsync<Listing<Dictionary<string, JsonElement>>>(
            Owners.Transparency, Base + "/datasets/activities/rows" + Query.Of(("status", status), ("order", "end_date"), ("limit", limit)));
}
