using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Pages;

/// <summary>An applicant attaches what a call asks for, without JavaScript; whoever reviews reads it, asks for more and gets it.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class ApplicationDocumentPagesTests(SampleSystem system)
{
    private const string Api = "/api/participants/v1";
    private const string Password = "una frase de paso larga 27";
    private const string Deed = "Acta constitutiva";
    private const string Letter = "Carta de motivos";
    private static readonly TimeZoneInfo CentralMexico = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    private static DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, CentralMexico).DateTime);

    [Fact]
    public async Task An_application_gets_its_documents_is_sent_reviewed_and_completed_with_more()
    {
        var desk = await SignedInAsync("administration");
        var work = await PublishAsync(desk);
        var open = await desk.Locator("main a[href^='/participa/convocatorias/']").First.GetAttributeAsync("href");

        var person = await system.OpenBrowserAsync(390, 844);
        var email = await OpenAccountAsync("Rosa Solicitante");
        await person.GotoAsync("/cuenta/entrar");
        await EnterAsync(person, email, Password);
        await person.GotoAsync("/participa/registro/persona");
        await SendAsync(person, "/registro/persona");
        await Eventually.HoldsAsync(async () =>
        {
            await person.GotoAsync(open!);
            return await person.Locator("form[action$='/solicitud']").CountAsync() == 1;
        }, TimeSpan.FromSeconds(15), "the call with its form");
        (await TextAsync(person)).ShouldContain(Deed);
        await PageLook.CheckAsync(person, "convocatoria-con-documentos");
        await person.Locator("[name='organisationId'][value='yo']").CheckAsync();
        await person.Locator("[name='statement']").FillAsync("Cuido la cuenca desde hace años.");
        await SendAsync(person, "/solicitud");
        person.Url.ShouldContain("listo=application_begun", customMessage: await TextAsync(person));
        var draft = new Uri(person.Url).AbsolutePath;
        (await person.Locator("[name='statement']").InputValueAsync()).ShouldBe("Cuido la cuenca desde hace años.");

        // Without what is required it is not sent: the document is named, beside its field.
        await PressAsync(person, "enviar");
        (await person.Locator(".govuk-error-summary a").First.InnerTextAsync()).ShouldContain($"Falta el documento «{Deed}».");
        (await person.Locator(".govuk-form-group--error", new PageLocatorOptions { HasTextString = Deed }).CountAsync()).ShouldBe(1);
        await PageLook.CheckAsync(person, "solicitud-falta-documento");
        // What is not what it seems is refused beside its field, and what was right in the same form stays.
        await ChooseAsync(person, Deed, "acta.pdf", "<script>alert(1)</script>");
        await ChooseAsync(person, Letter, "carta.pdf", "%PDF-1.4 carta");
        await person.Locator("[name='statement']").FillAsync("Cuido la cuenca desde hace diez años.");
        await PressAsync(person, "enviar");
        (await person.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("Solo se aceptan archivos PDF");
        (await person.Locator("main a[download]", new PageLocatorOptions { HasTextString = "carta.pdf" }).CountAsync()).ShouldBe(1);
        await PageLook.CheckAsync(person, "solicitud-archivo-rechazado");
        await ChooseAsync(person, Deed, "acta.pdf", "%PDF-1.4 acta");
        await PressAsync(person, "guardar");
        person.Url.ShouldContain("listo=application_saved", customMessage: await TextAsync(person));
        (await person.Locator("[name='statement']").InputValueAsync()).ShouldBe("Cuido la cuenca desde hace diez años.");
        await PageLook.CheckAsync(person, "solicitud-borrador");
        // Replaced and taken out, as long as it was not sent.
        await ChooseAsync(person, $"Cambiar «{Deed}»", "acta-legible.pdf", "%PDF-1.4 acta legible");
        await person.Locator(".govuk-checkboxes__item", new PageLocatorOptions { HasTextString = "carta.pdf" }).Locator("input").CheckAsync();
        await PressAsync(person, "guardar");
        (await person.Locator("main a[download]").AllInnerTextsAsync()).ShouldBe(["acta-legible.pdf"]);
        await desk.GotoAsync(work);
        (await TextAsync(desk)).ShouldNotContain("Rosa Solicitante", customMessage: "a draft is its writer's alone");
        await person.GotoAsync("/cuenta/convocatorias");
        await PageLook.CheckAsync(person, "mis-solicitudes-borrador");
        await person.Locator($"main a[href='{draft}']").ClickThroughAsync();
        await PressAsync(person, "enviar");
        person.Url.ShouldContain("listo=application_submitted", customMessage: await TextAsync(person));
        await PageLook.CheckAsync(person, "mis-solicitudes-con-documentos");
        await person.GotoAsync(draft);
        (await person.Locator("input[type='file']").CountAsync()).ShouldBe(0, "what was sent stays");

        // Whoever reviews downloads it, another does not.
        await desk.GotoAsync(work);
        await PageLook.CheckAsync(desk, "convocatoria-solicitudes-con-documentos");
        var link = desk.Locator("article", new PageLocatorOptions { HasTextString = "Rosa Solicitante" }).Locator("a[download]");
        var address = await link.GetAttributeAsync("href");
        var download = await desk.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        download.SuggestedFilename.ShouldBe("acta-legible.pdf");
        (await File.ReadAllTextAsync((await download.PathAsync())!)).ShouldBe("%PDF-1.4 acta legible");
        var stranger = await SignedInAsync("verifier");
        (await (await stranger.APIRequest.GetAsync(address!)).TextAsync()).ShouldContain("not_found");
        (await stranger.GotoAsync(draft))!.Status.ShouldBe(404);

        await PreventAsync(desk, "No se lee el sello y falta un comprobante.");
        await person.GotoAsync("/cuenta/convocatorias");
        await person.Locator($"main a[href='{draft}']").ClickThroughAsync();
        await PageLook.CheckAsync(person, "solicitud-completar");
        await ChooseAsync(person, Deed, "acta-con-sello.pdf", "%PDF-1.4 acta con sello");
        await ChooseAsync(person, "Otro documento (1)", "comprobante.pdf", "%PDF-1.4 comprobante");
        await PressAsync(person, "completar");
        (await person.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "what was missing is said too");
        (await person.Locator("main a[download]").AllInnerTextsAsync()).ShouldBe(["acta-legible.pdf", "acta-con-sello.pdf", "comprobante.pdf"]);
        await PageLook.CheckAsync(person, "solicitud-completar-error");
        await person.Locator("textarea[name='text']").FillAsync("Van el acta con sello y el comprobante.");
        await PressAsync(person, "completar");
        person.Url.ShouldContain("listo=application_completed", customMessage: await TextAsync(person));
        await desk.GotoAsync(work);
        (await desk.Locator("article", new PageLocatorOptions { HasTextString = "Rosa Solicitante" }).Locator("a[download]").AllInnerTextsAsync()).ShouldBe(["acta-legible.pdf", "acta-con-sello.pdf", "comprobante.pdf"]);
        await PageLook.CheckAsync(desk, "convocatoria-solicitud-completa");
        // A copy of one's data holds what one attached.
        using var copy = new ZipArchive(new MemoryStream(await (await person.APIRequest.GetAsync("/cuenta/privacidad/mis-datos.zip")).BodyAsync()));
        copy.Entries.Select(entry => entry.Name[(entry.FullName.StartsWith("archivos/participants/", StringComparison.Ordinal) ? 33 : 0)..])
            .ShouldBe(["datos.json", "datos.html", "acta-legible.pdf", "acta-con-sello.pdf", "comprobante.pdf"], ignoreOrder: true);
        using (var reader = new StreamReader(copy.Entries.Single(entry => entry.Name.EndsWith("sello.pdf", StringComparison.Ordinal)).Open()))
            (await reader.ReadToEndAsync()).ShouldBe("%PDF-1.4 acta con sello");
        await person.GotoAsync("/cuenta/privacidad");
        (await TextAsync(person)).ShouldContain("Documento de una solicitud");
    }

    [Fact]
    public async Task Staff_attach_the_documents_of_a_person_without_mail()
    {
        var desk = await SignedInAsync("administration");
        var work = await PublishAsync(desk);
        await desk.GotoAsync("/administracion/registros/asistido");
        await desk.Locator("[name='displayName']").FillAsync("Eulalia Sin Correo");
        await desk.Locator("[name='identityCheck']").FillAsync("La conocen en la colonia");
        await SendAsync(desk, "/asistido");
        desk.Url.ShouldContain("listo=registration_assisted", customMessage: await TextAsync(desk));
        await desk.GotoAsync(work);
        await desk.Locator("main a[href$='/en-nombre']").ClickThroughAsync();
        await desk.Locator("[name='name']").First.FillAsync("eulalia");
        await SendAsync(desk, "/en-nombre/buscar");
        await desk.Locator("[name='personId']").First.CheckAsync();
        await SendAsync(desk, "/en-nombre");
        desk.Url.ShouldContain("listo=application_begun", customMessage: await TextAsync(desk));
        (await TextAsync(desk)).ShouldContain("Eulalia Sin Correo");
        await PressAsync(desk, "enviar");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1);
        await PageLook.CheckAsync(desk, "en-nombre-documentos");
        await ChooseAsync(desk, Deed, "credencial.pdf", "%PDF-1.4 credencial");
        await PressAsync(desk, "enviar");
        desk.Url.ShouldContain("listo=application_recorded", customMessage: await TextAsync(desk));
        (await desk.Locator("article", new PageLocatorOptions { HasTextString = "Eulalia Sin Correo" }).Locator("a[download]").AllInnerTextsAsync()).ShouldBe(["credencial.pdf"]);
    }

    /// <summary>A call that requires one document and takes another.</summary>
    private async Task<string> PublishAsync(IPage desk)
    {
        await desk.GotoAsync("/administracion/convocatorias/nueva");
        await desk.Locator("[name='kind']").SelectOptionAsync("CONSULTATION_OR_TABLES");
        await desk.Locator("[name='title']").FillAsync("Mesas sobre la cuenca");
        await desk.Locator("[name='description']").FillAsync("Se convoca a quienes quieran trabajar en las mesas sobre la cuenca del estado.");
        await desk.Locator("[name='requiredDocuments']").FillAsync(Deed);
        await desk.Locator("[name='optionalDocuments']").FillAsync(Letter);
        await desk.Locator("[name='opensOn']").FillAsync(Iso(Today));
        await desk.Locator("[name='closesOn']").FillAsync(Iso(Today.AddDays(20)));
        await desk.Locator("[name='takesPeople']").CheckAsync();
        await SendAsync(desk, "/nueva");
        desk.Url.ShouldContain("listo=call_saved", customMessage: await TextAsync(desk));
        (await desk.Locator("[name='requiredDocuments']").InputValueAsync()).ShouldBe(Deed);
        await PageLook.CheckAsync(desk, "convocatoria-pide-documentos");
        await desk.Locator("[name='confirm']").CheckAsync();
        await SendAsync(desk, "/publicar");
        desk.Url.ShouldContain("listo=call_published", customMessage: await TextAsync(desk));
        return new Uri(desk.Url).AbsolutePath;
    }

    private static async Task PreventAsync(IPage page, string missing)
    {
        var details = page.Locator("article", new PageLocatorOptions { HasTextString = "Rosa Solicitante" }).Locator("details:has(form[action$='/prevencion'])");
        await details.Locator("summary").ClickAsync();
        await details.Locator("[name='reason']").FillAsync(missing);
        await details.Locator("button[type='submit']").ClickThroughAsync();
        page.Url.ShouldContain("listo=application_prevented", customMessage: await TextAsync(page));
    }

    private static Task ChooseAsync(IPage page, string label, string name, string content) =>
        page.Locator(".govuk-form-group:has(input[type='file'])", new PageLocatorOptions { HasTextString = label }).Locator("input").SetInputFilesAsync(
            new FilePayload { Name = name, MimeType = "application/pdf", Buffer = Encoding.UTF8.GetBytes(content) });

    private static Task PressAsync(IPage page, string action) => page.Locator($"main button[name='accion'][value='{action}']").ClickThroughAsync();

    /// <summary>Somebody without post or mandate.</summary>
    private async Task<string> OpenAccountAsync(string displayName)
    {
        var email = $"{Guid.NewGuid():N}@prueba.example";
        using var office = await ApiClient.SignInAsync(system, "administration");
        using var invited = await office.SendAsync(HttpMethod.Post, $"{Api}/accounts", new JsonObject { ["email"] = email, ["displayName"] = displayName });
        var link = JsonNode.Parse(await invited.Content.ReadAsStringAsync())!["invitationLink"]!.GetValue<string>();
        using var nobody = new ApiClient(system.Origin);
        using var accepted = await nobody.SendAsync(HttpMethod.Post, $"{Api}/invitations/{link.Split('/')[^1]}", new JsonObject { ["password"] = Password, ["privacyNoticeId"] = await nobody.NoticeAsync() });
        accepted.EnsureSuccessStatusCode();
        return email;
    }

    private async Task<IPage> SignedInAsync(string role)
    {
        var account = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == role)!;
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

    private static Task SendAsync(IPage page, string action) => page.Locator($"main form[method='post'][action$='{action}'] button[type='submit']").Last.ClickThroughAsync();

    private static Task<string> TextAsync(IPage page) => page.Locator("main").InnerTextAsync();

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
