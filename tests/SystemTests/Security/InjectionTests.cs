using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Security;

/// <summary>Hostile texts put through every field that takes text, then looked at where people look: in a real browser, in files and in mails.</summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class InjectionTests(SecuredSystem system)
{
    private const string Plans = "/api/action-plans/v1";
    private const string Participants = "/api/participants/v1";
    private const string Follower = "inyeccion@prueba.example";

    /// <summary>Script in elements, attributes and styles, templates, SQL and formats. It begins as a formula does.</summary>
    private const string Hostile = "=1+1<script>window.__ran=1;alert(1)</script>\"'><img src=/x onerror=window.__ran=2><svg/onload=alert(3)>{{7*7}}${7*7}'; drop table x;--%0d%0a&lt;b&gt;";

    /// <summary>Members of requests that take text for people. Codes, dates and addresses have a form that hostile texts lack.</summary>
    private static readonly HashSet<string> Free =
    [
        "title", "objective", "howItSolves", "population", "publicProblem", "note", "notes", "description", "explanation", "session", "process", "unit", "target", "meansOfVerification", "reason",
        "text", "expectedBenefits", "coResponsible", "ogpShortTitle", "leadInstitution", "potentialImpact", "didItOpenGovernment", "legalBasis", "changeSummary", "number", "word", "label", "source", "actionPlanId",
    ];

    [Fact]
    public async Task Hostile_texts_in_every_field_are_shown_literally_on_every_page()
    {
        var marks = new Marks();
        var commitment = await WriteEverywhereAsync(marks);
        var seen = new HashSet<int>();
        var troubles = new List<string>();
        var reader = await OpenAsync(null, troubles);
        foreach (var address in await AddressesAsync(["/"], reader, "/administracion", commitment))
            seen.UnionWith(await LookAsync(reader, address, marks, troubles));
        var office = await OpenAsync(system.Office, troubles);
        foreach (var address in await AddressesAsync(["/cuenta", "/administracion", "/administracion/cuentas", "/administracion/organizaciones", "/administracion/planes"], office, "/salir", commitment))
            seen.UnionWith(await LookAsync(office, address, marks, troubles));
        var liaison = await OpenAsync(system.Liaison, troubles);
        foreach (var address in await AddressesAsync(["/cuenta", "/cuenta/actividades", "/cuenta/aceptaciones"], liaison, "/salir", commitment))
            seen.UnionWith(await LookAsync(liaison, address, marks, troubles));

        troubles.ShouldBeEmpty();
        // A text that no page shows proves nothing: of those written, most must have been met.
        seen.Count.ShouldBeGreaterThan(marks.Count / 3, $"seen only {string.Join(", ", seen.Order().Select(mark => marks.Where(mark)))}");
    }

    [Fact]
    public async Task Formulas_never_start_a_cell_of_the_open_data()
    {
        var marks = new Marks();
        await WriteEverywhereAsync(marks);
        using var nobody = new ApiClient(system.Origin);
        var datasets = (await nobody.GetAsync("/api/transparency/v1/datasets"))["items"]!.AsArray().Select(one => one!["name"]!.GetValue<string>()).ToList();
        datasets.Count.ShouldBeGreaterThan(2);
        await Eventually.HoldsAsync(
            async () => (await nobody.TextAsync("/datos/progress_reports.csv")).Contains("<script>", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the hostile report in the open data");
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
        await ReportAsync($"{mark}{Hostile}\nX-Injected: 1\n\n.\nQUIT");

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

    [Fact]
    public async Task A_hostile_file_name_stays_inside_its_header()
    {
        const string Name = "../../a\"; filename=\"b.html\r\nX-Injected: 1\u202Egpj.exe<img src=x>ñ.txt";
        using var client = system.Client();
        using var upload = SecuredSystem.RequestOf(system.Liaison, HttpMethod.Post, $"{Plans}/evidence-files?fileName={Uri.EscapeDataString(Name)}");
        upload.Content = new ByteArrayContent("<script>alert(1)</script>"u8.ToArray());
        using var stored = await client.SendAsync(upload);
        var text = await stored.Content.ReadAsStringAsync();
        if ((int)stored.StatusCode == 400)
            return;

        var file = JsonNode.Parse(text)!["id"]!.GetValue<string>();
        var activity = await ActivityAsync();
        var report = ReportOf(activity, "Con un archivo", "https://example.org/");
        report["evidence"]!.AsArray().Add(new JsonObject { ["kind"] = "FILE", ["fileId"] = file, ["description"] = "Archivo" });
        await system.SendAsync(system.Liaison, HttpMethod.Post, $"{Plans}/activities/{activity["id"]}/progress-reports", report, $"\"{activity["version"]}\"");
        using var asked = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Get, $"{Plans}/evidence-files/{file}");
        using var answer = await client.SendAsync(asked);
        answer.EnsureSuccessStatusCode();
        answer.Headers.Contains("X-Injected").ShouldBeFalse();
        var disposition = answer.Content.Headers.GetValues("Content-Disposition").Single();
        disposition.ShouldStartWith("attachment");
        disposition.ShouldNotContain("..");
        disposition.ShouldNotContain("\u202E");
        disposition.Split(';').Count(part => part.Trim().StartsWith("filename=", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(1);
        answer.Content.Headers.ContentType!.MediaType.ShouldNotBe("text/html");
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
            foreach (var pointer in errors.Select(error => error!["field"]!.GetValue<string>()).Distinct())
                marks.GiveBack(document, pointer).ShouldBeTrue(text);
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

    /// <summary>Every page of this site that links lead to from the given ones, one of each kind and at most sixty.</summary>
    private async Task<IReadOnlyList<string>> AddressesAsync(string[] from, IPage page, string not, string also)
    {
        var found = new List<string>([.. from, also]);
        for (var index = 0; index < found.Count && found.Count < 60; index++)
        {
            await page.GotoAsync(found[index]);
            foreach (var link in await page.EvaluateAsync<string[]>("[...document.querySelectorAll('a[href]')].map(a => a.href)"))
            {
                var address = new Uri(link);
                var path = address.AbsolutePath;
                if (address.Authority == system.Origin.Authority && !path.StartsWith("/api/", StringComparison.Ordinal) && !Path.HasExtension(path)
                    && !path.Contains(not, StringComparison.Ordinal) && !found.Contains(path) && found.Count < 60)
                {
                    found.Add(path);
                }
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<int>> LookAsync(IPage page, string address, Marks marks, List<string> troubles)
    {
        await page.GotoAsync(address);
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

    /// <summary>Numbers the hostile texts, so that each can be found again and told apart.</summary>
    private sealed class Marks
    {
        private static int last = 1000;
        private readonly Dictionary<int, (string Place, string Text, string? Former)> texts = [];

        public int Count => texts.Count;

        public string New(string place) => Text(place, 10);

        /// <summary>Begins as a formula does; then the mark, then as much of the hostile text as fits.</summary>
        public string Text(string place, int length, string? former = null)
        {
            var mark = Interlocked.Increment(ref last);
            var text = $"=M{mark}M{Hostile}";
            text = text[..Math.Min(text.Length, Math.Max(length, 8))].Trim();
            texts[mark] = (place, text, former);
            return text;
        }

        public IReadOnlyList<int> In(string text) => [.. texts.Keys.Where(mark => text.Contains($"M{mark}M", StringComparison.Ordinal))];

        /// <summary>As it was written, or cut short with an ellipsis; never changed on the way.</summary>
        public bool IsLiteral(int mark, string page)
        {
            var text = texts[mark].Text;
            for (var at = page.IndexOf($"=M{mark}M", StringComparison.Ordinal); at >= 0; at = page.IndexOf($"=M{mark}M", at + 1, StringComparison.Ordinal))
            {
                // Cells that hold a list show its JSON.
                var json = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
                if (!Begins(text, page, at) && !Begins(json, page, at))
                    return false;
            }

            return true;
        }

        private static bool Begins(string text, string page, int at)
        {
            var same = text.AsSpan().CommonPrefixLength(page.AsSpan(at));
            return same == text.Length || (at + same < page.Length && page[at + same] == '…');
        }

        public string Where(int mark) => texts[mark].Place;

        public bool GiveBack(JsonNode document, string pointer)
        {
            var parts = pointer.Trim('/').Split('/');
            JsonNode? parent = document;
            foreach (var part in parts[..^1])
                parent = parent is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)] : parent?[part];
            var current = parent is JsonArray items ? items[int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture)] : parent?[parts[^1]];
            if (current is not JsonValue value || In(value.ToString()) is not [var mark] || texts[mark].Former is not { } former)
                return false;
            if (parent is JsonArray container)
                container[int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture)] = former;
            else
                parent![parts[^1]] = former;
            texts.Remove(mark);
            return true;
        }
    }
}
