using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Pages;

/// <summary>What precedes a secretariat and what follows a session: the promoter group, and minutes that a later session approves.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class GroupAndMinutesPagesTests(SampleSystem system)
{
    private static readonly TimeZoneInfo CentralMexico = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    [Fact]
    public async Task The_promoter_group_has_every_sector_and_ends_with_the_installation()
    {
        const string Name = "Secretariado con grupo promotor (prueba)";
        var desk = await system.OpenBrowserAsync();
        await SignInAsync(desk);
        await desk.GotoAsync("/administracion/secretariado");
        await desk.Locator("[name='name']").FillAsync(Name);
        await desk.Locator("main form[action$='/administracion/secretariado'] button[type='submit']").Last.ClickThroughAsync();
        var id = new Uri(desk.Url).AbsolutePath.Split('/')[^1];
        var groups = $"/administracion/secretariado/{id}/grupos";

        // Without a sector it is no promoter group, and the page says which rule.
        await desk.GotoAsync(groups);
        await desk.Locator("[name='name']").FillAsync("Grupo promotor");
        await desk.Locator("[name='mandate']").FillAsync("Busca integrantes y prepara la declaratoria.");
        await FormFields.FindAsync(desk, "member0", "Andrómeda");
        await FormFields.FindAsync(desk, "member1", "Secretaría de la Contraloría");
        await SendAsync(desk, groups);
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1);
        await PageLook.CheckAsync(desk, "grupo-promotor-falta-sector");
        await FormFields.FindAsync(desk, "member2", "Instituto de Transparencia");
        await SendAsync(desk, groups);
        desk.Url.ShouldContain("listo=secretariat_changed", customMessage: await TextAsync(desk));
        var group = new Uri(desk.Url).AbsolutePath.Split('/')[^1];
        await PageLook.CheckAsync(desk, "grupo-promotor-mesa");

        var visitor = await system.OpenBrowserAsync();
        await SeesAsync(visitor, $"/grupos/{group}", "En funciones");
        (await TextAsync(visitor)).ShouldContain("No se registran personas.");
        await PageLook.CheckAsync(visitor, "grupo-promotor");

        using var office = await ApiClient.SignInAsync(system, "administration");
        await ComposedSecretariat.ComposeInAsync(system, office, id, Name);
        await desk.GotoAsync($"/administracion/secretariado/{id}");
        await desk.Locator("main form[action$='/instalacion'] button[type='submit']").Last.ClickThroughAsync();
        desk.Url.ShouldContain("listo=secretariat_changed", customMessage: await TextAsync(desk));
        await SeesAsync(visitor, $"/grupos/{group}", "Terminado");
        (await TextAsync(visitor)).ShouldContain("El Secretariado quedó instalado.");
        await PageLook.CheckAsync(visitor, "grupo-promotor-terminado");

        // Nothing was held and nothing was voted on yet; one seat is singular.
        await visitor.GotoAsync($"/secretariado/{id}");
        (await TextAsync(visitor)).ShouldContain("Órgano garante: 1 de 1 asiento ocupado");
        (await TextAsync(visitor)).ShouldContain("Secretaría técnica");
        await visitor.GotoAsync($"/secretariado/{id}/votos");
        (await TextAsync(visitor)).ShouldContain("Todavía no hay votaciones cerradas.");
        await PageLook.CheckAsync(visitor, "votos-ninguno");
        await visitor.GotoAsync($"/secretariado/{id}/asistencia");
        (await TextAsync(visitor)).ShouldContain("Todavía no hay sesiones concluidas.");
    }

    [Fact]
    public async Task Minutes_are_approved_by_a_later_session()
    {
        using var office = await ApiClient.SignInAsync(system, "administration");
        var stl = await ComposedSecretariat.ComposeAsync(system, office, "Secretariado con dos sesiones (prueba)");
        await stl.InstallAsync();
        var first = await stl.OpenSessionAsync("Hoja de ruta");
        await ComposedSecretariat.PostAsync(office, $"{ComposedSecretariat.Session(first)}/closing", null);

        var visitor = await system.OpenBrowserAsync();
        await SeesAsync(visitor, $"/sesiones/{first}/acta", "Versión 1");
        (await TextAsync(visitor)).ShouldNotContain("por el Acuerdo");
        var desk = await system.OpenBrowserAsync();
        await SignInAsync(desk);
        await desk.GotoAsync($"/administracion/secretariado/{stl.Id}");
        await SecretariatWalk.OpenAsync(desk, "/sesiones");
        var start = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow.AddSeconds(15), CentralMexico);
        await desk.Locator("[name='day']").FillAsync(start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await desk.Locator("[name='hour']").FillAsync(start.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        await desk.Locator("[name='place']").FillAsync("Sala de sesiones");
        await desk.Locator("[name='title0']").FillAsync("Acta de la sesión anterior");
        await desk.Locator("[name='matter0']").SelectOptionAsync("MINUTES_APPROVAL");
        await desk.Locator("main form[action$='/sesiones'] button[type='submit']").Last.ClickThroughAsync();
        var running = new Uri(desk.Url).AbsolutePath;
        running.ShouldStartWith("/administracion/sesiones/", customMessage: await TextAsync(desk));
        for (var seat = 1; seat <= stl.Seats.Count; seat++)
            await ActAsync(desk, running, $"li:has-text('Asiento {seat}:') form[action$='/asistencia']:has([value='TITULAR']) button", $"Asientos presentes: {seat}.");
        await ActAsync(desk, running, "form[action$='/apertura'] button", "En curso");
        await PageLook.CheckAsync(desk, "acta-en-otra-sesion");
        await ActAsync(desk, running, "form[action$='/actas'] button", "Se aprueba el acta de la Sesión ordinaria 1 en su versión 1.");
        await ActAsync(desk, running, "form[action$='/votaciones'] button", "Votación abierta");
        for (var voted = 1; voted <= stl.Seats.Count; voted++)
            await ActAsync(desk, running, "form[action$='/votos']:has([value='IN_FAVOUR']) button", $"Han votado {voted} de {stl.Seats.Count}");
        await ActAsync(desk, running, "form[action$='/cierres'] button", "Aprobada");
        // It is approved when the session that approved it ends, not before.
        await visitor.GotoAsync($"/sesiones/{first}/acta");
        (await TextAsync(visitor)).ShouldNotContain("por el Acuerdo");
        await ActAsync(desk, running, "form[action$='/clausura'] button", "Concluida");
        await SeesAsync(visitor, $"/sesiones/{first}/acta", "por el Acuerdo 1");
        await PageLook.CheckAsync(visitor, "acta-aprobada-despues");
        await desk.GotoAsync($"/administracion/sesiones/{first}/acta");
        (await desk.Locator("main [name='text']").CountAsync()).ShouldBe(0, "approved minutes are not corrected");
    }

    /// <summary>Anonymous answers may be up to a second old.</summary>
    private static Task<TimeSpan> SeesAsync(IPage page, string address, string text) => Eventually.HoldsAsync(
        async () =>
        {
            await page.GotoAsync(address);
            return (await TextAsync(page)).Contains(text, StringComparison.Ordinal);
        },
        TimeSpan.FromSeconds(30),
        $"{text} at {address}");

    /// <summary>Presses the button until the page shows that it was done: a busy machine may answer that a service is away.</summary>
    private static Task<TimeSpan> ActAsync(IPage page, string address, string button, string shown) => Eventually.HoldsAsync(
        async () =>
        {
            await page.GotoAsync(address);
            if ((await TextAsync(page)).Contains(shown, StringComparison.Ordinal))
                return true;
            if (await page.Locator(button).CountAsync() > 0)
                await page.Locator(button).First.ClickThroughAsync();
            return (await TextAsync(page)).Contains(shown, StringComparison.Ordinal);
        },
        TimeSpan.FromMinutes(2),
        shown);

    private static Task SendAsync(IPage page, string action) => page.Locator($"main form[action$='{action}'] button[type='submit']").Last.ClickThroughAsync();

    private static Task<string> TextAsync(IPage page) => page.Locator("main").InnerTextAsync();

    private async Task SignInAsync(IPage page)
    {
        var account = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == "administration")!;
        await page.GotoAsync("/cuenta/entrar");
        await page.Locator("[name='email']").FillAsync(account["email"]!.GetValue<string>());
        await page.Locator("[name='password']").FillAsync(account["password"]!.GetValue<string>());
        await page.Locator("main form button[type='submit']").First.ClickThroughAsync();
        page.Url.ShouldNotContain("/cuenta/entrar");
    }
}
