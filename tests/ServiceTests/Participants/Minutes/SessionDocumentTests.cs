using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Assembly = OpenGov.ServiceTests.Participants.Secretariats.Assembly;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Minutes;

public sealed class SessionDocumentTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task Documents_of_a_session_are_for_everybody_are_removed_only_before_it_begins_and_stay_named()
    {
        var stl = await Assembly.InstalledAsync(service);
        var session = await stl.ConveneAsync();
        var item = (await stl.ReadAsync(session)).GetProperty("agenda")[0].GetProperty("id").GetGuid();
        var (first, second) = (await UploadAsync(stl, "uno"u8.ToArray()), await UploadAsync(stl, "dos"u8.ToArray()));
        // Nobody's yet.
        (await service.Anonymous().GetAsync($"{Api}/files/{first}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await stl.ActAsync(session, "documents", new { fileId = first, title = "Hoja de ruta", agendaItemId = item });
        var withTwo = await stl.ActAsync(session, "documents", new { fileId = second, title = "Anexo" });
        await RefusedAsync(stl, $"{Assembly.Sessions(session)}/documents", new { fileId = first, title = "Otra vez" }, HttpStatusCode.UnprocessableEntity, "file_unknown");
        await RefusedAsync(stl, $"{Assembly.Sessions(session)}/documents", new { fileId = await UploadAsync(stl, "tres"u8.ToArray()), title = "Ajeno", agendaItemId = Guid.CreateVersion7() }, HttpStatusCode.UnprocessableEntity, "agenda_item_unknown");
        var shown = withTwo.GetProperty("documents")[0];
        (shown.GetProperty("agendaItemId").GetGuid(), shown.GetProperty("sha256").GetString()).ShouldBe((item, Convert.ToHexStringLower(SHA256.HashData("uno"u8))));
        (await service.Anonymous().GetByteArrayAsync(shown.GetProperty("url").GetString())).ShouldBe("uno"u8.ToArray());

        var removed = (await stl.ActAsync(session, $"documents/{withTwo.GetProperty("documents")[1].GetProperty("id").GetGuid()}/removal", new { reason = "Versión equivocada" })).GetProperty("documents")[1];
        (removed.GetProperty("title").GetString(), removed.GetProperty("removeReason").GetString(), removed.GetProperty("url").ValueKind).ShouldBe(("Anexo", "Versión equivocada", JsonValueKind.Null));
        (await service.Anonymous().GetAsync($"{Api}/files/{second}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        foreach (var member in stl.Members)
            await Assembly.DoneAsync(await member.Client.PostAsJsonAsync($"{Assembly.Sessions(session)}/my/attendance", new { remote = true }));
        await stl.ActAsync(session, "opening");
        await RefusedAsync(stl, $"{Assembly.Sessions(session)}/documents/{shown.GetProperty("id").GetGuid()}/removal", new { reason = "Tarde" }, HttpStatusCode.Conflict, "session_documents_stay");
        (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync($"update session_document set file_id = null, removed_at = now(), remove_reason = 'Tarde' where file_id = '{first}'"))).MessageText.ShouldContain("stay once it has begun");
        await stl.ActAsync(session, "closing");
        var minutes = await Assembly.DoneAsync(await service.Anonymous().GetAsync($"{Assembly.Sessions(session)}/minutes"));
        minutes.GetProperty("content").GetProperty("documents").EnumerateArray().ShouldHaveSingleItem().GetProperty("agendaItem").GetInt32().ShouldBe(1);
    }

    private static async Task<Guid> UploadAsync(Assembly stl, byte[] bytes) =>
        (await Assembly.DoneAsync(await stl.Office.PostAsync($"{Api}/files?fileName=documento.txt", new ByteArrayContent(bytes)), HttpStatusCode.Created)).GetProperty("id").GetGuid();

    private static async Task RefusedAsync(Assembly stl, string address, object body, HttpStatusCode status, string code) =>
        await (await stl.Office.PostAsJsonAsync(address, body)).ShouldBeRefusedAsync(status, code);
}
