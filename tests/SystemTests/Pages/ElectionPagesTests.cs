using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using Npgsql;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Pages;

/// <summary>
/// Civil society elects its seats in a browser, from the call to who takes the seat. One representative votes on a phone without JavaScript; others try
/// what is not allowed. The weeks between are not waited for: call and election lie a month further back.
/// </summary>
[Collection(SampleSystemCollection.Name)]
public sealed class ElectionPagesTests(SampleSystem system)
{
    private const string Password = "una frase de paso larga 27";
    private const string Participants = "/api/participants/v1";
    private static readonly TimeZoneInfo CentralMexico = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    private static DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, CentralMexico).DateTime);

    [Fact]
    public async Task Civil_society_elects_its_seats_from_the_call_to_the_held_seat()
    {
        using var office = await ApiClient.SignInAsync(system, "administration");
        var desk = await system.OpenBrowserAsync();
        await EnterAsync(desk, await AdministratorAsync());
        await desk.GotoAsync("/administracion/secretariado");
        await desk.Locator("[name='name']").FillAsync("Secretariado de la elección (prueba)");
        // Municipal, below the state's own.
        await desk.Locator("[name='parentId']").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await SendAsync(desk, "/administracion/secretariado");
        var secretariat = new Uri(desk.Url).AbsolutePath.Split('/')[^1];
        var elections = $"/administracion/secretariado/{secretariat}/elecciones";
        await desk.GotoAsync(elections);
        (await TextAsync(desk)).ShouldContain("Este secretariado no tiene asientos de sociedad civil.");
        await desk.Locator("main a", new PageLocatorOptions { HasTextString = "Agregar asientos" }).ClickThroughAsync();
        await desk.Locator("[name='sector']").SelectOptionAsync("CIVIL_SOCIETY");
        await SendAsync(desk, "/asientos");

        // Two stand, a third only votes.
        var ceiba = await RepresentativeAsync(office, "Red Ceiba (elección)");
        var sauce = await RepresentativeAsync(office, "Colectivo Sauce (elección)");
        var nopal = await RepresentativeAsync(office, "Asociación Nopal (elección)");
        var phone = await system.OpenBrowserAsync(390, 844, javaScript: false);
        var second = await system.OpenBrowserAsync();
        var third = await system.OpenBrowserAsync();
        await EnterAsync(phone, ceiba.Email);
        await EnterAsync(second, sauce.Email);
        await EnterAsync(third, nopal.Email);
        await ResolvedCallAsync(desk, phone, second);

        await desk.GotoAsync(elections);
        await SendAsync(desk, "/elecciones");
        (await desk.Locator(".govuk-error-summary").CountAsync()).ShouldBe(1, "days and seats are asked for");
        await desk.Locator("main [name^='asiento_']").First.CheckAsync();
        await desk.Locator("[name='opensOn']").FillAsync(Iso(Today));
        await desk.Locator("[name='closesOn']").FillAsync(Iso(Today.AddDays(1)));
        await PageLook.CheckAsync(desk, "eleccion-convocar");
        await desk.SetViewportSizeAsync(1280, 900);
        await SendAsync(desk, "/elecciones");
        desk.Url.ShouldContain("listo=election_called", customMessage: await TextAsync(desk));
        await PageLook.CheckAsync(desk, "eleccion-mesa");
        var election = (await desk.Locator("main a[href^='/elecciones/']").First.GetAttributeAsync("href"))!;
        var late = await RepresentativeAsync(office, "Brigada Tardía (elección)");
        var visitor = await system.OpenBrowserAsync();
        await visitor.GotoAsync(election);
        (await TextAsync(visitor)).ShouldContain("Se vota hasta el");
        await PageLook.CheckAsync(visitor, "eleccion-abierta");
        await visitor.GotoAsync($"{election}/padron");
        await PageLook.CheckAsync(visitor, "eleccion-padron");

        // Nothing marked is a slip. Two where one is to be chosen is too many. Then what is marked is shown, can be changed, and goes into the box.
        await phone.GotoAsync(election);
        await phone.Locator("main a[href$='/papeleta']").ClickThroughAsync();
        await MarkAsync(phone);
        (await TextAsync(phone)).ShouldContain("Marque a quien elige, o el voto en blanco.");
        await MarkAsync(phone, "Red Ceiba", "Colectivo Sauce");
        (await TextAsync(phone)).ShouldContain("Una papeleta nombra a lo más 1");
        await phone.Locator("main label", new PageLocatorOptions { HasTextString = "Colectivo Sauce" }).ClickThroughAsync();
        await MarkAsync(phone);
        (await TextAsync(phone)).ShouldContain("no se puede cambiar ni retirar");
        await PressAsync(phone, "Cambiar lo que marqué");
        (await phone.Locator("main label", new PageLocatorOptions { HasTextString = "Red Ceiba" }).Locator("xpath=../input").IsCheckedAsync()).ShouldBeTrue("what was marked is still there");
        await MarkAsync(phone);
        var again = await phone.Context.NewPageAsync();
        await again.GotoAsync($"{election}/papeleta");
        await MarkAsync(again, "Colectivo Sauce");
        await PressAsync(phone, "Poner la papeleta en la urna");
        phone.Url.ShouldContain("listo=paper_cast", customMessage: await TextAsync(phone));
        (await TextAsync(phone)).ShouldNotContain("Colectivo Sauce", customMessage: "what was voted is on no page");

        // Twice: the page that was open in another tab.
        await PressAsync(again, "Poner la papeleta en la urna");
        (await again.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("ya votó");

        await second.GotoAsync($"{election}/papeleta");
        await PageLook.CheckAsync(second, "eleccion-papeleta");
        await MarkAsync(second, "Red Ceiba");
        await PageLook.CheckAsync(second, "eleccion-papeleta-revisar");
        await PressAsync(second, "Poner la papeleta en la urna");
        second.Url.ShouldContain("listo=paper_cast", customMessage: await TextAsync(second));
        await PageLook.CheckAsync(second, "eleccion-papeleta-en-la-urna");

        // Registered after the call: no paper, also for a form that was made by hand.
        var outside = await system.OpenBrowserAsync();
        await EnterAsync(outside, late.Email);
        await outside.GotoAsync($"{election}/papeleta");
        (await TextAsync(outside)).ShouldContain("Usted no representa a ninguna organización de este padrón.");
        (await TextAsync(outside)).ShouldNotContain("Poner la papeleta");
        await PageLook.CheckAsync(outside, "eleccion-sin-papeleta");
        (await ForgeAsync(outside, election, late.Organisation)).ShouldContain("La organización no está en el padrón de esta elección.");
        (await ForgeAsync(outside, election, nopal.Organisation)).ShouldContain("Usted no representa a esa organización.");

        // Looking at the paper while the last day ends: too late.
        await third.GotoAsync($"{election}/papeleta");
        await MarkAsync(third, "Voto en blanco");
        await BackAsync("seat_election", "seat_election_keeps_its_terms", "opens_on = opens_on - 30, closes_on = closes_on - 30, term_from = term_from - 30", election.Split('/')[^1]);
        await PressAsync(third, "Poner la papeleta en la urna");
        (await third.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("No es día de votación en esta elección.");
        await PageLook.CheckAsync(third, "eleccion-papeleta-tarde");

        await desk.GotoAsync(elections);
        await PressAsync(desk, "Contar y publicar el resultado");
        desk.Url.ShouldContain("listo=election_proclaimed", customMessage: await TextAsync(desk));
        await Eventually.HoldsAsync(
            async () =>
            {
                await visitor.GotoAsync(election);
                return (await TextAsync(visitor)).Contains("Votaron 2 de", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(15),
            "the result");
        (await visitor.Locator("main tr", new PageLocatorOptions { HasTextString = "Red Ceiba" }).InnerTextAsync()).ShouldContain("Electa, asiento 1");
        (await visitor.Locator("main tr", new PageLocatorOptions { HasTextString = "Colectivo Sauce" }).InnerTextAsync()).ShouldContain("No electa");
        await PageLook.CheckAsync(visitor, "eleccion-resultado");
        await visitor.GotoAsync($"/secretariado/{secretariat}");
        (await visitor.Locator("main tbody tr").First.InnerTextAsync()).ShouldContain("Red Ceiba (elección)");
        (await TextAsync(visitor)).ShouldContain("Depende de");
        await visitor.GotoAsync("/secretariados");
        (await visitor.Locator("main li li", new PageLocatorOptions { HasTextString = "Secretariado de la elección (prueba)" }).CountAsync()).ShouldBe(1, "below the state's own");
        await PageLook.CheckAsync(visitor, "secretariados");
        await visitor.GotoAsync($"/secretariado/{secretariat}/elecciones");
        (await TextAsync(visitor)).ShouldContain("1 asiento, del");
        await PageLook.CheckAsync(visitor, "elecciones");
    }

    /// <summary>A call for seats from its publication, by way of the two applications, to its results.</summary>
    private async Task ResolvedCallAsync(IPage desk, IPage phone, IPage second)
    {
        await desk.GotoAsync("/administracion/convocatorias/nueva");
        await desk.Locator("[name='kind']").SelectOptionAsync("CIVIL_SOCIETY_SEATS");
        await desk.Locator("[name='title']").FillAsync("Un asiento de la sociedad civil");
        await desk.Locator("[name='description']").FillAsync("Se convoca a las organizaciones que quieran representar a la sociedad civil en el Secretariado.");
        await desk.Locator("[name='requirements']").FillAsync("Estar registrada en el ejercicio");
        await desk.Locator("[name='opensOn']").FillAsync(Iso(Today));
        await desk.Locator("[name='closesOn']").FillAsync(Iso(Today.AddDays(20)));
        await desk.Locator("[name='sectors.CIVIL_SOCIETY']").CheckAsync();
        await SendAsync(desk, "/nueva");
        desk.Url.ShouldContain("listo=call_saved", customMessage: await TextAsync(desk));
        await desk.Locator("[name='documentTitle']").FillAsync("Bases de la convocatoria");
        await desk.Locator("[name='document']").SetInputFilesAsync(new FilePayload { Name = "bases.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("Bases.") });
        await SendAsync(desk, "/documentos");
        await desk.Locator("[name='confirm']").CheckAsync();
        await SendAsync(desk, "/publicar");
        desk.Url.ShouldContain("listo=call_published", customMessage: await TextAsync(desk));
        var work = new Uri(desk.Url).AbsolutePath;
        var open = (await desk.Locator("main a[href^='/participa/convocatorias/']").First.GetAttributeAsync("href"))!;
        foreach (var candidate in new[] { phone, second })
        {
            await candidate.GotoAsync(open);
            if (await candidate.Locator("[name='organisationId'][type='radio']").CountAsync() > 0)
                await candidate.Locator("[name='organisationId'][type='radio']").First.CheckAsync();
            await SendAsync(candidate, "/solicitud");
            candidate.Url.ShouldContain("listo=application_submitted", customMessage: await TextAsync(candidate));
        }

        foreach (var name in new[] { "Red Ceiba", "Colectivo Sauce" })
        {
            await desk.GotoAsync(work);
            // What the application lacks could be asked for as well.
            var decision = desk.Locator("article", new PageLocatorOptions { HasTextString = name }).Locator("details:has([name='accepted'])");
            await decision.Locator("summary").ClickAsync();
            await decision.Locator("[name='accepted']").SelectOptionAsync("yes");
            await decision.Locator("button[type='submit']").ClickThroughAsync();
            desk.Url.ShouldContain("listo=application_decided", customMessage: await TextAsync(desk));
        }

        await BackAsync("open_call", "published_call_stays", "opens_on = opens_on - 30, closes_on = closes_on - 30", work.Split('/')[^1]);
        await desk.GotoAsync(work);
        await SendAsync(desk, "/resultados");
        desk.Url.ShouldContain("listo=call_resolved", customMessage: await TextAsync(desk));
    }

    /// <summary>Marks what is named beside what is marked already, and asks for the second look.</summary>
    private static async Task MarkAsync(IPage page, params string[] choices)
    {
        foreach (var choice in choices)
            await page.Locator("main .govuk-checkboxes__item", new PageLocatorOptions { HasTextString = choice }).Locator("input").CheckAsync();
        await PressAsync(page, "Revisar la papeleta");
    }

    private static Task PressAsync(IPage page, string button) => page.Locator("main button[type='submit']", new PageLocatorOptions { HasTextString = button }).First.ClickThroughAsync();

    /// <summary>A paper sent without its page, by the browser's session.</summary>
    private static async Task<string> ForgeAsync(IPage page, string election, Guid organisation)
    {
        var form = page.Context.APIRequest.CreateFormData();
        form.Set("organisationId", organisation.ToString());
        form.Set("blank", "true");
        form.Set("paso", "urna");
        var answer = await page.Context.APIRequest.PostAsync($"{election}/papeleta", new APIRequestContextOptions { Form = form, Headers = new Dictionary<string, string> { ["Sec-Fetch-Site"] = "same-origin" } });
        return WebUtility.HtmlDecode(await answer.TextAsync());
    }

    private async Task BackAsync(string table, string trigger, string change, string id)
    {
        await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync("participants-db") + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The test's own texts.
        await using var command = new NpgsqlCommand($"alter table {table} disable trigger {trigger}; update {table} set {change} where id = '{Guid.Parse(id)}'; alter table {table} enable trigger {trigger};", connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private async Task<(Guid Organisation, string Email)> RepresentativeAsync(ApiClient office, string name)
    {
        var email = $"{Guid.NewGuid():N}@prueba.example";
        var organisation = await MadeAsync(office, "/organisations", new JsonObject { ["name"] = name, ["kind"] = "CIVIL_SOCIETY_ORGANIZATION", ["sector"] = "CIVIL_SOCIETY" });
        var account = await MadeAsync(office, "/accounts", new JsonObject { ["email"] = email, ["displayName"] = $"Representante de {name}" });
        using var nobody = new ApiClient(system.Origin);
        await MadeAsync(nobody, $"/invitations/{account["invitationLink"]!.GetValue<string>().Split('/')[^1]}", new JsonObject { ["password"] = Password, ["privacyNoticeId"] = await nobody.NoticeAsync() });
        var id = organisation["id"]!.GetValue<Guid>();
        await MadeAsync(office, $"/accounts/{account["id"]!.GetValue<Guid>()}/mandates", new JsonObject { ["organisationId"] = id });
        return (id, email);
    }

    private static async Task<JsonNode> MadeAsync(ApiClient client, string path, JsonObject body)
    {
        using var answer = await client.SendAsync(HttpMethod.Post, Participants + path, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonNode.Parse(text)!;
    }

    private async Task<(string Email, string Password)> AdministratorAsync()
    {
        var account = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == "administration")!;
        return (account["email"]!.GetValue<string>(), account["password"]!.GetValue<string>());
    }

    private static Task EnterAsync(IPage page, string email) => EnterAsync(page, (email, Password));

    private static async Task EnterAsync(IPage page, (string Email, string Password) who)
    {
        await page.GotoAsync("/cuenta/entrar");
        await page.Locator("[name='email']").FillAsync(who.Email);
        await page.Locator("[name='password']").FillAsync(who.Password);
        await page.Locator("form[action^='/cuenta/entrar'] button[type='submit']").First.ClickThroughAsync();
        page.Url.ShouldNotContain("/cuenta/entrar", customMessage: await TextAsync(page));
    }

    private static Task SendAsync(IPage page, string action) => page.Locator($"main form[method='post'][action$='{action}'] button[type='submit']").Last.ClickThroughAsync();

    private static Task<string> TextAsync(IPage page) => page.Locator("main").InnerTextAsync();

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
