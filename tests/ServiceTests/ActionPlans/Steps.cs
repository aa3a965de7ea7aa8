using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenGov.ServiceTests.ActionPlans;

/// <summary>Steps that several tests need.</summary>
internal static class Steps
{
    public const string Api = "/api/action-plans/v1";

    /// <summary>Imports, accepts and publishes a plan; the identifiers of what became public.</summary>
    public static async Task<JsonElement> PublishAsync(this ActionPlansHost service, JsonObject plan, string? changeSummary = null)
    {
        var imported = await (await service.ImportAsync(plan)).JsonAsync();
        foreach (var commitment in imported.GetProperty("commitments").EnumerateArray())
        {
            using var liaison = service.Client(service.Liaison);
            (await liaison.PostAsJsonAsync($"{Api}/commitments/{commitment.GetProperty("id").GetGuid()}/acceptance", new { })).EnsureSuccessStatusCode();
        }

        var answer = await service.AskForPublicationAsync(imported, changeSummary);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    public static async Task<HttpResponseMessage> AskForPublicationAsync(this ActionPlansHost service, JsonElement imported, string? changeSummary = null)
    {
        using var secretary = service.Client(service.Secretary);
        return await secretary.SendAsync(
            HttpMethod.Post,
            $"{Api}/plans/{imported.GetProperty("id").GetGuid()}/publication",
            new { approval = new { number = "STL/EXT/03", session = "Primera extraordinaria", adoptedOn = "2020-12-15", documentUrl = "https://example.org/acuerdo.pdf" }, changeSummary },
            $"\"{imported.GetProperty("version").GetInt32()}\"");
    }

    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string address, object body, string? ifMatch = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Content = JsonContent.Create(body);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    public static async Task<JsonElement> CommitmentAsync(this ActionPlansHost service, string identifier)
    {
        using var visitor = service.Client();
        var answer = await visitor.GetAsync($"{Api}/commitments/{identifier}");
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    public static JsonElement Activity(this JsonElement commitment, int keyAction, int activity) =>
        commitment.GetProperty("keyActions")[keyAction].GetProperty("activities")[activity];

    public static async Task<HttpResponseMessage> ReportAsync(this ActionPlansHost service, Guid activity, string status, int version, object[]? evidence = null, string? key = null, Guid? account = null)
    {
        using var liaison = service.Client(account ?? service.Liaison);
        return await liaison.SendAsync(
            HttpMethod.Post,
            $"{Api}/activities/{activity}/progress-reports",
            new { status, explanation = "Se integró el grupo de trabajo.", evidence = evidence ?? [new { kind = "LINK", url = "https://example.org/minuta", description = "Minuta" }] },
            $"\"{version}\"",
            key);
    }

    public static async Task<string[]> FactsAsync(this ActionPlansHost service)
    {
        await using var command = service.Database.CreateCommand("select type from event_log order by event_id");
        await using var reader = await command.ExecuteReaderAsync();
        var types = new List<string>();
        while (await reader.ReadAsync())
            types.Add(reader.GetString(0)[(reader.GetString(0).LastIndexOf('.') + 1)..]);
        return [.. types];
    }
}
