using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using Npgsql;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Support;
using OpenGov.SystemTests.Thread;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Operation;

/// <summary>The operator's page on the whole system, while parts of it are away.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class OperationPageTests(SampleSystem system) : OperatorWalk(system)
{
    [Fact]
    public async Task Only_an_operator_sees_it()
    {
        using var nobody = new ApiClient(Instance.Origin);
        using var liaison = await ApiClient.SignInAsync(Instance, "liaison");
        foreach (var address in new[] { Page, "/operacion/mensajes", "/operacion/diagnostico.zip", "/operacion/copias/transparency/action-plans" })
        {
            using var refused = await nobody.SendAsync(HttpMethod.Get, address);
            refused.StatusCode.ShouldBe(HttpStatusCode.SeeOther, address);
            refused.Headers.Location!.ToString().ShouldStartWith("/cuenta/entrar");
            using var forbidden = await liaison.SendAsync(HttpMethod.Get, address);
            forbidden.StatusCode.ShouldBe(HttpStatusCode.Forbidden, address);
        }
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task It_names_every_process_and_axe_finds_no_violation(int width)
    {
        var page = await Instance.OpenBrowserAsync(width);
        await SignInAsync(page);
        var text = "";
        // What does not answer in time, as just after a restart on a busy machine, is said to be unknown: looked at again.
        await Eventually.HoldsAsync(
            async () =>
            {
                await page.GotoAsync(Page);
                text = await page.Locator("main").InnerTextAsync();
                return !text.Contains("no se pudo averiguar", StringComparison.OrdinalIgnoreCase);
            },
            TimeSpan.FromSeconds(60),
            "every part of the page to be known");
        foreach (var expected in new[]
                 {
                     "Participantes y cuentas", "Planes de acción", "Datos abiertos", "Avisos por correo", "Páginas", "Entrada", "PostgreSQL", "RabbitMQ 3.",
                     "Este sistema no tiene certificado propio",
                 })
            text.ShouldContain(expected);
        await Axe.FindsNothingAsync(page, Page);
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width, "the page scrolls sideways");

        foreach (var address in new[] { "/operacion/mensajes", "/operacion/copias/transparency/action-plans" })
        {
            await page.GotoAsync(address);
            await Axe.FindsNothingAsync(page, address);
        }
    }

    [Fact]
    public async Task It_works_while_broker_and_a_service_are_away_and_says_so()
    {
        using var api = await ApiClient.SignInAsync(Instance, "administration");
        (await TextAsync(api)).ShouldContain("Datos abiertos");
        await CommandAsync("broker", KnownResourceCommands.StopCommand);
        await CommandAsync("transparency", KnownResourceCommands.StopCommand);
        try
        {
            var text = await TextAsync(api);
            text.ShouldContain("Hay algo que no funciona.");
            text.ShouldContain("«Datos abiertos» no responde, desde el ");
            text.ShouldContain("La mensajería (RabbitMQ) no responde.");
            text.ShouldContain("Planes de acción");
            using var bundle = await api.SendAsync(HttpMethod.Get, "/operacion/diagnostico.zip");
            bundle.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            await CommandAsync("broker", KnownResourceCommands.StartCommand);
            await CommandAsync("transparency", KnownResourceCommands.StartCommand);
        }

        await HealthyAgainAsync(api);
    }

    [Fact]
    public async Task While_the_database_is_away_it_shows_what_is_public_and_why()
    {
        using var api = await ApiClient.SignInAsync(Instance, "administration");
        (await TextAsync(api)).ShouldContain("Datos abiertos");
        await CommandAsync("postgres", KnownResourceCommands.StopCommand);
        try
        {
            using var answer = await api.SendAsync(HttpMethod.Get, Page);
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter.ShouldNotBeNull();
            var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
            text.ShouldContain("No se puede comprobar quién es usted.");
            text.ShouldContain("Con falla");
        }
        finally
        {
            await CommandAsync("postgres", KnownResourceCommands.StartCommand);
        }

        await HealthyAgainAsync(api);
    }
    [Fact]
    public async Task A_copy_is_rebuilt_from_the_page_and_stays_the_same()
    {
        var page = await Instance.OpenBrowserAsync();
        await SignInAsync(page);
        var before = await CountAsync("select count(*) from progress_reports");
        await page.GotoAsync("/operacion/copias/transparency/action-plans");
        await page.Locator("main form button").ClickThroughAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Marque la casilla para confirmar.");
        await page.Locator("[name='reason']").FillAsync("prueba del sistema");
        await page.Locator("[name='confirm']").CheckAsync();
        await page.Locator("main form button").ClickThroughAsync();
        // The page reloads by itself while the rebuild runs.
        await Assertions.Expect(page.Locator("main dl")).ToContainTextAsync("Hecho", new() { Timeout = 60_000 });
        (await CountAsync("select count(*) from progress_reports")).ShouldBe(before);
    }
    [Fact]
    public async Task The_documented_backup_can_be_made_and_restored()
    {
        var folder = Path.Combine(Instance.DataFolder, "backup-test");
        await BackupScripts.RunAsync("backup.sh", Instance.DataFolder, folder);
        var facts = await BackupScripts.RunAsync("check-backup.sh", Instance.DataFolder, folder);
        foreach (var database in new[] { "participants-db", "action-plans-db" })
            Regex.IsMatch(facts, $"{database}: [1-9][0-9]* avisos", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBeTrue(facts);

        // And the page tells of it.
        using var api = await ApiClient.SignInAsync(Instance, "administration");
        var page = await TextAsync(api);
        page.ShouldContain("6 archivos");
        page.ShouldNotContain("Todavía no se ha hecho ningún respaldo");
        page.ShouldContain("Anotadas fuera de la base de datos; ningún respaldo restaurado ha traído de vuelta a nadie");
        // A test's instance goes away with it, and makes none by itself.
        page.ShouldContain("en esta instancia solo se hacen cuando alguien los pide");
        page.ShouldContain("Hacer un respaldo ahora");
    }

    private static async Task<string> TextAsync(ApiClient api)
    {
        using var answer = await api.SendAsync(HttpMethod.Get, Page);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }
}
