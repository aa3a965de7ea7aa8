using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using Npgsql;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Pages;

/// <summary>Calls, the joint declaration, awareness and the register of organisations, each from its first form to what everybody reads.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class TakingPartPagesTests(SampleSystem system)
{
    private const string Password = "una frase de paso larga 27";
    private const string Contraloria = "Secretaría de la Contraloría";
    private static readonly TimeSpan MailTime = TimeSpan.FromSeconds(60);
    private static readonly TimeZoneInfo CentralMexico = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    private static DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, CentralMexico).DateTime);

    [Fact]
    public async Task A_call_goes_from_its_publication_by_way_of_applications_to_its_results()
    {
        var desk = await SignedInAsync("administration");
        await desk.GotoAsync("/administracion/convocatorias/nueva");
        await SendAsync(desk, "/nueva");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1);
        await PageLook.CheckAsync(desk, "convocatoria-nueva-error");
        await desk.Locator("[name='kind']").SelectOptionAsync("CONSULTATION_OR_TABLES");
        await desk.Locator("[name='title']").FillAsync("Mesas sobre el gasto en agua");
        await desk.Locator("[name='description']").FillAsync("Se convoca a quienes quieran trabajar en las mesas sobre el gasto en agua del estado.");
        await desk.Locator("[name='requirements']").FillAsync("Vivir en el estado\nAsistir a tres sesiones");
        await desk.Locator("[name='opensOn']").FillAsync(Iso(Today));
        await desk.Locator("[name='closesOn']").FillAsync(Iso(Today.AddDays(20)));
        await desk.Locator("[name='sectors.PUBLIC_BODY']").CheckAsync();
        await desk.Locator("[name='takesPeople']").CheckAsync();
        await SendAsync(desk, "/nueva");
        desk.Url.ShouldContain("listo=call_saved", customMessage: await TextAsync(desk));
        await desk.Locator("[name='documentTitle']").FillAsync("Bases de la convocatoria");
        await desk.Locator("[name='document']").SetInputFilesAsync(File("bases.txt", "text/plain", "Bases."));
        await SendAsync(desk, "/documentos");
        desk.Url.ShouldContain("listo=call_saved", customMessage: await TextAsync(desk));
        await SendAsync(desk, "/publicar");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "publishing asks for a confirmation");
        await PageLook.CheckAsync(desk, "convocatoria-borrador");
        await desk.Locator("[name='confirm']").CheckAsync();
        await SendAsync(desk, "/publicar");
        desk.Url.ShouldContain("listo=call_published", customMessage: await TextAsync(desk));
        var work = new Uri(desk.Url).AbsolutePath;
        var open = await desk.Locator("main a[href^='/participa/convocatorias/']").First.GetAttributeAsync("href");

        var email = await OpenAccountAsync("Teresa Participante");
        var person = await system.OpenBrowserAsync(390, 844);
        await Eventually.HoldsAsync(async () =>
        {
            await person.GotoAsync("/participa/convocatorias");
            return await person.Locator($"main a[href='{open}']").CountAsync() == 1;
        }, TimeSpan.FromSeconds(15), "the call on its list");
        await PageLook.CheckAsync(person, "convocatorias");
        await person.Locator($"main a[href='{open}']").ClickThroughAsync();
        await PageLook.CheckAsync(person, "convocatoria");
        // Who wants to apply signs in and is back at the call, with the notice above the form (INV-50).
        await person.Locator("main a[href^='/cuenta/entrar']").ClickThroughAsync();
        await EnterAsync(person, email, Password);
        new Uri(person.Url).AbsolutePath.ShouldBe(open);
        // An account alone does not take part: the page says what to do instead of offering the form.
        (await person.Locator("form[action$='/solicitud']").CountAsync()).ShouldBe(0);
        await PageLook.CheckAsync(person, "convocatoria-sin-registro");
        (await TextAsync(person)).ShouldContain("necesita un registro aceptado");
        await person.Locator("main section a[href='/participa/registro']").ClickThroughAsync();
        await person.Locator("main a[href='/participa/registro/persona']").ClickThroughAsync();
        (await TextAsync(person)).ShouldContain("Teresa Participante");
        (await person.Locator("[name='email'], [name='displayName']").CountAsync()).ShouldBe(0, "name and address stand in the account");
        await PageLook.CheckAsync(person, "registro-con-cuenta");
        await SendAsync(person, "/registro/persona");
        person.Url.ShouldContain("listo=registration_confirmed", customMessage: await TextAsync(person));
        await person.GotoAsync(open!);
        (await person.Locator(".og-notice").CountAsync()).ShouldBe(1);
        await SendAsync(person, "/solicitud");
        (await person.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "for whom is a question");
        await PageLook.CheckAsync(person, "convocatoria-solicitar-error");
        await person.Locator("[name='organisationId'][value='yo']").CheckAsync();
        await person.Locator("[name='statement']").FillAsync("Conozco la red de agua de mi colonia.");
        await SendAsync(person, "/solicitud");
        person.Url.ShouldContain("listo=application_submitted", customMessage: await TextAsync(person));
        await PageLook.CheckAsync(person, "mis-solicitudes");
        var institution = await SignedInAsync("verifier");
        await institution.GotoAsync(open!);
        await institution.Locator("[name='organisationId']").First.CheckAsync();
        await SendAsync(institution, "/solicitud");
        institution.Url.ShouldContain("listo=application_submitted", customMessage: await TextAsync(institution));

        await desk.GotoAsync(work);
        await DecideAsync(desk, "Teresa Participante", "no", null);
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "a refusal says why");
        await PageLook.CheckAsync(desk, "convocatoria-solicitudes-error");
        await DecideAsync(desk, "Teresa Participante", "no", "Las mesas ya tienen a cinco personas de su región.");
        desk.Url.ShouldContain("listo=application_decided", customMessage: await TextAsync(desk));
        // What is missing is asked for with a term, completed, and then decided.
        await PreventAsync(desk, Contraloria, "");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "what is missing is said");
        await PageLook.CheckAsync(desk, "convocatoria-prevencion-error");
        await PreventAsync(desk, Contraloria, "Falta el oficio de designación.");
        desk.Url.ShouldContain("listo=application_prevented", customMessage: await TextAsync(desk));
        await institution.GotoAsync("/cuenta/convocatorias");
        (await TextAsync(institution)).ShouldContain("Falta el oficio de designación.");
        await PageLook.CheckAsync(institution, "mis-solicitudes-prevencion");
        await institution.Locator("main a", new PageLocatorOptions { HasTextString = "Completar la solicitud" }).ClickThroughAsync();
        await institution.Locator("button[value='completar']").ClickThroughAsync();
        (await institution.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1);
        await institution.Locator("textarea[name='text']").FillAsync("El oficio es el 123 de hoy.");
        await institution.Locator("button[value='completar']").ClickThroughAsync();
        institution.Url.ShouldContain("listo=application_completed", customMessage: await TextAsync(institution));
        await desk.GotoAsync(work);
        (await TextAsync(desk)).ShouldContain("El oficio es el 123 de hoy.");
        await DecideAsync(desk, Contraloria, "yes", null);
        desk.Url.ShouldContain("listo=application_decided", customMessage: await TextAsync(desk));
        await PageLook.CheckAsync(desk, "convocatoria-solicitudes");
        await person.GotoAsync("/cuenta/convocatorias");
        (await TextAsync(person)).ShouldContain("Las mesas ya tienen a cinco personas de su región.");

        // Who has no e-mail applies through the staff, and the application says so.
        await desk.GotoAsync("/administracion/registros/asistido");
        await desk.Locator("[name='displayName']").FillAsync("Petronila Sin Correo");
        await desk.Locator("[name='identityCheck']").FillAsync("La conocen en la colonia");
        await SendAsync(desk, "/asistido");
        desk.Url.ShouldContain("listo=registration_assisted", customMessage: await TextAsync(desk));
        await desk.GotoAsync(work);
        await desk.Locator("main a[href$='/en-nombre']").ClickThroughAsync();
        await SendAsync(desk, "/en-nombre/buscar");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "a name is needed");
        await PageLook.CheckAsync(desk, "en-nombre-error");
        await desk.Locator("[name='name']").First.FillAsync("petronila");
        await SendAsync(desk, "/en-nombre/buscar");
        (await desk.Locator(".og-notice").CountAsync()).ShouldBe(1, "INV-50");
        await SendAsync(desk, "/en-nombre");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "for whom is a question");
        await desk.Locator("[name='personId']").First.CheckAsync();
        await desk.Locator("[name='statement']").FillAsync("Quiere hablar del pozo.");
        await PageLook.CheckAsync(desk, "en-nombre");
        await SendAsync(desk, "/en-nombre");
        desk.Url.ShouldContain("listo=application_recorded", customMessage: await TextAsync(desk));
        (await TextAsync(desk)).ShouldContain("La registró el personal en nombre de la persona.");
        await PageLook.CheckAsync(desk, "convocatoria-registrada");
        await DecideAsync(desk, "Petronila Sin Correo", "yes", null);
        desk.Url.ShouldContain("listo=application_decided", customMessage: await TextAsync(desk));

        await LetItCloseAsync(work.Split('/')[^1]);
        await desk.GotoAsync(work);
        await desk.Locator("[name='note']").FillAsync("Gracias a quienes solicitaron.");
        await SendAsync(desk, "/resultados");
        desk.Url.ShouldContain("listo=call_resolved", customMessage: await TextAsync(desk));
        var reader = await system.OpenBrowserAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await reader.GotoAsync(open!);
            return (await TextAsync(reader)).Contains("Gracias a quienes solicitaron.", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(15), "the results on the public page");
        var shown = await TextAsync(reader);
        shown.ShouldContain(Contraloria);
        shown.ShouldNotContain("Teresa", customMessage: "people are counts (INV-51)");
        await PageLook.CheckAsync(reader, "convocatoria-resultados");
    }

    [Fact]
    public async Task The_three_sectors_sign_the_joint_declaration_and_everybody_reads_it()
    {
        var desk = await SignedInAsync("administration");
        await desk.GotoAsync("/administracion/declaratoria");
        await SendAsync(desk, "/declaratoria");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1);
        await PageLook.CheckAsync(desk, "declaratoria-error");
        await desk.Locator("[name='title']").FillAsync("Declaración conjunta por un gobierno abierto");
        await desk.Locator("[name='text']").FillAsync("Los tres sectores se comprometen a trabajar juntos por un gobierno abierto en el estado.\n\nA escuchar, a rendir cuentas y a publicar lo que se haga.");
        await desk.Locator("[name='place']").FillAsync("Toluca");
        foreach (var (row, organisation, post) in new[] { (0, "Andrómeda", "Presidencia"), (1, Contraloria, "Titular"), (2, "Instituto de Transparencia", "Presidencia del Pleno") })
        {
            await FindAsync(desk, $"signatories.{row}.organisationId", organisation);
            await desk.Locator($"[name='signatories.{row}.post']").FillAsync(post);
        }

        await SendAsync(desk, "/declaratoria");
        desk.Url.ShouldContain("listo=declaration_saved", customMessage: await TextAsync(desk));
        await PageLook.CheckAsync(desk, "declaratoria-borrador");
        await desk.Locator("[name='file']").SetInputFilesAsync(File("declaracion.pdf", "application/pdf", "%PDF-1.4 declaración"));
        await SendAsync(desk, "/documento");
        desk.Url.ShouldContain("listo=declaration_saved", customMessage: await TextAsync(desk));
        await SendAsync(desk, "/abrir");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "what fixes the text asks for a confirmation");
        await desk.Locator("[name='confirm']").CheckAsync();
        await SendAsync(desk, "/abrir");
        desk.Url.ShouldContain("listo=declaration_opened", customMessage: await TextAsync(desk));

        foreach (var role in new[] { "verifier", "liaison" })
        {
            var signer = await SignedInAsync(role);
            await signer.GotoAsync("/participa/declaratoria");
            await signer.Locator("form[action*='/firmas/'] button[type='submit']").ClickThroughAsync();
            (await signer.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "signing asks for a confirmation");
            await signer.Locator("[name='confirm']").CheckAsync();
            if (role == "verifier")
                await PageLook.CheckAsync(signer, "declaratoria-firmar");
            await signer.Locator("form[action*='/firmas/'] button[type='submit']").ClickThroughAsync();
            signer.Url.ShouldContain("listo=declaration_signed", customMessage: await TextAsync(signer));
        }

        await desk.GotoAsync("/administracion/declaratoria");
        await desk.Locator("details:has(form[action$='/papel']) summary").ClickAsync();
        await PageLook.CheckAsync(desk, "declaratoria-en-firma");
        await desk.Locator("[name='signedOn']").FillAsync(Iso(Today));
        await desk.Locator("form[action$='/papel'] [name='document']").SetInputFilesAsync(File("firma.pdf", "application/pdf", "%PDF-1.4 firma"));
        await SendAsync(desk, "/papel");
        desk.Url.ShouldContain("listo=declaration_signed", customMessage: await TextAsync(desk));
        await SendAsync(desk, "/firmada");
        (await desk.Locator(".govuk-error-summary li").CountAsync()).ShouldBe(2, "a file, and that it may be public");
        await PageLook.CheckAsync(desk, "declaratoria-completa");
        await desk.Locator("form[action$='/firmada'] [name='file']").SetInputFilesAsync(File("firmada.pdf", "application/pdf", "%PDF-1.4 firmada"));
        await desk.Locator("form[action$='/firmada'] [name='confirm']").CheckAsync();
        await SendAsync(desk, "/firmada");
        desk.Url.ShouldContain("listo=declaration_document", customMessage: await TextAsync(desk));
        var reader = await system.OpenBrowserAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await reader.GotoAsync("/participa/declaratoria");
            return (await TextAsync(reader)).Contains("Firmada en Toluca", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(15), "the signed declaration");
        (await reader.Locator("main a[href*='/files/']").CountAsync()).ShouldBe(2, "the declaration laid out for print and the signed one; the scan of a signature is for staff");
        await PageLook.CheckAsync(reader, "declaratoria");
    }

    [Fact]
    public async Task An_awareness_activity_is_planned_held_counted_and_put_right()
    {
        var desk = await SignedInAsync("administration");
        await desk.GotoAsync("/administracion/sensibilizacion");
        await SendAsync(desk, "/sensibilizacion");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1);
        await desk.Locator("[name='topic']").FillAsync("¿Qué es el gobierno abierto?");
        await desk.Locator("[name='heldOn']").FillAsync(Iso(Today));
        await desk.Locator("[name='place']").FillAsync("Auditorio municipal de Metepec");
        await PageLook.CheckAsync(desk, "sensibilizacion-nueva");
        await SendAsync(desk, "/sensibilizacion");
        desk.Url.ShouldContain("listo=awareness_saved", customMessage: await TextAsync(desk));
        await CountAsync(desk, "12", "8", "1", "40");
        desk.Url.ShouldContain("listo=awareness_saved", customMessage: await TextAsync(desk));
        await CountAsync(desk, "14", "8", "1", "40");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "putting it right says why");
        await desk.Locator("[name='reason']").FillAsync("Faltaba contar a dos organizaciones.");
        await PageLook.CheckAsync(desk, "sensibilizacion-asistencia");
        await SendAsync(desk, "/asistencia");
        desk.Url.ShouldContain("listo=awareness_saved", customMessage: await TextAsync(desk));
        var reader = await system.OpenBrowserAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await reader.GotoAsync("/participa/sensibilizacion");
            return (await TextAsync(reader)).Contains("Faltaba contar a dos organizaciones.", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(15), "the activity on its public page");
        await PageLook.CheckAsync(reader, "sensibilizacion");
    }

    [Fact]
    public async Task Organisations_come_from_a_spreadsheet_that_is_shown_first_and_one_takes_the_place_of_another()
    {
        var desk = await SignedInAsync("administration");
        await desk.GotoAsync("/administracion/organizaciones/importar");
        await ImportAsync(desk, "nombre,clase,municipio\nRed de Ríos Limpios,OSC,Lerma\nRed de Bosques,planeta,Toluca\n");
        (await TextAsync(desk)).ShouldContain("clase");
        (await desk.Locator("form[action*='/importar/']").CountAsync()).ShouldBe(0, "nothing can be imported where one row has an error");
        await PageLook.CheckAsync(desk, "importar-errores");
        await ImportAsync(desk, "nombre,clase,municipio\nRed de Ríos Limpios,OSC,Lerma\nRed de Bosques,OSC,Toluca\n");
        await PageLook.CheckAsync(desk, "importar-vista-previa");
        await desk.Locator("form[action*='/importar/'] button[type='submit']").ClickThroughAsync();
        desk.Url.ShouldContain("listo=organisations_imported", customMessage: await TextAsync(desk));

        await desk.GotoAsync("/administracion/organizaciones?q=Red+de+Rios");
        await desk.Locator("main a", new PageLocatorOptions { HasTextString = "Red de Ríos Limpios" }).ClickThroughAsync();
        await PageLook.CheckAsync(desk, "organizacion-editar");
        await desk.Locator("main a[href$='/sucesion']").ClickThroughAsync();
        await desk.Locator("[name='basis']").FillAsync("Acta de fusión");
        await FindAsync(desk, "successorId", "Red de Bosques");
        (await desk.Locator("[name='basis']").InputValueAsync()).ShouldBe("Acta de fusión", "what was typed before looking for somebody stays");
        await PageLook.CheckAsync(desk, "sucesion");
        await desk.Locator("main form[method='post'][action$='/sucesion'] button[type='submit']:not([name])").ClickThroughAsync();
        desk.Url.ShouldContain("listo=organisation_succeeded", customMessage: await TextAsync(desk));
        await PageLook.CheckAsync(desk, "organizaciones");
        var reader = await system.OpenBrowserAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await reader.GotoAsync("/participa/directorio?q=rios+limpios");
            return await reader.Locator("main table a", new PageLocatorOptions { HasTextString = "Red de Ríos Limpios" }).CountAsync() == 1;
        }, TimeSpan.FromSeconds(15), "the organisation in the directory");
        await PageLook.CheckAsync(reader, "directorio");
        await reader.Locator("main table a", new PageLocatorOptions { HasTextString = "Red de Ríos Limpios" }).ClickThroughAsync();
        (await TextAsync(reader)).ShouldContain("Acta de fusión");
        await PageLook.CheckAsync(reader, "organizacion");
        await reader.Locator("main a", new PageLocatorOptions { HasTextString = "Red de Bosques" }).ClickThroughAsync();
        (await TextAsync(reader)).ShouldContain("Red de Ríos Limpios");
    }

    private static async Task DecideAsync(IPage page, string applicant, string decision, string? reason)
    {
        var form = await OpenAsync(page, applicant, "form:has([name='accepted'])");
        await form.Locator("[name='accepted']").SelectOptionAsync(decision);
        if (reason is not null)
            await form.Locator("[name='reason']").FillAsync(reason);
        await form.Locator("button[type='submit']").ClickThroughAsync();
    }

    private static async Task PreventAsync(IPage page, string applicant, string missing)
    {
        var form = await OpenAsync(page, applicant, "form[action$='/prevencion']");
        await form.Locator("[name='reason']").FillAsync(missing);
        await form.Locator("button[type='submit']").ClickThroughAsync();
    }

    /// <summary>The form behind one of the summaries of an application.</summary>
    private static async Task<ILocator> OpenAsync(IPage page, string applicant, string form)
    {
        var details = page.Locator("article", new PageLocatorOptions { HasTextString = applicant }).Locator($"details:has({form})");
        if (await details.GetAttributeAsync("open") is null)
            await details.Locator("summary").ClickAsync();
        return details.Locator("form");
    }

    private static async Task CountAsync(IPage page, string civilSociety, string publicBodies, string guarantors, string citizens)
    {
        foreach (var (field, value) in new[] { ("civilSociety", civilSociety), ("publicBodies", publicBodies), ("guarantors", guarantors), ("citizens", citizens) })
            await page.Locator($"[name='{field}']").FillAsync(value);
        await SendAsync(page, "/asistencia");
    }

    private static async Task ImportAsync(IPage page, string csv)
    {
        await page.Locator("[name='file']").SetInputFilesAsync(File("organizaciones.csv", "text/csv", csv));
        await SendAsync(page, "/importar");
    }

    /// <summary>The days for which the call is open are not waited for: it lies a month further back.</summary>
    private async Task LetItCloseAsync(string call)
    {
        await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync("participants-db") + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The test's own id.
        await using var command = new NpgsqlCommand(
            $"""
            alter table open_call disable trigger published_call_stays;
            update open_call set opens_on = opens_on - 30, closes_on = closes_on - 30 where id = '{Guid.Parse(call)}';
            alter table open_call enable trigger published_call_stays;
            """, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Somebody without post or mandate.</summary>
    private async Task<string> OpenAccountAsync(string displayName)
    {
        var email = $"{Guid.NewGuid():N}@prueba.example";
        using var office = await ApiClient.SignInAsync(system, "administration");
        using var invited = await office.SendAsync(HttpMethod.Post, "/api/participants/v1/accounts", new JsonObject { ["email"] = email, ["displayName"] = displayName });
        var link = JsonNode.Parse(await invited.Content.ReadAsStringAsync())!["invitationLink"]!.GetValue<string>();
        using var nobody = new ApiClient(system.Origin);
        using var accepted = await nobody.SendAsync(HttpMethod.Post, $"/api/participants/v1/invitations/{link.Split('/')[^1]}", new JsonObject { ["password"] = Password, ["privacyNoticeId"] = await nobody.NoticeAsync() });
        accepted.EnsureSuccessStatusCode();
        return email;
    }

    private async Task<IPage> SignedInAsync(string role)
    {
        var account = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(system.AccountsFile))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == role)!;
        var page = await system.OpenBrowserAsync();
        await page.GotoAsync("/cuenta/entrar");
        await EnterAsync(page, account["email"]!.GetValue<string>(), account["password"]!.GetValue<string>());
        return page;
    }

    private static async Task EnterAsync(IPage page, string email, string password)
    {
        await page.Locator("[name='email']").FillAsync(email);
        await page.Locator("[name='password']").FillAsync(password);
        await page.Locator("form[action^='/cuenta/entrar'] button[type='submit']").First.ClickThroughAsync();
        page.Url.ShouldNotContain("/cuenta/entrar", customMessage: await TextAsync(page));
    }

    /// <summary>Looks for an organisation or account and chooses the one that was found with this text.</summary>
    private static async Task FindAsync(IPage page, string field, string text)
    {
        await page.Locator($"[name='{field}.q']").FillAsync(text);
        await page.Locator($"button[name='_buscar'][value='{field}']").ClickThroughAsync();
        await page.Locator(".govuk-radios__item", new PageLocatorOptions { HasTextString = text, Has = page.Locator($"[name='{field}']") }).First.Locator("input").CheckAsync();
    }

    private static Task SendAsync(IPage page, string action) => page.Locator($"main form[method='post'][action$='{action}'] button[type='submit']").Last.ClickThroughAsync();

    private static Task<string> TextAsync(IPage page) => page.Locator("main").InnerTextAsync();

    private static FilePayload File(string name, string type, string content) => new() { Name = name, MimeType = type, Buffer = Encoding.UTF8.GetBytes(content) };

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
