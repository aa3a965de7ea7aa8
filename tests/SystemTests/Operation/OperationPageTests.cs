using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Npgsql;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Support;
using OpenGov.SystemTests.Thread;
using OpenGov.TestSupport;
using RabbitMQ.Client;

namespace OpenGov.SystemTests.Operation;

/// <summary>The operator's page on the whole system, while parts of it are away.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class OperationPageTests(SampleSystem system)
{
    private const string Page = "/operacion";
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Only_an_operator_sees_it()
    {
        using var nobody = new ApiClient(system.Origin);
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        foreach (var address in new[] { Page, "/operacion/mensajes", "/operacion/diagnostico.zip", "/operacion/copias/transparency/action-plans" })
        {
            using var refused = await nobody.SendAsync(HttpMethod.Get, address);
            refused.StatusCode.ShouldBe(HttpStatusCode.SeeOther, address);
            refused.Headers.Location!.ToString().ShouldStartWith("/cuenta/entrar");
            using var forbidden = await liaison.SendAsync(HttpMethod.Get, address);
            forbidden.StatusCode.ShouldBe(HttpStatusCode.Forbidden, address);
        }
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task It_names_every_process_and_axe_finds_no_violation(int width)
    {
        var page = await system.OpenBrowserAsync(width);
        await SignInAsync(page);
        await page.GotoAsync(Page);
        var text = await page.Locator("main").InnerTextAsync();
        foreach (var expected in new[]
                 {
                     "Participantes y cuentas", "Planes de acción", "Datos abiertos", "Avisos por correo", "Páginas", "Entrada", "PostgreSQL", "RabbitMQ 3.",
                     "Este sistema no tiene certificado propio",
                 })
            text.ShouldContain(expected);
        text.ShouldNotContain("No se pudo averiguar");
        await NothingToComplainAsync(page, Page);
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width, "the page scrolls sideways");

        foreach (var address in new[] { "/operacion/mensajes", "/operacion/copias/transparency/action-plans" })
        {
            await page.GotoAsync(address);
            await NothingToComplainAsync(page, address);
        }
    }

    [Fact]
    public async Task It_works_while_broker_and_a_service_are_away_and_says_so()
    {
        using var api = await ApiClient.SignInAsync(system, "administration");
        (await TextAsync(api)).ShouldContain("Datos abiertos");
        await CommandAsync("broker", KnownResourceCommands.StopCommand);
        await CommandAsync("transparency", KnownResourceCommands.StopCommand);
        try
        {
            var text = await TextAsync(api);
            text.ShouldContain("Hay algo que no funciona.");
            text.ShouldContain("«Datos abiertos» no responde, desde el ");
            text.ShouldContain("La mensajería (RabbitMQ) no responde.");
            text.ShouldContain("Planes de acción");
            using var bundle = await api.SendAsync(HttpMethod.Get, "/operacion/diagnostico.zip");
            bundle.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            await CommandAsync("broker", KnownResourceCommands.StartCommand);
            await CommandAsync("transparency", KnownResourceCommands.StartCommand);
        }

        await HealthyAgainAsync(api);
    }

    [Fact]
    public async Task While_the_database_is_away_it_shows_what_is_public_and_why()
    {
        using var api = await ApiClient.SignInAsync(system, "administration");
        (await TextAsync(api)).ShouldContain("Datos abiertos");
        await CommandAsync("postgres", KnownResourceCommands.StopCommand);
        try
        {
            using var answer = await api.SendAsync(HttpMethod.Get, Page);
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter.ShouldNotBeNull();
            var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
            text.ShouldContain("No se puede comprobar quién es usted.");
            text.ShouldContain("Con falla");
        }
        finally
        {
            await CommandAsync("postgres", KnownResourceCommands.StartCommand);
        }

        await HealthyAgainAsync(api);
    }

    [Fact]
    public async Task A_poison_message_is_seen_with_its_reason_and_sent_again_from_the_page()
    {
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        await ExecuteAsync("alter table progress_reports add constraint poison check (false) not valid");
        string report;
        try
        {
            report = await liaison.ReportAsync(await EventFlowTests.FreeActivityAsync(liaison, 0), EventFlowTests.NewText());
            await Eventually.HoldsAsync(
                async () => await CountAsync("select count(*) from inbox_parked where set_aside_at is null") > 0, TimeSpan.FromSeconds(30), "the fact to be parked");
        }
        finally
        {
            await ExecuteAsync("alter table progress_reports drop constraint poison");
        }

        var page = await system.OpenBrowserAsync(javaScript: false);
        await SignInAsync(page);
        await page.GotoAsync(Page);
        (await page.Locator("main").InnerTextAsync()).ShouldContain("«Datos abiertos»: mensajes con error: 1");
        await page.GotoAsync("/operacion/mensajes");
        await page.Locator("main table a").First.ClickAsync();
        var shown = await page.Locator("main").InnerTextAsync();
        shown.ShouldContain("ProgressReportedV1");
        shown.ShouldContain("Un dato no cumple una regla de la base de datos.");
        // For who mends it, behind the words; without a script too.
        shown.ShouldNotContain("constraint poison");
        await page.GetByText("Texto técnico").First.ClickAsync();
        shown = await page.Locator("main").InnerTextAsync();
        shown.ShouldContain("constraint poison");
        shown.ShouldContain(report);
        Regex.IsMatch(shown, "[0-9a-f]{32}", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBeTrue("the trace");
        await NothingToComplainAsync(await SeenWithScriptAsync(page.Url), "a message in error");

        await page.Locator("form[action$='/reenviar'] button").ClickAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Este dato es obligatorio.");
        await page.Locator("form[action$='/reenviar'] [name='reason']").FillAsync("se quitó la restricción");
        await page.Locator("form[action$='/reenviar'] button").ClickAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Los mensajes se aplicaron.");
        using var nobody = new ApiClient(system.Origin);
        EventFlowTests.Occurrences(await nobody.TextAsync("/datos/progress_reports.csv"), report).ShouldBe(1);
        await page.GotoAsync(Page);
        (await page.Locator("main").InnerTextAsync()).ShouldContain("se quitó la restricción");
    }

    [Fact]
    public async Task A_message_that_nobody_can_read_is_seen_with_its_reason_sent_again_and_set_aside_from_the_page()
    {
        var word = $"basura-{Guid.NewGuid():N}"[..15];
        await SendAsync("transparency.action-plans", $"{{ {word} de alguien@ejemplo.mx");
        const string Waiting = "select count(*) from broken_message where set_aside_at is null";
        await Eventually.HoldsAsync(async () => await CountAsync(Waiting) == 1, TimeSpan.FromSeconds(60), "the message to be kept");

        var page = await system.OpenBrowserAsync(javaScript: false);
        await SignInAsync(page);
        await page.GotoAsync(Page);
        (await page.Locator("main").InnerTextAsync()).ShouldContain("«Datos abiertos»: mensajes que no se pudieron leer: 1");
        await page.GotoAsync("/operacion/mensajes");
        await page.Locator("main table a[href*='/ilegibles/']").First.ClickAsync();
        var shown = await page.Locator("main").InnerTextAsync();
        shown.ShouldContain("transparency.action-plans_error");
        shown.ShouldContain("Esta versión del programa no entiende el contenido.");
        await page.GetByText("Texto técnico").First.ClickAsync();
        shown = await page.Locator("main").InnerTextAsync();
        shown.ShouldContain("Exception");
        shown.ShouldContain(word);
        shown.ShouldNotContain("alguien@");
        await NothingToComplainAsync(await SeenWithScriptAsync(page.Url), "a message that could not be read");

        // Back in the queue it is as unreadable as before.
        var first = (await TakenAsync())!;
        await page.Locator("form[action$='/reenviar'] [name='reason']").FillAsync("a ver si ahora");
        await page.Locator("form[action$='/reenviar'] button").ClickAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Los mensajes volvieron a la cola.");
        await Eventually.HoldsAsync(async () => await TakenAsync() is { } again && again != first, TimeSpan.FromSeconds(60), "the message to come back");

        await page.GotoAsync("/operacion/mensajes/transparency/action-plans/ilegibles");
        await page.Locator("form[action$='/apartar'] [name='asideReason']").FillAsync("no es nuestro");
        await page.Locator("form[action$='/apartar'] button").ClickAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Marque la casilla para confirmar.");
        await page.Locator("form[action$='/apartar'] [name='asideReason']").FillAsync("no es nuestro");
        await page.Locator("form[action$='/apartar'] [name='confirm']").CheckAsync();
        await page.Locator("form[action$='/apartar'] button").ClickAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Los mensajes quedaron apartados.");
        (await CountAsync(Waiting)).ShouldBe(0);
        await page.GotoAsync(Page);
        var after = await page.Locator("main").InnerTextAsync();
        after.ShouldNotContain("mensajes que no se pudieron leer: 1");
        after.ShouldContain("no es nuestro");

        async Task<string?> TakenAsync()
        {
            await using var connection = await OpenAsync();
            await using var command = new NpgsqlCommand("select id::text from broken_message where set_aside_at is null", connection);
            return (string?)await command.ExecuteScalarAsync();
        }
    }

    [Fact]
    public async Task Many_messages_that_nobody_can_read_are_sent_again_piece_by_piece_and_none_is_lost()
    {
        const int Many = 120;
        const string Api = "/api/transparency/v1/operation";
        const string Waiting = "select count(*) from broken_message where set_aside_at is null";
        var word = $"montón-{Guid.NewGuid():N}"[..14];
        using var api = await ApiClient.SignInAsync(system, "administration");
        using var none = await api.SendAsync(HttpMethod.Post, $"{Api}/broken/action-plans/set-aside", new JsonObject { ["reason"] = "lo que hubiera" });
        await SendAsync("transparency.action-plans", [.. Enumerable.Range(0, Many).Select(number => $"{{ {word} {number}")]);
        await Eventually.HoldsAsync(async () => await CountAsync(Waiting) == Many, TimeSpan.FromSeconds(90), "all to be kept");

        var key = Guid.NewGuid().ToString();
        using var ordered = await api.SendAsync(HttpMethod.Post, $"{Api}/broken/action-plans/send-again", new JsonObject { ["reason"] = word }, key: key);
        ordered.StatusCode.ShouldBe(HttpStatusCode.OK, await ordered.Content.ReadAsStringAsync());
        var first = JsonNode.Parse(await ordered.Content.ReadAsStringAsync())!;
        (first["state"]!.GetValue<string>(), first["done"]!.GetValue<long>(), first["total"]!.GetValue<long>()).ShouldBe(("RUNNING", 50, Many));
        await Eventually.HoldsAsync(
            async () =>
            {
                using var repeated = await api.SendAsync(HttpMethod.Post, $"{Api}/broken/action-plans/send-again", new JsonObject { ["reason"] = word }, key: key);
                var now = JsonNode.Parse(await repeated.Content.ReadAsStringAsync())!;
                return now["state"]!.GetValue<string>() == "DONE" && now["done"]!.GetValue<long>() == Many && now["id"]!.GetValue<string>() == first["id"]!.GetValue<string>();
            },
            TimeSpan.FromSeconds(30),
            "the order to be done, by the one key once");
        (await CountAsync($"select count(*) from audit_log where action = 'messages_sent_again' and reason = '{word}'")).ShouldBe(3);

        // As unreadable as before, each comes back, once.
        await Eventually.HoldsAsync(async () => await CountAsync(Waiting) == Many, TimeSpan.FromSeconds(90), "all to come back");
        (await CountAsync($"select count(distinct digest) from broken_message where convert_from(body, 'UTF8') like '%{word}%'")).ShouldBe(Many);
        using var aside = await api.SendAsync(HttpMethod.Post, $"{Api}/broken/action-plans/set-aside", new JsonObject { ["reason"] = word });
        JsonNode.Parse(await aside.Content.ReadAsStringAsync())!["done"]!.GetValue<long>().ShouldBe(Many);
        (await CountAsync(Waiting)).ShouldBe(0);
    }

    /// <summary>The database quotes what it cannot take: a name that somebody entered must not travel with the failure.</summary>
    [Fact]
    public async Task The_diagnosis_holds_no_name_also_where_a_failure_quotes_one()
    {
        const string Name = "Juana Inventada del Diagnóstico";
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        using var api = await ApiClient.SignInAsync(system, "administration");
        await ExecuteAsync(
            $$"""
            create function quotes() returns trigger language plpgsql as $$ begin if new::text like '%{{Name}}%' then perform '{{Name}}'::uuid; end if; return new; end $$;
            create trigger quotes before insert on progress_reports for each row execute function quotes();
            """);
        try
        {
            await liaison.ReportAsync(await EventFlowTests.FreeActivityAsync(liaison, 0), $"{EventFlowTests.NewText()} con {Name}");
            await Eventually.HoldsAsync(async () => await CountAsync("select count(*) from inbox_parked where set_aside_at is null") > 0, TimeSpan.FromSeconds(30), "the fact to be parked");
            using var again = await api.SendAsync(HttpMethod.Post, "/api/transparency/v1/operation/parked/action-plans/send-again", new JsonObject { ["reason"] = $"por {Name}" });
            JsonNode.Parse(await again.Content.ReadAsStringAsync())!["state"]!.GetValue<string>().ShouldBe("FAILED");

            var all = await DiagnosisAsync(api);
            all.ShouldContain("22P02");
            all.ShouldContain("FactApplier");
            var names = new List<string> { Name };
            // Of everybody whom the instance knows, and of what they wrote about themselves.
            await using (var participants = new NpgsqlConnection(await system.App.GetConnectionStringAsync("participants-db") + ";Pooling=false"))
            {
                await participants.OpenAsync();
                await using var command = new NpgsqlCommand(
                    "select display_name from account union select email from account union select contact from registration union select display_name from representative_invitation", participants);
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    if (!await reader.IsDBNullAsync(0) && reader.GetString(0).Length > 4)
                        names.Add(reader.GetString(0));
                }
            }

            names.Count.ShouldBeGreaterThan(5);
            foreach (var name in names)
                all.Contains(name, StringComparison.OrdinalIgnoreCase).ShouldBeFalse($"«{name}» is in the diagnosis");
            var logs = Directory.GetFiles(Path.Combine(system.DataFolder, "logs"), "*.log");
            logs.ShouldContain(log => Path.GetFileName(log).StartsWith("transparency", StringComparison.Ordinal));
            foreach (var log in logs)
            {
                await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var text = new StreamReader(file);
                (await text.ReadToEndAsync()).ShouldNotContain(Name, Case.Insensitive, log);
            }
        }
        finally
        {
            await ExecuteAsync("drop trigger quotes on progress_reports; drop function quotes()");
            using var sent = await api.SendAsync(HttpMethod.Post, "/api/transparency/v1/operation/parked/action-plans/send-again", new JsonObject { ["reason"] = "ya sin la función" });
        }
    }

    [Fact]
    public async Task A_copy_is_rebuilt_from_the_page_and_stays_the_same()
    {
        var page = await system.OpenBrowserAsync();
        await SignInAsync(page);
        var before = await CountAsync("select count(*) from progress_reports");
        await page.GotoAsync("/operacion/copias/transparency/action-plans");
        await page.Locator("main form button").ClickAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Marque la casilla para confirmar.");
        await page.Locator("[name='reason']").FillAsync("prueba del sistema");
        await page.Locator("[name='confirm']").CheckAsync();
        await page.Locator("main form button").ClickAsync();
        // The page reloads by itself while the rebuild runs.
        await Assertions.Expect(page.Locator("main dl")).ToContainTextAsync("Hecho", new() { Timeout = 60_000 });
        (await CountAsync("select count(*) from progress_reports")).ShouldBe(before);
    }

    [Fact]
    public async Task The_diagnosis_holds_no_address_and_no_secret()
    {
        using var api = await ApiClient.SignInAsync(system, "administration");
        var all = await DiagnosisAsync(api);
        all.ShouldContain("0001_messaging.sql");
        all.ShouldContain("transparency.action-plans");

        var secrets = Directory.GetFiles(Path.Combine(system.DataFolder, "secrets")).Select(file => File.ReadAllText(file).Trim()).Where(secret => secret.Length > 8).ToList();
        secrets.Count.ShouldBeGreaterThan(3);
        foreach (var account in JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray())
            secrets.AddRange([account!["email"]!.GetValue<string>(), account["password"]!.GetValue<string>()]);
        foreach (var secret in secrets)
            all.Contains(secret, StringComparison.OrdinalIgnoreCase).ShouldBeFalse("a secret or an address is in the diagnosis");
        Regex.Matches(all, @"[\w.+-]+@[\w-]+\.[\w.]+", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Value).ShouldBeEmpty();
    }

    private static async Task<string> DiagnosisAsync(ApiClient api)
    {
        using var answer = await api.SendAsync(HttpMethod.Get, "/operacion/diagnostico.zip");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        zip.Entries.Select(entry => entry.Name).ShouldContain("resumen.json");
        zip.Entries.Count.ShouldBeGreaterThanOrEqualTo(7);
        return string.Concat(zip.Entries.Select(entry => new StreamReader(entry.Open()).ReadToEnd()));
    }

    [Fact]
    public async Task The_documented_backup_can_be_made_and_restored()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "docs", "operations.md"));
        var folder = Path.Combine(system.DataFolder, "backup-test");
        await RunAsync(Block(text, "backup"), folder);
        var facts = await RunAsync(Block(text, "check"), folder);
        foreach (var database in new[] { "participants-db", "action-plans-db" })
            Regex.IsMatch(facts, $"{database}: [1-9][0-9]* facts", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBeTrue(facts);

        // And the page tells of it.
        using var api = await ApiClient.SignInAsync(system, "administration");
        var page = await TextAsync(api);
        page.ShouldContain("6 archivos");
        page.ShouldNotContain("Todavía no se ha hecho ningún respaldo");
        page.ShouldContain("Anotadas fuera de la base de datos; ningún respaldo restaurado ha traído de vuelta a nadie");
    }

    private async Task SendAsync(string queue, params IReadOnlyList<string> bodies)
    {
        var broker = new Uri((await system.App.GetConnectionStringAsync("broker"))!);
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        foreach (var body in bodies)
            await channel.BasicPublishAsync(exchange: "", routingKey: queue, mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json" }, System.Text.Encoding.UTF8.GetBytes(body));
    }

    private static string Block(string document, string name) =>
        Regex.Match(document, $"<!-- {name} -->\n```bash\n(?<script>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["script"].Value;

    private async Task<string> RunAsync(string script, string folder)
    {
        script.ShouldNotBeEmpty();
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script, "recipe", system.DataFolder, folder]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = shell.StandardOutput.ReadToEndAsync();
        var errors = shell.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await shell.WaitForExitAsync(limit.Token);
        shell.ExitCode.ShouldBe(0, await errors);
        return await output;
    }

    private static async Task<string> TextAsync(ApiClient api)
    {
        using var answer = await api.SendAsync(HttpMethod.Get, Page);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>axe is a script; the person needs none.</summary>
    private async Task<IPage> SeenWithScriptAsync(string address)
    {
        var page = await system.OpenBrowserAsync(360);
        await SignInAsync(page);
        await page.GotoAsync(address);
        return page;
    }

    private static async Task NothingToComplainAsync(IPage page, string what) =>
        (await page.RunAxe()).Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join("; ", violation.Nodes.Select(node => node.Html))}").ShouldBeEmpty(what);

    private async Task SignInAsync(IPage page)
    {
        var account = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == "administration")!;
        await page.GotoAsync("/cuenta/entrar");
        await page.Locator("[name='email']").FillAsync(account["email"]!.GetValue<string>());
        await page.Locator("[name='password']").FillAsync(account["password"]!.GetValue<string>());
        await page.Locator("main form button[type='submit']").First.ClickAsync();
        page.Url.ShouldNotContain("/cuenta/entrar");
    }

    private static Task<TimeSpan> HealthyAgainAsync(ApiClient api) => Eventually.HoldsAsync(
        async () =>
        {
            using var health = await api.SendAsync(HttpMethod.Get, "/health");
            return health.IsSuccessStatusCode && !(await health.Content.ReadAsStringAsync()).Contains("degraded", StringComparison.OrdinalIgnoreCase);
        },
        Back,
        "the system to be healthy again by itself");

    private async Task CommandAsync(string resource, string command) => (await system.App.ResourceCommands.ExecuteCommandAsync(resource, command)).Success.ShouldBeTrue();

    /// <summary>In Transparency's database.</summary>
    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync("transparency-db") + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
