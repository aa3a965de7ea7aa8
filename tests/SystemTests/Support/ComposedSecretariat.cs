using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Support;

/// <summary>A secretariat that was set up over the API: for tests that are about what comes afterwards.</summary>
public sealed class ComposedSecretariat
{
    private const string Participants = "/api/participants/v1";
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(2);

    private ComposedSecretariat(ApiClient office, string id) => (Office, Id) = (office, id);

    public ApiClient Office { get; }
    public string Id { get; }

    /// <summary>In the order of their numbers.</summary>
    public List<string> Seats { get; } = [];

    /// <summary>Who votes for each seat from their own account; empty where the secretary writes votes down.</summary>
    public List<ApiClient> Members { get; } = [];

    /// <summary>Seats, offices, mechanism and declaration: all but the installation.</summary>
    public static async Task<ComposedSecretariat> ComposeAsync(RunningSystem system, ApiClient office, string name, int civilSociety = 1, int publicBodies = 1, int guarantors = 1, bool accounts = false)
    {
        var made = await PostAsync(office, $"{Participants}/secretariats", new JsonObject { ["name"] = name });
        var stl = new ComposedSecretariat(office, made["id"]!.GetValue<string>());
        await stl.FillAsync(system, name, civilSociety, publicBodies, guarantors, accounts);
        return stl;
    }

    /// <summary>The same in one that was formed before.</summary>
    public static async Task<ComposedSecretariat> ComposeInAsync(RunningSystem system, ApiClient office, string id, string name)
    {
        var stl = new ComposedSecretariat(office, id);
        await stl.FillAsync(system, name, 1, 1, 1, accounts: false);
        return stl;
    }

    public Task<JsonNode> InstallAsync() => ActAsync("installation", []);

    public Task<JsonNode> ActAsync(string act, JsonObject body) => PostAsync(Office, $"{Participants}/secretariats/{Id}/{act}", body);

    /// <summary>A session that begins in a moment, open, with every seat in it.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> OpenSessionAsync(string title)
    {
        var starts = DateTimeOffset.UtcNow.AddSeconds(10);
        var session = (await ActAsync("sessions", new JsonObject
        {
            ["kind"] = "ORDINARY",
            ["startsAt"] = starts.ToString("O", CultureInfo.InvariantCulture),
            ["place"] = "Sala de sesiones",
            ["agenda"] = new JsonArray(new JsonObject { ["title"] = title, ["matter"] = "GENERAL" }),
        }))["id"]!.GetValue<string>();
        var at = Session(session);
        for (var seat = 0; seat < Seats.Count; seat++)
        {
            if (Members.Count > 0)
                await PostAsync(Members[seat], $"{at}/my/attendance", new JsonObject { ["remote"] = true });
            else
                await PostAsync(Office, $"{at}/attendance", new JsonObject { ["seatId"] = Seats[seat], ["role"] = "TITULAR", ["remote"] = false });
        }

        if (starts - DateTimeOffset.UtcNow is { Ticks: > 0 } early)
            await Task.Delay(early + TimeSpan.FromSeconds(1));
        await PostAsync(Office, $"{at}/opening", null);
        return session;
    }

    public static string Session(string id) => $"{Participants}/secretariat-sessions/{id}";

    /// <summary>Again where a busy system asks to come back, with the same key.</summary>
    public static async Task<JsonNode> PostAsync(ApiClient client, string path, JsonNode? body)
    {
        var (until, key) = (DateTimeOffset.UtcNow + AtMost, Guid.NewGuid().ToString("N"));
        while (true)
        {
            using var answer = await client.SendAsync(HttpMethod.Post, path, body?.DeepClone(), key: key);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode)
                return JsonNode.Parse(text)!;
            (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && DateTimeOffset.UtcNow < until).ShouldBeTrue($"{path}: {(int)answer.StatusCode} {text}");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    private async Task FillAsync(RunningSystem system, string name, int civilSociety, int publicBodies, int guarantors, bool accounts)
    {
        foreach (var (sector, kind, count) in new[] { ("CIVIL_SOCIETY", "CIVIL_SOCIETY_ORGANIZATION", civilSociety), ("PUBLIC_BODY", "EXECUTIVE", publicBodies), ("GUARANTOR", "GUARANTOR", guarantors) })
        {
            for (var place = 1; place <= count; place++)
            {
                var seats = (await ActAsync("seats", new JsonObject { ["sector"] = sector }))["seats"]!.AsArray();
                var seat = seats.Single(one => one!["number"]!.GetValue<int>() == Seats.Count + 1)!["id"]!.GetValue<string>();
                var holder = new JsonObject
                {
                    ["role"] = "TITULAR",
                    ["organisationId"] = await OrganisationAsync($"{name} {kind} {place}", kind),
                    ["access"] = sector == "CIVIL_SOCIETY" ? "ELECTION" : "APPOINTMENT",
                    ["document"] = "Oficio 1/2026",
                    ["post"] = "Dirección General",
                };
                if (accounts)
                    holder["accountId"] = await MemberAsync(system, $"{name} {kind} {place}");
                await ActAsync($"seats/{seat}/holders", holder);
                Seats.Add(seat);
            }
        }

        await ActAsync("offices", new JsonObject { ["office"] = "CHAIR", ["organisationId"] = await OrganisationAsync($"{name} presidencia", "EXECUTIVE") });
        await ActAsync("offices", new JsonObject { ["office"] = "EXECUTIVE_SECRETARY", ["organisationId"] = await OrganisationAsync($"{name} secretaría", "EXECUTIVE") });
        await ActAsync("offices", new JsonObject { ["office"] = "FACILITATOR", ["organisationId"] = await OrganisationAsync($"{name} facilitación", "ACADEMIC_INSTITUTION") });
        await ActAsync("mechanisms", new JsonObject
        {
            ["integration"] = "Un asiento por organización.",
            ["functions"] = "Da seguimiento al plan.",
            ["operation"] = "Sesiona cada dos meses.",
            ["decisions"] = "Mayoría simple.",
            ["parameters"] = new JsonObject { ["noticeOrdinaryDays"] = 0 },
        });
        await ActAsync("declaration", new JsonObject { ["signedOn"] = "2020-01-15", ["signedBy"] = new JsonArray("CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR"), ["document"] = "Declaración conjunta" });
    }

    private async Task<string> OrganisationAsync(string name, string kind) =>
        (await PostAsync(Office, $"{Participants}/organisations", new JsonObject { ["name"] = name, ["kind"] = kind }))["id"]!.GetValue<string>();

    private async Task<string> MemberAsync(RunningSystem system, string name)
    {
        var account = await PostAsync(Office, $"{Participants}/accounts", new JsonObject { ["email"] = $"{Guid.NewGuid():N}@prueba.example", ["displayName"] = name });
        using var nobody = new ApiClient(system.Origin);
        var accepted = await PostAsync(nobody, $"{Participants}/invitations/{account["invitationLink"]!.GetValue<string>().Split('/')[^1]}", new JsonObject { ["password"] = "una frase de paso larga 27", ["privacyNoticeId"] = await nobody.NoticeAsync() });
        Members.Add(new ApiClient(system.Origin, accepted["sessionToken"]!.GetValue<string>()));
        return account["id"]!.GetValue<string>();
    }
}
