using System.Text.Json.Nodes;

namespace OpenGov.SampleLoader;

/// <summary>
/// The state's own plan: imported as a draft, accepted, published, reported on and verified. All is read with a session:
/// what anyone may read can be a second old at the gateway, too old to write upon.
/// </summary>
internal sealed class Exercise(Api secretary, Api liaison, Api verifier)
{
    private const string Plans = "/api/action-plans/v1";

    public async Task LoadAsync()
    {
        if (await secretary.FindAsync($"{Plans}/exercise") is null)
        {
            await secretary.WriteWhenAllowedAsync(HttpMethod.Post, $"{Plans}/exercise", new JsonObject
            {
                ["title"] = "Ejercicio local de gobierno abierto del Estado de México",
                ["openedOn"] = "2016-06-20",
            }, Api.Key("exercise"));
        }

        if ((await secretary.GetAsync($"{Plans}/plans"))["items"]!.AsArray().Count > 0)
            return;

        // The organisations it names are on their way to ActionPlans: unknown ones are refused until they are there.
        var plan = JsonNode.Parse(await DataFile.ReadAsync("estado-de-mexico-2020.json"))!;
        var draft = await secretary.WriteWhenAllowedAsync(HttpMethod.Post, $"{Plans}/plans/import", plan, Api.Key("estado-de-mexico-2020"));
        var planId = draft["id"]!.GetValue<string>();
        var commitments = await secretary.GetAsync($"{Plans}/plans/{planId}/draft");
        foreach (var commitment in commitments["commitments"]!.AsArray())
            await liaison.WriteWhenAllowedAsync(HttpMethod.Post, $"{Plans}/commitments/{commitment!["id"]}/acceptance", new JsonObject());

        var ready = await secretary.GetAsync($"{Plans}/plans/{planId}/draft");
        await secretary.WriteAsync(
            HttpMethod.Post,
            $"{Plans}/plans/{planId}/publication",
            new JsonObject
            {
                ["approval"] = new JsonObject
                {
                    ["number"] = "STL-2020-ORD-04-01 (ejemplo)",
                    ["session"] = "Cuarta sesión ordinaria (ejemplo)",
                    ["adoptedOn"] = "2020-12-10",
                },
            },
            Api.Key("publication"),
            ready["$etag"]!.GetValue<string>());
    }

    public async Task<JsonNode> CommitmentAsync()
    {
        var commitments = await secretary.GetAsync($"{Plans}/commitments");
        return await secretary.GetAsync($"{Plans}/commitments/{commitments["items"]![0]!["identifier"]}");
    }

    /// <summary>Three reports: a finished activity with a file, verified by another institution; one under way; one finished.</summary>
    public async Task ReportAsync()
    {
        var actions = (await CommitmentAsync())["keyActions"]!.AsArray();
        var study = actions[0]!["activities"]!.AsArray();
        if (study[0]!["status"]!.GetValue<string>() != "NOT_STARTED")
            return;

        var first = study[0]!["id"]!.GetValue<string>();
        await ReportAsync(first, "IN_PROGRESS", "Se convocó a las áreas que integrarán el grupo de trabajo (dato de ejemplo).");
        await ReportAsync(first, "COMPLETED", "El grupo de trabajo quedó integrado y definió su calendario (dato de ejemplo).", await UploadAsync());
        await ReportAsync(study[1]!["id"]!.GetValue<string>(), "IN_PROGRESS", "Se diseñó el cuestionario para los 125 municipios (dato de ejemplo).");
        var practices = actions[1]!["activities"]![0]!["id"]!.GetValue<string>();
        await ReportAsync(practices, "IN_PROGRESS", "Se revisan prácticas de otras entidades (dato de ejemplo).");

        var activity = await verifier.GetAsync($"{Plans}/activities/{first}");
        await verifier.WriteWhenAllowedAsync(
            HttpMethod.Post,
            $"{Plans}/activities/{first}/verifications",
            new JsonObject { ["verified"] = true, ["note"] = "Se revisó el acta publicada (dato de ejemplo)." },
            Api.Key("verification"),
            activity["$etag"]!.GetValue<string>());
    }

    private async Task ReportAsync(string activityId, string status, string explanation, JsonObject? file = null)
    {
        var activity = await liaison.GetAsync($"{Plans}/activities/{activityId}");
        var evidence = new JsonArray(new JsonObject
        {
            ["kind"] = "LINK",
            ["url"] = "https://www.infoem.org.mx/",
            ["description"] = "Sitio del órgano garante (enlace de ejemplo)",
        });
        if (file is not null)
            evidence.Add(file);
        await liaison.WriteAsync(
            HttpMethod.Post,
            $"{Plans}/activities/{activityId}/progress-reports",
            new JsonObject { ["status"] = status, ["explanation"] = explanation, ["evidence"] = evidence },
            Api.Key($"{activityId} {status}"),
            activity["$etag"]!.GetValue<string>());
    }

    private async Task<JsonObject> UploadAsync()
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Data", "acta-de-ejemplo.txt"));
        var file = await liaison.UploadAsync($"{Plans}/evidence-files?fileName=acta-de-ejemplo.txt", bytes, "text/plain", Api.Key("acta"));
        return new JsonObject
        {
            ["kind"] = "FILE",
            ["fileId"] = file["id"]!.GetValue<string>(),
            ["description"] = "Acta de integración del grupo de trabajo (documento de ejemplo)",
        };
    }
}
