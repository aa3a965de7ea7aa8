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
    public async Task What_would_be_done_otherwise_than_the_preview_showed_is_not_done()
    {
        var administrator = await service.ConfiguredAsync();
        var id = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Vista previa que caduca", kind = "BUSINESS" })).JsonAsync()).GetProperty("id").GetGuid();
        const string Csv = "nombre,clase,proposito\nVista previa que caduca,empresa,Vender\nNueva de la vista previa,empresa,\n";
        var shown = await PreviewAsync(administrator, Csv);
        (shown.GetProperty("new").GetInt32(), shown.GetProperty("changed").GetInt32()).ShouldBe((1, 1));

        // Somebody writes a purpose meanwhile: it would be overwritten, which nobody saw.
        var read = await administrator.GetAsync($"{Api}/organisations/{id}");
        (await administrator.PutMatchingAsync($"{Api}/organisations/{id}", new { name = "Vista previa que caduca", kind = "BUSINESS", purpose = "Comprar" }, read.Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await administrator.PostAsJsonAsync($"{Address}/{shown.GetProperty("id")}/application", new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "import_shown_otherwise");
        (await service.CountAsync("select count(*) from organisation where name = 'Nueva de la vista previa' or purpose = 'Vender' and name = 'Vista previa que caduca'")).ShouldBe(0);

        // What was to be new has been registered meanwhile: it would be changed, not made.
        shown = await PreviewAsync(administrator, Csv);
        (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Nueva de la vista previa", kind = "BUSINESS" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await administrator.PostAsJsonAsync($"{Address}/{shown.GetProperty("id")}/application", new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "import_shown_otherwise");

        shown = await PreviewAsync(administrator, Csv);
        (await administrator.PostAsJsonAsync($"{Address}/{shown.GetProperty("id")}/application", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync($"select count(*) from organisation where id = '{id}' and purpose = 'Vender'")).ShouldBe(1);
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

    [Fact]
    public async Task A_row_that_makes_something_forbidden_of_an_organisation_is_refused_in_the_preview()
    {
        var administrator = await service.ConfiguredAsync();
        var preview = await PreviewAsync(administrator, "nombre,clase\nInstituto de Transparencia del Estado de México,OSC\n");
        preview.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("guarantor_stays_guarantor");
        (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Con RFC guardado", kind = "CIVIL_SOCIETY_ORGANIZATION", rfc = "SAT970701NN3" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        preview = await PreviewAsync(administrator, "nombre,clase,cluni\nCon RFC guardado,OSC,AAA97070115014\n");
        var error = preview.GetProperty("errors")[0];
        (error.GetProperty("line").GetInt32(), error.GetProperty("column").GetString(), error.GetProperty("code").GetString()).ShouldBe((2, "cluni", "cluni_not_of_rfc"));
    }

    [Fact]
    public async Task A_change_is_shown_field_by_field_and_audited_for_each_organisation()
    {
        var administrator = await service.ConfiguredAsync();
        var id = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Nombre de la víspera", kind = "BUSINESS", rfc = "GOD561231GR7" })).JsonAsync()).GetProperty("id").GetGuid();
        var preview = await PreviewAsync(administrator, "nombre,clase,rfc,proposito\nNombre de hoy,empresa,GOD561231GR7,Vender\nDel todo nueva,empresa,,\n");
        var changed = preview.GetProperty("rows")[0];
        changed.GetProperty("currentName").GetString().ShouldBe("Nombre de la víspera");
        changed.GetProperty("changes").EnumerateArray().Select(one => (one.GetProperty("column").GetString(), one.GetProperty("before").GetString(), one.GetProperty("after").GetString()))
            .ShouldBe([("nombre", "Nombre de la víspera", "Nombre de hoy"), ("proposito", null, "Vender")]);
        var applied = await administrator.PostAsJsonAsync($"{Address}/{preview.GetProperty("id")}/application", new { });
        applied.StatusCode.ShouldBe(HttpStatusCode.OK, await applied.Content.ReadAsStringAsync());
        (await service.CountAsync($"select count(*) from audit_log where action = 'organisation_changed' and subject_id = '{id}' and before ->> 'nombre' = 'Nombre de la víspera' and after ->> 'nombre' = 'Nombre de hoy'")).ShouldBe(1);
        (await service.CountAsync("select count(*) from audit_log join organisation on subject_id = organisation.id where action = 'organisation_registered' and name = 'Del todo nueva'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from organisation_former_name where organisation_id = '{id}'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_guarantors_new_name_is_the_instances_as_well()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        var id = (await (await administrator.GetAsync($"{Api}/organisations?kind=GUARANTOR")).JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
        await own.ExecuteAsync($"update organisation set rfc = 'SAT970701NN3' where id = '{id}'");
        var preview = await PreviewAsync(administrator, "nombre,clase,rfc\nTransparencia Mexiquense,GUARANTOR,SAT970701NN3\n");
        var applied = await administrator.PostAsJsonAsync($"{Address}/{preview.GetProperty("id")}/application", new { });
        applied.StatusCode.ShouldBe(HttpStatusCode.OK, await applied.Content.ReadAsStringAsync());
        (await own.CountAsync("select count(*) from event_log where type like '%.InstanceConfiguredV1' and payload::text like '%Transparencia Mexiquense%'")).ShouldBe(1);
    }
}
