using System.Net;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Thread;

/// <summary>
/// The whole thread by hand, in a real browser without JavaScript: from the one-time link to a published plan, a report with a
/// file, the changed open data and the follower's mail.
/// </summary>
public sealed class WholeThreadTests(RunningSystem system) : IClassFixture<RunningSystem>
{
    private const string Password = "una frase de paso larga 27";
    private const string Liaison = "enlace@prueba.mx";
    private const string Follower = "seguidora@prueba.mx";
    private const string OtherFollower = "vecino@prueba.mx";

    [Fact]
    public async Task From_set_up_to_a_followers_mail_in_a_browser_without_JavaScript()
    {
        var office = await system.OpenBrowserAsync(javaScript: false);
        await SetUpAsync(office);
        await RegisterOrganisationAsync(office, "CIMTRA Estado de México", "CIVIL_SOCIETY_ORGANIZATION");
        var invitation = await InviteLiaisonAsync(office);
        await BecomeSecretaryAsync(office);
        await ImportPlanAsync(office);

        var liaison = await system.OpenBrowserAsync(390, 844, javaScript: false);
        await liaison.GotoAsync(invitation);
        await liaison.Locator("[name='password']").FillAsync(Password);
        await SubmitAsync(liaison);
        await liaison.GotoAsync("/cuenta/aceptaciones");
        await SubmitAsync(liaison);
        await PublishAsync(office);

        var citizen = await system.OpenBrowserAsync(390, 844, javaScript: false);
        await FollowAsync(citizen, Follower);
        await FollowAsync(citizen, OtherFollower);
        await ReportAsync(liaison, "Se instaló el grupo de trabajo.");

        var mail = await system.Mails.WaitForAsync(Follower, one => one.Subject.Contains("MX-MEX-PAL01-C01", StringComparison.Ordinal) && one.Text.Contains("Se instaló el grupo de trabajo.", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        await citizen.GotoAsync("/compromisos/MX-MEX-PAL01-C01");
        (await citizen.ContentAsync()).ShouldContain("Se instaló el grupo de trabajo.");
        using var client = system.Client();
        await Eventually.HoldsAsync(async () => (await client.GetStringAsync("/datos/progress_reports.csv")).Contains("Se instaló el grupo de trabajo.", StringComparison.Ordinal), TimeSpan.FromSeconds(30), "the report in the open data");
        await DownloadEvidenceAsync(citizen, client);

        await UnsubscribeWithOneClickAsync(client, mail);
        await ReportAsync(liaison, "Segundo avance, ya sin seguidora.");
        // One transaction makes the mails of a fact: once the other follower has it, the first one gets none.
        await system.Mails.WaitForAsync(OtherFollower, one => one.Text.Contains("Segundo avance", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        (await system.Mails.AllAsync(Follower)).ShouldNotContain(one => one.Text.Contains("Segundo avance", StringComparison.Ordinal));

        await SignOutAsync(liaison);
    }

    private async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync((await system.SetupLinkAsync()).ToString());
        await page.Locator("[name='displayName']").FillAsync("Administración de prueba");
        await page.Locator("[name='email']").FillAsync("admin@prueba.mx");
        await page.Locator("[name='password']").FillAsync("corta");
        await SubmitAsync(page);
        // The reason stands beside the field, and what was typed is kept.
        (await page.Locator(".govuk-error-message").CountAsync()).ShouldBeGreaterThan(0);
        (await page.Locator("[name='email']").InputValueAsync()).ShouldBe("admin@prueba.mx");
        await page.Locator("[name='password']").FillAsync(Password);
        await SubmitAsync(page);

        await page.Locator("[name='name']").FillAsync("Gobierno Abierto de prueba");
        await page.Locator("[name='cveEnt']").SelectOptionAsync("15");
        await page.Locator("[name='guarantor.name']").FillAsync("Instituto de Transparencia, Acceso a la Información Pública y Protección de Datos Personales del Estado de México y Municipios");
        await page.Locator("[name='guarantor.acronym']").FillAsync("Infoem");
        await page.Locator("[name='publicAddress']").FillAsync(system.Origin.GetLeftPart(UriPartial.Authority));
        await page.Locator("[name='exampleData']").CheckAsync();
        await SubmitAsync(page);
        page.Url.ShouldEndWith("/configurar/logo");

        var smtp = system.App.GetEndpoint("mail-catcher", "smtp");
        await page.GotoAsync("/configurar/correo");
        await page.Locator("[name='host']").FillAsync(smtp.Host);
        await page.Locator("[name='port']").FillAsync(smtp.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await page.Locator("[name='security'][value='NONE']").CheckAsync();
        await page.Locator("[name='fromAddress']").FillAsync("avisos@prueba.mx");
        await page.Locator("[name='fromName']").FillAsync("Gobierno Abierto de prueba");
        await SubmitAsync(page);
        await page.Locator("[name='to']").FillAsync("admin@prueba.mx");
        await SubmitAsync(page, "form:has([name='to'])");
        await system.Mails.WaitForAsync("admin@prueba.mx", _ => true, TimeSpan.FromSeconds(60));
        await page.GotoAsync("/configurar/listo");
    }

    private static async Task RegisterOrganisationAsync(IPage page, string name, string kind)
    {
        await page.GotoAsync("/administracion/organizaciones/nueva");
        await page.Locator("[name='name']").FillAsync(name);
        await page.Locator("[name='kind']").SelectOptionAsync(kind);
        await SubmitAsync(page);
    }

    private static async Task<string> InviteLiaisonAsync(IPage page)
    {
        await page.GotoAsync("/administracion/cuentas/nueva");
        await page.Locator("[name='displayName']").FillAsync("Enlace de prueba");
        await page.Locator("[name='email']").FillAsync(Liaison);
        await SubmitAsync(page);
        var link = System.Text.RegularExpressions.Regex.Match(
            await page.ContentAsync(), @"/cuenta/invitacion/[A-Za-z0-9_-]+", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Value;
        link.ShouldNotBeEmpty();
        await page.Locator("main a.govuk-button[href^='/administracion/cuentas/']").ClickThroughAsync();
        await page.Locator("[name='organisationId.q']").FillAsync("Instituto de Transparencia");
        await page.Locator("button[name='_buscar'][value='organisationId']").ClickThroughAsync();
        await page.Locator("[name='organisationId']").First.CheckAsync();
        await SubmitAsync(page, "form:has([name='organisationId'])");
        return link;
    }

    private static async Task BecomeSecretaryAsync(IPage page)
    {
        await page.GotoAsync("/administracion/cuentas");
        await page.Locator("main a", new PageLocatorOptions { HasText = "Administración de prueba" }).ClickThroughAsync();
        await page.Locator("[name='role']").SelectOptionAsync("EXECUTIVE_SECRETARY");
        await SubmitAsync(page, "form:has([name='role'])");
    }

    private static async Task ImportPlanAsync(IPage page)
    {
        // The new post and organisations are on their way to ActionPlans.
        await Eventually.HoldsAsync(async () =>
        {
            await page.GotoAsync("/administracion/planes");
            if (await page.Locator("form:has([name='openedOn'])").CountAsync() == 0)
                return true;
            await page.Locator("[name='title']").FillAsync("Ejercicio de prueba");
            await page.Locator("[name='openedOn']").FillAsync("2020-01-15");
            await SubmitAsync(page, "form:has([name='openedOn'])");
            return false;
        }, TimeSpan.FromSeconds(60), "the exercise to be open");

        await page.GotoAsync("/administracion/planes/importar");
        await page.Locator("[name='document']").FillAsync("""{"formatVersion":1,"origin":"OWN","number":1,"title":"x","jurisdiction":{"name":"x","level":"STATE"},"commitments":[{"number":1,"title":"x","theme":"NADA"}]}""");
        await SubmitAsync(page, "form:has([name='document'])");
        (await page.ContentAsync()).ShouldContain("/commitments/0/theme");

        await page.GotoAsync("/administracion/planes/importar");
        await page.Locator("[name='file']").SetInputFilesAsync(Path.Combine(AppContext.BaseDirectory, "Data", "estado-de-mexico-2020.json"));
        await SubmitAsync(page, "form:has([name='document'])");
        (await page.Locator(".govuk-error-summary").CountAsync()).ShouldBe(0, await page.Locator("main").InnerTextAsync());
    }

    private static async Task PublishAsync(IPage page)
    {
        await page.GotoAsync("/administracion/planes");
        await page.Locator("main a[href^='/administracion/planes/']:not([href$='importar'])").First.ClickThroughAsync();
        await page.Locator("[name='approval.number']").FillAsync("STL-2020-ORD-04-01");
        await page.Locator("[name='approval.adoptedOn']").FillAsync("2020-12-10");
        await page.Locator("[name='confirm']").CheckAsync();
        await SubmitAsync(page, "form:has([name='approval.number'])");
        await page.GotoAsync("/plan");
        (await page.Locator("main").InnerTextAsync()).ShouldContain("MX-MEX-PAL01-C01");
    }

    private async Task FollowAsync(IPage page, string address)
    {
        // The published commitment is on its way to Notifications.
        await Eventually.HoldsAsync(async () =>
        {
            await page.GotoAsync("/avisos/seguir/MX-MEX-PAL01-C01");
            await page.Locator("[name='email']").FillAsync(address);
            await SubmitAsync(page, "form:has([name='email'])");
            return page.Url.EndsWith("/enviado", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(60), "the request to follow to be taken");
        var mail = await system.Mails.WaitForAsync(address, one => one.Text.Contains("/avisos/confirmar/", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        await page.GotoAsync(MailCatcher.LinkIn(mail, "/avisos/confirmar/"));
        await SubmitAsync(page);
    }

    private static async Task ReportAsync(IPage page, string text)
    {
        await page.GotoAsync("/cuenta/actividades");
        await page.Locator("a[href$='/avance']").First.ClickThroughAsync();
        await page.Locator("[name='status'][value='IN_PROGRESS']").CheckAsync();
        await page.Locator("[name='explanation']").FillAsync(text);
        await page.Locator("[name='linkUrl']").FillAsync("https://example.org/acta");
        await page.Locator("[name='linkDescription']").FillAsync("Acta");
        await page.Locator("[name='file']").SetInputFilesAsync(Path.Combine(AppContext.BaseDirectory, "Data", "acta-de-ejemplo.txt"));
        await page.Locator("[name='fileDescription']").FillAsync("Acta de integración");
        await SubmitAsync(page, "form:has([name='explanation'])");
        (await page.Locator(".govuk-error-summary").CountAsync()).ShouldBe(0, await page.Locator("main").InnerTextAsync());
    }

    private static async Task DownloadEvidenceAsync(IPage page, HttpClient client)
    {
        var address = await page.Locator("a[href*='/evidence-files/']").First.GetAttributeAsync("href");
        using var file = await client.GetAsync(new Uri(address!, UriKind.RelativeOrAbsolute));
        file.StatusCode.ShouldBe(HttpStatusCode.OK);
        var bytes = await file.Content.ReadAsByteArrayAsync();
        bytes.ShouldBe(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Data", "acta-de-ejemplo.txt")));
        (await page.ContentAsync()).ShouldContain(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
    }

    /// <summary>RFC 8058, as a mail provider does it: a POST without cookies to the header's address.</summary>
    private static async Task UnsubscribeWithOneClickAsync(HttpClient client, CaughtMail mail)
    {
        mail.Headers["List-Unsubscribe-Post"].ShouldBe("List-Unsubscribe=One-Click");
        var address = mail.Headers["List-Unsubscribe"].Trim('<', '>');
        using var form = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        using var answer = await client.PostAsync(new Uri(address), form);
        ((int)answer.StatusCode).ShouldBeLessThan(400);
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GotoAsync("/cuenta");
        await SubmitAsync(page, "form[action='/cuenta/salir']");
        await page.GotoAsync("/cuenta/actividades");
        page.Url.ShouldContain("/cuenta/entrar");
    }

    private static Task SubmitAsync(IPage page, string form = "main form") => page.Locator($"{form} button[type='submit']:not([name='_buscar'])").First.ClickThroughAsync();
}
