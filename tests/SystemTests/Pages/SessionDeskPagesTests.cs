using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Pages;

/// <summary>What goes otherwise than planned while a session is run: an error beside its field, a term that ends, a motion that nobody votes on.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class SessionDeskPagesTests(SampleSystem system)
{
    [Fact]
    public async Task The_desk_of_a_session_says_what_is_amiss_where_it_is_and_what_to_do()
    {
        using var office = await ApiClient.SignInAsync(system, "administration");
        var stl = await ComposedSecretariat.ComposeAsync(system, office, "Secretariado con relevo (prueba)", civilSociety: 2);
        await stl.InstallAsync();
        var desk = await system.OpenBrowserAsync();
        await SecretariatWalk.SignInAsync(system, desk, "administration");
        await RemovesWithoutReasonAsync(stl, desk);

        var session = await stl.OpenSessionAsync("Hoja de ruta");
        var (at, running) = (ComposedSecretariat.Session(session), $"/administracion/sesiones/{session}");
        var item = (await office.GetAsync(at))["agenda"]![0]!["id"]!.GetValue<string>();
        await ProposeAsync("Se aprueba la hoja de ruta.");
        await ProposeAsync("Se convoca a una mesa de trabajo.");
        await desk.GotoAsync(running);
        await desk.Locator("form[action$='/votaciones'] button").First.ClickThroughAsync();

        // The reason is too short: the summary leads to the field of this seat.
        var first = desk.Locator("li:has-text('asiento 1'):has(form[action$='/votos'])");
        await first.Locator("[name^='conflicto-']").FillAsync("x");
        await first.Locator("form[action$='/votos']").Last.Locator("button").ClickThroughAsync();
        await LeadsToAsync(desk, $"conflicto-{stl.Seats[0]}", "x");
        await PageLook.CheckAsync(desk, "sesion-motivo-del-conflicto");

        // The term of who is there ends; who holds the seat now is checked in from the same line.
        var seats = (await office.GetAsync($"/api/participants/v1/secretariats/{stl.Id}"))["seats"]!.AsArray();
        var holding = seats.Single(seat => seat!["id"]!.GetValue<string>() == stl.Seats[0])!["titular"]!["id"]!.GetValue<string>();
        await stl.ActAsync($"holders/{holding}/end", new JsonObject { ["reason"] = "Renuncia" });
        var relief = await ComposedSecretariat.PostAsync(office, "/api/participants/v1/organisations", new JsonObject { ["name"] = "Organización de relevo (prueba)", ["kind"] = "CIVIL_SOCIETY_ORGANIZATION" });
        await stl.ActAsync($"seats/{stl.Seats[0]}/holders", new JsonObject
        {
            ["role"] = "TITULAR",
            ["organisationId"] = relief["id"]!.GetValue<string>(),
            ["access"] = "APPOINTMENT",
            ["document"] = "Oficio 2/2026",
            ["post"] = "Dirección General",
        });
        await desk.GotoAsync(running);
        (await TextAsync(desk)).ShouldContain("la integración con la que llegó ya terminó: no cuenta para el quórum ni vota.");
        (await desk.Locator("li:has-text('asiento 1') form[action$='/votos']").CountAsync()).ShouldBe(0, "who holds the seat no more does not vote");
        await PageLook.CheckAsync(desk, "sesion-integracion-terminada");
        await desk.Locator("li:has-text('Asiento 1:') form[action$='/asistencia']:has([value='TITULAR']) button").First.ClickThroughAsync();
        (await TextAsync(desk)).ShouldNotContain("no cuenta para el quórum ni vota");
        (await TextAsync(desk)).ShouldContain("Asientos presentes: 4.");

        await desk.Locator("form[action$='/cierres'] button").ClickThroughAsync();
        await desk.Locator("form[action$='/clausura'] button").ClickThroughAsync();
        (await TextAsync(desk)).ShouldContain("No se votó.");
        (await TextAsync(desk)).ShouldNotContain("Todavía no se vota.");
        (await TextAsync(desk)).ShouldContain("en primera convocatoria");
        await PageLook.CheckAsync(desk, "sesion-concluida-secretaria");

        Task<JsonNode> ProposeAsync(string text) => ComposedSecretariat.PostAsync(office, $"{at}/motions", new JsonObject { ["agendaItemId"] = item, ["text"] = text });
    }

    [Fact]
    public async Task Minutes_that_a_session_approved_of_itself_await_no_vote_any_more()
    {
        using var office = await ApiClient.SignInAsync(system, "administration");
        var stl = await ComposedSecretariat.ComposeAsync(system, office, "Secretariado que aprueba su acta (prueba)");
        await stl.InstallAsync();
        var session = await stl.OpenSessionAsync("Hoja de ruta");
        var agenda = (await ActAsync("agenda-items", new JsonObject { ["title"] = "Acta", ["matter"] = "MINUTES_APPROVAL" }))["agenda"]!.AsArray();
        await ActAsync("motions", new JsonObject { ["agendaItemId"] = agenda[0]!["id"]!.GetValue<string>(), ["text"] = "Se aprueba la hoja de ruta." });
        var minutes = await ActAsync("minutes", null);
        var visitor = await system.OpenBrowserAsync();
        await SeesAsync("Todavía no se vota.");
        var motion = (await ActAsync("motions", new JsonObject
        {
            ["agendaItemId"] = agenda[1]!["id"]!.GetValue<string>(),
            ["text"] = "Se aprueba el acta.",
            ["subjectKind"] = "MINUTES",
            ["subjectId"] = minutes["id"]!.GetValue<string>(),
            ["subjectHash"] = minutes["versions"]![0]!["hash"]!.GetValue<string>(),
        }))["motions"]![1]!["id"]!.GetValue<string>();
        await ActAsync($"motions/{motion}/ballots", new JsonObject { ["round"] = 1 });
        foreach (var seat in stl.Seats)
            await ActAsync($"motions/{motion}/room-votes", new JsonObject { ["seatId"] = seat, ["round"] = 1, ["choice"] = "IN_FAVOUR" });
        await ActAsync($"motions/{motion}/ballots/close", new JsonObject { ["round"] = 1 });
        await ActAsync("closing", null);
        await SeesAsync("No se votó.");
        (await TextAsync(visitor)).ShouldNotContain("Todavía no se vota.");

        Task<JsonNode> ActAsync(string act, JsonObject? body) => ComposedSecretariat.PostAsync(office, $"{ComposedSecretariat.Session(session)}/{act}", body);

        // Anonymous answers may be up to a second old.
        Task<TimeSpan> SeesAsync(string text) => Eventually.HoldsAsync(
            async () =>
            {
                await visitor.GotoAsync($"/sesiones/{session}/acta");
                return (await TextAsync(visitor)).Contains(text, StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(30),
            text);
    }

    /// <summary>Two forms of this page ask for a reason: the error belongs to the document, not to the session that nobody cancels.</summary>
    private static async Task RemovesWithoutReasonAsync(ComposedSecretariat stl, IPage desk)
    {
        var convened = (await stl.ActAsync("sessions", new JsonObject
        {
            ["kind"] = "ORDINARY",
            ["startsAt"] = DateTimeOffset.UtcNow.AddHours(3).ToString("O", CultureInfo.InvariantCulture),
            ["place"] = "Sala de sesiones",
            ["agenda"] = new JsonArray(new JsonObject { ["title"] = "Hoja de ruta", ["matter"] = "GENERAL" }),
        }))["id"]!.GetValue<string>();
        await desk.GotoAsync($"/administracion/sesiones/{convened}");
        await desk.Locator("[name='documentTitle']").FillAsync("Proyecto de hoja de ruta");
        await desk.Locator("[name='file']").SetInputFilesAsync(new FilePayload { Name = "hoja-de-ruta.pdf", MimeType = "application/pdf", Buffer = "%PDF-1.4 ejemplo"u8.ToArray() });
        await desk.Locator("form[action$='/documentos'] button[type='submit']").ClickThroughAsync();
        await desk.Locator("details:has(form[action$='/retiros']) summary").ClickAsync();
        await desk.Locator("form[action$='/retiros'] button[type='submit']").ClickThroughAsync();
        var document = await desk.Locator("form[action$='/retiros'] [name='documentId']").InputValueAsync();
        await LeadsToAsync(desk, $"motivo-{document}", "");
        await PageLook.CheckAsync(desk, "sesion-retirar-documento");
        await desk.Locator($"[name='motivo-{document}']").FillAsync("Se subió otro archivo");
        await desk.Locator("form[action$='/retiros'] button[type='submit']").ClickThroughAsync();
        (await TextAsync(desk)).ShouldContain("Se subió otro archivo");
    }

    /// <summary>The only error links the field, which is to be seen, says it itself and keeps what was typed.</summary>
    private static async Task LeadsToAsync(IPage page, string field, string typed)
    {
        (await page.Locator(".govuk-error-summary a").GetAttributeAsync("href")).ShouldBe($"#{field}");
        var input = page.Locator($"[id='{field}']");
        (await input.IsVisibleAsync()).ShouldBeTrue();
        (await input.GetAttributeAsync("aria-invalid")).ShouldBe("true");
        (await input.InputValueAsync()).ShouldBe(typed);
        (await page.Locator($"[id='{field}-error']").IsVisibleAsync()).ShouldBeTrue();
    }

    private static Task<string> TextAsync(IPage page) => page.Locator("main").InnerTextAsync();
}
