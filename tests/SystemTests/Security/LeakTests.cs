using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Security;

/// <summary>
/// Personal data and secrets that were put in through every field that takes them, searched for wherever data go: logs,
/// telemetry, events, queues, open data, and the tables of every database.
/// </summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class LeakTests(SecuredSystem system)
{
    private static readonly string[] Databases = ["participants-db", "action-plans-db", "transparency-db", "notifications-db"];

    [Fact]
    public async Task Personal_data_and_secrets_are_found_only_where_they_belong()
    {
        var mark = Guid.NewGuid().ToString("N")[..12];
        var canaries = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name of an account"] = $"Canaria Nombre{mark}",
            ["address of an account"] = $"cuenta{mark}@prueba.example",
            ["password"] = $"frase de paso {mark} larga",
            ["wrong password"] = $"frase errada {mark} larga",
            ["address of a follower"] = $"seguidora{mark}@prueba.example",
            ["address that was never confirmed"] = $"nadie{mark}@prueba.example",
            ["address in a failed sign-in"] = $"intrusa{mark}@prueba.example",
            ["password of the mail server"] = $"clave-correo-{mark}",
            ["name of somebody registered"] = $"Canaria Registrada{mark}",
            ["municipality of somebody registered"] = $"Municipio Canario{mark}",
            ["contact of somebody registered"] = $"recado con la vecina {mark}",
            ["identity check of a registration"] = $"mostró su cartilla {mark}",
            ["statement of an application"] = $"Quiero ir porque {mark}",
            ["description of an own ARCO request"] = $"Corrijan mi dato {mark}",
            ["applicant of an ARCO request"] = $"Canaria Solicitante{mark}",
            ["contact of an ARCO applicant"] = $"calle del Canario {mark}",
            ["identity check of an ARCO request"] = $"mostró su pasaporte {mark}",
            ["description of an ARCO request"] = $"Borren lo mío {mark}",
        };
        var witness = await UseThemAsync(canaries, mark);

        // First the proof that a search here can find something: a word that belongs to each place.
        await system.Telemetry.UntilAsync(telemetry => telemetry.Mentions(witness), 60);
        system.Telemetry.Mentions("action-plans").ShouldBeTrue();
        var logs = await LogsAsync();
        logs.ShouldContain("SchemaMigrator");
        logs.Length.ShouldBeGreaterThan(2000);
        var data = await OpenDataAsync();
        data.ShouldContain("MX-MEX-PAL01-C01");
        var rows = await RowsAsync();
        rows.Keys.ShouldContain("participants-db.account");
        rows["participants-db.account"].ShouldContain(canaries["address of an account"]);
        rows["participants-db.event_log"].ShouldContain("mandate", Case.Insensitive);

        (await BrokerQueues.SearchAsync(system, [witness], probe: witness)).ShouldHaveSingleItem();
        var found = new List<string>();
        found.AddRange((await BrokerQueues.SearchAsync(system, canaries.Values)).Select(message => $"a canary in the queue {message}"));
        foreach (var (what, canary) in canaries)
        {
            if (system.Telemetry.Mentions(canary) || system.Telemetry.Mentions(Uri.EscapeDataString(canary)))
                found.Add($"{what} in telemetry");
            if (logs.Contains(canary, StringComparison.OrdinalIgnoreCase))
                found.Add($"{what} in a log");
            if (data.Contains(canary, StringComparison.OrdinalIgnoreCase))
                found.Add($"{what} in open data or on a public page");
            found.AddRange(rows.Where(table => table.Value.Contains(canary, StringComparison.OrdinalIgnoreCase)).Select(table => $"{what} in {table.Key}"));
        }

        // Each is kept by Participants, in one table; all else is sealed, hashed or gone.
        found.ShouldBe(
        [
            "name of an account in participants-db.account", "address of an account in participants-db.account", "name of somebody registered in participants-db.account",
            "municipality of somebody registered in participants-db.registration", "contact of somebody registered in participants-db.registration",
            "identity check of a registration in participants-db.registration", "statement of an application in participants-db.call_application",
            "description of an own ARCO request in participants-db.arco_request", "applicant of an ARCO request in participants-db.arco_request",
            "contact of an ARCO applicant in participants-db.arco_request", "identity check of an ARCO request in participants-db.arco_request",
            "description of an ARCO request in participants-db.arco_request",
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task A_line_break_in_a_request_makes_no_line_of_its_own_in_a_log()
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

        (await LogsAsync()).Split('\n').ShouldNotContain(line => line.StartsWith(mark, StringComparison.Ordinal));
    }

    /// <summary>Puts every canary where people would; returns a word that belongs to telemetry.</summary>
    private async Task<string> UseThemAsync(Dictionary<string, string> canaries, string mark)
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
        canaries["invitation"] = invitation;
        await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/invitations/{invitation}");
        (await system.StatusAsync(system.Nobody, $"/cuenta/invitacion/{invitation}")).ShouldBe(200);
        var session = await system.SendAsync(system.Nobody, HttpMethod.Post, $"{Participants}/invitations/{invitation}", new JsonObject { ["password"] = canaries["password"], ["privacyNoticeId"] = await system.NoticeAsync() });
        var caller = new Caller("canary", session["sessionToken"]!.GetValue<string>(), id);
        canaries["session"] = caller.Session!;
        canaries["access token"] = await Credentials.TokenOfAsync(system, caller);
        canaries["instance key"] = Credentials.InstanceKey(system);
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
        canaries["confirmation"] = confirmation;
        (await system.StatusAsync(system.Nobody, $"/avisos/confirmar/{confirmation}")).ShouldBe(200);
        await system.SendAsync(system.Nobody, HttpMethod.Post, $"{Notifications}/subscription-confirmations", new JsonObject { ["token"] = confirmation });
        await UseMailServerPasswordAsync(canaries["password of the mail server"]);
        await TakePartAsync(caller, canaries);

        // An address that occurs in no canary, seen by gateway and service.
        var witness = $"testigo-{mark}";
        (await system.StatusAsync(system.Nobody, $"/api/action-plans/v1/commitments/{witness}")).ShouldBe(404);
        return witness;
    }

    /// <summary>What people who take part write, and staff write of them; pages that show it to its own person are looked at.</summary>
    private async Task TakePartAsync(Caller person, Dictionary<string, string> canaries)
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
        await system.SendAsync(person, HttpMethod.Post, $"{Participants}/open-calls/{call["number"]!.GetValue<int>()}/applications", new JsonObject
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

    private async Task<string> OpenDataAsync()
    {
        using var nobody = new ApiClient(system.Origin);
        var all = new StringBuilder();
        var datasets = (await nobody.GetAsync("/api/transparency/v1/datasets"))["items"]!.AsArray();
        foreach (var name in datasets.Select(one => one!["name"]!.GetValue<string>()))
        {
            all.Append(await nobody.TextAsync($"/datos/{name}.csv"));
            all.Append(await nobody.TextAsync($"/datos/{name}.json"));
        }

        foreach (var page in new[] { "/", "/plan", "/compromisos", "/compromisos/MX-MEX-PAL01-C01", "/datos", "/datos/catalogo.jsonld", "/datos/catalogo.json", "/.well-known/open-government", "/health", "/api/participants/v1/instance", "/api/participants/v1/organisations" })
            all.Append(await nobody.TextAsync(page));
        return all.ToString();
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
