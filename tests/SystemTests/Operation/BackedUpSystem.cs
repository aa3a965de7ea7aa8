using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenGov.SystemTests.Engine;
using OpenGov.SystemTests.Security;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Operation;

/// <summary>A system whose engine makes backups into a folder of its own, as on another disk, and what can be seen of them.</summary>
internal sealed class BackedUpSystem(string folder, string backups, bool isNew, params string[] settings) : SecuredSystem
{
    public const string Order = "/api/participants/v1/operation/backups";

    protected override string[] Arguments => ["--MailCatcher=true", $"--Data={folder}", $"--Backups={backups}", .. settings];

    protected override Task FillAsync() => isNew ? base.FillAsync() : Task.CompletedTask;

    /// <summary>What the engine tells the page.</summary>
    public JsonNode State => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "backups", "state.json")))!;

    /// <summary>Those that count, oldest first.</summary>
    public IReadOnlyList<string> Complete => [.. Directory.GetDirectories(backups).Where(one => !Path.GetFileName(one).StartsWith('.')).Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> Partial => Directory.GetDirectories(backups, ".partial-*");

    /// <summary>Processes of this name that work on a backup.</summary>
    public IReadOnlyList<int> Working(string program) =>
        [.. Processes.MentioningFolder(backups).Where(id => File.Exists($"/proc/{id}/comm") && File.ReadAllText($"/proc/{id}/comm").Trim() == program && Processes.IsAlive(id))];

    public Task UntilAsync(Func<bool> condition, string what) => Eventually.HoldsAsync(() => Task.FromResult(condition()), TimeSpan.FromSeconds(180), what);

    public async Task<(int Status, JsonNode Body)> OrderAsync(string key)
    {
        using var client = Client();
        using var request = RequestOf(Office, HttpMethod.Post, Order, new JsonObject { ["reason"] = "prueba del sistema" });
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <summary>The order's record, as the operator's report has it.</summary>
    public async Task<JsonNode> RecordAsync(string id) =>
        (await SendAsync(Office, HttpMethod.Get, "/api/participants/v1/operation"))["commands"]!.AsArray().Single(one => one!["id"]!.GetValue<string>() == id)!;

    /// <summary>The operator's page, signed in.</summary>
    public async Task<IPage> OpenOperationAsync(bool javaScript)
    {
        var page = await OpenBrowserAsync(javaScript: javaScript);
        await page.GotoAsync("/cuenta/entrar");
        await page.Locator("[name='email']").FillAsync(Office.Email!);
        await page.Locator("[name='password']").FillAsync(await PasswordOfAsync(Office));
        await page.Locator("main form button[type='submit']").First.ClickThroughAsync();
        await page.GotoAsync("/operacion");
        return page;
    }

    public static async Task<string> TextAsync(IPage page)
    {
        await page.GotoAsync("/operacion");
        return await page.Locator("main").InnerTextAsync();
    }

    /// <returns>How long stopping took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await DisposeAsync();
        return Stopwatch.GetElapsedTime(started);
    }
}
