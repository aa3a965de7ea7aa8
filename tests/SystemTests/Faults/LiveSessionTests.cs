using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Faults;

/// <summary>What spectators of a session see does not depend on the broker, nor on which replica took the vote.</summary>
[Collection(DrillSystemCollection.Name)]
public sealed class LiveSessionTests(DrillSystem system)
{
    private const string Participants = "/api/participants/v1";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_vote_at_either_replica_is_seen_live_while_the_broker_is_away()
    {
        using var limit = new CancellationTokenSource(Limit + Limit);
        using var secretary = await ApiClient.SignInAsync(system, "administration");
        var secretariat = (await secretary.GetAsync($"{Participants}/secretariats"))["items"]![0]!["id"]!.GetValue<string>();
        var seats = (await secretary.GetAsync($"{Participants}/secretariats/{secretariat}"))["seats"]!.AsArray().Where(seat => seat!["titular"] is not null).Select(seat => seat!["id"]!.GetValue<string>()).ToList();
        var session = (await WriteAsync(secretary, $"{Participants}/secretariats/{secretariat}/sessions", new JsonObject
        {
            ["kind"] = "EXTRAORDINARY",
            ["startsAt"] = DateTimeOffset.UtcNow.AddSeconds(15).ToString("O", CultureInfo.InvariantCulture),
            ["place"] = "Sala de la prueba",
            ["agenda"] = new JsonArray(new JsonObject { ["title"] = "Hoja de ruta" }),
        }))["id"]!.GetValue<string>();
        var at = $"{Participants}/secretariat-sessions/{session}";
        foreach (var seat in seats)
            await WriteAsync(secretary, $"{at}/attendance", new JsonObject { ["seatId"] = seat });
        await Eventually.HoldsAsync(
            async () =>
            {
                using var opened = await secretary.SendAsync(HttpMethod.Post, $"{at}/opening");
                return (await secretary.GetAsync(at))["state"]!.GetValue<string>() == "OPEN";
            },
            Limit,
            "the session to open at its hour");
        var item = (await secretary.GetAsync(at))["agenda"]![0]!["id"]!.DeepClone();
        var motion = (await WriteAsync(secretary, $"{at}/motions", new JsonObject { ["agendaItemId"] = item, ["text"] = "Se aprueba la hoja de ruta." }))["motions"]![0]!["id"]!.GetValue<string>();
        await WriteAsync(secretary, $"{at}/motions/{motion}/ballots", null);
        var token = await TokenAsync(limit.Token);

        await system.CommandAsync("broker", "resource-stop");
        try
        {
            using var spectator = system.Client();
            spectator.Timeout = Timeout.InfiniteTimeSpan;
            using var stream = new StreamReader(await spectator.GetStreamAsync($"/sesiones/{session}/en-vivo", limit.Token));
            var replicas = system.App.GetEndpoints("participants");
            replicas.Count.ShouldBe(2);
            for (var voted = 0; voted < replicas.Count; voted++)
            {
                using var replica = new HttpClient { BaseAddress = replicas[voted] };
                replica.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
                using var answer = await replica.PostAsJsonAsync($"{at}/motions/{motion}/room-votes", new { seatId = seats[voted], round = 1, choice = "IN_FAVOUR" }, limit.Token);
                answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(limit.Token));
                var expected = string.Create(CultureInfo.InvariantCulture, $"han votado {voted + 1} de {seats.Count}.");
                while (!(await stream.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The stream ended.")).Contains(expected, StringComparison.Ordinal))
                {
                }
            }
        }
        finally
        {
            await system.CommandAsync("broker", "resource-start");
        }
    }

    private static async Task<JsonNode> WriteAsync(ApiClient secretary, string path, JsonNode? body)
    {
        using var answer = await secretary.SendAsync(HttpMethod.Post, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>What the gateway would send along to whichever replica it asks.</summary>
    private async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        var account = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile, cancellationToken))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == "administration")!;
        using var nobody = new ApiClient(system.Origin);
        var signedIn = await WriteAsync(nobody, $"{Participants}/sessions", new JsonObject { ["email"] = account["email"]!.DeepClone(), ["password"] = account["password"]!.DeepClone() });
        using var inside = InternalCalls.Client(system.App.GetEndpoints("participants")[0], system.DataFolder);
        using var exchanged = await inside.PostAsJsonAsync("internal/session-exchange", new { sessionToken = signedIn["sessionToken"]!.GetValue<string>() }, cancellationToken);
        exchanged.EnsureSuccessStatusCode();
        return (await exchanged.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["token"]!.GetValue<string>();
    }
}
