using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Pages;

/// <summary>What staff do about personal data, each page in a browser: breaches, requests at the desk, who looked, and the notice.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class PrivacyDeskPagesTests(SampleSystem system)
{
    [Fact]
    public async Task A_breach_is_recorded_and_completed_with_who_was_told_and_when()
    {
        var desk = await SignedInAsync();
        await desk.GotoAsync("/administracion/vulneraciones");
        await desk.Locator("[name='occurredOn']").FillAsync("2026-01-15");
        await desk.Locator("[name='knownAt']").FillAsync("2026-01-16T09:30");
        await desk.Locator("[name='what']").FillAsync("Se envió una lista a un tercero");
        await desk.Locator("[name='dataKinds']").FillAsync("Nombres y correos");
        await desk.Locator("[name='peopleAffected']").FillAsync("12");
        await desk.Locator("[name='measures']").FillAsync("Se pidió borrar la lista");
        await SendAsync(desk, "/vulneraciones");
        desk.Url.ShouldContain("listo=breach_recorded", customMessage: await TextAsync(desk));
        (await TextAsync(desk)).ShouldContain("16 de enero de 2026, 09:30");
        (await TextAsync(desk)).ShouldContain("Vencida");

        await desk.Locator("a:has-text('Completar el registro')").First.ClickThroughAsync();
        var page = new Uri(desk.Url).AbsolutePath;
        (await desk.Locator("[name='knownAt']").InputValueAsync()).ShouldBe("2026-01-16T09:30");
        await desk.Locator("[name='authorityNotifiedAt']").FillAsync("2026-01-15T08:00");
        await SendAsync(desk, page);
        (await desk.Locator("#authorityNotifiedAt-error").CountAsync()).ShouldBe(1, "nobody is told before it is known");
        (await desk.Locator(".govuk-error-summary a[href='#authorityNotifiedAt']").CountAsync()).ShouldBe(1);
        await PageLook.CheckAsync(desk, "vulneracion-error");
        await desk.Locator("[name='authorityNotifiedAt']").FillAsync("2026-01-17T08:00");
        await desk.Locator("[name='peopleNotifiedAt']").FillAsync("2026-01-18T12:15");
        await SendAsync(desk, page);
        desk.Url.ShouldContain("listo=breach_changed", customMessage: await TextAsync(desk));
        (await TextAsync(desk)).ShouldContain("18 de enero de 2026, 12:15");
        (await TextAsync(desk)).ShouldNotContain("Vencida");
        await PageLook.CheckAsync(desk, "vulneraciones-completas");
    }

    [Fact]
    public async Task Somebody_with_an_account_asks_on_paper_gets_a_copy_and_is_erased_from_the_desk()
    {
        var email = $"{Guid.NewGuid():N}@prueba.example";
        using (var office = await ApiClient.SignInAsync(system, "administration"))
        using (var invited = await office.SendAsync(HttpMethod.Post, "/api/participants/v1/accounts", new JsonObject { ["email"] = email, ["displayName"] = "Petra Papel" }))
        using (var nobody = new ApiClient(system.Origin))
        using (var accepted = await nobody.SendAsync(
            HttpMethod.Post, $"/api/participants/v1/invitations/{JsonNode.Parse(await invited.Content.ReadAsStringAsync())!["invitationLink"]!.GetValue<string>().Split('/')[^1]}",
            new JsonObject { ["password"] = "una frase de paso larga 27", ["privacyNoticeId"] = await nobody.NoticeAsync() }))
        {
            accepted.EnsureSuccessStatusCode();
        }

        var desk = await SignedInAsync();
        var access = await RecordAsync(desk, "ACCESS", email: null);
        await ActAsync(desk, access, "person", ("personEmail", "nadie@correo.example"));
        (await desk.Locator("#person-personEmail-error").CountAsync()).ShouldBe(1, "no such account");
        await PageLook.CheckAsync(desk, "solicitud-persona-error");
        await ActAsync(desk, access, "person", ("personEmail", email));
        (await TextAsync(desk)).ShouldContain("Petra Papel");
        await PageLook.CheckAsync(desk, "solicitud-con-persona");
        var download = await desk.RunAndWaitForDownloadAsync(() => desk.Locator("a[href$='/datos.zip']").ClickAsync());
        using (var zip = new ZipArchive(File.OpenRead(await download.PathAsync())))
        using (var json = new StreamReader(zip.GetEntry("datos.json")!.Open()))
        {
            var data = JsonNode.Parse(await json.ReadToEndAsync())!.AsObject();
            data.Select(part => part.Key).ShouldBe(["participants", "action-plans", "transparency", "notifications"]);
            data["participants"]!.ToJsonString().ShouldContain(email);
        }

        await ActAsync(desk, access, "answer", ("text", "Se entrega la copia"));
        await ActAsync(desk, access, "effect");
        (await TextAsync(desk)).ShouldContain("Hecha efectiva");

        var erases = await RecordAsync(desk, "CANCELLATION", email);
        await ActAsync(desk, erases, "answer", ("text", "Procede"));
        (await desk.Locator("form[action$='/effect']").CountAsync()).ShouldBe(0, "a person is erased, not declared done");
        // What else they asked stands above the button, and what came after the page was opened is shown before anything ends.
        var other = await system.OpenBrowserAsync();
        await SignInAsync(other);
        var portable = await RecordAsync(other, "PORTABILITY", email);
        await ActAsync(desk, erases, "erasure");
        (await TextAsync(desk)).ShouldContain("terminarían con la supresión sin atenderse");
        (await desk.Locator($"main section a[href='{portable}']").CountAsync()).ShouldBe(1);
        await PageLook.CheckAsync(desk, "supresion-con-otras-solicitudes");
        await ActAsync(desk, erases, "erasure");
        await other.GotoAsync(portable);
        (await TextAsync(other)).ShouldContain("Sin materia");
        await PageLook.CheckAsync(other, "solicitud-sin-materia");
        await Eventually.HoldsAsync(async () =>
        {
            await desk.GotoAsync(erases);
            return (await TextAsync(desk)).Contains("Hecha efectiva", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(60), "every service to confirm the erasure");
        (await TextAsync(desk)).ShouldNotContain("Petra Papel");

        // Of somebody of whom nothing is kept: with the reason.
        var nobodys = await RecordAsync(desk, "CANCELLATION", email: null);
        (await OnListAsync(desk, nobodys, "/administracion/derechos")).ShouldBeTrue();
        await desk.GotoAsync(nobodys);
        await ActAsync(desk, nobodys, "answer", ("text", "Procede"));
        await ActAsync(desk, nobodys, "effect");
        (await desk.Locator("#effect-reason-error").CountAsync()).ShouldBe(1);
        await ActAsync(desk, nobodys, "effect", ("reason", "Se buscó y no se encontró nada"));
        (await TextAsync(desk)).ShouldContain("Se buscó y no se encontró nada");
        (await OnListAsync(desk, nobodys, "/administracion/derechos")).ShouldBeFalse("only open ones");
        (await OnListAsync(desk, nobodys, "/administracion/derechos?todas=si")).ShouldBeTrue();
        (await TextAsync(desk)).ShouldContain("Abiertas:");
        await PageLook.CheckAsync(desk, "solicitudes-todas");

        await desk.GotoAsync("/administracion/accesos");
        (await TextAsync(desk)).ShouldContain("Quien solicita en ARCO-");
        await PageLook.CheckAsync(desk, "consultas-a-datos");
    }

    [Fact]
    public async Task Files_that_somebody_uploaded_are_in_the_zip_of_their_data_whole()
    {
        var liaison = await system.OpenBrowserAsync();
        await SignInAsync(liaison, "liaison");
        var answer = await liaison.Context.APIRequest.GetAsync("/cuenta/privacidad/mis-datos.zip");
        answer.Status.ShouldBe(200);
        answer.Headers["content-disposition"].ShouldContain("mis-datos.zip");
        using var zip = new ZipArchive(new MemoryStream(await answer.BodyAsync()));
        using var json = new StreamReader(zip.GetEntry("datos.json")!.Open());
        var files = JsonNode.Parse(await json.ReadToEndAsync())!["action-plans"]!["files"]!.AsArray();
        files.Count.ShouldBeGreaterThan(0, "the sample's reports carry files");
        foreach (var file in files)
        {
            await using var content = zip.Entries.Single(entry => entry.FullName.StartsWith($"archivos/action-plans/{Guid.Parse(file!["id"]!.GetValue<string>()):N}-", StringComparison.Ordinal)).Open();
            Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(content)).ShouldBe(file!["sha256"]!.GetValue<string>());
        }

        using var page = new StreamReader(zip.GetEntry("datos.html")!.Open());
        (await page.ReadToEndAsync()).ShouldContain("archivos/action-plans/");
    }

    [Fact]
    public async Task A_version_of_the_rules_is_withdrawn_before_its_day_after_a_confirmation_with_the_reason()
    {
        var desk = await SignedInAsync();
        await desk.GotoAsync("/administracion/perfil-legal");
        await desk.Locator("[name='validFrom']").FillAsync(DateTime.UtcNow.AddDays(300).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await desk.Locator("form[action='/administracion/perfil-legal'] button[type='submit']").ClickThroughAsync();
        await desk.Locator("[name='reason']").FillAsync("Reforma con fecha equivocada");
        await SendAsync(desk, "/adoptar");
        desk.Url.ShouldContain("listo=legal_profile_adopted", customMessage: await TextAsync(desk));
        var version = desk.Locator("article", new PageLocatorOptions { HasTextString = "Reforma con fecha equivocada" });
        await version.Locator("a[href$='/retirar']").ClickThroughAsync();
        await PageLook.CheckAsync(desk, "perfil-legal-retirar");
        await SendAsync(desk, "/retirar");
        (await desk.Locator("#reason-error").CountAsync()).ShouldBe(1, "not without the reason");
        await PageLook.CheckAsync(desk, "perfil-legal-retirar-error");
        await desk.Locator("[name='reason']").FillAsync("La fecha era de otro año");
        await SendAsync(desk, "/retirar");
        desk.Url.ShouldContain("listo=legal_profile_withdrawn", customMessage: await TextAsync(desk));
        (await version.InnerTextAsync()).ShouldContain("nunca estuvo en vigor");
        (await version.InnerTextAsync()).ShouldContain("La fecha era de otro año");
        (await version.Locator("a[href$='/retirar']").CountAsync()).ShouldBe(0);
        await PageLook.CheckAsync(desk, "perfil-legal-retirado");
    }

    [Fact]
    public async Task The_notice_is_written_in_one_language_and_the_others_go_along()
    {
        var desk = await SignedInAsync();
        await desk.GotoAsync("/administracion/aviso-de-privacidad");
        (await TextAsync(desk)).ShouldContain("dirán de qué versión son");
        await desk.Locator("[name='transparencyUnit']").FillAsync("La de la institución responsable, en la planta baja.");
        await SendAsync(desk, "/aviso-de-privacidad");
        desk.Url.ShouldContain("listo=notice_published", customMessage: await TextAsync(desk));
        await desk.Locator("nav a[href$='idioma=en']").ClickThroughAsync();
        (await desk.Locator("[name='transparencyUnit']").InputValueAsync()).ShouldContain("central offices", customMessage: "the English text was not dropped");
        await desk.Locator("[name='transparencyUnit']").FillAsync("That of the responsible institution, on the ground floor.");
        await SendAsync(desk, "/aviso-de-privacidad");
        desk.Url.ShouldContain("listo=notice_published", customMessage: await TextAsync(desk));
        (await desk.Locator("[name='transparencyUnit']").InputValueAsync()).ShouldContain("ground floor");
        await PageLook.CheckAsync(desk, "aviso-en-ingles");
        await desk.GotoAsync("/privacidad");
        (await TextAsync(desk)).ShouldContain("en la planta baja");
    }

    /// <returns>The path of the request's page.</returns>
    private static async Task<string> RecordAsync(IPage desk, string right, string? email)
    {
        await desk.GotoAsync("/administracion/derechos");
        await desk.Locator("[name='applicantName']").FillAsync("Quien Pide");
        await desk.Locator("[name='applicantContact']").FillAsync("Pasa a recoger");
        await desk.Locator("[name='identityCheck']").FillAsync("Credencial para votar");
        await desk.Locator("[name='personEmail']").FillAsync(email ?? "");
        await desk.Locator($"[name='right'][value='{right}']").CheckAsync();
        await desk.Locator("[name='description']").FillAsync("Lo pide por escrito en ventanilla");
        await SendAsync(desk, "/administracion/derechos");
        desk.Url.ShouldContain("listo=arco_received", customMessage: await TextAsync(desk));
        return new Uri(desk.Url).AbsolutePath;
    }

    private static async Task ActAsync(IPage desk, string request, string act, params (string Field, string Text)[] fields)
    {
        var form = $"form[action='{request}/{act}']";
        if (!await desk.Locator($"details:has({form})").EvaluateAsync<bool>("details => details.open"))
            await desk.Locator($"details:has({form}) summary").ClickAsync();
        foreach (var (field, text) in fields)
            await desk.Locator($"{form} [name='{act}.{field}']").FillAsync(text);
        await desk.Locator($"{form} button[type='submit']").ClickThroughAsync();
    }

    private static async Task<bool> OnListAsync(IPage desk, string request, string list)
    {
        await desk.GotoAsync(list);
        return await desk.Locator($"main table a[href='{request}']").CountAsync() == 1;
    }

    private async Task<IPage> SignedInAsync()
    {
        var page = await system.OpenBrowserAsync();
        await SignInAsync(page);
        return page;
    }

    private async Task SignInAsync(IPage page, string role = "administration")
    {
        var account = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray().First(one => one!["role"]!.GetValue<string>() == role)!;
        await page.GotoAsync("/cuenta/entrar");
        await page.Locator("[name='email']").FillAsync(account["email"]!.GetValue<string>());
        await page.Locator("[name='password']").FillAsync(account["password"]!.GetValue<string>());
        await page.Locator("form[action='/cuenta/entrar'] button[type='submit']").ClickThroughAsync();
        page.Url.ShouldNotContain("/cuenta/entrar", customMessage: await TextAsync(page));
    }

    private static Task SendAsync(IPage page, string action) => page.Locator($"main form[action$='{action}'] button[type='submit']").First.ClickThroughAsync();

    private static Task<string> TextAsync(IPage page) => page.Locator("main").InnerTextAsync();
}
