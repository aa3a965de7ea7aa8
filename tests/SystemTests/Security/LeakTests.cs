using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.SystemTests.Support;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Security;

/// <summary>
/// Personal data and secrets that were put in through every field that takes them, searched for wherever data go: logs,
/// telemetry, events, queues, open data, and the tables of every database.
/// </summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class LeakTests(SecuredSystem system)
{
    private static readonly string[] Databases = ["participants-db", "action-plans-db", "transparency-db", "notifications-db"];

    /// <summary>The call for which a canary applied.</summary>
    private int callNumber;

    [Fact]
    public async Task Personal_data_and_secrets_are_found_only_where_they_belong()
    {
        var canaries = new Canaries();
        canaries.Add("name of an account", mark => $"Canaria Nombre{mark}");
        canaries.Add("address of an account", mark => $"cuenta{mark}@prueba.example");
        canaries.Add("password", mark => $"frase de paso {mark} larga");
        canaries.Add("wrong password", mark => $"frase errada {mark} larga");
        canaries.Add("address of a follower", mark => $"seguidora{mark}@prueba.example");
        canaries.Add("address that was never confirmed", mark => $"nadie{mark}@prueba.example");
        canaries.Add("address in a failed sign-in", mark => $"intrusa{mark}@prueba.example");
        canaries.Add("password of the mail server", mark => $"clave-correo-{mark}");
        canaries.Add("name of somebody registered", mark => $"Canaria Registrada{mark}");
        canaries.Add("municipality of somebody registered", mark => $"Municipio Canario{mark}");
        canaries.Add("contact of somebody registered", mark => $"recado con la vecina {mark}");
        canaries.Add("identity check of a registration", mark => $"mostró su cartilla {mark}");
        canaries.Add("statement of an application", mark => $"Quiero ir porque {mark}");
        canaries.Add("description of an own ARCO request", mark => $"Corrijan mi dato {mark}");
        canaries.Add("applicant of an ARCO request", mark => $"Canaria Solicitante{mark}");
        canaries.Add("contact of an ARCO applicant", mark => $"calle del Canario {mark}");
        canaries.Add("identity check of an ARCO request", mark => $"mostró su pasaporte {mark}");
        canaries.Add("description of an ARCO request", mark => $"Borren lo mío {mark}");
        var witness = await UseThemAsync(canaries);

        // First the proof that a search here can find something: a word that belongs to each place.
        await system.Telemetry.UntilAsync(telemetry => telemetry.Mentions(witness), 60);
        system.Telemetry.Mentions("action-plans").ShouldBeTrue();
        var logs = await LogsAsync();
        logs.ShouldContain("SchemaMigrator");
        logs.Length.ShouldBeGreaterThan(2000);
        var data = await OpenDataAsync(await system.ObjectsAsync());
        data.ShouldContain("MX-MEX-PAL01-C01");
        var rows = await RowsAsync();
        rows.Keys.ShouldContain("participants-db.account");
        rows["participants-db.account"].ShouldContain(canaries["address of an account"]);
        rows["participants-db.event_log"].ShouldContain("mandate", Case.Insensitive);

        (await BrokerQueues.SearchAsync(system, [witness], probe: witness)).ShouldHaveSingleItem();
        var found = new List<string>();
        found.AddRange((await BrokerQueues.SearchAsync(system, [.. canaries.Marks])).Select(message => $"a canary in the queue {message}"));
        foreach (var what in canaries.Kinds)
        {
            if (canaries.AreIn(what, mark => system.Telemetry.Mentions(mark) || system.Telemetry.Mentions(Uri.EscapeDataString(mark))))
                found.Add($"{what} in telemetry");
            if (canaries.AreIn(what, logs))
                found.Add($"{what} in a log");
            if (canaries.AreIn(what, data))
                found.Add($"{what} in open data or on a public page");
            found.AddRange(rows.Where(table => canaries.AreIn(what, table.Value)).Select(table => $"{what} in {table.Key}"));
        }

        // Each is kept by Participants, in one table; all else is sealed, hashed or gone. The key of the set-up is printed for whoever starts the
        // instance, and is nothing once somebody used it.
        found.ShouldBe(
        [
            "name of an account in participants-db.account", "address of an account in participants-db.account", "name of somebody registered in participants-db.account",
            "municipality of somebody registered in participants-db.registration", "contact of somebody registered in participants-db.registration",
            "identity check of a registration in participants-db.registration", "statement of an application in participants-db.call_application",
            "description of an own ARCO request in participants-db.arco_request", "applicant of an ARCO request in participants-db.arco_request",
            "contact of an ARCO applicant in participants-db.arco_request", "identity check of an ARCO request in participants-db.arco_request",
            "description of an ARCO request in participants-db.arco_request", "key of the set-up in a log",
        ], ignoreOrder: true);
    }

    /// <summary>What a caller sends never begins a line: each is one JSON object of ours (how values are written: <c>LogLineTests</c>).</summary>
    [Fact]
    public async Task Every_line_of_a_log_is_one_entry_whatever_was_asked()
    {
        var mark = $"FALSO{Guid.NewGuid():N}";
        using var client = system.Client();
        foreach (var target in new[] { $"/%0d%0a{mark}", $"/api/action-plans/v1/commitments/%0a{mark}", $"/datos/x%0d%0a{mark}.csv", $"/compromisos/%0a{mark}" })
        {
            using var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Get, "/");
            request.RequestUri = new Uri(system.Origin.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            request.Headers.TryAddWithoutValidation("User-Agent", $"x\t{mark}");
            using var answer = await client.SendAsync(request);
            ((int)answer.StatusCode).ShouldBeLessThan(500, target);
        }

        foreach (var process in new[] { "participants", "action-plans", "transparency", "notifications", "portal", "gateway" })
        {
            // The last may be on its way to the file.
            var lines = (await system.ReadLogAsync(process)).Split('\n')[..^1].Where(line => !line.StartsWith("SETUP-LINK ", StringComparison.Ordinal)).ToList();
            lines.Count.ShouldBeGreaterThan(0, process);
            foreach (var line in lines)
                IsEntry(line).ShouldBeTrue($"{process}: {line}");
        }
    }

    private static bool IsEntry(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject entry && entry.ContainsKey("Timestamp") && entry.ContainsKey("Category");
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    /// <summary>Puts every canary where people would; returns a word that belongs to telemetry.</summary>
    private async Task<string> UseThemAsync(Canaries canaries)
    {
        const string Participants = "/api/participants/v1";
        const string Notifications = "/api/notifications/v1";
        var invited = await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/accounts", new JsonObject
        {
            ["email"] = canaries["address of an account"],
            ["displayName"] = canaries["name of an account"],
        });
        var id = invited["id"]!.GetValue<string>();
        var invitation = invited["invitationLink"]!.GetValue<string>().Split('/')[^1];
        canaries.AddSecret("invitation", invitation);
        await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/invitations/{invitation}");
        (await system.StatusAsync(system.Nobody, $"/cuenta/invitacion/{invitation}")).ShouldBe(200);
        var session = await system.SendAsync(system.Nobody, HttpMethod.Post, $"{Participants}/invitations/{invitation}", new JsonObject { ["password"] = canaries["password"], ["privacyNoticeId"] = await system.NoticeAsync() });
        var caller = new Caller("canary", session["sessionToken"]!.GetValue<string>(), id);
        canaries.AddSecret("session", caller.Session!);
        canaries.AddSecret("access token", await Credentials.TokenOfAsync(system, caller));
        await InstanceSecretsAsync(canaries);
        await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/accounts/{id}/staff-posts", new JsonObject { ["role"] = "OPERATOR" });
        await system.SendAsync(caller, HttpMethod.Get, $"{Participants}/sessions/current");
        (await system.StatusAsync(caller, "/cuenta")).ShouldBe(200);
        foreach (var (email, password) in new[] { (canaries["address of an account"], canaries["wrong password"]), (canaries["address in a failed sign-in"], canaries["wrong password"]) })
        {
            using var client = system.Client();
            using var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Post, $"{Participants}/sessions", new JsonObject { ["email"] = email, ["password"] = password });
            using var refused = await client.SendAsync(request);
            ((int)refused.StatusCode).ShouldBe(401);
        }

        var commitment = await system.SendAsync(system.Nobody, HttpMethod.Get, "/api/action-plans/v1/commitments/MX-MEX-PAL01-C01");
        foreach (var address in new[] { canaries["address of a follower"], canaries["address that was never confirmed"] })
        {
            await system.SendAsync(system.Nobody, HttpMethod.Post, $"{Notifications}/subscriptions", new JsonObject
            {
                ["email"] = address,
                ["subject"] = new JsonObject { ["kind"] = "COMMITMENT", ["id"] = commitment["id"]!.GetValue<string>() },
                ["language"] = "es",
            });
        }

        var mail = await system.Mails.WaitForAsync(canaries["address of a follower"], one => one.Text.Contains("/avisos/confirmar/", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        var confirmation = MailCatcher.LinkIn(mail, "/avisos/confirmar/").Split('/')[^1];
        canaries.AddSecret("confirmation", confirmation);
        (await system.StatusAsync(system.Nobody, $"/avisos/confirmar/{confirmation}")).ShouldBe(200);
        await system.SendAsync(system.Nobody, HttpMethod.Post, $"{Notifications}/subscription-confirmations", new JsonObject { ["token"] = confirmation });
        await UseMailServerPasswordAsync(canaries["password of the mail server"]);
        await TakePartAsync(caller, canaries);
        await SecureThemselvesAsync(caller, canaries);

        // An address that occurs in no canary, seen by gateway and service.
        var witness = $"testigo-{Guid.NewGuid():N}"[..20];
        (await system.StatusAsync(system.Nobody, $"/api/action-plans/v1/commitments/{witness}")).ShouldBe(404);
        return witness;
    }

    /// <summary>What the first start made up, or found in its environment.</summary>
    private async Task InstanceSecretsAsync(Canaries canaries)
    {
        canaries.AddSecret("instance key", Credentials.InstanceKey(system));
        canaries.AddSecret("key of the set-up", (await system.SetupLinkAsync()).Query.Split('=')[^1]);
        var signing = await Credentials.PrivateKeyAsync(system);
        canaries.AddSecret("signing key", Base64Url.EncodeToString(signing), Convert.ToBase64String(signing), Convert.ToHexStringLower(signing));
        canaries.AddSecret("password of the broker", Uri.UnescapeDataString(new Uri((await system.App.GetConnectionStringAsync("broker"))!).UserInfo.Split(':')[^1]));
        foreach (var database in Databases)
            canaries.AddSecret($"password of {database}", new NpgsqlConnectionStringBuilder(await system.App.GetConnectionStringAsync(database)).Password!);
    }

    /// <summary>A program's key, an authenticator app with its recovery codes, a forgotten password; each is used.</summary>
    private async Task SecureThemselvesAsync(Caller person, Canaries canaries)
    {
        const string Account = "/api/participants/v1/account";
        const string Sessions = "/api/participants/v1/sessions";
        var key = (await system.SendAsync(person, HttpMethod.Post, $"{Account}/api-keys", new JsonObject
        {
            ["name"] = "Programa de prueba",
            ["scopes"] = new JsonArray("participants:read"),
            ["days"] = 30,
            ["currentPassword"] = canaries["password"],
        }))["key"]!.GetValue<string>();
        canaries.AddSecret("API key", key);
        using (var client = system.Client())
        using (var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Get, "/api/participants/v1/organisations"))
        {
            request.Headers.Authorization = new("Bearer", key);
            using var answer = await client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }

        await system.SendAsync(system.Nobody, HttpMethod.Post, "/api/participants/v1/password-resets", new JsonObject { ["email"] = canaries["address of an account"] });
        var mail = await system.Mails.WaitForAsync(canaries["address of an account"], one => one.Text.Contains("/cuenta/restablecer/", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        var reset = MailCatcher.LinkIn(mail, "/cuenta/restablecer/").Split('/')[^1];
        canaries.AddSecret("link to a new password", reset);
        (await system.StatusAsync(system.Nobody, $"/cuenta/restablecer/{reset}")).ShouldBe(200);

        var app = (await system.SendAsync(person, HttpMethod.Post, $"{Account}/second-factor", new JsonObject { ["currentPassword"] = canaries["password"] }))["secret"]!.GetValue<string>();
        var shared = Totp.Secret(app);
        canaries.AddSecret("secret of an authenticator app", app, Convert.ToHexStringLower(shared), Convert.ToBase64String(shared));
        var recovery = (await system.SendAsync(person, HttpMethod.Post, $"{Account}/second-factor/confirmation", new JsonObject { ["code"] = Totp.Code(app, DateTimeOffset.UtcNow) }))["codes"]!.AsArray().Select(code => code!.GetValue<string>()).ToList();
        canaries.AddSecret("recovery code", recovery[0], recovery[0].Replace("-", "", StringComparison.Ordinal));
        canaries.AddSecret("unused recovery code", recovery[1], recovery[1].Replace("-", "", StringComparison.Ordinal));
        var asked = await system.SendAsync(system.Nobody, HttpMethod.Post, Sessions, new JsonObject { ["email"] = canaries["address of an account"], ["password"] = canaries["password"] });
        canaries.AddSecret("challenge of a second step", asked["challenge"]!.GetValue<string>());
        var session = await system.SendAsync(system.Nobody, HttpMethod.Post, $"{Sessions}/second-step", new JsonObject { ["challenge"] = canaries["challenge of a second step"], ["code"] = recovery[0] });
        canaries.AddSecret("session after a second step", session["sessionToken"]!.GetValue<string>());
        (await system.StatusAsync(person, "/cuenta")).ShouldBe(200);
    }

    /// <summary>What people who take part write, and staff write of them; pages that show it to its own person are looked at.</summary>
    private async Task TakePartAsync(Caller person, Canaries canaries)
    {
        const string Participants = "/api/participants/v1";
        var notice = (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/privacy-notice"))["id"]!.GetValue<string>();
        var registered = await system.SendAsync(system.Secretary, HttpMethod.Post, $"{Participants}/assisted-registrations", new JsonObject
        {
            ["displayName"] = canaries["name of somebody registered"],
            ["municipality"] = canaries["municipality of somebody registered"],
            ["contact"] = canaries["contact of somebody registered"],
            ["identityCheck"] = canaries["identity check of a registration"],
            ["privacyNoticeId"] = notice,
        });
        await system.SendAsync(system.Secretary, HttpMethod.Get, $"{Participants}/registrations/{registered["id"]!.GetValue<string>()}");

        // The state's day; a moment before its midnight the call would be announced for tomorrow.
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City")).DateTime);
        var draft = await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/call-desk", new JsonObject
        {
            ["kind"] = "CONSULTATION_OR_TABLES",
            ["title"] = "Mesas de los canarios",
            ["description"] = "Se convoca a quienes quieran trabajar en las mesas de la prueba.",
            ["requirements"] = new JsonArray("Vivir en el estado"),
            ["opensOn"] = today.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["closesOn"] = today.AddDays(20).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["takesPeople"] = true,
        });
        var call = await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/call-desk/{draft["id"]!.GetValue<string>()}/publication", new JsonObject(), "\"1\"");
        callNumber = call["number"]!.GetValue<int>();
        await system.SendAsync(person, HttpMethod.Post, $"{Participants}/open-calls/{callNumber}/applications", new JsonObject
        {
            ["statement"] = canaries["statement of an application"],
            ["privacyNoticeId"] = notice,
        });

        await system.SendAsync(person, HttpMethod.Post, $"{Participants}/my/arco-requests", new JsonObject
        {
            ["right"] = "RECTIFICATION",
            ["description"] = canaries["description of an own ARCO request"],
            ["privacyNoticeId"] = notice,
        });
        await system.SendAsync(system.Secretary, HttpMethod.Post, $"{Participants}/arco-requests", new JsonObject
        {
            ["right"] = "CANCELLATION",
            ["description"] = canaries["description of an ARCO request"],
            ["applicantName"] = canaries["applicant of an ARCO request"],
            ["applicantContact"] = canaries["contact of an ARCO applicant"],
            ["identityCheck"] = canaries["identity check of an ARCO request"],
            ["privacyNoticeId"] = notice,
        });
        (await system.StatusAsync(person, "/cuenta/privacidad")).ShouldBe(200);
    }

    /// <summary>Takes a password for the mail server and sets it back to none; the sample's server stays what it was.</summary>
    private async Task UseMailServerPasswordAsync(string password)
    {
        const string Path = "/api/notifications/v1/mail-server";
        using var client = system.Client();
        using var asked = SecuredSystem.RequestOf(system.Administrator, HttpMethod.Get, Path);
        using var answer = await client.SendAsync(asked);
        var settings = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        JsonObject Request(string? user, string? secret) => new()
        {
            ["host"] = settings["host"]!.DeepClone(),
            ["port"] = settings["port"]!.DeepClone(),
            ["security"] = settings["security"]!.DeepClone(),
            ["userName"] = user,
            ["password"] = secret,
            ["fromAddress"] = settings["fromAddress"]!.DeepClone(),
            ["fromName"] = settings["fromName"]!.DeepClone(),
        };
        using var set = SecuredSystem.RequestOf(system.Administrator, HttpMethod.Put, Path, Request("correo", password));
        set.Headers.TryAddWithoutValidation("If-Match", answer.Headers.ETag!.Tag);
        using var stored = await client.SendAsync(set);
        stored.EnsureSuccessStatusCode();
        using var back = SecuredSystem.RequestOf(system.Administrator, HttpMethod.Put, Path, Request(null, null));
        back.Headers.TryAddWithoutValidation("If-Match", stored.Headers.ETag!.Tag);
        using var restored = await client.SendAsync(back);
        restored.EnsureSuccessStatusCode();
    }

    private async Task<string> LogsAsync()
    {
        var all = new StringBuilder();
        foreach (var file in Directory.GetFiles(Path.Combine(system.DataFolder, "logs"), "*", SearchOption.AllDirectories).Where(file => !Path.GetFileName(file).StartsWith("mail-catcher", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            all.Append(await reader.ReadToEndAsync());
        }

        return all.ToString();
    }

    /// <summary>Every file of the open data, every public page of what people take part in, and every answer of every operation that reads and is nobody's alone.</summary>
    private async Task<string> OpenDataAsync(KnownObjects objects)
    {
        using var nobody = new ApiClient(system.Origin);
        var all = new StringBuilder();
        var datasets = (await nobody.GetAsync("/api/transparency/v1/datasets"))["items"]!.AsArray();
        foreach (var name in datasets.Select(one => one!["name"]!.GetValue<string>()))
        {
            all.Append(await nobody.TextAsync($"/datos/{name}.csv"));
            all.Append(await nobody.TextAsync($"/datos/{name}.json"));
        }

        foreach (var page in PublicPages(objects))
            all.Append(await nobody.TextAsync(page));

        var requests = await MatrixRequests.PrepareAsync(system, objects);
        var answered = 0;
        using var client = system.Client();
        foreach (var operation in (await ApiDescription.ReadAsync(system)).Where(operation => operation.Method == HttpMethod.Get))
        {
            // Of the calls, the one for which a canary applied.
            var ofTheCall = operation.Path.Replace("/open-calls/{number}", $"/open-calls/{callNumber}", StringComparison.Ordinal);
            var path = ofTheCall.Contains('{', StringComparison.Ordinal) || ofTheCall == operation.Path ? requests.Of(operation, system.Nobody).Path : ofTheCall;
            using var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Get, path);
            using var answer = await client.SendAsync(request);
            all.Append(await answer.Content.ReadAsStringAsync());
            answered += answer.IsSuccessStatusCode ? 1 : 0;
        }

        answered.ShouldBeGreaterThan(60, "what nobody reads shows nothing");
        return all.ToString();
    }

    private IEnumerable<string> PublicPages(KnownObjects objects)
    {
        string Id(string kind, Caller? whose) => objects.Fill($"/api/participants/v1/{kind}/{{id}}", whose)!.Split('/')[^1];
        var secretariat = $"/secretariado/{Id("secretariats", system.Liaison)}";
        var session = $"/sesiones/{Id("secretariat-sessions", system.Liaison)}";
        var election = $"/elecciones/{Id("elections", null)}";
        return
        [
            "/", "/plan", "/compromisos", "/compromisos/MX-MEX-PAL01-C01", "/datos", "/datos/catalogo.jsonld", "/datos/catalogo.json", "/.well-known/open-government", "/health",
            "/participa", "/participa/convocatorias", $"/participa/convocatorias/{callNumber}", "/participa/directorio", "/participa/personas", "/participa/declaratoria", "/participa/sensibilizacion",
            "/secretariado", "/secretariados", secretariat, $"{secretariat}/asistencia", $"{secretariat}/votos", $"{secretariat}/elecciones", $"{secretariat}/grupos", $"{secretariat}/mecanismo",
            "/sesiones", "/sesiones.ics", session, $"{session}/cambios", $"{session}.ics", "/acuerdos", election, $"{election}/padron",
            $"/grupos/{Id("working-groups", null)}", $"/mecanismos/{Id("mechanism-proposals", null)}", "/privacidad", "/planes-importados",
        ];
    }

    /// <summary>Every row of every table of every service as text, bytes as hexadecimal digits and as what they spell.</summary>
    private async Task<Dictionary<string, string>> RowsAsync()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var database in Databases)
        {
            await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync(database) + ";Pooling=false");
            await connection.OpenAsync();
            var tables = new List<string>();
            await using (var names = new NpgsqlCommand("select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'", connection))
            await using (var reader = await names.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                    tables.Add(reader.GetString(0));
            }

            tables.Count.ShouldBeGreaterThan(3);
            foreach (var table in tables)
            {
#pragma warning disable CA2100 // Names of the database's own tables.
                await using var rows = new NpgsqlCommand($"select coalesce(string_agg(row_to_json(r)::text, E'\\n'), '') from (select * from \"{table}\" limit 20000) r", connection);
#pragma warning restore CA2100
                all[$"{database}.{table}"] = (string)(await rows.ExecuteScalarAsync())!;
            }
        }

        // What a table keeps as bytes shows as digits: a text stored that way would be missed otherwise.
        return all.ToDictionary(pair => pair.Key, pair => pair.Value + Spelled(pair.Value), StringComparer.Ordinal);
    }

    private static string Spelled(string text)
    {
        var spelled = new StringBuilder();
        foreach (var part in text.Split("\\\\x").Skip(1))
        {
            var digits = string.Concat(part.TakeWhile(char.IsAsciiHexDigitLower));
            if (digits.Length % 2 == 0)
                spelled.Append(Encoding.UTF8.GetString(Convert.FromHexString(digits))).Append('\n');
        }

        return spelled.ToString();
    }
}
