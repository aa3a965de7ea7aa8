using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Pages;

/// <summary>What people do with their own accounts and data, by hand in a browser.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class AccountPagesTests(SampleSystem system)
{
    private const string Password = "una frase de paso larga 27";

    /// <summary>Browsers use passkeys only under a name.</summary>
    private string Named => $"http://localhost:{system.Origin.Port}";

    [Fact]
    public async Task A_passkey_is_added_signs_in_without_a_password_and_is_removed()
    {
        var email = await OpenAccountAsync("Persona con llave");
        var page = await system.OpenBrowserAsync();
        var device = await WithDeviceAsync(page);
        await SignInAsync(page, email, Named);
        await page.GotoAsync(Named + "/cuenta/llaves-de-acceso");
        await CheckAsync(page, "llaves-vacias");
        await page.Locator("[name='name']").FillAsync("Celular de prueba");
        await page.Locator("[name='currentPassword']").FillAsync(Password);
        await SubmitAsync(page);
        await CheckAsync(page, "llave-nueva");
        await page.Locator("form[data-passkey] button").ClickThroughAsync();
        await ArrivesAsync(page, "/cuenta/llaves-de-acceso?listo=passkey_added");
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Celular de prueba");
        await CheckAsync(page, "llaves");

        await SignOutAsync(page, Named);
        await page.GotoAsync(Named + "/cuenta/entrar");
        await CheckAsync(page, "entrar");
        await page.Locator("form[action='/cuenta/entrar/llave-de-acceso'] button").ClickThroughAsync();
        await CheckAsync(page, "entrar-con-llave");
        (await page.Locator("[data-passkey-failure]").IsVisibleAsync()).ShouldBeFalse("nothing failed yet");
        // A device that refuses leaves the person on the page, with the reason and a way on.
        await device.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = device.Id, ["isUserVerified"] = false });
        await page.Locator("form[data-passkey] button").ClickThroughAsync();
        await page.Locator("[data-passkey-failure]").WaitForAsync(new() { State = WaitForSelectorState.Visible });
        await CheckAsync(page, "entrar-con-llave-fallo");
        await device.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = device.Id, ["isUserVerified"] = true });
        await page.Locator("form[data-passkey] button").ClickThroughAsync();
        await ArrivesAsync(page, "/cuenta");
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Persona con llave");

        await page.GotoAsync(Named + "/cuenta/llaves-de-acceso");
        await page.Locator("details summary").First.ClickAsync();
        await page.Locator("details input[name='currentPassword']").FillAsync(Password);
        await SubmitAsync(page, "details form");
        (await page.Locator("main").InnerTextAsync()).ShouldNotContain("Celular de prueba");
        await SignOutAsync(page, Named);
        await page.GotoAsync(Named + "/cuenta/entrar");
        await page.Locator("form[action='/cuenta/entrar/llave-de-acceso'] button").ClickThroughAsync();
        await page.Locator("form[data-passkey] button").ClickThroughAsync();
        await page.Locator(".govuk-error-summary").WaitForAsync();
        page.Url.ShouldContain("/cuenta/entrar");
    }

    [Fact]
    public async Task A_second_step_is_set_up_asked_for_and_a_passkey_may_stand_in_for_it()
    {
        var email = await OpenAccountAsync("Persona con segundo paso");
        var page = await system.OpenBrowserAsync();
        await WithDeviceAsync(page);
        await SignInAsync(page, email, Named);
        await page.GotoAsync(Named + "/cuenta/segundo-paso");
        await CheckAsync(page, "segundo-paso-apagado");
        await page.Locator("[name='currentPassword']").FillAsync(Password);
        await SubmitAsync(page);
        await CheckAsync(page, "segundo-paso-activar");
        var secret = await page.Locator(".og-secret").InnerTextAsync();
        await page.Locator("[name='code']").FillAsync("000000");
        await SubmitAsync(page);
        (await page.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1);
        (await page.Locator(".og-secret").InnerTextAsync()).ShouldBe(secret, "the same secret: the app need not scan again");
        await page.Locator("[name='code']").FillAsync(Totp.Code(secret, DateTimeOffset.UtcNow));
        await SubmitAsync(page);
        await CheckAsync(page, "codigos-de-recuperacion");
        var recovery = await page.Locator(".og-secret").AllInnerTextsAsync();
        recovery.Count.ShouldBe(10);
        await page.GotoAsync(Named + "/cuenta/segundo-paso");
        await CheckAsync(page, "segundo-paso-activo");
        await page.GotoAsync(Named + "/cuenta/llaves-de-acceso");
        await page.Locator("[name='name']").FillAsync("Mi computadora");
        await page.Locator("[name='currentPassword']").FillAsync(Password);
        await SubmitAsync(page);
        await page.Locator("form[data-passkey] button").ClickThroughAsync();
        await ArrivesAsync(page, "/cuenta/llaves-de-acceso?listo=passkey_added");

        await SignOutAsync(page, Named);
        await EnterPasswordAsync(page, email, Named);
        await CheckAsync(page, "codigo");
        await page.Locator("[name='code']").FillAsync("000000");
        await SubmitAsync(page);
        (await page.Locator(".govuk-error-message").CountAsync()).ShouldBe(1);
        await page.Locator("[name='code']").FillAsync(recovery[0]);
        await SubmitAsync(page);
        page.Url.ShouldEndWith("/cuenta");

        await SignOutAsync(page, Named);
        await EnterPasswordAsync(page, email, Named);
        await page.Locator("form[action='/cuenta/entrar/llave-de-acceso'] button").ClickThroughAsync();
        await page.Locator("form[data-passkey] button").ClickThroughAsync();
        await ArrivesAsync(page, "/cuenta");
    }

    [Fact]
    public async Task Ending_all_other_sessions_signs_the_other_browsers_out_at_once()
    {
        var email = await OpenAccountAsync("Persona en dos aparatos");
        var (phone, office) = (await system.OpenBrowserAsync(390, 844), await system.OpenBrowserAsync());
        await SignInAsync(office, email);
        await office.GotoAsync("/cuenta");
        await CheckAsync(office, "cuenta-sin-otras-sesiones");
        await SignInAsync(phone, email);
        // No answer of the gateway's memory is older than this.
        var exchanged = Stopwatch.StartNew();
        await office.GotoAsync("/cuenta");
        await CheckAsync(office, "cuenta-con-sesiones");
        await SubmitAsync(office, "form[action='/cuenta/sesiones/terminar']");
        (await office.Locator("main").InnerTextAsync()).ShouldContain("Persona en dos aparatos");
        (await office.Locator("form[action='/cuenta/sesiones/terminar']").CountAsync()).ShouldBe(0);
        // At once, but for the moment in which the fact travels to the gateway's memory and the services. After 30 seconds the gateway asks by itself.
        await Eventually.HoldsAsync(async () =>
        {
            await phone.GotoAsync("/cuenta/actividades");
            return phone.Url.Contains("/cuenta/entrar", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(28) - exchanged.Elapsed, "the other browser to be signed out");
    }

    [Fact]
    public async Task A_request_over_ones_own_data_goes_from_its_receipt_by_way_of_a_warning_to_the_answer()
    {
        var email = await OpenAccountAsync("Persona con derechos");
        var (person, office) = (await system.OpenBrowserAsync(), await system.OpenBrowserAsync());
        await SignInAsync(person, email);
        await person.GotoAsync("/cuenta/privacidad");
        await CheckAsync(person, "mis-datos");
        await person.Locator("[name='right'][value='RECTIFICATION']").CheckAsync();
        await SubmitAsync(person, "form[action='/cuenta/privacidad/derechos']");
        (await person.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "what is asked for is missing");
        await CheckAsync(person, "mis-datos-error");
        await person.Locator("[name='right'][value='RECTIFICATION']").CheckAsync();
        await person.Locator("[name='description']").FillAsync("Mi nombre está mal escrito: es Xóchitl.");
        await SubmitAsync(person, "form[action='/cuenta/privacidad/derechos']");
        var folio = Regex.Match(await person.Locator("main").InnerTextAsync(), "ARCO-[0-9]{4}-[0-9]{4}", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Value;
        folio.ShouldNotBeEmpty();
        if (!person.Url.Contains("/cuenta/derechos/", StringComparison.Ordinal))
            await person.Locator($"a:has-text('{folio}')").First.ClickThroughAsync();
        var mine = person.Url;
        await CheckAsync(person, "solicitud-recibida");

        await SignInAsync(office, await SampleEmailAsync("administration"), password: await SamplePasswordAsync("administration"));
        await office.GotoAsync("/administracion/derechos");
        await CheckAsync(office, "solicitudes");
        await office.Locator($"a:has-text('{folio}')").First.ClickThroughAsync();
        await CheckAsync(office, "solicitud-del-personal");
        await ActAsync(office, "prevention", "Indique su segundo apellido.");
        await person.GotoAsync(mine);
        await CheckAsync(person, "solicitud-con-prevencion");
        await person.Locator("[name='text']").FillAsync("Hernández");
        await SubmitAsync(person, "form[action$='/completion']");
        await office.ReloadAsync();
        await ActAsync(office, "answer", "Procede: se corrige su nombre.");
        await CheckAsync(office, "solicitud-respondida-personal");
        await person.GotoAsync(mine);
        (await person.Locator("main").InnerTextAsync()).ShouldContain("Procede: se corrige su nombre.");
        await CheckAsync(person, "solicitud-respondida");

        // It is effective because it was done: there is no button that only says so.
        (await office.Locator("form[action$='/effect']").CountAsync()).ShouldBe(0);
        await office.Locator("details:has(form[action$='/rectification']) summary").ClickAsync();
        await SubmitAsync(office, "form[action$='/rectification']");
        (await office.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "what is put right is missing");
        await CheckAsync(office, "solicitud-sin-correccion");
        await office.Locator("form[action$='/rectification'] [name='rectification.displayName']").FillAsync("Xóchitl Hernández");
        await SubmitAsync(office, "form[action$='/rectification']");
        (await office.Locator("main").InnerTextAsync()).ShouldContain("se corrigieron los datos");
        await CheckAsync(office, "solicitud-corregida");
        await person.GotoAsync("/cuenta");
        (await person.Locator("main").InnerTextAsync()).ShouldContain("Xóchitl Hernández");

        // What one wrote oneself needs no request.
        await person.GotoAsync("/cuenta/nombre");
        await person.Locator("[name='displayName']").FillAsync(" ");
        await SubmitAsync(person, "form[action='/cuenta/nombre']");
        (await person.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "a name is missing");
        await CheckAsync(person, "mi-nombre");
        await person.Locator("[name='displayName']").FillAsync("Xóchitl Hernández López");
        await SubmitAsync(person, "form[action='/cuenta/nombre']");
        (await person.Locator("main").InnerTextAsync()).ShouldContain("Xóchitl Hernández López");
        var mail = await system.Mails.WaitForAsync(email, one => one.Text.Contains(folio, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        mail.Text.ShouldNotContain("Procede: se corrige", customMessage: "the answer waits behind the sign-in");
        await person.GotoAsync("/cuenta/privacidad");
        (await person.Locator("main").InnerTextAsync()).ShouldContain("Solicitud de derechos ARCO", customMessage: "that staff looked is shown to the person");
    }

    [Fact]
    public async Task Staff_find_an_account_send_a_reset_give_and_end_a_post_and_suspend_it()
    {
        var email = await OpenAccountAsync("Persona que olvidó su frase");
        var office = await system.OpenBrowserAsync();
        await SignInAsync(office, await SampleEmailAsync("administration"), password: await SamplePasswordAsync("administration"));
        await office.GotoAsync("/administracion/cuentas");
        await CheckAsync(office, "cuentas");
        await office.Locator("[name='email']").FillAsync("nadie@prueba.example");
        await SubmitAsync(office, "form[action='/administracion/cuentas/buscar']");
        (await office.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "nobody has that address");
        await CheckAsync(office, "cuentas-error");
        await office.Locator("[name='email']").FillAsync(email);
        await SubmitAsync(office, "form[action='/administracion/cuentas/buscar']");
        (await office.Locator("main").InnerTextAsync()).ShouldContain("Persona que olvidó su frase");
        await CheckAsync(office, "cuenta-del-personal");

        await SubmitAsync(office, "form[action$='/restablecer']");
        office.Url.ShouldContain("listo=account_reset_sent", customMessage: await office.Locator("main").InnerTextAsync());
        await CheckAsync(office, "cuenta-restablecida");
        var mail = await system.Mails.WaitForAsync(email, one => one.Text.Contains("/cuenta/restablecer/", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        var person = await system.OpenBrowserAsync(390, 844);
        await person.GotoAsync(new Uri(MailCatcher.LinkIn(mail, "/cuenta/restablecer/")).PathAndQuery);
        await CheckAsync(person, "restablecer");
        const string Other = "otra frase de paso larga 28";
        await person.Locator("[name='password']").First.FillAsync(Other);
        await SubmitAsync(person, "main form");
        await SignInAsync(person, email, password: Other);

        await SubmitAsync(office, "form[action$='/puestos']");
        (await office.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "which post is a question");
        await office.Locator("[name='role']").SelectOptionAsync("OPERATOR");
        await SubmitAsync(office, "form[action$='/puestos']");
        office.Url.ShouldContain("listo=post_assigned", customMessage: await office.Locator("main").InnerTextAsync());
        await CheckAsync(office, "cuenta-con-puesto");
        await SubmitAsync(office, "form[action*='/puestos/'][action$='/terminar']");
        office.Url.ShouldContain("listo=post_ended", customMessage: await office.Locator("main").InnerTextAsync());
        await SignInAsync(person, email, password: Other);
        var exchanged = Stopwatch.StartNew();
        await SubmitAsync(office, "form[action$='/suspender']");
        office.Url.ShouldContain("listo=account_suspended", customMessage: await office.Locator("main").InnerTextAsync());
        await CheckAsync(office, "cuenta-suspendida");
        await Eventually.HoldsAsync(async () =>
        {
            await person.GotoAsync("/cuenta/actividades");
            return person.Url.Contains("/cuenta/entrar", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(28) - exchanged.Elapsed, "the person to be signed out");
        // A link that they ask for now changes nothing, and says why.
        var former = MailCatcher.LinkIn(mail, "/cuenta/restablecer/");
        await person.GotoAsync("/cuenta/olvido");
        await person.Locator("[name='email']").FillAsync(email);
        await SubmitAsync(person, "form[action='/cuenta/olvido']");
        mail = await system.Mails.WaitForAsync(
            email, one => one.Text.Contains("/cuenta/restablecer/", StringComparison.Ordinal) && !one.Text.Contains(former, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        await person.GotoAsync(new Uri(MailCatcher.LinkIn(mail, "/cuenta/restablecer/")).PathAndQuery);
        await person.Locator("[name='password']").First.FillAsync("una frase de paso que no queda 5");
        await SubmitAsync(person, "main form");
        (await person.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("Esta cuenta está suspendida");
        await CheckAsync(person, "restablecer-suspendida");
        await SubmitAsync(office, "form[action$='/levantar-suspension']");
        office.Url.ShouldContain("listo=account_suspension_lifted", customMessage: await office.Locator("main").InnerTextAsync());
        await SignInAsync(person, email, password: Other);
    }

    [Fact]
    public async Task An_address_that_cannot_be_changed_says_why_and_not_that_the_link_is_gone()
    {
        var address = $"{Guid.NewGuid():N}@prueba.example";
        List<(IPage Page, string Link)> people = [];
        for (var number = 0; number < 2; number++)
        {
            var page = await system.OpenBrowserAsync(390, 844);
            await SignInAsync(page, await OpenAccountAsync($"Persona que se muda {number}"));
            await page.GotoAsync("/cuenta/correo");
            await page.Locator("[name='email']").FillAsync(address);
            await page.Locator("[name='currentPassword']").FillAsync(Password);
            await SubmitAsync(page, "form[action='/cuenta/correo']");
            page.Url.ShouldContain("listo=address_asked", customMessage: await page.Locator("main").InnerTextAsync());
            var mail = await system.Mails.WaitForAsync(
                address, one => one.Text.Contains("/cuenta/correo/", StringComparison.Ordinal) && !people.Exists(other => one.Text.Contains(other.Link, StringComparison.Ordinal)), TimeSpan.FromSeconds(60));
            people.Add((page, MailCatcher.LinkIn(mail, "/cuenta/correo/")));
        }

        foreach (var (page, link) in people)
        {
            await page.GotoAsync(new Uri(link).PathAndQuery);
            await SubmitAsync(page, "form[action^='/cuenta/correo/']");
        }

        people[0].Page.Url.ShouldContain("listo=address_confirmed", customMessage: await people[0].Page.Locator("main").InnerTextAsync());
        (await people[1].Page.Locator("h1").InnerTextAsync()).ShouldBe("Confirme su correo");
        (await people[1].Page.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, await people[1].Page.Locator("main").InnerTextAsync());
        await CheckAsync(people[1].Page, "correo-no-cambia");
    }

    /// <summary>Somebody who accepted the invitation of the sample's administration.</summary>
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

    private async Task<string> SampleEmailAsync(string role) => (await SampleAsync(role))["email"]!.GetValue<string>();

    private async Task<string> SamplePasswordAsync(string role) => (await SampleAsync(role))["password"]!.GetValue<string>();

    private async Task<JsonNode> SampleAsync(string role) =>
        JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == role)!;

    private static async Task EnterPasswordAsync(IPage page, string email, string origin, string password = Password)
    {
        await page.GotoAsync(origin + "/cuenta/entrar");
        await page.Locator("[name='email']").FillAsync(email);
        await page.Locator("[name='password']").FillAsync(password);
        await SubmitAsync(page, "form[action='/cuenta/entrar']");
    }

    private static async Task SignInAsync(IPage page, string email, string origin = "", string password = Password)
    {
        await EnterPasswordAsync(page, email, origin, password);
        page.Url.ShouldNotContain("/cuenta/entrar", customMessage: await page.Locator("main").InnerTextAsync());
    }

    private static async Task SignOutAsync(IPage page, string origin)
    {
        await page.GotoAsync(origin + "/cuenta");
        await SubmitAsync(page, "form[action='/cuenta/salir']");
    }

    private static async Task ActAsync(IPage page, string act, string text)
    {
        await page.Locator($"details:has(form[action$='/{act}']) summary").ClickAsync();
        await page.Locator($"form[action$='/{act}'] [name='{act}.text']").FillAsync(text);
        await SubmitAsync(page, $"form[action$='/{act}']");
        (await page.Locator(".govuk-error-summary").CountAsync()).ShouldBe(0, await page.Locator("main").InnerTextAsync());
    }

    private static Task SubmitAsync(IPage page, string form = "main form") => page.Locator($"{form} button[type='submit']").First.ClickThroughAsync();

    /// <summary>By the address alone: Playwright's wait for it also waits for the page's load, and misses one that is over as soon as a script has gone there.</summary>
    private static async Task ArrivesAsync(IPage page, string address)
    {
        await Eventually.HoldsAsync(() => Task.FromResult(page.Url.EndsWith(address, StringComparison.Ordinal)), TimeSpan.FromSeconds(15), $"the way to {address}");
        await page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
    }

    private static Task CheckAsync(IPage page, string name) => PageLook.CheckAsync(page, name);

    /// <summary>A device that keeps keys and says yes, as DevTools offers it to tests.</summary>
    private static async Task<VirtualDevice> WithDeviceAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return new VirtualDevice(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    private sealed record VirtualDevice(ICDPSession Session, string Id)
    {
        public async Task SendAsync(string command, Dictionary<string, object> arguments) => await Session.SendAsync(command, arguments);
    }
}
