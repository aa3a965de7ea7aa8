using System.Globalization;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;
using static OpenGov.SystemTests.Pages.SecretariatWalk;

namespace OpenGov.SystemTests.Pages;

/// <summary>A secretariat of eleven in the room, from its seats to a suspension by its own resolution, as its secretary does it in a browser.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class OaxacaPagesTests(SampleSystem system)
{
    private static readonly TimeZoneInfo CentralMexico = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    /// <summary>The eleven members of January 2018 (reference data), in the room; the secretary writes down who came and who votes what.</summary>
    [Fact]
    public async Task The_eleven_members_of_Oaxaca_are_seated_and_decide_by_the_pages()
    {
        (string Sector, string Organisation)[] members =
        [
            ("GUARANTOR", "(IAIPO)"), ("PUBLIC_BODY", "(SCTG)"), ("PUBLIC_BODY", "Unidad de Transparencia del Municipio"), ("PUBLIC_BODY", "(IEEPO)"),
            ("CIVIL_SOCIETY", "Consejo de Participación Ciudadana"), ("CIVIL_SOCIETY", "(CMIC)"), ("CIVIL_SOCIETY", "(AMMECO)"), ("CIVIL_SOCIETY", "(SURCO)"),
            ("CIVIL_SOCIETY", "(CANACINTRA)"), ("CIVIL_SOCIETY", "Corporativo Governa"), ("CIVIL_SOCIETY", "Kybernus"),
        ];
        var desk = await system.OpenBrowserAsync();
        await SignInAsync(system, desk, "administration");
        await desk.GotoAsync("/administracion/secretariado");
        await desk.Locator("[name='name']").FillAsync("Secretariado Técnico Local de Oaxaca (prueba)");
        await SendAsync(desk, "/administracion/secretariado");
        var id = new Uri(desk.Url).AbsolutePath.Split('/')[^1];
        for (var seat = 0; seat < members.Length; seat++)
        {
            await desk.Locator("[name='sector']").SelectOptionAsync(members[seat].Sector);
            await SendAsync(desk, "/asientos");
            // The vacant seat is offered first.
            await AppointAsync(desk, null, "TITULAR", members[seat].Organisation);
        }

        var composing = $"/administracion/secretariado/{id}";
        await desk.GotoAsync($"{composing}/mecanismo");
        await desk.Locator("[name='integration']").FillAsync("Once asientos; el órgano garante preside y coordina.");
        await desk.Locator("[name='functions']").FillAsync("Define la hoja de ruta y da seguimiento al plan.");
        await desk.Locator("[name='operation']").FillAsync("Sesiona cada dos meses.");
        await desk.Locator("[name='decisions']").FillAsync("Mayoría simple; el plan, por dos tercios.");
        await desk.Locator("[name='parameters.noticeOrdinaryDays']").FillAsync("0");
        await desk.Locator("[name='parameters.chairMayBeExecutiveSecretary']").CheckAsync();
        await SendAsync(desk, "/mecanismo");
        await AssignAsync(desk, "CHAIR", "(IAIPO)");
        await AssignAsync(desk, "EXECUTIVE_SECRETARY", "(IAIPO)");
        await AssignAsync(desk, "FACILITATOR", "Universidad de ejemplo");
        await desk.Locator("[name='signedOn']").FillAsync("2015-03-09");
        foreach (var sector in new[] { "CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR" })
            await desk.Locator($"[name='signed_{sector}']").CheckAsync();
        await desk.Locator("[name='declaration']").FillAsync("Declaración conjunta de Oaxaca");
        await SendAsync(desk, "/declaracion");
        await PictureAsync(desk, "oaxaca-integrar");
        await Axe.FindsNothingAsync(desk, "Oaxaca's seats");
        await SendAsync(desk, "/instalacion");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Instalado");

        var start = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow.AddSeconds(15), CentralMexico);
        await desk.Locator("[name='day']").FillAsync(start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await desk.Locator("[name='hour']").FillAsync(start.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        await desk.Locator("[name='place']").FillAsync("Sala de plenos");
        await desk.Locator("[name='title0']").FillAsync("Mesas de trabajo");
        await SendAsync(desk, "/sesiones");
        var running = new Uri(desk.Url).AbsolutePath;
        running.ShouldStartWith("/administracion/sesiones/");
        for (var seat = 1; seat <= members.Length; seat++)
            await ActAsync(desk, running, $"li:has-text('Asiento {seat}:') form[action$='/asistencia']:has([value='TITULAR']) button[value='false']", $"Asientos presentes: {seat}.");
        await ActAsync(desk, running, "form[action$='/apertura'] button", "En curso");
        await desk.Locator("[name='text']").FillAsync("Se convocan cinco mesas de trabajo.");
        await SendAsync(desk, "/propuestas");
        await ActAsync(desk, running, "form[action$='/votaciones'] button", "Votación abierta");
        for (var voted = 1; voted <= members.Length; voted++)
        {
            // Each time the first of those who have not voted yet.
            await ActAsync(desk, running, $"form[action$='/votos']:has([value='{(voted > 8 ? "AGAINST" : "IN_FAVOUR")}']) button", $"Han votado {voted} de {members.Length}");
        }

        await Axe.FindsNothingAsync(desk, "eleven seats that voted");
        await ActAsync(desk, running, "form[action$='/cierres'] button", "Aprobada");
        await ActAsync(desk, running, "form[action$='/clausura'] button", "Concluida");
        var visitor = await system.OpenBrowserAsync(390, 844);
        await Eventually.HoldsAsync(
            async () =>
            {
                await visitor.GotoAsync($"/acuerdos?secretariado={id}");
                return await visitor.Locator("main a[href^='/acuerdos/']").CountAsync() > 0;
            },
            TimeSpan.FromSeconds(15),
            "the resolution on its register");
        await visitor.Locator("main a[href^='/acuerdos/']").First.ClickThroughAsync();
        (await visitor.Locator("main").InnerTextAsync()).ShouldContain("A favor: 8. En contra: 3. Abstenciones: 0. Ausentes: 0.");
        await Axe.FindsNothingAsync(visitor, "Oaxaca's resolution on a phone");
        await visitor.GotoAsync($"/secretariado/{id}");
        await PictureAsync(visitor, "oaxaca");
        await Axe.FindsNothingAsync(visitor, "Oaxaca's secretariat on a phone");
        (await visitor.Locator("main tbody tr").CountAsync()).ShouldBe(members.Length);
        // Seven of eleven: pointed out, not refused (SPEC §2.4).
        (await visitor.Locator("main .govuk-inset-text", new PageLocatorOptions { HasTextString = "Sociedad civil" }).CountAsync()).ShouldBe(1);
        await visitor.GotoAsync($"/secretariado/{id}/asistencia");
        (await visitor.Locator("main tbody tr").CountAsync()).ShouldBe(members.Length);
        await Axe.FindsNothingAsync(visitor, "attendance of eleven on a phone");
        await visitor.GotoAsync($"/secretariado/{id}/votos");
        (await visitor.Locator("main tbody tr:has-text('En contra')").CountAsync()).ShouldBe(3);
        await Axe.FindsNothingAsync(visitor, "votes of eleven on a phone");
        (await visitor.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);

        // A seat that nobody took is taken away, and everybody sees why.
        await desk.GotoAsync(composing);
        await OpenAsync(desk, "/asientos");
        await desk.Locator("[name='sector']").SelectOptionAsync("CIVIL_SOCIETY");
        await SendAsync(desk, "/asientos");
        await OpenAsync(desk, "/retiros");
        await SendAsync(desk, "/retiros");
        (await desk.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("Motivo");
        await desk.Locator("[name='retireReason']").FillAsync("El mecanismo prevé once asientos.");
        await PictureAsync(desk, "oaxaca-retirar-asiento");
        await Axe.FindsNothingAsync(desk, "the form that retires a seat");
        await SendAsync(desk, "/retiros");
        desk.Url.ShouldContain("listo=secretariat_changed");

        // Whoever presides convenes and runs a session from their own account: the secretariat resolves its suspension.
        await OpenAsync(desk, "/cargos");
        await FormFields.FindAsync(desk, "officeAccountId", "Enlace de Infoem");
        await AssignAsync(desk, "CHAIR", "(IAIPO)");
        var chair = await system.OpenBrowserAsync();
        await SignInAsync(system, chair, "liaison");
        await chair.GotoAsync("/cuenta");
        await chair.Locator($"main a[href='{composing}/convocar']").ClickThroughAsync();
        await PictureAsync(chair, "oaxaca-convocar");
        await Axe.FindsNothingAsync(chair, $"{composing}/convocar");
        await chair.Locator("[name='day']").FillAsync(start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await chair.Locator("[name='hour']").FillAsync(start.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        await SendAsync(chair, "/convocar");
        (await chair.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("Lugar");
        await chair.Locator("[name='place']").FillAsync("Sala de plenos");
        await chair.Locator("[name='title0']").FillAsync("Suspensión del Secretariado");
        await chair.Locator("[name='matter0']").SelectOptionAsync("SECRETARIAT_SUSPENSION");
        // The hour comes last: it must still lie ahead when the form arrives.
        start = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow.AddSeconds(15), CentralMexico);
        await chair.Locator("[name='day']").FillAsync(start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await chair.Locator("[name='hour']").FillAsync(start.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        await SendAsync(chair, "/convocar");
        var presiding = new Uri(chair.Url).AbsolutePath;
        presiding.ShouldStartWith("/administracion/sesiones/");
        var come = 0;
        foreach (var seat in new[] { 1, 2, 3, 5, 6, 7 })
            await ActAsync(chair, presiding, $"li:has-text('Asiento {seat}:') form[action$='/asistencia']:has([value='TITULAR']) button[value='false']", $"Asientos presentes: {++come}.");
        await ActAsync(chair, presiding, "form[action$='/apertura'] button", "En curso");
        await SendAsync(chair, "/suspension");
        (await chair.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("Texto y motivo");
        await chair.Locator("[name='ownText']").FillAsync("Se suspende el Secretariado mientras se designa al nuevo órgano garante.");
        await PictureAsync(chair, "oaxaca-suspension");
        await Axe.FindsNothingAsync(chair, "the form that puts the suspension");
        await SendAsync(chair, "/suspension");
        // By which rule, before anybody opens the vote.
        (await chair.Locator("main").InnerTextAsync()).ShouldContain("Si la votación se abriera ahora, se necesitarían 4 votos a favor de una base de 6.");
        await PictureAsync(chair, "oaxaca-mocion-antes");
        await Axe.FindsNothingAsync(chair, "a motion before its vote");
        await ActAsync(chair, presiding, "form[action$='/votaciones'] button", "Votación abierta");
        for (var voted = 1; voted <= come; voted++)
            await ActAsync(chair, presiding, "form[action$='/votos']:has([value='IN_FAVOUR']) button", $"Han votado {voted} de {members.Length}");
        await ActAsync(chair, presiding, "form[action$='/cierres'] button", "Aprobada");
        await ActAsync(chair, presiding, "form[action$='/clausura'] button", "Concluida");
        await chair.GotoAsync($"{presiding}/acta");
        (await chair.Locator("main h1").InnerTextAsync()).ShouldContain("Acta");
        await Eventually.HoldsAsync(
            async () =>
            {
                await visitor.GotoAsync($"/secretariado/{id}");
                return (await visitor.Locator("main").InnerTextAsync()).Contains("por acuerdo propio", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(15),
            "the suspension on the secretariat's page");
        (await visitor.Locator("#suspensiones + ul").InnerTextAsync()).ShouldContain("mientras se designa al nuevo órgano garante");
        (await visitor.Locator("main").InnerTextAsync()).ShouldContain("El mecanismo prevé once asientos.");
        await PictureAsync(visitor, "oaxaca-suspendido");
        await Axe.FindsNothingAsync(visitor, "a suspended secretariat on a phone");
        (await visitor.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);
    }
}
