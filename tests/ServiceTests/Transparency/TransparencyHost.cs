using System.Net;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.Transparency;
using Microsoft.Extensions.DependencyInjection;

namespace OpenGov.ServiceTests.Transparency;

/// <summary>Transparency over HTTP, its facts delivered through the inbox.</summary>
public sealed class TransparencyHost : ServiceHost<TransparencyDb>
{
    public Task TellAsync(params IIntegrationEvent[] facts) => DeliverAsync(Owners.ActionPlans, facts);

    public Task TellOfParticipantsAsync(params IIntegrationEvent[] facts) => DeliverAsync(Owners.Participants, facts);

    public async Task<HttpResponseMessage> GetAsync(string address, params (string Name, string Value)[] headers)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    /// <summary>All lines of the CSV file, header first.</summary>
    public async Task<string[]> CsvAsync(string dataset)
    {
        var answer = await GetAsync($"/datos/{dataset}.csv");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
    }

    public async Task<JsonElement> JsonAsync(string address)
    {
        var answer = await GetAsync(address);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> RowAsync(string dataset) => (await JsonAsync($"/datos/{dataset}.json")).GetProperty("rows").EnumerateArray().Single();

    public async Task<string> ETagAsync(string address) => (await GetAsync(address)).Headers.ETag!.ToString();

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rebuilds the copy of ActionPlans from its feed.</summary>
    public Task RebuildAsync() => Services.GetRequiredService<Rebuild>().RunAsync(Owners.ActionPlans, CancellationToken.None);
}
