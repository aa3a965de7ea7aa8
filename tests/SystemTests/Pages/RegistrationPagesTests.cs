using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Pages;

/// <summary>Registration as people do it, in a browser without JavaScript. With OPENGOV_PICTURES=folder it leaves pictures to look at.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class RegistrationPagesTests(SampleSystem system)
{
    private const string Password = "caballo correcto pila grapa";
    private static readonly TimeSpan MailTime = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_citizen_registers_confirms_by_mail_and_sees_the_registration()
    {
        var page = await system.OpenBrowserAsync(390, 844, javaScript: false);
        await page.GotoAsync("/participa");
        await PictureAsync(page, "participa");
        await page.Locator("main a[href='/participa/registro']").ClickThroughAsync();
        await PictureAsync(page, "elegir");
        await page.Locator("a[href='/participa/registro/persona']").ClickThroughAsync();
        // INV-50: the notice stands above the form.
        (await page.Locator(".og-notice").CountAsync()).ShouldBe(1);
        // INV-51: whoever types an address has not proved to be its person.
        (await page.Locator("[name='publishName'], [name='otherCalls']").CountAsync()).ShouldBe(0);
        await page.Locator("[name='displayName']").FillAsync("Ana Ciudadana");
        await page.Locator("[name='email']").FillAsync("no es correo");
        await SubmitAsync(page);
        await page.Locator(".govuk-error-summary").WaitForAsync();
        await PictureAsync(page, "persona-con-error");
        await page.Locator("[name='email']").FillAsync("ana.ciudadana@correo.example");
        await page.Locator("[name='municipality']").FillAsync("Toluca");
        await SendAsync(page);
        await PictureAsync(page, "enviado");

        await ConfirmAsync(page, "ana.ciudadana@correo.example", "confirmar-persona", async () =>
        {
            await page.Locator("[name='publishName']").CheckAsync();
            await page.Locator("[name='password']").FillAsync("corta");
            await page.Locator("main form button[type='submit']").ClickThroughAsync();
            (await page.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1);
            (await page.Locator("[name='publishName']").IsCheckedAsync()).ShouldBeTrue("what was chosen stays");
            await PictureAsync(page, "confirmar-persona-error");
        });
        page.Url.ShouldContain("listo=registration_confirmed");
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Aceptado");
        await PictureAsync(page, "mis-registros");
        await page.GotoAsync("/participa/personas");
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Ana Ciudadana");
        await page.GotoAsync("/participa/mis-registros");

        // What one wrote wrong is one's own to put right.
        await page.Locator("main a[href$='/corregir']").ClickThroughAsync();
        (await page.Locator("[name='municipality']").InputValueAsync()).ShouldBe("Toluca");
        (await page.Locator(".og-notice").CountAsync()).ShouldBe(1, "INV-50");
        await page.Locator("[name='municipality']").FillAsync(new string('x', 101));
        await SubmitAsync(page);
        (await page.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "no municipality is called that");
        await PictureAsync(page, "corregir-error");
        await page.Locator("[name='municipality']").FillAsync("Metepec");
        await SubmitAsync(page);
        page.Url.ShouldContain("listo=registration_corrected");
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Metepec");
        await PictureAsync(page, "mis-registros-corregido");
    }

    [Fact]
    public async Task An_organisation_registers_is_accepted_by_the_secretary_and_its_representative_brings_a_second()
    {
        var page = await system.OpenBrowserAsync(javaScript: false);
        await page.GotoAsync("/participa/registro/organizacion");
        await page.Locator("[name='organisation.name']").FillAsync("Observatorio Ciudadano del Agua, A.C.");
        await page.Locator("[name='organisation.kind']").SelectOptionAsync("CIVIL_SOCIETY_ORGANIZATION");
        await page.Locator("[name='organisation.purpose']").FillAsync("Vigilar el gasto en agua.");
        await page.Locator("[name='organisation.website']").FillAsync("agua.example.mx");
        await page.Locator("[name='organisation.municipality']").FillAsync("Metepec");
        await page.Locator("[name='displayName']").FillAsync("Rosa Representante");
        await page.Locator("[name='post']").FillAsync("Directora");
        await page.Locator("[name='email']").FillAsync("rosa@agua.example");
        await PictureAsync(page, "organizacion");
        await SendAsync(page);
        await ConfirmAsync(page, "rosa@agua.example", "confirmar-organizacion");
        page.Url.ShouldContain("listo=registration_waits");

        var desk = await system.OpenBrowserAsync(javaScript: false);
        await SignInAsync(desk);
        await desk.GotoAsync("/administracion/registros");
        await PictureAsync(desk, "registros");
        await desk.Locator("main a", new PageLocatorOptions { HasTextString = "Observatorio Ciudadano del Agua" }).ClickThroughAsync();
        await PictureAsync(desk, "registro");
        await desk.Locator("form[action$='/aceptar'] button[type='submit']").ClickThroughAsync();
        desk.Url.ShouldContain("listo=registration_accepted");
        await system.Mails.WaitForAsync("rosa@agua.example", mail => mail.Subject.Contains("aceptado", StringComparison.Ordinal), MailTime);
        await page.GotoAsync("/cuenta");
        await page.Locator("main a", new PageLocatorOptions { HasTextString = "Observatorio Ciudadano del Agua" }).ClickThroughAsync();
        await page.Locator("[name='displayName']").FillAsync("Saúl Segundo");
        await page.Locator("[name='email']").FillAsync("saul@agua.example");
        await SubmitAsync(page);
        page.Url.ShouldContain("listo=representative_invited");
        await PictureAsync(page, "representantes");
        var invitation = await system.Mails.WaitForAsync("saul@agua.example", mail => mail.Text.Contains("/participa/representacion/", StringComparison.Ordinal), MailTime);
        var second = await system.OpenBrowserAsync(javaScript: false);
        await second.GotoAsync(new Uri(MailCatcher.LinkIn(invitation, "/participa/representacion/")).PathAndQuery);
        (await second.Locator(".og-notice").CountAsync()).ShouldBe(1);
        await PictureAsync(second, "representacion");
        await second.Locator("[name='password']").FillAsync(Password);
        await SubmitAsync(second);
        second.Url.ShouldContain("listo=representation_accepted");
        (await second.Locator("main").InnerTextAsync()).ShouldContain("Rosa Representante");

        // Everybody finds the organisation, and none of its people.
        var reader = await system.OpenBrowserAsync(javaScript: false);
        await reader.GotoAsync("/participa/directorio?q=AGUA+observ&municipio=metepec");
        await PictureAsync(reader, "directorio-busqueda");
        await reader.Locator("main a", new PageLocatorOptions { HasTextString = "Observatorio Ciudadano del Agua" }).ClickThroughAsync();
        var shown = await reader.Locator("main").InnerTextAsync();
        shown.ShouldContain("Tiene representantes acreditados");
        shown.ShouldNotContain("Rosa");
        await PictureAsync(reader, "organizacion-publica");
        await reader.GotoAsync("/participa/directorio");
        await PictureAsync(reader, "directorio");
    }

    [Fact]
    public async Task Staff_register_a_person_without_e_mail()
    {
        var desk = await system.OpenBrowserAsync(javaScript: false);
        await SignInAsync(desk);
        await desk.GotoAsync("/administracion/registros/asistido");
        (await desk.Locator(".og-notice").CountAsync()).ShouldBe(1);
        await PictureAsync(desk, "asistido");
        await desk.Locator("[name='displayName']").FillAsync("Petra Sin Correo");
        await desk.Locator("[name='contact']").FillAsync("722 000 0000");
        await desk.Locator("[name='identityCheck']").FillAsync("Mostró su credencial para votar");
        await desk.Locator("main form button[type='submit']").Last.ClickThroughAsync();
        desk.Url.ShouldContain("listo=registration_assisted");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Sin correo electrónico");
        await PictureAsync(desk, "asistido-hecho");
    }

    [Fact]
    public async Task A_refused_organisation_corrects_what_is_missing_with_its_account_and_is_accepted()
    {
        var page = await system.OpenBrowserAsync(390, 844, javaScript: false);
        await page.GotoAsync("/participa/registro/organizacion");
        await page.Locator("[name='organisation.name']").FillAsync("Huertos de la Ladera");
        await page.Locator("[name='organisation.kind']").SelectOptionAsync("CITIZEN_COUNCIL");
        await page.Locator("[name='displayName']").FillAsync("Hortensia Hortelana");
        await page.Locator("[name='email']").FillAsync("hortensia@ladera.example");
        await SendAsync(page);
        await ConfirmAsync(page, "hortensia@ladera.example", "confirmar-huertos");
        var desk = await system.OpenBrowserAsync(javaScript: false);
        await SignInAsync(desk);
        await OpenRegistrationAsync(desk);
        await desk.Locator("[name='reason']").FillAsync("Falta decir a qué se dedica.");
        await desk.Locator("form[action$='/rechazar'] button[type='submit']").ClickThroughAsync();
        desk.Url.ShouldContain("listo=registration_refused");

        var mail = await system.Mails.WaitForAsync("hortensia@ladera.example", mail => mail.Subject.Contains("no fue aceptado", StringComparison.Ordinal), MailTime);
        await page.GotoAsync(new Uri(MailCatcher.LinkIn(mail, "/participa/mis-")).PathAndQuery);
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Falta decir a qué se dedica.");
        await PictureAsync(page, "mis-registros-rechazado");
        await page.Locator("main a[href*='/participa/registro/organizacion?de=']").ClickThroughAsync();
        (await page.Locator("[name='organisation.name']").InputValueAsync()).ShouldBe("Huertos de la Ladera");
        (await page.Locator("[name='email'], [name='displayName']").CountAsync()).ShouldBe(0, "they stand in the account");
        await page.Locator("[name='organisation.purpose']").FillAsync("Sembrar en la ladera.");
        await PictureAsync(page, "organizacion-corregida");
        await SubmitAsync(page);
        page.Url.ShouldContain("listo=registration_waits");
        (await page.Locator("a[href*='?de=']").CountAsync()).ShouldBe(0, "one waits already");
        await OpenRegistrationAsync(desk);
        await desk.Locator("form[action$='/aceptar'] button[type='submit']").ClickThroughAsync();
        desk.Url.ShouldContain("listo=registration_accepted");

        async Task OpenRegistrationAsync(IPage staff)
        {
            await staff.GotoAsync("/administracion/registros");
            await staff.Locator("main a", new PageLocatorOptions { HasTextString = "Huertos de la Ladera" }).ClickThroughAsync();
        }
    }

    [Fact]
    public async Task A_person_without_e_mail_agrees_to_the_public_list_and_takes_it_back_before_the_staff()
    {
        var desk = await system.OpenBrowserAsync(javaScript: false);
        await SignInAsync(desk);
        await desk.GotoAsync("/administracion/registros/asistido");
        await desk.Locator("[name='displayName']").FillAsync("Nicolasa Nombrada");
        await desk.Locator("[name='identityCheck']").FillAsync("La conocen en la presidencia municipal");
        await desk.Locator("[name='publishName']").CheckAsync();
        await desk.Locator("main form button[type='submit']").Last.ClickThroughAsync();
        desk.Url.ShouldContain("listo=registration_assisted");
        var registration = new Uri(desk.Url).AbsolutePath;
        var reader = await system.OpenBrowserAsync(390, 844, javaScript: false);
        await reader.GotoAsync("/participa/personas");
        (await reader.Locator("main").InnerTextAsync()).ShouldContain("Nicolasa Nombrada");
        await PictureAsync(reader, "personas");

        await desk.Locator("summary", new PageLocatorOptions { HasTextString = "Retirar: Publicar mi nombre" }).ClickAsync();
        await PictureAsync(desk, "registro-asistido");
        await desk.Locator("form[action$='/consentimientos/PUBLISH_NAME'] button").ClickThroughAsync();
        (await desk.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("Cómo y por qué lo pidió");
        await PictureAsync(desk, "registro-asistido-error");
        await desk.Locator("#reason-PUBLISH_NAME").FillAsync("Lo pidió por teléfono.");
        await desk.Locator("form[action$='/consentimientos/PUBLISH_NAME'] button").ClickThroughAsync();
        desk.Url.ShouldContain("listo=consent_revoked");
        await reader.ReloadAsync();
        (await reader.Locator("main").InnerTextAsync()).ShouldNotContain("Nicolasa Nombrada");
        await desk.GotoAsync(registration);
        await desk.Locator("[name='reason']").Last.FillAsync("Ya no quiere participar.");
        await desk.Locator("form[action$='/retirar'] button").ClickThroughAsync();
        desk.Url.ShouldContain("listo=registration_withdrawn");
    }

    private async Task ConfirmAsync(IPage page, string email, string picture, Func<Task>? first = null)
    {
        var mail = await system.Mails.WaitForAsync(email, mail => mail.Text.Contains("/participa/confirmar/", StringComparison.Ordinal), MailTime);
        await page.GotoAsync(new Uri(MailCatcher.LinkIn(mail, "/participa/confirmar/")).PathAndQuery);
        (await page.Locator(".og-notice").CountAsync()).ShouldBe(1, "INV-50: whoever confirms may not have seen the form");
        (await page.Locator("[name='publishName']:not(:checked), [name='otherCalls']:not(:checked)").CountAsync()).ShouldBe(2, "INV-51: asked apart, none chosen beforehand");
        await PictureAsync(page, picture);
        if (first is not null)
            await first();
        await page.Locator("[name='password']").FillAsync(Password);
        await page.Locator("main form button[type='submit']").ClickThroughAsync();
    }

    /// <summary>Sends the form; where that was faster than people type, once more after the wait that the page asks for.</summary>
    private static async Task SendAsync(IPage page)
    {
        await SubmitAsync(page);
        for (var again = 0; again < 5 && !page.Url.EndsWith("/enviado", StringComparison.Ordinal); again++)
        {
            (await page.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("demasiado rápido");
            await Task.Delay(TimeSpan.FromSeconds(3));
            await SubmitAsync(page);
        }

        page.Url.ShouldEndWith("/participa/registro/enviado");
    }

    private static Task SubmitAsync(IPage page) => page.Locator("main form[method='post'] button[type='submit']").Last.ClickThroughAsync();

    private async Task SignInAsync(IPage page)
    {
        var account = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == "administration")!;
        await page.GotoAsync("/cuenta/entrar");
        await page.Locator("[name='email']").FillAsync(account["email"]!.GetValue<string>());
        await page.Locator("[name='password']").FillAsync(account["password"]!.GetValue<string>());
        await page.Locator("main form button[type='submit']").First.ClickThroughAsync();
        page.Url.ShouldNotContain("/cuenta/entrar");
    }

    /// <summary>
    /// What the page shows, on a desktop and on a phone: nothing that axe objects to, and no scrolling sideways. Axe is a script: it looks at the same document in a browser that
    /// runs scripts.
    /// </summary>
    private async Task PictureAsync(IPage page, string name)
    {
        var html = await page.ContentAsync();
        var beside = await system.OpenBrowserAsync();
        await beside.RouteAsync(address => address == page.Url, route => route.FulfillAsync(new RouteFulfillOptions { Body = html, ContentType = "text/html; charset=utf-8" }));
        await beside.GotoAsync(page.Url);
        await PageLook.CheckAsync(beside, name);
        await beside.Context.CloseAsync();
    }
}
