using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceTests.Privacy;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Calls;

public sealed class ApplicationDocumentTests : IAsyncLifetime
{
    private const string Deed = "Acta constitutiva";
    private const string Photo = "Fotografía del lugar";
    private readonly ParticipantsHost service = new();
    private CallDesk calls = null!;

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        calls = await CallDesk.OpenAsync(service);
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task An_application_is_written_gets_its_documents_and_is_sent_with_them()
    {
        var call = await calls.PublishAsync((Deed, true), (Photo, false));
        call.Asked.Select(one => one.Text).ShouldBe([Deed, Photo]);
        var (person, secretary) = (await service.TakingPartAsync(), await service.PersonAsync("EXECUTIVE_SECRETARY"));
        var id = await call.BeginAsync(person.Client);
        await (await call.TryBeginAsync(person.Client)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_exists");

        // Nobody who reviews knows of a draft, and nothing was mailed.
        (await (await secretary.Client.GetAsync($"{Api}/call-desk/{call.Id}/applications")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
        await (await secretary.Client.GetAsync($"{Api}/call-applications/{id}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await service.MailsToAsync(person.Email)).ShouldNotContain(mail => mail.Kind == PersonalMailKinds.ApplicationReceived);

        // What is required and missing is named, by its text and its field.
        var refused = await call.SendAsync(person.Client, id);
        (await refused.Content.ReadAsStringAsync()).ShouldContain($"Falta el documento «{Deed}».");
        (await refused.ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "application_document_missing")).ShouldBe([($"documents.{call.Asked[0].Id}", "application_document_missing")]);

        var pdf = Pdf("la primera");
        var held = await (await PutAsync(person.Client, id, call.Asked[0].Id, "acta.pdf", pdf)).JsonAsync();
        var document = held.GetProperty("application").GetProperty("documents")[0];
        (document.GetProperty("text").GetString(), document.GetProperty("mediaType").GetString(), document.GetProperty("sha256").GetString()).ShouldBe((Deed, "application/pdf", Convert.ToHexStringLower(SHA256.HashData(pdf))));
        (await person.Client.PutAsJsonAsync($"{Api}/call-applications/{id}", new { statement = "Cuido el río." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await call.SendAsync(person.Client, id)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.MailsToAsync(person.Email)).ShouldContain(mail => mail.Kind == PersonalMailKinds.ApplicationReceived);

        // Sent, it stays: no other document, none less, no other text.
        await (await PutAsync(person.Client, id, call.Asked[0].Id, "otra.pdf", Pdf("otra"))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_in_state");
        await (await person.Client.DeleteAsync($"{Api}/call-applications/{id}/documents/{document.GetProperty("id").GetGuid()}")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_in_state");
        await (await person.Client.PutAsJsonAsync($"{Api}/call-applications/{id}", new { statement = "Otra cosa." })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_in_state");
        await (await person.Client.DeleteAsync($"{Api}/call-applications/{id}")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_in_state");
        await (await call.SendAsync(person.Client, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "application_not_in_state");
        var seen = (await (await secretary.Client.GetAsync($"{Api}/call-desk/{call.Id}/applications")).JsonAsync()).GetProperty("items")[0];
        (seen.GetProperty("statement").GetString(), seen.GetProperty("documents")[0].GetProperty("fileName").GetString()).ShouldBe(("Cuido el río.", "acta.pdf"));
    }

    [Fact]
    public async Task A_document_is_replaced_and_taken_out_before_it_is_sent_and_nothing_of_the_former_stays()
    {
        var call = await calls.PublishAsync((Deed, true));
        var person = await service.TakingPartAsync();
        var id = await call.BeginAsync(person.Client);
        await PutAsync(person.Client, id, call.Asked[0].Id, "primera.pdf", Pdf("bytes de la primera"));
        // The same again, as a second click or a line that broke before the answer sends it: one, and the same.
        var again = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PutAsync(person.Client, id, call.Asked[0].Id, "primera.pdf", Pdf("bytes de la primera"))));
        again.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        (await service.CountAsync("select count(*) from call_application_document")).ShouldBe(1);
        (await service.CountAsync("select count(*) from stored_file")).ShouldBe(1);

        var replaced = await (await PutAsync(person.Client, id, call.Asked[0].Id, "segunda.pdf", Pdf("bytes de la segunda"))).JsonAsync();
        replaced.GetProperty("application").GetProperty("documents").GetArrayLength().ShouldBe(1);
        (await TextSearch.FindAsync(service.Database, "bytes de la primera", "primera.pdf")).ShouldBeEmpty();
        (await TextSearch.FindAsync(service.Database, "bytes de la segunda")).ShouldNotBeEmpty();
        var document = replaced.GetProperty("application").GetProperty("documents")[0].GetProperty("id").GetGuid();
        (await person.Client.DeleteAsync($"{Api}/call-applications/{id}/documents/{document}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TextSearch.FindAsync(service.Database, "bytes de la segunda", "segunda.pdf")).ShouldBeEmpty();
        (await service.CountAsync("select count(*) from stored_file_chunk")).ShouldBe(0);
        await (await call.SendAsync(person.Client, id)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "application_document_missing");

        // Thrown away, the draft leaves nothing; another can be begun.
        await PutAsync(person.Client, id, call.Asked[0].Id, "tercera.pdf", Pdf("bytes de la tercera"));
        (await person.Client.DeleteAsync($"{Api}/call-applications/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await TextSearch.FindAsync(service.Database, "bytes de la tercera", "tercera.pdf")).ShouldBeEmpty();
        await call.BeginAsync(person.Client);
    }

    [Fact]
    public async Task Two_windows_that_attach_at_once_leave_one_document()
    {
        var call = await calls.PublishAsync((Deed, true));
        var person = await service.TakingPartAsync();
        var id = await call.BeginAsync(person.Client);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => PutAsync(person.Client, id, call.Asked[0].Id, $"acta{number}.pdf", Pdf($"ventana {number}"))));
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        (await service.CountAsync("select count(*) from call_application_document")).ShouldBe(1);
        (await service.CountAsync("select count(*) from stored_file where attached_at is not null")).ShouldBe(1);
        (await service.CountAsync("select count(*) from stored_file")).ShouldBe(1);
    }

    [Fact]
    public async Task Documents_are_private_and_each_look_of_whoever_reviews_is_written_down()
    {
        var call = await calls.PublishAsync((Deed, true));
        var (organisation, sender, colleague) = await calls.RepresentedAsync("Red de Vecinas A.C.");
        var (stranger, secretary) = (await service.TakingPartAsync(), await service.PersonAsync("EXECUTIVE_SECRETARY"));
        var id = await call.BeginAsync(sender.Client, organisation);
        var pdf = Pdf("acta de la red");
        var url = (await (await PutAsync(colleague.Client, id, call.Asked[0].Id, "acta.pdf", pdf)).JsonAsync()).GetProperty("application").GetProperty("documents")[0].GetProperty("url").GetString()!;
        var file = await IdAsync("select file_id from call_application_document");

        // A draft's is for those who act for the organisation.
        foreach (var reader in new[] { stranger.Client, secretary.Client, calls.Administrator })
            await (await reader.GetAsync(url)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await service.Anonymous().GetAsync(url)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
        (await call.SendAsync(sender.Client, id)).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var reader in new[] { stranger.Client, calls.Administrator })
            await (await reader.GetAsync(url)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        foreach (var reader in new[] { service.Anonymous(), sender.Client, secretary.Client, calls.Administrator })
            await (await reader.GetAsync($"{Api}/files/{file}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");

        const string Looks = "select count(*) from personal_data_access where what = 'APPLICATION_DOCUMENT'";
        (await (await sender.Client.GetAsync(url)).Content.ReadAsByteArrayAsync()).ShouldBe(pdf);
        (await (await colleague.Client.GetAsync(url)).Content.ReadAsByteArrayAsync()).ShouldBe(pdf);
        (await service.CountAsync(Looks)).ShouldBe(0);
        var download = await secretary.Client.GetAsync(url);
        (await download.Content.ReadAsByteArrayAsync()).ShouldBe(pdf);
        (await service.CountAsync(Looks + $" and account_id = '{secretary.Id}' and subject_id = '{colleague.Id}'")).ShouldBe(1, "whose file it is");
        download.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        download.Headers.CacheControl!.NoStore.ShouldBeTrue();
        download.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        download.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; sandbox"]);
        // Not in the public call, and not in any fact that others get.
        (await (await service.Anonymous().GetAsync($"{Api}/open-calls/{call.Number}")).Content.ReadAsStringAsync()).ShouldNotContain("acta.pdf");
        (await service.CountAsync("select count(*) from event_log where payload::text like '%acta.pdf%'")).ShouldBe(0);
        (await service.CountAsync("select count(*) from audit_log where coalesce(before::text, '') || coalesce(after::text, '') like '%acta.pdf%'")).ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_touches_the_application_of_another()
    {
        var call = await calls.PublishAsync((Deed, true));
        var (person, other, secretary) = (await service.TakingPartAsync(), await service.TakingPartAsync(), await service.PersonAsync("EXECUTIVE_SECRETARY"));
        var (id, own) = (await call.BeginAsync(person.Client), await call.BeginAsync(other.Client));
        var document = (await (await PutAsync(person.Client, id, call.Asked[0].Id, "acta.pdf", Pdf("mía"))).JsonAsync()).GetProperty("application").GetProperty("documents")[0].GetProperty("id").GetGuid();
        foreach (var stranger in new[] { other.Client, secretary.Client, calls.Administrator })
        {
            await (await stranger.GetAsync($"{Api}/call-applications/{id}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
            await (await PutAsync(stranger, id, call.Asked[0].Id, "ajena.pdf", Pdf("ajena"))).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
            await (await stranger.DeleteAsync($"{Api}/call-applications/{id}/documents/{document}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
            await (await stranger.PutAsJsonAsync($"{Api}/call-applications/{id}", new { statement = "Ajena" })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
            await (await stranger.DeleteAsync($"{Api}/call-applications/{id}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
            await (await call.SendAsync(stranger, id)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        }

        // Nor by way of one's own application.
        await (await other.Client.GetAsync($"{Api}/call-applications/{own}/documents/{document}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await other.Client.DeleteAsync($"{Api}/call-applications/{own}/documents/{document}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        // What another call asks for is not this one's.
        var elsewhere = await calls.PublishAsync((Deed, true));
        await (await PutAsync(person.Client, id, elsewhere.Asked[0].Id, "acta.pdf", Pdf("mía"))).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await service.CountAsync("select count(*) from stored_file")).ShouldBe(1);
    }

    [Fact]
    public async Task Only_a_few_kinds_of_file_are_taken_by_their_bytes_and_their_name()
    {
        var call = await calls.PublishAsync((Deed, true));
        var person = await service.TakingPartAsync();
        var id = await call.BeginAsync(person.Client);
        foreach (var (name, bytes, status, code) in new (string, byte[], HttpStatusCode, string)[]
        {
            ("acta.pdf", "<script>alert(1)</script>"u8.ToArray(), HttpStatusCode.UnsupportedMediaType, "file_kind_not_taken"),
            ("acta.pdf", [(byte)'M', (byte)'Z', 0x90, 0, 3], HttpStatusCode.UnsupportedMediaType, "file_kind_not_taken"),
            ("acta.html", "<!doctype html>"u8.ToArray(), HttpStatusCode.UnsupportedMediaType, "file_kind_not_taken"),
            ("acta.docx", Zip(("hola.txt", "hola")), HttpStatusCode.UnsupportedMediaType, "file_kind_not_taken"),
            ("acta.pdf.exe", Pdf("doble"), HttpStatusCode.UnprocessableEntity, "file_name_says_otherwise"),
            ("acta.pdf.svg", Pdf("doble"), HttpStatusCode.UnprocessableEntity, "file_name_says_otherwise"),
            ("acta", Pdf("sin"), HttpStatusCode.UnprocessableEntity, "file_name_says_otherwise"),
            ("acta.png", Pdf("otra"), HttpStatusCode.UnprocessableEntity, "file_name_says_otherwise"),
            ("acta.pdf", [], HttpStatusCode.BadRequest, "file_empty"),
            ("acta\u202Efdp.exe", Pdf("al revés"), HttpStatusCode.BadRequest, "file_name_invalid"),
            ("acta\r\nSet-Cookie: a=b.pdf", Pdf("cabecera"), HttpStatusCode.BadRequest, "file_name_invalid"),
            (new string('a', 300) + ".pdf", Pdf("largo"), HttpStatusCode.BadRequest, "file_name_invalid"),
            ("", Pdf("sin nombre"), HttpStatusCode.BadRequest, "file_name_invalid"),
        })
        {
            await (await PutAsync(person.Client, id, call.Asked[0].Id, name, bytes)).ShouldBeRefusedAsync(status, code);
            (await service.CountAsync("select count(*) from stored_file")).ShouldBe(0, $"{name} leaves nothing");
        }

        // Of a path only the last part is a name.
        foreach (var (name, kept) in new[] { ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\Users\\yo\\acta.pdf", "acta.pdf"), ("ACTA v2.1.PDF", "ACTA v2.1.PDF") })
        {
            (await PutAsync(person.Client, id, call.Asked[0].Id, name, Pdf(name))).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await service.CountAsync($"select count(*) from call_application_document where file_name = '{kept}'")).ShouldBe(1);
        }

        foreach (var (name, bytes) in new[] { ("foto.jpg", new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 1 }), ("foto.png", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1]), ("acta.docx", Docx()), ("acta.odt", Odt()) })
            (await PutAsync(person.Client, id, call.Asked[0].Id, name, bytes)).StatusCode.ShouldBe(HttpStatusCode.OK, name);
    }

    [Fact]
    public async Task An_archive_that_inflates_hides_or_carries_macros_is_refused_without_being_unpacked()
    {
        var call = await calls.PublishAsync((Deed, true));
        var person = await service.TakingPartAsync();
        var id = await call.BeginAsync(person.Client);
        // 300 MB of zeros in some 300 KB, as Word would write it.
        var bomb = Zip(("[Content_Types].xml", "<Types/>"), ("word/document.xml", new string('\0', 300 * 1024 * 1024)));
        bomb.Length.ShouldBeLessThan(1024 * 1024);
        var cut = Docx();
        foreach (var (name, bytes) in new (string, byte[])[]
        {
            ("bomba.docx", bomb),
            ("macro.docx", Docx(("word/vbaProject.bin", "macro"))),
            ("fuera.docx", Docx(("../../fuera.txt", "fuera"))),
            ("cortado.docx", cut[..^30]),
            ("doble.docx", [.. cut, .. "%PDF-1.4"u8]),
            ("sin-texto.docx", Zip(("[Content_Types].xml", "<Types/>"), ("word/otra.xml", "<a/>"))),
            ("macro.odt", Odt(("Basic/Standard/script.xml", "macro"))),
            ("muchas.docx", Docx([.. Enumerable.Range(0, 2_100).Select(number => ($"word/media/{number}.txt", "x"))])),
        })
        {
            await (await PutAsync(person.Client, id, call.Asked[0].Id, name, bytes)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "file_archive_unsound");
            (await service.CountAsync("select count(*) from stored_file")).ShouldBe(0, $"{name} leaves nothing");
        }
    }

    [Fact]
    public async Task A_file_that_is_too_large_or_cut_off_leaves_nothing()
    {
        var call = await calls.PublishAsync((Deed, true));
        var person = await service.TakingPartAsync();
        var id = await call.BeginAsync(person.Client);
        var large = new byte[(25 * 1024 * 1024) + 1];
        "%PDF-"u8.CopyTo(large);
        await (await PutAsync(person.Client, id, call.Asked[0].Id, "grande.pdf", large)).ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "file_too_large");
        // Without an announced length the same is seen while it comes.
        using (var untold = new StreamContent(new Unannounced(large)))
            await (await person.Client.PutAsync($"{Api}/call-applications/{id}/asked-documents/{call.Asked[0].Id}?fileName=grande.pdf", untold)).ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "file_too_large");
        (await service.CountAsync("select count(*) from stored_file")).ShouldBe(0);

        using var line = new CancellationTokenSource();
        using var broken = new StreamContent(new BrokenOff(large, after: 3 * 1024 * 1024, line));
        await Should.ThrowAsync<OperationCanceledException>(() => person.Client.PutAsync($"{Api}/call-applications/{id}/asked-documents/{call.Asked[0].Id}?fileName=cortado.pdf", broken, line.Token));
        await Eventually.ShouldBeAsync(() => service.CountAsync("select count(*) from stored_file"), 0);
        (await service.CountAsync("select count(*) from stored_file_chunk")).ShouldBe(0);
        (await service.CountAsync("select count(*) from call_application_document")).ShouldBe(0);
    }

    [Fact]
    public async Task After_the_close_nothing_is_attached_or_sent_and_a_draft_goes_with_its_documents()
    {
        var call = await calls.PublishAsync((Deed, false));
        var (person, sent) = (await service.TakingPartAsync(), await service.TakingPartAsync());
        var id = await call.BeginAsync(person.Client);
        await PutAsync(person.Client, id, call.Asked[0].Id, "borrador.pdf", Pdf("bytes del borrador"));
        var kept = await call.BeginAsync(sent.Client);
        await PutAsync(sent.Client, kept, call.Asked[0].Id, "enviada.pdf", Pdf("bytes enviados"));
        (await call.SendAsync(sent.Client, kept)).StatusCode.ShouldBe(HttpStatusCode.OK);
        service.Clock.Advance(TimeSpan.FromDays(21));
        var late = await service.SignInAsync(person.Email);
        await (await PutAsync(late, id, call.Asked[0].Id, "tarde.pdf", Pdf("tarde"))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "call_not_open");
        await (await call.SendAsync(late, id)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "call_not_open");
        await service.HousekeepAsync();
        (await TextSearch.FindAsync(service.Database, "bytes del borrador", "borrador.pdf")).ShouldBeEmpty();
        (await service.CountAsync($"select count(*) from call_application where id = '{id}'")).ShouldBe(0);
        (await TextSearch.FindAsync(service.Database, "bytes enviados")).ShouldNotBeEmpty();
    }

    /// <summary>A PDF by its first bytes, with a text to be found again.</summary>
    internal static byte[] Pdf(string text) => Encoding.UTF8.GetBytes($"%PDF-1.4\n{text}\n%%EOF");

    internal static async Task<HttpResponseMessage> PutAsync(HttpClient client, Guid application, Guid asked, string name, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        return await client.PutAsync($"{Api}/call-applications/{application}/asked-documents/{asked}?fileName={Uri.EscapeDataString(name)}", content);
    }

    private async Task<Guid> IdAsync(string sql)
    {
        await using var command = service.Database.CreateCommand(sql);
        return (Guid)(await command.ExecuteScalarAsync())!;
    }

    private static byte[] Docx(params (string Name, string Text)[] more) => Zip([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<document/>"), .. more]);

    private static byte[] Odt(params (string Name, string Text)[] more) => Zip([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<office/>"), .. more]);

    private static byte[] Zip(params (string Name, string Text)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var writer = new StreamWriter(archive.CreateEntry(name, name == "mimetype" ? CompressionLevel.NoCompression : CompressionLevel.Optimal).Open(), new UTF8Encoding(false));
                writer.Write(text);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Does not say how long it is.</summary>
    private class Unannounced(byte[] bytes) : Stream
    {
        private readonly MemoryStream inner = new(bytes);

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>A line that breaks in the middle.</summary>
    private sealed class BrokenOff(byte[] bytes, int after, CancellationTokenSource line) : Unannounced(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            if (Position < after)
                return base.Read(buffer, offset, count);
            line.Cancel();
            throw new IOException("The line broke.");
        }
    }
}
