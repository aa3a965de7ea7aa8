using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace OpenGov.SystemTests.Security;

/// <summary>Names that strangers give to their files, in the header that offers the files to others.</summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class FileNameTests(SecuredSystem system)
{
    private const string Plans = "/api/action-plans/v1";
    private const string Participants = "/api/participants/v1";

    /// <summary>Each would leave its header, or pass for another file, where it were taken as it is.</summary>
    private static readonly string[] Refused =
    [
        "../../a\"; filename=\"b.html\r\nX-Injected: 1\u202Egpj.exe<img src=x>ñ.txt", "a\".txt", "a\r\nX-Injected: 1.txt", "a\u202Etxt.exe", "x filename*=UTF-8''y.html.txt", "a\0.txt", "..",
    ];

    /// <summary>Odd, and taken: with what separates parameters, what looks like one, what is escaped already, and what is no ASCII.</summary>
    private static readonly string[] Taken = ["a;b,ñ %22'.txt", "x; filename=y.html; z='.txt", "€.txt", "x=UTF-8''y%0d%0aX-Injected%3a 1.txt", "ﬁ\u0301 😀 `~!#$&^+{}.txt", "(a) @ [b].txt"];

    [Fact]
    public async Task A_hostile_file_name_stays_inside_its_header_of_public_evidence()
    {
        foreach (var name in Refused)
            (await SentAsync(system.Liaison, HttpMethod.Post, $"{Plans}/evidence-files", name, Text(name))).Status.ShouldBe(HttpStatusCode.BadRequest, name);

        var evidence = new JsonArray();
        var files = new List<(string Name, string Address)>();
        foreach (var name in Taken)
        {
            var id = (await StoredAsync(system.Liaison, HttpMethod.Post, $"{Plans}/evidence-files", name, Text(name)))["id"]!.GetValue<string>();
            evidence.Add(new JsonObject { ["kind"] = "FILE", ["fileId"] = id, ["description"] = "Archivo" });
            files.Add((name, $"{Plans}/evidence-files/{id}"));
        }

        var mine = await system.SendAsync(system.Liaison, HttpMethod.Get, $"{Plans}/my/activities");
        var activity = mine["items"]!.AsArray().First(one => one!["status"]!.GetValue<string>() is "NOT_STARTED" or "IN_PROGRESS")!["id"]!.GetValue<string>();
        var version = (await system.SendAsync(system.Liaison, HttpMethod.Get, $"{Plans}/activities/{activity}"))["version"];
        await system.SendAsync(
            system.Liaison, HttpMethod.Post, $"{Plans}/activities/{activity}/progress-reports", new JsonObject { ["status"] = "IN_PROGRESS", ["explanation"] = "Con archivos", ["evidence"] = evidence }, $"\"{version}\"");
        foreach (var (name, address) in files)
            await ShouldBeOfferedAsync(system.Nobody, address, name);
    }

    [Fact]
    public async Task A_hostile_file_name_stays_inside_its_header_of_a_calls_document()
    {
        foreach (var name in Refused)
            (await SentAsync(system.Office, HttpMethod.Post, $"{Participants}/files", name, Text(name))).Status.ShouldBe(HttpStatusCode.BadRequest, name);

        var documents = new JsonArray();
        var files = new List<(string Name, string Address)>();
        foreach (var name in Taken)
        {
            var id = (await StoredAsync(system.Office, HttpMethod.Post, $"{Participants}/files", name, Text(name)))["id"]!.GetValue<string>();
            documents.Add(new JsonObject { ["fileId"] = id, ["title"] = "Bases" });
            files.Add((name, $"{Participants}/files/{id}"));
        }

        var call = Call();
        call["documents"] = documents;
        await PublishedAsync(call);
        foreach (var (name, address) in files)
            await ShouldBeOfferedAsync(system.Nobody, address, name);
    }

    [Fact]
    public async Task A_hostile_file_name_stays_inside_its_header_of_an_applicants_document()
    {
        var call = Call();
        call["askedDocuments"] = new JsonArray(new JsonObject { ["text"] = "Acta constitutiva", ["required"] = false });
        var published = await PublishedAsync(call);
        var person = await system.OpenAccountAsync("applicant", role: null);
        var notice = await system.NoticeAsync();
        await system.SendAsync(person, HttpMethod.Post, $"{Participants}/my/registrations", new JsonObject { ["municipality"] = "Toluca", ["privacyNoticeId"] = notice });
        var begun = await system.SendAsync(person, HttpMethod.Post, $"{Participants}/open-calls/{published["number"]}/application-drafts", new JsonObject { ["statement"] = "Adjunto mi documento.", ["privacyNoticeId"] = notice });
        var application = begun["application"]!["id"]!.GetValue<string>();
        var place = $"{Participants}/call-applications/{application}/asked-documents/{published["askedDocuments"]![0]!["id"]!.GetValue<string>()}";
        foreach (var name in Refused)
            (await SentAsync(person, HttpMethod.Put, place, AsPdf(name), Pdf(name))).Status.ShouldBe(HttpStatusCode.BadRequest, name);

        foreach (var name in Taken)
        {
            var held = await StoredAsync(person, HttpMethod.Put, place, AsPdf(name), Pdf(name));
            await ShouldBeOfferedAsync(person, held["application"]!["documents"]![0]!["url"]!.GetValue<string>(), AsPdf(name));
        }
    }

    private async Task ShouldBeOfferedAsync(Caller caller, string address, string name)
    {
        using var client = system.Client();
        using var asked = SecuredSystem.RequestOf(caller, HttpMethod.Get, address);
        using var answer = await client.SendAsync(asked);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, name);
        var disposition = ContentDisposition.Read(answer.Content.Headers.NonValidated["Content-Disposition"].Single());
        disposition.Kind.ShouldBe("attachment");
        disposition.FileName.ShouldBe(name);
        disposition.Parameters.Keys.Except(["filename", "filename*"]).ShouldBeEmpty(name);
        // Whoever reads only the plain name gets one that is safe and of the same kind.
        disposition.Parameters["filename"].ShouldEndWith(Path.GetExtension(name));
        answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key).ShouldNotContain("X-Injected", StringComparer.OrdinalIgnoreCase);
        answer.Content.Headers.ContentType!.MediaType.ShouldNotBe("text/html");
    }

    private async Task<JsonNode> StoredAsync(Caller caller, HttpMethod method, string path, string name, byte[] content)
    {
        var (status, text) = await SentAsync(caller, method, path, name, content);
        ((int)status).ShouldBeInRange(200, 201, $"{name}: {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task<(HttpStatusCode Status, string Text)> SentAsync(Caller caller, HttpMethod method, string path, string name, byte[] content)
    {
        using var client = system.Client();
        using var upload = SecuredSystem.RequestOf(caller, method, $"{path}?fileName={Uri.EscapeDataString(name)}");
        upload.Content = new ByteArrayContent(content);
        upload.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await client.SendAsync(upload);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode> PublishedAsync(JsonObject call)
    {
        var draft = await system.SendAsync(system.Office, HttpMethod.Post, $"{Participants}/call-desk", call);
        return await system.SendAsync(system.Office, HttpMethod.Post, $"{Participants}/call-desk/{draft["id"]!.GetValue<string>()}/publication", new JsonObject(), "\"1\"");
    }

    private static JsonObject Call() => new()
    {
        ["kind"] = "CONSULTATION_OR_TABLES",
        ["title"] = "Mesas de los nombres de archivo",
        ["description"] = "Se convoca a quienes quieran trabajar en las mesas de la prueba.",
        ["requirements"] = new JsonArray("Vivir en el estado"),
        ["opensOn"] = KnownObjects.Today.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["closesOn"] = KnownObjects.Today.AddDays(20).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["takesPeople"] = true,
    };

    private static string AsPdf(string name) => name.Replace(".txt", ".pdf", StringComparison.Ordinal);

    private static byte[] Text(string name) => System.Text.Encoding.UTF8.GetBytes($"<script>alert(1)</script> {name.Length} {Guid.NewGuid()}");

    private static byte[] Pdf(string name) => System.Text.Encoding.UTF8.GetBytes($"%PDF-1.4 {name.Length} {Guid.NewGuid()}");
}
