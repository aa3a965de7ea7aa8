using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;
using Xunit.Abstractions;

namespace OpenGov.SystemTests.Security;

/// <summary>Hostile texts put through every field that takes text, then looked at where people look: in a real browser, in files and in mails.</summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class InjectionTests(SecuredSystem system, ITestOutputHelper output)
{
    private const string Plans = "/api/action-plans/v1";
    private const string Participants = "/api/participants/v1";
    private const string Follower = "inyeccion@prueba.example";

    /// <summary>Members of requests that take text for people. Codes, dates and addresses have a form that hostile texts lack.</summary>
    private static readonly HashSet<string> Free =
    [
        "title", "objective", "howItSolves", "population", "publicProblem", "note", "notes", "description", "explanation", "session", "process", "unit", "target", "meansOfVerification", "reason",
        "text", "expectedBenefits", "coResponsible", "ogpShortTitle", "leadInstitution", "potentialImpact", "didItOpenGovernment", "legalBasis", "changeSummary", "number", "word", "label", "source", "actionPlanId",
    ];

    [Fact]
    public async Task Hostile_texts_in_every_field_are_shown_literally_on_every_page()
    {
        // Of their own: what the walk does to them must not be what another test finds.
        var walker = await system.OpenAccountAsync("walker", role: null);
        var objects = await KnownObjects.MakeAsync(system, walker);
        var marks = objects.Texts;
        using var walking = new HostileWalk(system, objects, await MatrixRequests.PrepareAsync(system, objects), walker);
        var walk = await walking.GoAsync();
        walk.Troubles.ShouldBeEmpty();
        walk.Fields.Count.ShouldBeGreaterThan(400, "the documents were walked through");
        walk.Parameters.Count.ShouldBeGreaterThan(80);
        walk.Stored.Count.ShouldBeGreaterThanOrEqualTo(20, $"kept on the way: {string.Join(", ", walk.Stored)}");

        var commitment = await WriteEverywhereAsync(marks);
        var seen = new HashSet<int>();
        var troubles = new List<string>();
        seen.UnionWith(await ReadAsync(null, marks, troubles, ["/administracion"], ["/", commitment, .. PublicPages(objects)]));
        seen.UnionWith(await ReadAsync(system.Office, marks, troubles, ["/salir"], ["/cuenta", "/administracion", .. OfficePages(objects)]));
        seen.UnionWith(await ReadAsync(system.Liaison, marks, troubles, ["/salir", "/administracion/"], ["/cuenta", "/cuenta/actividades", "/cuenta/aceptaciones", "/cuenta/convocatorias", "/cuenta/privacidad", "/cuenta/llaves"]));
        // Pages on what is one's own show these texts to whoever owns them alone.
        var owner = await SignInAgainAsync(walker, objects);
        seen.UnionWith(await ReadAsync(owner, marks, troubles, ["/salir"], ["/cuenta", "/cuenta/llaves", "/cuenta/privacidad", "/cuenta/convocatorias"]));
        await ReadAsync(
            system.Operator, marks, troubles, ["/salir"],
            new[] { "action-plans", "transparency", "notifications" }.SelectMany(service => new[] { $"/operacion/mensajes/{service}/participants", $"/operacion/mensajes/{service}/participants/ilegibles" }));

        output.WriteLine($"{walk.Fields.Count} fields and {walk.Parameters.Count} parameters tried, {walk.Stored.Count} fields kept on the way; of {marks.Count} texts {seen.Count} seen");
        output.WriteLine($"not seen: {string.Join(", ", marks.All.Except(seen).Select(marks.Where))}");
        troubles.ShouldBeEmpty();
        // A text that no page shows proves nothing. 22 fields and 128 of 199 texts are met in a run; what is left are parts of a draft that no page shows yet, reasons that
        // only the audit trail keeps, and fields that no page has.
        seen.Count.ShouldBeGreaterThanOrEqualTo(115, $"of {marks.Count} seen only {string.Join(", ", seen.Order().Select(marks.Where))}");
    }

    /// <summary>Pages that show the known objects; what they link to is found from there.</summary>
    private IEnumerable<string> PublicPages(KnownObjects objects) =>
    [
        $"/secretariado/{Own(objects, "secretariats/{id}")}", $"/sesiones/{Own(objects, "secretariat-sessions/{id}")}", $"/participa/convocatorias/{Somebodys(objects, "open-calls/{number}")}",
        $"/grupos/{Somebodys(objects, "working-groups/{id}")}", $"/mecanismos/{Somebodys(objects, "mechanism-proposals/{id}")}", $"/elecciones/{Somebodys(objects, "elections/{id}")}", "/participa/declaratoria",
        "/participa", "/participa/directorio", "/participa/sensibilizacion", "/secretariado",
    ];

    private IEnumerable<string> OfficePages(KnownObjects objects) =>
    [
        $"/administracion/convocatorias/{Somebodys(objects, "call-desk/{id}")}", "/administracion/declaratoria", $"/administracion/sensibilizacion/{Somebodys(objects, "awareness-activities/{id}")}",
        $"/administracion/vulneraciones/{Somebodys(objects, "breaches/{id}")}", $"/administracion/derechos/{Somebodys(objects, "arco-requests/{id}")}",
        $"/administracion/registros/{Somebodys(objects, "registrations/{id}")}", $"/administracion/secretariado/{Own(objects, "secretariats/{id}")}",
        $"/administracion/sesiones/{Own(objects, "secretariat-sessions/{id}")}", $"/administracion/convocatorias/{Somebodys(objects, "call-desk/{id}/applications")[..^"/applications".Length]}",
        "/administracion/cuentas", "/administracion/organizaciones", "/administracion/planes", "/administracion/secretariado",
    ];

    private static string Somebodys(KnownObjects objects, string template) => objects.Fill($"{Participants}/{template}", null)!.Replace($"{Participants}/{template.Split('/')[0]}/", "", StringComparison.Ordinal);

    private string Own(KnownObjects objects, string template) => objects.Fill($"{Participants}/{template}", system.Liaison)!.Split('/')[^1];

    [Fact]
    public async Task Formulas_never_start_a_cell_of_the_open_data()
    {
        await system.ObjectsAsync();
        await WriteEverywhereAsync(new Marks());
        using var nobody = new ApiClient(system.Origin);
        var datasets = (await nobody.GetAsync("/api/transparency/v1/datasets"))["items"]!.AsArray().Select(one => one!["name"]!.GetValue<string>()).ToList();
        datasets.Count.ShouldBeGreaterThan(2);
        await Eventually.HoldsAsync(
            async () => (await nobody.TextAsync("/datos/progress_reports.csv")).Contains("<script>", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "the hostile report in the open data");
        foreach (var dataset in datasets)
        {
            foreach (var cell in Cells(await nobody.TextAsync($"/datos/{dataset}.csv")))
            {
                var isNumber = Regex.IsMatch(cell, @"^-?[0-9.]+$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
                (cell.Length > 0 && "=+-@\t\r".Contains(cell[0], StringComparison.Ordinal) && !isNumber).ShouldBeFalse($"{dataset}: {cell}");
            }
        }
    }

    [Fact]
    public async Task A_mail_about_a_hostile_report_shows_it_as_text()
    {
        var commitment = await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Plans}/commitments/MX-MEX-PAL01-C01");
        await system.SendAsync(system.Nobody, HttpMethod.Post, "/api/notifications/v1/subscriptions", new JsonObject
        {
            ["email"] = Follower,
            ["subject"] = new JsonObject { ["kind"] = "COMMITMENT", ["id"] = commitment["id"]!.GetValue<string>() },
            ["language"] = "es",
        });
        var asked = await system.Mails.WaitForAsync(Follower, mail => mail.Text.Contains("/avisos/confirmar/", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        await system.SendAsync(system.Nobody, HttpMethod.Post, "/api/notifications/v1/subscription-confirmations", new JsonObject { ["token"] = MailCatcher.LinkIn(asked, "/avisos/confirmar/").Split('/')[^1] });
        var mark = new Marks().New("report");
        await ReportAsync($"{mark}{Marks.Hostile}\nX-Injected: 1\n\n.\nQUIT");

        var mail = await system.Mails.WaitForAsync(Follower, one => one.Text.Contains(mark, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        mail.Text.Replace("\n", "", StringComparison.Ordinal).ShouldContain("<script>");
        mail.Headers.Keys.ShouldNotContain("x-injected", StringComparer.OrdinalIgnoreCase);
        using var catcher = system.App.CreateHttpClient("mail-catcher", "http");
        var html = JsonNode.Parse(await catcher.GetStringAsync(new Uri("email", UriKind.Relative)))!.AsArray()
            .First(one => one!["text"]?.GetValue<string>().Contains(mark, StringComparison.Ordinal) == true)!["html"]!.GetValue<string>();
        html.ShouldContain("&lt;script&gt;");
        html.ShouldNotContain("<script", Case.Insensitive);
        html.ShouldNotContain("<img src=/x", Case.Insensitive);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("vbscript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@example.org/")]
    [InlineData(" https://example.org/")]
    [InlineData("https://example.org/\r\nX: 1")]
    [InlineData("//example.org/")]
    public async Task Links_that_people_give_are_http_or_https_only(string link)
    {
        var activity = await ActivityAsync();
        using var client = system.Client();
        using var request = SecuredSystem.RequestOf(system.Liaison, HttpMethod.Post, $"{Plans}/activities/{activity["id"]}/progress-reports", ReportOf(activity, "Prueba", link));
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{activity["version"]}\"");
        using var answer = await client.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(400);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("evidence_url_invalid");
    }

    /// <summary>The walk gave the person a hostile text for a password, by the link that it had: another link gives one that is known.</summary>
    private async Task<Caller> SignInAgainAsync(Caller person, KnownObjects objects)
    {
        var used = objects.Fill($"{Participants}/password-resets/{{token}}", person)!.Split('/')[^1];
        await system.SendAsync(system.Nobody, HttpMethod.Post, $"{Participants}/password-resets", new JsonObject { ["email"] = person.Email });
        var mail = await system.Mails.WaitForAsync(
            person.Email!, one => one.Text.Contains("/cuenta/restablecer/", StringComparison.Ordinal) && !one.Text.Contains(used, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        var token = MailCatcher.LinkIn(mail, "/cuenta/restablecer/").Split('/')[^1];
        await system.SendAsync(system.Nobody, HttpMethod.Post, $"{Participants}/password-resets/{token}", new JsonObject { ["password"] = SecuredSystem.Password });
        return await system.SignInAsync(person.Name, person.Email!, SecuredSystem.Password);
    }

    /// <summary>Through every request that takes text, as whoever may; returns the commitment whose page shows most of it.</summary>
    private async Task<string> WriteEverywhereAsync(Marks marks)
    {
        await system.SendAsync(system.Secretary, HttpMethod.Post, $"{Participants}/organisations", new JsonObject
        {
            ["name"] = marks.Text("organisation.name", 190),
            ["acronym"] = marks.Text("organisation.acronym", 29),
            ["kind"] = "CIVIL_SOCIETY_ORGANIZATION",
        });
        await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/accounts", new JsonObject
        {
            ["email"] = $"o'brien+{Guid.NewGuid():N}@prueba.example",
            ["displayName"] = marks.Text("account.displayName", 110),
        });

        var imported = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Data", "jalisco-2019-2020.json")))!;
        Spoil(imported, "imported", marks);
        imported["slug"] = $"inyeccion-{Guid.NewGuid():N}"[..30];
        await ImportAsync(imported, marks);
        var own = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Data", "estado-de-mexico-2020.json")))!;
        Spoil(own, "own", marks);
        await ImportAsync(own, marks);
        await ReportAsync(marks.Text("report.explanation", 400), marks.Text("evidence.description", 400));
        return "/compromisos/MX-MEX-PAL01-C01";
    }

    /// <summary>A place that has a form of its own and refuses the text gets its former value back; the others keep theirs.</summary>
    private async Task ImportAsync(JsonNode document, Marks marks)
    {
        using var client = system.Client();
        for (var attempt = 0; attempt < 12; attempt++)
        {
            using var request = SecuredSystem.RequestOf(system.Secretary, HttpMethod.Post, $"{Plans}/plans/import", document.DeepClone());
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode)
                return;
            ((int)answer.StatusCode).ShouldBeLessThan(500, text);
            var errors = JsonNode.Parse(text)!["errors"]?.AsArray() ?? [];
            errors.Count.ShouldBeGreaterThan(0, text);
            marks.GiveBack(document, KnownObjects.FieldsOf(text)).ShouldBeTrue(text);
        }

        Assert.Fail("The document is refused for ever.");
    }

    private static void Spoil(JsonNode? node, string path, Marks marks)
    {
        if (node is JsonObject container)
        {
            foreach (var name in container.Select(pair => pair.Key).ToList())
            {
                if (container[name] is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String && Free.Contains(name))
                    container[name] = marks.Text($"{path}.{name}", 180, value.GetValue<string>());
                else
                    Spoil(container[name], $"{path}.{name}", marks);
            }
        }
        else if (node is JsonArray list)
        {
            for (var index = 0; index < list.Count; index++)
                Spoil(list[index], $"{path}[{index}]", marks);
        }
    }

    private async Task<IPage> OpenAsync(Caller? caller, List<string> troubles)
    {
        var page = await system.OpenBrowserAsync();
        if (caller is not null)
            await page.Context.AddCookiesAsync([new Cookie { Name = "og_session", Value = caller.Session!, Url = system.Origin.ToString() }]);
        page.Dialog += (_, dialog) =>
        {
            troubles.Add($"{page.Url}: a dialog said {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
                troubles.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => troubles.Add($"{page.Url}: {error}");
        return page;
    }

    /// <summary>Looks at the given pages and at what links lead to from them: three of each kind, and at most eighty.</summary>
    /// <param name="not">Whose address has one of these in it is left out.</param>
    private async Task<IReadOnlySet<int>> ReadAsync(Caller? caller, Marks marks, List<string> troubles, string[] not, IEnumerable<string> from)
    {
        const int EachKind = 3;
        const int AtMost = 80;
        var page = await OpenAsync(caller, troubles);
        var seen = new HashSet<int>();
        var found = from.ToList();
        var given = found.Count;
        var kinds = found.GroupBy(KindOf, StringComparer.Ordinal).ToDictionary(kind => kind.Key, kind => kind.Count(), StringComparer.Ordinal);
        for (var index = 0; index < found.Count; index++)
        {
            seen.UnionWith(await LookAsync(page, found[index], marks, troubles, mustExist: index < given));
            foreach (var link in await page.EvaluateAsync<string[]>("[...document.querySelectorAll('a[href]')].map(a => a.href)"))
            {
                var address = new Uri(link);
                var path = address.AbsolutePath;
                if (address.Authority == system.Origin.Authority && !path.StartsWith("/api/", StringComparison.Ordinal) && !Path.HasExtension(path)
                    && !Array.Exists(not, one => path.Contains(one, StringComparison.Ordinal)) && !found.Contains(path) && found.Count < AtMost && kinds.GetValueOrDefault(KindOf(path)) < EachKind)
                {
                    found.Add(path);
                    kinds[KindOf(path)] = kinds.GetValueOrDefault(KindOf(path)) + 1;
                }
            }
        }

        await page.Context.CloseAsync();
        return seen;
    }

    /// <summary>The address without what names one of many.</summary>
    private static string KindOf(string path) => string.Join('/', path.Split('/').Select(part => part.Any(char.IsDigit) ? "{}" : part));

    private static async Task<IReadOnlyList<int>> LookAsync(IPage page, string address, Marks marks, List<string> troubles, bool mustExist)
    {
        var answer = await page.GotoAsync(address);
        // A page that is named here and is not there would show nothing, and prove nothing.
        if (answer is null || answer.Status >= (mustExist ? 400 : 500))
            troubles.Add($"{address}: {answer?.Status}");
        var made = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('*')].filter(element =>
                (element.tagName === 'SCRIPT' && !element.src) || (element.tagName === 'IMG' && element.getAttribute('src') === '/x')
                || [...element.attributes].some(attribute => attribute.name.startsWith('on')) || /^javascript:/i.test(element.href ?? '')).map(element => element.outerHTML)
            """);
        troubles.AddRange(made.Select(element => $"{address}: {element}"));
        if (await page.EvaluateAsync<bool>("window.__ran !== undefined"))
            troubles.Add($"{address}: a script ran");

        // What the page says, with line breaks and runs of blanks as the source may have them.
        var text = await page.EvaluateAsync<string>(
            "document.documentElement.textContent + ' ' + [...document.querySelectorAll('input,textarea,option,[title],[alt],[content]')].map(e => [e.value, e.title, e.getAttribute('content')].join(' ')).join(' ')");
        var met = marks.In(text);
        troubles.AddRange(met.Where(mark => !marks.IsLiteral(mark, text))
            .Select(mark => $"{address}: {marks.Where(mark)} is not shown as it was written"));
        return met;
    }

    private async Task<JsonNode> ActivityAsync()
    {
        var mine = await system.SendAsync(system.Liaison, HttpMethod.Get, $"{Plans}/my/activities");
        var id = mine["items"]!.AsArray().First(one => one!["status"]!.GetValue<string>() is "NOT_STARTED" or "IN_PROGRESS")!["id"]!.GetValue<string>();
        return await system.SendAsync(system.Liaison, HttpMethod.Get, $"{Plans}/activities/{id}");
    }

    private async Task ReportAsync(string explanation, string description = "Prueba")
    {
        var activity = await ActivityAsync();
        var report = ReportOf(activity, explanation, "https://example.org/?a=1&b=%22%3E%3Cscript%3E");
        report["evidence"]![0]!["description"] = description;
        await system.SendAsync(system.Liaison, HttpMethod.Post, $"{Plans}/activities/{activity["id"]}/progress-reports", report, $"\"{activity["version"]}\"");
    }

    private static JsonObject ReportOf(JsonNode activity, string explanation, string link) => new()
    {
        ["status"] = activity["status"]!.GetValue<string>() == "NOT_STARTED" ? "IN_PROGRESS" : activity["status"]!.GetValue<string>(),
        ["explanation"] = explanation,
        ["evidence"] = new JsonArray(new JsonObject { ["kind"] = "LINK", ["url"] = link, ["description"] = "Prueba" }),
    };

    /// <summary>The cells of RFC 4180 text.</summary>
    private static IEnumerable<string> Cells(string csv)
    {
        var cell = new StringBuilder();
        var quoted = false;
        for (var index = 0; index < csv.Length; index++)
        {
            var character = csv[index];
            if (character == '"' && quoted && index + 1 < csv.Length && csv[index + 1] == '"')
            {
                cell.Append('"');
                index++;
            }
            else if (character == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && character is ',' or '\n')
            {
                yield return cell.ToString();
                cell.Clear();
            }
            else
            {
                cell.Append(character);
            }
        }
    }
}
