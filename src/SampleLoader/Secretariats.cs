using System.Globalization;
using System.Text.Json.Nodes;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.SampleLoader;

/// <summary>
/// The Technical Secretariats of the sample, each with a session that was held and one that is convened: the state's own, and Oaxaca's with
/// its eleven members beside it, because it shows what the smaller one cannot. What an earlier run did is seen in what is there.
/// </summary>
internal sealed class Secretariats(Api secretary, IDictionary<string, string> organisations)
{
    private const string Participants = "/api/participants/v1";

    /// <summary>Terms in force begin that long ago, so that none of them ends soon.</summary>
    private const int MonthsInForce = 5;

    /// <summary>Of a seat of civil society: the default of the legal profile (SPEC §2.4.9).</summary>
    private const int TermMonths = 24;

    private static readonly string[] AllSectors = ["CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR"];

    /// <summary>Of the instance's state: what it calls today.</summary>
    private StateZone zone = StateZone.Capital;

    private DateOnly Today => zone.Today(TimeProvider.System.GetUtcNow());

    private DateOnly CurrentFrom => new DateOnly(Today.Year, Today.Month, 1).AddMonths(-MonthsInForce);

    public async Task LoadAsync(JsonNode sample)
    {
        zone = StateZone.Of((await secretary.GetAsync($"{Participants}/instance"))["cveEnt"]!.GetValue<string>());
        await RaiseAwarenessAsync();
        foreach (var one in sample["secretariats"]!.AsArray())
            await LoadOneAsync(one!);
    }

    /// <summary>Asked for before an installation (SPEC §2.1), and so held before the first of them.</summary>
    private async Task RaiseAwarenessAsync()
    {
        var path = $"{Participants}/awareness-activities";
        if ((await secretary.GetAsync(path))["items"]!.AsArray().Count > 0)
            return;
        var planned = await secretary.WriteAsync(HttpMethod.Post, path, new JsonObject
        {
            ["topic"] = "Qué es un ejercicio local de gobierno abierto (dato de ejemplo)",
            ["heldOn"] = "2015-03-20",
            ["place"] = "Auditorio (dato de ejemplo)",
        }, Api.Key("awareness"));
        await secretary.WriteAsync(HttpMethod.Post, $"{path}/{planned["id"]}/attendance", new JsonObject
        {
            ["civilSociety"] = 14,
            ["publicBodies"] = 22,
            ["guarantors"] = 6,
            ["citizens"] = 9,
        }, ifMatch: planned["$etag"]!.GetValue<string>());
    }

    private async Task LoadOneAsync(JsonNode asked)
    {
        var name = asked["name"]!.GetValue<string>();
        var known = (await secretary.GetAsync($"{Participants}/secretariats"))["items"]!.AsArray().FirstOrDefault(one => one!["name"]!.GetValue<string>() == name);
        known ??= await secretary.WriteAsync(HttpMethod.Post, $"{Participants}/secretariats", new JsonObject { ["name"] = name }, Api.Key(name));
        var path = $"{Participants}/secretariats/{known["id"]}";
        if ((await secretary.GetAsync(path))["state"]!.GetValue<string>() == "INTEGRATING")
        {
            // It looks for the members, and ends with the installation.
            if (asked["promoters"] is { } promoters)
                await ProposeGroupAsync(path, promoters, "PROMOTER");
            await ComposeAsync(path, asked);
        }

        var sessions = (await secretary.GetAsync($"{path}/sessions"))["items"]!.AsArray();
        if (sessions.All(session => session!["state"]!.GetValue<string>() != "CLOSED"))
        {
            var id = sessions.FirstOrDefault()?["id"]!.GetValue<string>()
                ?? await ConveneAsync(path, asked["session"]!["kind"]!.GetValue<string>(), asked["session"]!["place"]!, asked["session"]!["agenda"]!, TimeProvider.System.GetUtcNow().AddSeconds(3));
            var group = asked["group"] is { } wanted ? await ProposeGroupAsync(path, wanted, "WORKING") : null;
            await HoldAsync(path, id, asked["session"]!, group);
        }

        await StartGroupAsync(path, asked["group"]);
        await FollowUpAsync(path, asked["session"]!["motions"]!.AsArray());
        if (sessions.Count < 2)
            await ConveneAsync(path, "ORDINARY", asked["session"]!["place"]!, asked["next"]!, zone.At(Today.AddMonths(2), new TimeOnly(10, 0)));
    }

    private async Task ComposeAsync(string path, JsonNode asked)
    {
        var mechanism = asked["mechanism"]!.DeepClone();
        await ActAsync("mechanisms", mechanism);
        foreach (var office in asked["offices"]!.AsArray())
        {
            var request = new JsonObject { ["office"] = office!["office"]!.DeepClone(), ["from"] = asked["officesFrom"]!.DeepClone() };
            if (office["organisation"]?.GetValue<string>() is { } holder)
                request["organisationId"] = organisations[holder];
            await ActAsync("offices", request);
        }

        var number = 0;
        foreach (var seat in asked["seats"]!.AsArray())
        {
            var seats = (await ActAsync("seats", new JsonObject { ["sector"] = seat!["sector"]!.DeepClone() }, $"seat {++number}"))["seats"]!.AsArray();
            // The answer to a repeated request is the first one's: the seat of this number is in it.
            var id = seats.Single(one => one!["number"]!.GetValue<int>() == number)!["id"];
            foreach (var holder in seat["holders"]!.AsArray().SelectMany(one => Terms(one!)))
                await ActAsync($"seats/{id}/holders", Holder(holder));
        }

        var declaration = asked["declaration"]!.DeepClone();
        declaration["signedBy"] = new JsonArray([.. AllSectors.Select(sector => JsonValue.Create(sector))]);
        await ActAsync("declaration", declaration);
        await ActAsync("installation", new JsonObject { ["installedOn"] = asked["installedOn"]!.DeepClone(), ["place"] = asked["place"]!.DeepClone() });

        Task<JsonNode> ActAsync(string act, JsonNode body, string? mark = null) =>
            secretary.WriteAsync(HttpMethod.Post, $"{path}/{act}", body, Api.Key($"{path} {act} {mark} {body.ToJsonString()}"));
    }

    /// <summary>
    /// One term, or one after the other by organisations that take turns, so that a sector has somebody on every day since the installation (INV-08) whenever the sample is
    /// loaded: none is longer than a term, and nobody follows on themselves.
    /// </summary>
    private IEnumerable<JsonNode> Terms(JsonNode holder)
    {
        if (holder["inTurn"] is not JsonArray inTurn)
        {
            yield return holder;
            yield break;
        }

        var last = holder["until"]!.GetValue<string>() is "current" ? CurrentFrom : Day(holder["until"]!);
        var turn = 0;
        for (var from = Day(holder["from"]!); from < last; turn++)
        {
            var until = from.AddMonths(TermMonths) < last ? from.AddMonths(TermMonths) : last;
            var term = holder.DeepClone().AsObject();
            term.Remove("inTurn");
            (term["organisation"], term["from"], term["until"]) = (inTurn[turn % inTurn.Count]!.DeepClone(), Text(from), Text(until));
            yield return term;
            from = until;
        }

        static DateOnly Day(JsonNode day) => DateOnly.ParseExact(day.GetValue<string>(), "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private JsonObject Holder(JsonNode holder)
    {
        var request = new JsonObject
        {
            ["role"] = holder["role"]!.DeepClone(),
            ["organisationId"] = organisations[holder["organisation"]!.GetValue<string>()],
            ["access"] = holder["access"]!.DeepClone(),
            ["document"] = holder["document"]!.DeepClone(),
            ["post"] = holder["post"]?.DeepClone(),
            ["from"] = holder["from"]!.GetValue<string>() is "current" ? Text(CurrentFrom) : holder["from"]!.DeepClone(),
        };
        if (holder["until"] is { } until)
            request["until"] = until.DeepClone();
        return request;
    }

    private async Task<string> ConveneAsync(string path, string kind, JsonNode place, JsonNode agenda, DateTimeOffset startsAt)
    {
        var convened = await secretary.WriteAsync(HttpMethod.Post, $"{path}/sessions", new JsonObject
        {
            ["kind"] = kind,
            ["startsAt"] = startsAt.ToString("O", CultureInfo.InvariantCulture),
            ["place"] = place.DeepClone(),
            ["agenda"] = agenda.DeepClone(),
        });
        return convened["id"]!.GetValue<string>();
    }

    /// <summary>A working group, which a motion of the session is about, or the promoters, who need nobody's decision.</summary>
    private async Task<JsonNode> ProposeGroupAsync(string path, JsonNode asked, string kind)
    {
        if (await GroupAsync(path, asked) is { } known)
            return await secretary.GetAsync($"{Participants}/working-groups/{known["id"]}");
        var members = asked["members"]!.AsArray().Select((member, index) => new JsonObject { ["organisationId"] = organisations[member!.GetValue<string>()], ["coordinates"] = index == 0 });
        var proposal = new JsonObject { ["kind"] = kind, ["name"] = asked["name"]!.DeepClone(), ["mandate"] = asked["mandate"]!.DeepClone(), ["members"] = new JsonArray([.. members]) };
        return await secretary.WriteAsync(HttpMethod.Post, $"{path}/groups", proposal, Api.Key($"{path} groups {proposal.ToJsonString()}"));
    }

    /// <summary>By the resolution about exactly it, once the session that adopted it is closed.</summary>
    private async Task StartGroupAsync(string path, JsonNode? asked)
    {
        if (asked is null || await GroupAsync(path, asked) is not { } group || group["state"]!.GetValue<string>() != "PROPOSED")
            return;
        var adopted = (await secretary.GetAsync($"{path}/resolutions"))["items"]!.AsArray().FirstOrDefault(one => one!["subject"]?["id"]!.GetValue<string>() == group["id"]!.GetValue<string>());
        if (adopted is not null)
            await secretary.WriteAsync(HttpMethod.Post, $"{Participants}/working-groups/{group["id"]}/start", new JsonObject { ["resolutionId"] = adopted["id"]!.DeepClone() });
    }

    private async Task<JsonNode?> GroupAsync(string path, JsonNode asked) =>
        (await secretary.GetAsync($"{path}/groups"))["items"]!.AsArray().FirstOrDefault(one => one!["name"]!.GetValue<string>() == asked["name"]!.GetValue<string>());

    /// <summary>What became of the resolutions until today.</summary>
    private async Task FollowUpAsync(string path, JsonArray motions)
    {
        foreach (var resolution in (await secretary.GetAsync($"{path}/resolutions"))["items"]!.AsArray())
        {
            var told = motions.FirstOrDefault(motion => motion!["text"]!.GetValue<string>() == resolution!["text"]!.GetValue<string>())?["followUp"];
            if (told is not null && resolution!["followUps"]!.AsArray().Count == 0)
                await secretary.WriteAsync(HttpMethod.Post, $"{Participants}/resolutions/{resolution["id"]}/follow-ups", told.DeepClone(), Api.Key($"follow-up {resolution["id"]}"));
        }
    }

    /// <summary>All are in the room, and the secretary writes down what they vote.</summary>
    private async Task HoldAsync(string path, string id, JsonNode asked, JsonNode? group)
    {
        var at = $"{Participants}/secretariat-sessions/{id}";
        var session = await secretary.GetAsync(at);
        var seats = (await secretary.GetAsync(path))["seats"]!.AsArray().Where(seat => seat!["titular"] is not null).Select(seat => seat!["id"]!.GetValue<string>()).ToList();
        foreach (var seat in seats.Where(seat => session["attendance"]!.AsArray().All(there => there!["seatId"]!.GetValue<string>() != seat)))
            await ActAsync("attendance", new JsonObject { ["seatId"] = seat, ["role"] = "TITULAR", ["remote"] = false });
        if (session["state"]!.GetValue<string>() == "CONVENED")
            session = await secretary.WriteWhenAllowedAsync(HttpMethod.Post, $"{at}/opening", null);
        var asks = asked["motions"]!.AsArray();
        for (var index = 0; index < asks.Count; index++)
        {
            if (session["motions"]!.AsArray().Count <= index)
            {
                var asksFor = new JsonObject
                {
                    ["agendaItemId"] = session["agenda"]![asks[index]!["point"]!.GetValue<int>() - 1]!["id"]!.DeepClone(),
                    ["text"] = asks[index]!["text"]!.DeepClone(),
                    ["responsibleId"] = organisations[asks[index]!["responsible"]!.GetValue<string>()],
                    ["dueOn"] = Today.AddDays(asks[index]!["dueInDays"]!.GetValue<int>()).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                };
                if (asks[index]!["aboutGroup"]?.GetValue<bool>() == true)
                {
                    asksFor["subjectKind"] = "WORKING_GROUP";
                    asksFor["subjectId"] = group!["id"]!.DeepClone();
                    asksFor["subjectHash"] = group["hash"]!.DeepClone();
                }

                session = await ActAsync("motions", asksFor);
            }

            var motion = session["motions"]![index]!;
            var ballots = $"motions/{motion["id"]}";
            if (motion["ballots"]!.AsArray().Count == 0)
                motion = (await ActAsync($"{ballots}/ballots", new JsonObject { ["round"] = 1 }))["motions"]![index]!;
            if (motion["ballots"]![0]!["closedAt"] is not null)
                continue;
            var voted = motion["ballots"]![0]!["votes"]!.AsArray().Select(vote => vote!["seatId"]!.GetValue<string>()).ToHashSet();
            var (against, abstentions) = (asks[index]!["against"]!.GetValue<int>(), asks[index]!["abstentions"]!.GetValue<int>());
            for (var seat = 0; seat < seats.Count; seat++)
            {
                if (voted.Contains(seats[seat]))
                    continue;
                await ActAsync($"{ballots}/room-votes", new JsonObject
                {
                    ["seatId"] = seats[seat],
                    ["round"] = 1,
                    ["choice"] = seat >= seats.Count - against ? "AGAINST" : seat >= seats.Count - against - abstentions ? "ABSTENTION" : "IN_FAVOUR",
                });
            }

            session = await ActAsync($"{ballots}/ballots/close", new JsonObject { ["round"] = 1 });
        }

        await ActAsync("closing", null);

        Task<JsonNode> ActAsync(string act, JsonNode? body) => secretary.WriteAsync(HttpMethod.Post, $"{at}/{act}", body);
    }
}
