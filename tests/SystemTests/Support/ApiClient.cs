using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Support;

/// <summary>The public API through the gateway, as a program uses it: with a session's cookie, or as nobody.</summary>
public sealed class ApiClient(Uri origin, string? sessionToken = null) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = origin, Timeout = TimeSpan.FromSeconds(30) };

    public static async Task<ApiClient> SignInAsync(RunningSystem system, string role)
    {
        var accounts = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray();
        var account = accounts.Single(one => one!["role"]!.GetValue<string>() == role)!;
        using var nobody = new ApiClient(system.Origin);
        using var answer = await nobody.SendAsync(HttpMethod.Post, "/api/participants/v1/sessions", new JsonObject
        {
            ["email"] = account["email"]!.GetValue<string>(),
            ["password"] = account["password"]!.GetValue<string>(),
        });
        answer.EnsureSuccessStatusCode();
        return new ApiClient(system.Origin, (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync()))!["sessionToken"]!.GetValue<string>());
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, JsonNode? body = null, string? ifMatch = null, string? key = null, string? traceParent = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (sessionToken is not null)
            request.Headers.Add("Cookie", $"og_session={sessionToken}");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (traceParent is not null)
            request.Headers.Add("traceparent", traceParent);
        return await http.SendAsync(request);
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        answer.EnsureSuccessStatusCode();
        return (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync()))!;
    }

    /// <summary>The privacy notice in force, which whoever gives personal data was shown (INV-50).</summary>
    public async Task<string> NoticeAsync() => (await GetAsync("/api/participants/v1/privacy-notice"))["id"]!.GetValue<string>();

    public Task<string> TextAsync(string path) => http.GetStringAsync(path);

    /// <summary>Reports on an activity so that its state moves between not started and in progress; returns the report's id.</summary>
    public async Task<string> ReportAsync(string activityId, string explanation, string? traceParent = null)
    {
        using var current = await SendAsync(HttpMethod.Get, $"/api/action-plans/v1/activities/{activityId}");
        current.EnsureSuccessStatusCode();
        var activity = (await JsonNode.ParseAsync(await current.Content.ReadAsStreamAsync()))!;
        var next = activity["status"]!.GetValue<string>() == "NOT_STARTED" ? "IN_PROGRESS" : "NOT_STARTED";
        using var answer = await SendAsync(
            HttpMethod.Post,
            $"/api/action-plans/v1/activities/{activityId}/progress-reports",
            new JsonObject
            {
                ["status"] = next,
                ["explanation"] = explanation,
                ["evidence"] = new JsonArray(new JsonObject { ["kind"] = "LINK", ["url"] = "https://example.org/evidencia", ["description"] = "Evidencia de la prueba" }),
            },
            current.Headers.ETag!.Tag,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(explanation)))[..32],
            traceParent);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonNode.Parse(text)!["id"]!.GetValue<string>();
    }

    public void Dispose() => http.Dispose();
}
