using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Security;

/// <param name="Body">Null where the operation takes none.</param>
/// <param name="Bytes">Instead of JSON.</param>
public sealed record MatrixRequest(string Path, JsonNode? Body = null, string? IfMatch = null, byte[]? Bytes = null);

/// <summary>
/// For each operation a request that would be in order from the right person, on objects that exist, so that a refusal speaks
/// of the caller and not of the form. What would change shared things lacks its <c>If-Match</c>: who may is told 428.
/// </summary>
public sealed class MatrixRequests
{
    private const string Participants = "/api/participants/v1";
    private const string Plans = "/api/action-plans/v1";
    private const string Notifications = "/api/notifications/v1";
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    private const string Own = " (own)";
    private const string SentDocument = $"GET {Participants}/call-applications/{{id}}/documents/{{documentId}} (sent)";
    private const string NoCopies = "this service applies nobody's facts";
    private const string Warranted = "it takes a warrant of five minutes for one reader and one person (DeskTests)";
    private readonly Dictionary<string, Func<Caller, MatrixRequest>> requests = new(StringComparer.Ordinal);
    private readonly KnownObjects? objects;
    private int number;

    /// <summary>
    /// What is asked for a second time, by the name that it has in the table: where a parameter makes the difference, and on the caller's
    /// own object where the first request is about somebody else's. In the order in which they are sent: what ends a thing comes last.
    /// </summary>
    public static IReadOnlyList<(string Name, string Operation)> Variants { get; } =
    [
        ($"GET {Plans}/plans?drafts=true", $"GET {Plans}/plans"),
        (SentDocument, $"GET {Participants}/call-applications/{{id}}/documents/{{documentId}}"),
        .. new[]
        {
            "GET files/{id}",
            "POST my/call-applications/{id}/completion", "POST my/call-applications/{id}/withdrawal",
            "GET call-applications/{id}", "PUT call-applications/{id}", "PUT call-applications/{id}/asked-documents/{askedId}", "POST call-applications/{id}/documents",
            "GET call-applications/{id}/documents/{documentId}", "DELETE call-applications/{id}/documents/{documentId}", "POST call-applications/{id}/submission", "DELETE call-applications/{id}",
            "GET my/arco-requests/{id}", "POST my/arco-requests/{id}/completion", "POST my/arco-requests/{id}/withdrawal",
            "DELETE account/api-keys/{id}",
            "POST joint-declaration/signatures/{id}",
            "POST elections/{id}/papers",
            "POST secretariats/{id}/sessions",
            "GET secretariat-sessions/{id}/my/seat", "POST secretariat-sessions/{id}/motions/{motionId}/votes",
            "POST secretariat-sessions/{id}/my/departure", "POST secretariat-sessions/{id}/my/attendance",
            "GET secretariat-sessions/{id}/refused-acts", "POST secretariat-sessions/{id}/opening", "POST secretariat-sessions/{id}/cancellation",
            "POST secretariat-sessions/{id}/attendance", "POST secretariat-sessions/{id}/departures", "POST secretariat-sessions/{id}/agenda-items",
            "POST secretariat-sessions/{id}/documents", "POST secretariat-sessions/{id}/documents/{documentId}/removal", "POST secretariat-sessions/{id}/motions",
            "POST secretariat-sessions/{id}/motions/{motionId}/ballots", "POST secretariat-sessions/{id}/motions/{motionId}/room-votes",
            "POST secretariat-sessions/{id}/motions/{motionId}/ballots/close", "POST secretariat-sessions/{id}/closing",
            "PUT my/registrations/{id}", "POST my/registrations/{id}/withdrawal",
        }.Select(one => one.Replace(" ", $" {Participants}/", StringComparison.Ordinal)).Select(one => (one + Own, one)),
    ];

    /// <summary>Operations that are tried on nothing but what does not exist, and why.</summary>
    public static IReadOnlyDictionary<string, string> OnUnknownOnly { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [$"POST {Participants}/address-confirmations/{{token}}"] = "a link is a secret and works once, whoever has it: the first caller would use it up (PasswordTests, AccountTakeoverTests)",
        [$"POST {Participants}/account/passkeys/{{id}}/removal"] = "a passkey is made by an authenticator (PasskeyTests)",
        [$"GET {Participants}/my/personal-data/files/{{id}}"] = "what somebody uploaded is theirs alone, whoever else asks (DeskTests)",
        [$"GET {Participants}/personal-data/files/{{id}}"] = Warranted,
        ["GET /api/action-plans/v1/personal-data/files/{id}"] = Warranted,
        [$"GET {Participants}/operation/parked/{{owner}}"] = NoCopies,
        [$"GET {Participants}/operation/parked/{{owner}}/{{sequence}}"] = NoCopies,
        [$"POST {Participants}/operation/parked/{{owner}}/send-again"] = NoCopies,
        [$"POST {Participants}/operation/parked/{{owner}}/{{sequence}}/send-again"] = NoCopies,
        [$"POST {Participants}/operation/parked/{{owner}}/set-aside"] = NoCopies,
        [$"POST {Participants}/operation/parked/{{owner}}/{{sequence}}/set-aside"] = NoCopies,
        [$"GET {Participants}/operation/broken/{{owner}}"] = NoCopies,
        [$"GET {Participants}/operation/broken/{{owner}}/{{id}}"] = NoCopies,
        [$"POST {Participants}/operation/broken/{{owner}}/send-again"] = NoCopies,
        [$"POST {Participants}/operation/broken/{{owner}}/{{id}}/send-again"] = NoCopies,
        [$"POST {Participants}/operation/broken/{{owner}}/set-aside"] = NoCopies,
        [$"POST {Participants}/operation/broken/{{owner}}/{{id}}/set-aside"] = NoCopies,
        [$"POST {Participants}/operation/copies/{{owner}}/rebuild"] = NoCopies,
    };

    /// <param name="objects">Null where a test needs no more than public objects.</param>
    public static async Task<MatrixRequests> PrepareAsync(SecuredSystem system, KnownObjects? objects = null)
    {
        var office = system.Office;
        var organisations = await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/organisations?limit=200");
        var infoem = organisations["items"]!.AsArray().Single(one => one!["acronym"]?.GetValue<string>() == "Infoem")!["id"]!.GetValue<string>();
        var other = organisations["items"]!.AsArray().First(one => one!["acronym"]?.GetValue<string>() != "Infoem")!["id"]!.GetValue<string>();
        var plan = (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Plans}/plans"))["items"]![0]!;
        var commitment = await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Plans}/commitments/MX-MEX-PAL01-C01");
        var activity = commitment["keyActions"]![0]!["activities"]![0]!["id"]!.GetValue<string>();
        var reports = await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Plans}/activities/{activity}/progress-reports");
        var file = reports["items"]!.AsArray().SelectMany(report => report!["evidence"]!.AsArray()).Select(one => one!["url"]!.GetValue<string>()).First(url => url.Contains("/evidence-files/", StringComparison.Ordinal)).Split("/")[^1];
        var profile = (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/legal-profiles"))["items"]![0]!["id"]!.GetValue<string>();
        var oldest = (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/legal-profile"))["id"]!.GetValue<string>();
        var delivery = (await system.SendAsync(office, HttpMethod.Get, $"{Notifications}/deliveries"))["items"]![0]!["id"]!.GetValue<string>();

        // An amendment that waits: its second commitment is nobody's but the office's and the institution's that is to accept it.
        var amendment = JsonNode.Parse(await File.ReadAllTextAsync(System.IO.Path.Combine(AppContext.BaseDirectory, "Data", "estado-de-mexico-2020.json")))!.AsObject();
        var second = amendment["commitments"]![0]!.DeepClone();
        second["number"] = 2;
        amendment["commitments"]!.AsArray().Add(second);
        var draft = await system.SendAsync(office, HttpMethod.Post, $"{Plans}/plans/import", amendment);
        await system.SendAsync(office, HttpMethod.Put, $"{Participants}/instance/logo", bytes: Png);

        // Somebody with a post and a mandate to be ended, and a second sign-in of the liaison's.
        var temporary = await system.OpenAccountAsync("temporary", role: null);
        var post = await system.SendAsync(office, HttpMethod.Post, $"{Participants}/accounts/{temporary.AccountId}/staff-posts", new JsonObject { ["role"] = "OPERATOR" });
        var mandate = await system.SendAsync(office, HttpMethod.Post, $"{Participants}/accounts/{temporary.AccountId}/mandates", new JsonObject { ["organisationId"] = infoem });
        await system.SignInSampleAsync("liaison");
        var sessions = await system.SendAsync(system.Liaison, HttpMethod.Get, $"{Participants}/sessions");
        var otherSession = sessions["items"]!.AsArray().First(one => !one!["current"]!.GetValue<bool>())!["id"]!.GetValue<string>();
        return new MatrixRequests(infoem, other, plan["id"]!.GetValue<string>(), commitment["id"]!.GetValue<string>(), draft["commitments"]![1]!["id"]!.GetValue<string>(), activity, file, profile, oldest, delivery,
            temporary.AccountId!, post["id"]!.GetValue<string>(), mandate["id"]!.GetValue<string>(), otherSession, objects);
    }

    private MatrixRequests(
        string organisation, string otherOrganisation, string plan, string commitment, string draftCommitment, string activity, string file, string profile, string oldest, string delivery,
        string account, string post, string mandate, string session, KnownObjects? objects)
    {
        this.objects = objects;
        Get($"{Participants}/organisations/{{id}}", organisation);
        Get($"{Participants}/organisations/{{id}}/identifiers", organisation);
        Get($"{Participants}/organisations/{{id}}/history", organisation);
        Write($"POST {Participants}/organisations/{{id}}/succession", () => new JsonObject(), organisation);
        Write($"POST {Participants}/organisations/{{id}}/succession/undo", () => new JsonObject(), organisation);
        Get($"{Participants}/my/organisations/{{id}}", organisation);
        Write($"POST {Participants}/my/organisations/{{id}}/representatives", () => new JsonObject(), organisation);
        Get($"{Participants}/legal-profiles/{{id}}", profile);
        Get($"{Participants}/accounts/{{id}}", account);
        Get($"{Participants}/staff-posts/{{id}}", post);
        Get($"{Participants}/mandates/{{id}}", mandate);
        Get($"{Participants}/rest-days", "", query: "?year=2026");
        Get($"{Plans}/plans/{{key}}", "MX-MEX-PAL01");
        Get($"{Plans}/plans/{{key}}/versions", "MX-MEX-PAL01");
        Get($"{Plans}/plans/{{key}}/versions/{{number}}", "MX-MEX-PAL01");
        Get($"{Plans}/plans/{{id}}/draft", plan);
        Get($"{Plans}/plans/{{id}}/readiness", plan);
        Get($"{Plans}/imported-plans/{{slug}}", "jalisco-2019-2020");
        Get($"{Plans}/commitments/{{key}}", "MX-MEX-PAL01-C01");
        Get($"{Plans}/commitments/{{key}}/progress-reports", "MX-MEX-PAL01-C01");
        Get($"{Plans}/activities/{{id}}", activity);
        Get($"{Plans}/activities/{{id}}/progress-reports", activity);
        Get($"{Plans}/evidence-files/{{id}}", file);
        Get($"{Plans}/my/personal-data/files/{{id}}", file);
        Get($"{Plans}/personal-data/files/{{id}}", file);
        requests[$"GET {Plans}/plans?drafts=true"] = _ => new MatrixRequest($"{Plans}/plans?drafts=true");
        foreach (var method in new[] { "GET", "HEAD" })
        {
            foreach (var path in new[] { "/datos/{name}.csv", "/datos/{name}.json", "/datos/{name}.schema.json", "/api/transparency/v1/datasets/{dataset}", "/api/transparency/v1/datasets/{dataset}/rows" })
                requests[$"{method} {path}"] = _ => new MatrixRequest(path.Replace("{name}", "commitments", StringComparison.Ordinal).Replace("{dataset}", "commitments", StringComparison.Ordinal));
        }

        requests[$"DELETE {Participants}/sessions/{{id}}"] = _ => new MatrixRequest($"{Participants}/sessions/{session}");

        Write($"PUT {Participants}/instance", Instance);
        requests[$"PUT {Participants}/instance/logo"] = _ => new MatrixRequest($"{Participants}/instance/logo", Bytes: Png);
        Write($"POST {Participants}/set-up/administrator", () => new JsonObject { ["setupKey"] = "x", ["email"] = "x@prueba.example", ["displayName"] = "x", ["password"] = SecuredSystem.Password });
        Write($"PUT {Participants}/set-up/instance", Instance);
        // A year ahead, so that the rules in force stay as they are; each later than the one before.
        Write($"POST {Participants}/legal-profiles", () => new JsonObject { ["validFrom"] = DateTime.UtcNow.AddDays(365 + Next()).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), ["reason"] = "Prueba de la matriz" });
        // The one in force: who may is told that it is not withdrawn any more.
        Write($"POST {Participants}/legal-profiles/{{id}}/withdrawal", () => new JsonObject { ["reason"] = "Prueba de la matriz" }, oldest);
        Write($"POST {Participants}/legal-profiles/comparison", () => new JsonObject { ["validFrom"] = DateTime.UtcNow.AddDays(2).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) });
        Write($"POST {Participants}/organisations", Organisation);
        Write($"PUT {Participants}/organisations/{{id}}", Organisation, organisation);
        Write($"POST {Participants}/accounts", () => new JsonObject { ["email"] = $"matriz-{Guid.NewGuid():N}@prueba.example", ["displayName"] = "Matriz" });
        Write($"POST {Participants}/accounts/search", () => new JsonObject { ["email"] = "nadie-usa-esta@prueba.example" });
        Write($"POST {Participants}/accounts/look-up", () => new JsonObject { ["email"] = "nadie-usa-esta@prueba.example" });
        Write($"POST {Participants}/accounts/{{id}}/invitations", () => null, account);
        Write($"POST {Participants}/accounts/{{id}}/staff-posts", () => new JsonObject { ["role"] = "EXECUTIVE_SECRETARY" }, account);
        Write($"POST {Participants}/staff-posts/{{id}}/end", () => null, post);
        Write($"POST {Participants}/accounts/{{id}}/mandates", () => new JsonObject { ["organisationId"] = otherOrganisation }, account);
        Write($"POST {Participants}/mandates/{{id}}/end", () => null, mandate);
        Write($"POST {Participants}/sessions", () => new JsonObject { ["email"] = $"nadie-{Next()}@prueba.example", ["password"] = "no es la frase de nadie" });
        Write($"POST {Participants}/signing-keys/rotation", () => null);
        Write($"POST {Participants}/files", () => null);
        Write($"POST {Participants}/call-desk", () => new JsonObject());
        if (objects is not null)
        {
            requests[SentDocument] = _ => new MatrixRequest(objects.SentDocument);
            foreach (var (method, path) in new[] { ("PUT", $"{Participants}/call-applications/{{id}}/asked-documents/{{askedId}}"), ("POST", $"{Participants}/call-applications/{{id}}/documents") })
            {
                requests[$"{method} {path}"] = _ => new MatrixRequest($"{objects.Fill(path, null)}?fileName={KnownObjects.AttachedName}", Bytes: KnownObjects.Attached);
                requests[$"{method} {path}{Own}"] = caller => new MatrixRequest($"{objects.Fill(path, caller)}?fileName={KnownObjects.AttachedName}", Bytes: KnownObjects.Attached);
            }
        }

        Write($"POST {Participants}/declaration-desk", () => new JsonObject());
        Write($"POST {Participants}/awareness-activities", () => new JsonObject());
        // Whoever may is told what is missing: requests and breaches stay on record for ever.
        Write($"POST {Participants}/my/arco-requests", () => new JsonObject());
        Write($"POST {Participants}/arco-requests", () => new JsonObject());
        Write($"POST {Participants}/secretariats", () => new JsonObject());
        requests[$"POST {Participants}/organisation-imports"] = _ => new MatrixRequest($"{Participants}/organisation-imports", Bytes: "nombre,clase\n"u8.ToArray());
        Write($"POST {Participants}/breaches", () => new JsonObject());
        Write($"POST {Participants}/registrations", () => new JsonObject());
        Write($"POST {Participants}/assisted-registrations", () => new JsonObject());
        Write($"PUT {Participants}/account/name", () => new JsonObject { ["displayName"] = "" });
        Write($"POST {Participants}/assisted-people/search", () => new JsonObject());
        // Without the notice: whoever may is told so, and nobody of the matrix is registered.
        Write($"POST {Participants}/my/registrations", () => new JsonObject());
        Write($"POST {Participants}/account/password", () => new JsonObject { ["currentPassword"] = "no es la frase de nadie", ["password"] = SecuredSystem.Password });
        Write($"POST {Participants}/account/address", () => new JsonObject { ["currentPassword"] = "no es la frase de nadie", ["email"] = $"matriz-{Next()}@prueba.example" });
        Write($"POST {Participants}/password-resets", () => new JsonObject { ["email"] = $"nadie-{Next()}@prueba.example" });
        Get($"{Participants}/account/sign-in-methods", "");
        Write($"POST {Participants}/account/second-factor", () => new JsonObject());
        Write($"POST {Participants}/account/second-factor/confirmation", () => new JsonObject());
        Write($"POST {Participants}/account/second-factor/recovery-codes", () => new JsonObject());
        Write($"POST {Participants}/account/second-factor/removal", () => new JsonObject());
        Get($"{Participants}/sign-in-policy", "");
        Write($"PUT {Participants}/sign-in-policy", () => new JsonObject { ["secondStepForStaff"] = false });
        Get($"{Participants}/account/passkeys", "");
        Write($"POST {Participants}/account/passkeys/options", () => new JsonObject());
        Write($"POST {Participants}/account/passkeys", () => new JsonObject());
        Write($"POST {Participants}/sessions/passkey-options", () => new JsonObject());
        Write($"POST {Participants}/sessions/passkey", () => new JsonObject());
        Get($"{Participants}/account/api-keys", "");
        Write($"POST {Participants}/account/api-keys", () => new JsonObject());
        Write($"POST {Participants}/sessions/second-step", () => new JsonObject());
        // Whoever may is told that a reason is missing: one call after the other would make a backup.
        Write($"POST {Participants}/operation/backups", () => new JsonObject());

        Write($"POST {Plans}/exercise", () => new JsonObject { ["title"] = "Otro ejercicio", ["openedOn"] = "2020-01-15" });
        Write($"POST {Plans}/plans/import", () => ImportedPlan($"matriz-{Next()}"));
        Write($"POST {Plans}/plans/{{id}}/publication", () => new JsonObject { ["approval"] = Resolution() }, plan);
        Write($"POST {Plans}/commitments/{{id}}/acceptance", () => new JsonObject(), draftCommitment);
        Write($"POST {Plans}/commitments/{{id}}/withdrawal", () => new JsonObject { ["resolution"] = Resolution(), ["reason"] = "Prueba" }, commitment);
        Write($"POST {Plans}/activities/{{id}}/progress-reports", () => new JsonObject
        {
            ["status"] = "IN_PROGRESS",
            ["explanation"] = "Prueba",
            ["evidence"] = new JsonArray(new JsonObject { ["kind"] = "LINK", ["url"] = "https://example.org/", ["description"] = "Prueba" }),
        }, activity);
        Write($"POST {Plans}/activities/{{id}}/verifications", () => new JsonObject { ["note"] = "Prueba", ["verified"] = true }, activity);
        requests[$"POST {Plans}/evidence-files"] = _ => new MatrixRequest($"{Plans}/evidence-files?fileName=prueba.txt", Bytes: "Prueba"u8.ToArray());

        Write($"POST {Notifications}/subscriptions", () => new JsonObject { ["email"] = $"matriz-{Next()}@prueba.example", ["subject"] = new JsonObject { ["kind"] = "COMMITMENT", ["id"] = commitment } });
        Write($"POST {Notifications}/subscription-confirmations", () => new JsonObject { ["token"] = "nobody-has-this-one" });
        Write($"POST {Notifications}/unsubscriptions", () => new JsonObject { ["token"] = "nobody-has-this-one" });
        Write($"PUT {Notifications}/mail-server", () => new JsonObject
        {
            ["host"] = "127.0.0.1",
            ["port"] = 25,
            ["security"] = "NONE",
            ["fromAddress"] = "avisos@prueba.example",
            ["fromName"] = "Prueba",
        });
        Write($"POST {Notifications}/mail-server/test", () => new JsonObject { ["to"] = "prueba@prueba.example" });
        Write($"POST {Notifications}/deliveries/{{id}}/retry", () => null, delivery);
    }

    /// <summary>
    /// A sensible request for the operation, as far as one is given above. On a known object without one: an empty body, so that who may is
    /// told what is missing.
    /// </summary>
    /// <param name="name">That it has in the table; the operation's own where it is missing.</param>
    public MatrixRequest Of(ApiOperation operation, Caller caller, string? name = null)
    {
        name ??= operation.Name;
        if (requests.TryGetValue(name, out var make))
            return make(caller);
        var isOwn = name.EndsWith(Own, StringComparison.Ordinal);
        if (operation.Path.Contains('{', StringComparison.Ordinal) && !OnUnknownOnly.ContainsKey(name) && objects?.Fill(operation.Path, isOwn ? caller : null) is { } known)
            return new MatrixRequest(known, operation.Body is null ? null : Body(operation, caller, isOwn));
        if (objects is null && operation.Path.Contains("/v1/operation", StringComparison.Ordinal))
            return new MatrixRequest(operation.Path.Replace("{owner}", "participants", StringComparison.Ordinal).Replace("{sequence}", "1", StringComparison.Ordinal).Replace("{id}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal));

        // Anything else: an id that nobody has, and the first body that fits the schema.
        var filled = operation.Path;
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "path"))
            filled = filled.Replace($"{{{parameter.Name}}}", UnknownOf(parameter), StringComparison.Ordinal);
        return new MatrixRequest(filled, operation.Body is null ? null : new Values(operation.Document, [], new Random(1)).Fitting(operation.Body));
    }

    private JsonObject Body(ApiOperation operation, Caller caller, bool isOwn) => operation.Path[(Participants.Length + 1)..] switch
    {
        "open-calls/{number}/applications" => new JsonObject { ["statement"] = "Prueba", ["privacyNoticeId"] = objects!.Notice },
        "open-calls/{number}/application-drafts" => new JsonObject { ["statement"] = "Prueba", ["privacyNoticeId"] = objects!.Notice },
        "call-applications/{id}" => new JsonObject { ["statement"] = "Prueba" },
        "call-applications/{id}/submission" => new JsonObject { ["privacyNoticeId"] = objects!.Notice },
        "my/call-applications/{id}/completion" => new JsonObject { ["text"] = "Prueba" },
        "my/consents/{kind}" => new JsonObject { ["textVersion"] = 1, ["privacyNoticeId"] = objects!.Notice },
        "joint-declaration/signatures/{id}" => new JsonObject { ["textSha256"] = objects!.DeclarationHash },
        "elections/{id}/papers" => new JsonObject { ["organisationId"] = isOwn ? objects!.VotesFor(caller) : objects!.OrganisationOfNobody, ["candidates"] = new JsonArray() },
        "secretariat-sessions/{id}/my/attendance" => new JsonObject { ["remote"] = true },
        "secretariat-sessions/{id}/motions/{motionId}/votes" => new JsonObject { ["round"] = 1, ["choice"] = "IN_FAVOUR" },
        _ => [],
    };

    /// <summary>The same request on an object that nobody ever made; null where the operation names none.</summary>
    public MatrixRequest? OfUnknown(ApiOperation operation, Caller caller)
    {
        if (!operation.Path.Contains('{', StringComparison.Ordinal))
            return null;
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "path"))
            path = path.Replace($"{{{parameter.Name}}}", UnknownOf(parameter), StringComparison.Ordinal);

        var request = Of(operation, caller) with { Path = path };
        // Orders say why before they are looked at.
        return operation.Path.Contains("/v1/operation", StringComparison.Ordinal) && request.Body is not null ? request with { Body = new JsonObject { ["reason"] = "Prueba" } } : request;
    }

    private static string UnknownOf(ApiParameter parameter) => parameter.Name switch
    {
        "id" => Guid.CreateVersion7().ToString(),
        "key" => "MX-MEX-PAL99-C99",
        "number" => "99",
        "sequence" => "999999999",
        _ when parameter.Schema["format"]?.ToString() == "uuid" => Guid.CreateVersion7().ToString(),
        _ when parameter.Schema["type"]?.ToString().Contains("integer", StringComparison.Ordinal) == true => "99",
        _ => "no-existe",
    };

    private void Get(string path, string value, string query = "")
    {
        var filled = path;
        foreach (var name in new[] { "{id}", "{key}", "{slug}", "{token}" })
            filled = filled.Replace(name, value, StringComparison.Ordinal);
        filled = filled.Replace("{number}", "1", StringComparison.Ordinal);
        requests[$"GET {path}"] = _ => new MatrixRequest(filled + query);
    }

    private void Write(string operation, Func<JsonNode?> body, string value = "")
    {
        var path = operation.Split(' ')[1].Replace("{id}", value, StringComparison.Ordinal).Replace("{token}", value, StringComparison.Ordinal);
        requests[operation] = _ => new MatrixRequest(path, body());
    }

    private int Next() => Interlocked.Increment(ref number);

    private static JsonObject Instance() => new()
    {
        ["cveEnt"] = "15",
        ["name"] = "Prueba",
        ["guarantor"] = new JsonObject { ["name"] = "Prueba" },
        ["publicAddress"] = "http://127.0.0.1:8080",
        ["languages"] = new JsonArray("es-MX"),
    };

    private static JsonObject Organisation() => new() { ["name"] = $"Matriz {Guid.NewGuid():N}", ["kind"] = "CIVIL_SOCIETY_ORGANIZATION" };

    private static JsonObject Resolution() => new() { ["number"] = "PRUEBA-01", ["adoptedOn"] = "2021-01-15" };

    internal static JsonObject ImportedPlan(string slug) => new()
    {
        ["formatVersion"] = 1,
        ["origin"] = "IMPORTED",
        ["slug"] = slug,
        ["title"] = $"Plan {slug}",
        ["jurisdiction"] = new JsonObject { ["cveEnt"] = "14", ["name"] = "Jalisco", ["level"] = "STATE" },
        ["sourceDocuments"] = new JsonArray(new JsonObject { ["title"] = "Documento de prueba" }),
        ["commitments"] = new JsonArray(new JsonObject { ["number"] = 1, ["title"] = "Compromiso de prueba" }),
    };
}
