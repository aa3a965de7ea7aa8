using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class OrganisationImportTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Address = $"{Api}/organisation-imports";

    private static async Task<System.Text.Json.JsonElement> PreviewAsync(HttpClient client, string csv)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(csv));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var answer = await client.PostAsync(Address, content);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    [Fact]
    public async Task A_file_is_shown_first_applied_whole_and_changes_nothing_the_second_time()
    {
        var administrator = await service.ConfiguredAsync();
        var csv = new StringBuilder("nombre,siglas,clase,municipio,proposito\n");
        for (var row = 0; row < 1203; row++)
            csv.Append($"Organización importada {row:D4},,CITIZEN_COUNCIL,Toluca,{(row % 2 == 0 ? "Vigilar" : "")}\n".Replace('0', 'x'));
        var names = csv.ToString();
        var before = await service.CountAsync("select count(*) from organisation");
        var preview = await PreviewAsync(administrator, names);
        (preview.GetProperty("new").GetInt32(), preview.GetProperty("errorCount").GetInt32()).ShouldBe((1203, 0));
        (await service.CountAsync("select count(*) from organisation")).ShouldBe(before, "a preview stores no organisation");

        var applied = await administrator.PostAsJsonAsync($"{Address}/{preview.GetProperty("id")}/application", new { });
        applied.StatusCode.ShouldBe(HttpStatusCode.OK, await applied.Content.ReadAsStringAsync());
        (await service.CountAsync("select count(*) from organisation")).ShouldBe(before + 1203);
        (await service.CountAsync("select count(*) from event_log where type like '%.OrganisationRegisteredV1' and payload -> 'organisation' ->> 'name' like 'Organización importada%'")).ShouldBe(1203);
        await (await administrator.PostAsJsonAsync($"{Address}/{preview.GetProperty("id")}/application", new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "import_not_waiting");
        (await service.CountAsync("select count(*) from organisation_import where content is not null and applied_at is not null")).ShouldBe(0);

        var again = await PreviewAsync(administrator, names);
        (again.GetProperty("new").GetInt32(), again.GetProperty("changed").GetInt32(), again.GetProperty("unchanged").GetInt32()).ShouldBe((0, 0, 1203));
        var facts = await service.CountAsync("select count(*) from event_log");
        (await administrator.PostAsJsonAsync($"{Address}/{again.GetProperty("id")}/application", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync("select count(*) from event_log")).ShouldBe(facts);
    }

    [Fact]
    public async Task One_error_and_nothing_is_imported()
    {
        var administrator = await service.ConfiguredAsync();
        var preview = await PreviewAsync(administrator, "nombre,clase\nBuena del archivo malo,OSC\nMala,planeta\n");
        preview.GetProperty("errorCount").GetInt32().ShouldBe(1);
        var error = preview.GetProperty("errors")[0];
        (error.GetProperty("line").GetInt32(), error.GetProperty("column").GetString(), error.GetProperty("code").GetString()).ShouldBe((3, "clase", "field_invalid"));
        await (await administrator.PostAsJsonAsync($"{Address}/{preview.GetProperty("id")}/application", new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "import_not_waiting");

        // Fine when it was shown, not any more when it is applied: another was registered in between.
        var late = await PreviewAsync(administrator, "nombre,clase\nPrimera del archivo,OSC\nRed que se adelanta,OSC\n");
        (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Red que se adeIanta", kind = "BUSINESS" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await (await administrator.PostAsJsonAsync($"{Address}/{late.GetProperty("id")}/application", new { })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "csv_looks_like")).ShouldBe([("/3/nombre", "csv_looks_like")]);
        (await service.CountAsync("select count(*) from organisation where name in ('Buena del archivo malo', 'Primera del archivo')")).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_over_10_MB_is_refused_and_the_template_is_a_file_that_works()
    {
        var administrator = await service.ConfiguredAsync();
        using var large = new ByteArrayContent(new byte[(10 * 1024 * 1024) + 1]);
        await (await administrator.PostAsync(Address, large)).ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "request_too_large");
        var template = await administrator.GetStringAsync($"{Address}/template.csv");
        var preview = await PreviewAsync(administrator, template);
        (preview.GetProperty("new").GetInt32(), preview.GetProperty("errorCount").GetInt32()).ShouldBe((1, 0));
    }
}
