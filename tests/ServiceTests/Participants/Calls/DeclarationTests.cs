using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Participants.States;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Calls;

public sealed class DeclarationTests : IAsyncLifetime
{
    private const string Desk = $"{Api}/declaration-desk";
    private readonly ParticipantsHost service = new();

    private DateOnly Today => State.Find("15")!.Today(service.Clock.GetUtcNow());

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task INV_03_the_declaration_is_complete_with_the_last_signature_of_the_three_sectors()
    {
        var administrator = await service.ConfiguredAsync();
        var guarantor = (await (await administrator.GetAsync($"{Api}/organisations?kind=GUARANTOR")).JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
        var body = await OrganisationAsync(administrator, "Secretaría de la Contraloría", "EXECUTIVE");
        var civil = await OrganisationAsync(administrator, "Ciudadanas por la Transparencia", "CIVIL_SOCIETY_ORGANIZATION");
        var (official, citizen) = (await RepresentativeAsync(administrator, body), await RepresentativeAsync(administrator, civil));

        await (await administrator.PostAsJsonAsync(Desk, Request((guarantor, "Comisionada presidenta"), (guarantor, "Otra vez")))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "signatory_repeated");
        var draft = await (await administrator.PostAsJsonAsync(Desk, Request((guarantor, "Comisionada presidenta"), (body, "Secretario")))).JsonAsync();
        var id = draft.GetProperty("id").GetGuid();
        await (await administrator.PostAsJsonAsync(Desk, Request((guarantor, "Comisionada presidenta")))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "declaration_exists");
        await (await service.Anonymous().GetAsync($"{Api}/joint-declaration")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await PostAsync(administrator, $"{Desk}/{id}/opening", "\"1\"")).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "declaration_sectors_missing");
        var rewritten = await administrator.PutMatchingAsync($"{Desk}/{id}", Request((guarantor, "Comisionada presidenta"), (body, "Secretario"), (civil, "Representante legal")), "\"1\"");
        rewritten.StatusCode.ShouldBe(HttpStatusCode.OK, await rewritten.Content.ReadAsStringAsync());
        var opened = await (await PostAsync(administrator, $"{Desk}/{id}/opening", rewritten.Headers.ETag!.Tag)).JsonAsync();
        opened.GetProperty("state").GetString().ShouldBe("SIGNING");

        var hash = opened.GetProperty("textSha256").GetString();
        var signatories = opened.GetProperty("signatories").EnumerateArray().Select(one => one.GetProperty("id").GetGuid()).ToList();
        await (await SignAsync(citizen, signatories[1], hash)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "application_without_mandate");
        await (await SignAsync(official, signatories[1], new string('0', 64))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "declaration_text_changed");
        (await SignAsync(official, signatories[1], hash)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SignAsync(citizen, signatories[2], hash)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.FactsAsync("JointDeclarationSignedV1", id)).ShouldBe(0);

        // The guarantor signed on paper.
        var scan = (await (await administrator.PostAsync($"{Api}/files?fileName=firma.pdf", new ByteArrayContent("%PDF-1.7 firma"u8.ToArray()))).JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync($"{Desk}/signatories/{signatories[0]}/paper", new { signedOn = Today.AddDays(-1), fileId = scan })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.FactsAsync("JointDeclarationSignedV1", id)).ShouldBe(1);

        var shown = await (await service.Anonymous().GetAsync($"{Api}/joint-declaration")).JsonAsync();
        (shown.GetProperty("state").GetString(), shown.GetProperty("signedOn").GetString()).ShouldBe(("COMPLETE", Today.ToString("O", System.Globalization.CultureInfo.InvariantCulture)));
        shown.ToString().ShouldNotContain("Persona", Case.Sensitive, "posts, not names");
        await (await service.Anonymous().GetAsync($"{Api}/files/{scan}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await administrator.GetAsync($"{Desk}/papers/{scan}")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // The signed document: once, public, with its hash.
        var bytes = "%PDF-1.7 declaración firmada"u8.ToArray();
        var signedFile = (await (await administrator.PostAsync($"{Api}/files?fileName=firmada.pdf", new ByteArrayContent(bytes))).JsonAsync()).GetProperty("id").GetGuid();
        await (await official.PostAsJsonAsync($"{Desk}/{id}/signed-document", new { fileId = signedFile })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        var version = (await administrator.GetAsync(Desk)).Headers.ETag!.Tag;
        await (await PostAsync(administrator, $"{Desk}/{id}/signed-document", version)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        await (await PostAsync(administrator, $"{Desk}/{id}/signed-document", version, new { fileId = scan })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "file_unknown");
        await (await service.Anonymous().GetAsync($"{Api}/files/{signedFile}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        var added = await PostAsync(administrator, $"{Desk}/{id}/signed-document", version, new { fileId = signedFile });
        added.StatusCode.ShouldBe(HttpStatusCode.OK, await added.Content.ReadAsStringAsync());
        await (await PostAsync(administrator, $"{Desk}/{id}/signed-document", added.Headers.ETag!.Tag, new { fileId = signedFile })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "declaration_not_in_state");
        var document = (await (await administrator.GetAsync(Desk)).JsonAsync()).GetProperty("signedDocument");
        document.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        (await (await service.Anonymous().GetAsync(document.GetProperty("url").GetString())).Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update joint_declaration set signed_document_id = null"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update joint_declaration set text = text || ' y más'"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update declaration_signatory set post = 'Otro'"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("delete from joint_declaration"));
    }

    [Fact]
    public async Task A_drafts_document_is_downloaded_by_staff_and_nobody_else_until_signing_begins()
    {
        var administrator = await service.ConfiguredAsync();
        var guarantor = (await (await administrator.GetAsync($"{Api}/organisations?kind=GUARANTOR")).JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
        var bytes = "%PDF-1.7 para imprimir"u8.ToArray();
        await (await administrator.GetAsync($"{Desk}/document")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        var file = (await (await administrator.PostAsync($"{Api}/files?fileName=declaracion.pdf", new ByteArrayContent(bytes))).JsonAsync()).GetProperty("id").GetGuid();
        var draft = await (await administrator.PostAsJsonAsync(Desk, Request(file, (guarantor, "Comisionada presidenta")))).JsonAsync();
        var download = await administrator.GetAsync(draft.GetProperty("documentUrl").GetString());
        (await download.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        download.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await (await service.Anonymous().GetAsync($"{Api}/files/{file}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await service.Anonymous().GetAsync($"{Desk}/document")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
        var other = await (await administrator.PostAsync($"{Api}/files?fileName=firmada.pdf", new ByteArrayContent(bytes))).JsonAsync();
        await (await PostAsync(administrator, $"{Desk}/{draft.GetProperty("id").GetGuid()}/signed-document", "\"1\"", new { fileId = other.GetProperty("id").GetGuid() }))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "declaration_not_in_state");
    }

    [Fact]
    public async Task Awareness_activities_show_counts_by_sector_and_leave_small_ones_out()
    {
        var administrator = await service.ConfiguredAsync();
        await (await administrator.PostAsJsonAsync($"{Api}/awareness-activities", new { topic = "Gobierno abierto", heldOn = Today })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "awareness_without_place");
        var planned = await (await administrator.PostAsJsonAsync($"{Api}/awareness-activities", new { topic = "Gobierno abierto", heldOn = Today, place = "Toluca" })).JsonAsync();
        var id = planned.GetProperty("id").GetGuid();
        (await PostAsync(administrator, $"{Api}/awareness-activities/{id}/attendance", "\"1\"", new { civilSociety = 20, publicBodies = 3, guarantors = 0, citizens = 31 })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = (await (await service.Anonymous().GetAsync($"{Api}/awareness-activities")).JsonAsync()).GetProperty("items")[0];
        shown.GetProperty("state").GetString().ShouldBe("HELD");
        var attendance = shown.GetProperty("attendance");
        (attendance.GetProperty("publicBodies").ValueKind, attendance.GetProperty("civilSociety").ValueKind, attendance.GetProperty("citizens").GetInt32()).ShouldBe((JsonValueKind.Null, JsonValueKind.Null, 31));
        await (await PostAsync(administrator, $"{Api}/awareness-activities/{id}/attendance", "\"2\"", new { civilSociety = 21, publicBodies = 3, guarantors = 0, citizens = 31 }))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        (await PostAsync(administrator, $"{Api}/awareness-activities/{id}/attendance", "\"2\"", new { civilSociety = 21, publicBodies = 3, guarantors = 0, citizens = 31, reason = "Faltaba una lista" }))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.FactsAsync("AwarenessActivityHeldV1", id)).ShouldBe(2);
    }

    private static object Request(params (Guid OrganisationId, string Post)[] signatories) => Request(null, signatories);

    private static object Request(Guid? documentId, params (Guid OrganisationId, string Post)[] signatories) => new
    {
        documentId,
        title = "Declaración conjunta para un gobierno abierto",
        text = "Quienes firmamos nos comprometemos a implementar acciones de gobierno abierto.\n\nLo haremos en diálogo permanente.",
        place = "Toluca",
        signatories = signatories.Select(one => new { organisationId = one.OrganisationId, post = one.Post }),
    };

    private static async Task<Guid> OrganisationAsync(HttpClient administrator, string name, string kind) =>
        (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name, kind })).JsonAsync()).GetProperty("id").GetGuid();

    private async Task<HttpClient> RepresentativeAsync(HttpClient administrator, Guid organisationId)
    {
        var person = await service.PersonAsync();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId })).StatusCode.ShouldBe(HttpStatusCode.Created);
        return person.Client;
    }

    private static Task<HttpResponseMessage> SignAsync(HttpClient client, Guid signatory, string? textSha256) => client.PostAsJsonAsync($"{Api}/joint-declaration/signatures/{signatory}", new { textSha256 });

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string address, string etag, object? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body ?? new { }) };
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await client.SendAsync(request);
    }
}
