using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OpenGov.Benchmarks;

/// <summary>The sample's liaison, signed in through the gateway: reports on activities, each report guarded by the version before it.</summary>
internal sealed class Liaison : IDisposable
{
    private readonly HttpClient http;
    private readonly string token;

    private Liaison(HttpClient http, string token) => (this.http, this.token) = (http, token);

    public static async Task<Liaison> SignInAsync(MeasuredSystem system)
    {
        var accounts = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray();
        var account = accounts.Single(one => one!["role"]!.GetValue<string>() == "liaison")!;
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = system.Origin, Timeout = TimeSpan.FromSeconds(30) };
        using var answer = await client.PostAsJsonAsync(
            "/api/participants/v1/sessions", new JsonObject { ["email"] = account["email"]!.GetValue<string>(), ["password"] = account["password"]!.GetValue<string>() });
        answer.EnsureSuccessStatusCode();
        return new Liaison(client, (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync()))!["sessionToken"]!.GetValue<string>());
    }

    /// <summary>Activities that can be reported on, at most so many, of as many commitments as possible.</summary>
    public async Task<IReadOnlyList<ReportedActivity>> ActivitiesAsync(int atMost)
    {
        using var request = Request(HttpMethod.Get, "/api/action-plans/v1/my/activities?limit=200");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var items = (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync()))!["items"]!.AsArray();
        var open = items.Where(one => one!["status"]!.GetValue<string>() is "NOT_STARTED" or "IN_PROGRESS")
            .Select(one => (Id: one!["id"]!.GetValue<Guid>(), Status: one["status"]!.GetValue<string>(), Commitment: (one["commitmentIdentifier"] ?? one["commitment"])?.ToJsonString() ?? ""))
            .GroupBy(one => one.Commitment, StringComparer.Ordinal)
            .SelectMany(group => group.Select((one, index) => (one.Id, one.Status, index)))
            .OrderBy(one => one.index)
            .Take(atMost)
            .ToList();
        var activities = new List<ReportedActivity>();
        foreach (var (id, status, _) in open)
        {
            using var one = Request(HttpMethod.Get, $"/api/action-plans/v1/activities/{id}");
            using var current = await http.SendAsync(one);
            current.EnsureSuccessStatusCode();
            activities.Add(new ReportedActivity(id, status) { Version = current.Headers.ETag!.Tag });
        }

        return activities.Count > 0 ? activities : throw new InvalidOperationException("The liaison has no open activity.");
    }

    /// <returns>The report's id.</returns>
    public async Task<Guid> ReportAsync(ReportedActivity activity)
    {
        using var request = Request(HttpMethod.Post, $"/api/action-plans/v1/activities/{activity.Id}/progress-reports");
        request.Headers.TryAddWithoutValidation("If-Match", activity.Version);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        request.Content = JsonContent.Create(new JsonObject
        {
            ["status"] = activity.Status,
            ["explanation"] = "Avance del periodo: se instaló la mesa de trabajo, se revisaron los expedientes y se publicó la minuta con los acuerdos alcanzados.",
            ["evidence"] = new JsonArray(new JsonObject { ["kind"] = "LINK", ["url"] = "https://example.org/evidencia", ["description"] = "Minuta de la mesa de trabajo" }),
        });
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"A report was refused with {(int)answer.StatusCode}: {text}");
        activity.Version = answer.Headers.ETag!.Tag;
        return JsonNode.Parse(text)!["id"]!.GetValue<Guid>();
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Cookie", $"og_session={token}");
        return request;
    }
}

/// <summary>One report at a time: each needs the version that the one before it made.</summary>
internal sealed class ReportedActivity(Guid id, string status)
{
    public Guid Id { get; } = id;

    public string Status { get; } = status;

    public required string Version { get; set; }
}
