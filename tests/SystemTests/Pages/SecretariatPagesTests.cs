using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;
using static OpenGov.SystemTests.Pages.SecretariatWalk;

namespace OpenGov.SystemTests.Pages;

/// <summary>
/// A secretariat from its seats to a published resolution, as people do it in a browser; a member votes on a phone without JavaScript. With
/// OPENGOV_PICTURES=folder it leaves pictures to look at.
/// </summary>
[Collection(SampleSystemCollection.Name)]
public sealed class SecretariatPagesTests(SampleSystem system)
{
    private static readonly TimeZoneInfo CentralMexico = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    [Fact]
    public async Task A_secretariat_is_composed_installed_convened_and_decides_before_everybodys_eyes()
    {
        var desk = await system.OpenBrowserAsync();
        await SignInAsync(system, desk, "administration");
        await desk.GotoAsync("/administracion/secretariado");
        await desk.Locator("[name='name']").FillAsync("Secretariado Técnico Local del Estado de México (prueba)");
        await SendAsync(desk, "/administracion/secretariado");
        var composing = new Uri(desk.Url).AbsolutePath;
        var id = composing.Split('/')[^1];

        // Nothing is in order yet, and the page says what is missing.
        await SendAsync(desk, "/instalacion");
        (await desk.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("INV-01");
        await PictureAsync(desk, "instalacion-rechazada");
        foreach (var sector in new[] { "CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR" })
        {
            await desk.Locator("[name='sector']").SelectOptionAsync(sector);
            await SendAsync(desk, "/asientos");
        }

        // SECOGEM and IEEM share a seat as titular and alternate (SPEC §2.4).
        await AppointAsync(desk, 0, "TITULAR", "Andrómeda", account: "Enlace de la Contraloría (ejemplo)");
        await AppointAsync(desk, 1, "TITULAR", "Secretaría de la Contraloría");
        await AppointAsync(desk, 1, "ALTERNATE", "Instituto Electoral");
        await AppointAsync(desk, 2, "TITULAR", "Instituto de Transparencia");
        await AssignAsync(desk, "CHAIR", "Instituto de Transparencia");
        await AssignAsync(desk, "EXECUTIVE_SECRETARY", "Secretaría de la Contraloría");
        // A facilitator is somebody: an institution, or a person by their account.
        await OpenAsync(desk, "/cargos");
        await desk.Locator("[name='office']").SelectOptionAsync("FACILITATOR");
        await SendAsync(desk, "/cargos");
        (await desk.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("INV-05");
        await AssignAsync(desk, "FACILITATOR", "Universidad de ejemplo");
        await desk.GotoAsync($"{composing}/mecanismo");
        await desk.Locator("[name='integration']").FillAsync("Tres asientos, uno por sector.");
        await desk.Locator("[name='functions']").FillAsync("Define la hoja de ruta y da seguimiento al plan.");
        await desk.Locator("[name='operation']").FillAsync("Sesiona cada dos meses.");
        await desk.Locator("[name='decisions']").FillAsync("Mayoría simple; el plan, por dos tercios.");
        await desk.Locator("[name='parameters.noticeOrdinaryDays']").FillAsync("0");
        await desk.Locator("[name='ownMatter']").FillAsync("PRESUPUESTO");
        await desk.Locator("[name='ownRule']").SelectOptionAsync("THREE_FIFTHS");
        await PictureAsync(desk, "mecanismo-escribir");
        await Axe.FindsNothingAsync(desk, $"{composing}/mecanismo");
        await SendAsync(desk, "/mecanismo");
        await desk.Locator("[name='signedOn']").FillAsync("2020-01-15");
        foreach (var sector in new[] { "CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR" })
            await desk.Locator($"[name='signed_{sector}']").CheckAsync();
        await desk.Locator("[name='declaration']").FillAsync("Declaración conjunta (ejemplo)");
        await SendAsync(desk, "/declaracion");
        await PictureAsync(desk, "integrar");
        await Axe.FindsNothingAsync(desk, composing);
        await desk.Locator("[name='installedAt']").FillAsync("Toluca");
        await SendAsync(desk, "/instalacion");
        desk.Url.ShouldContain("listo=secretariat_changed");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Instalado");
        await desk.GotoAsync($"{composing}/periodos");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("No hay asientos vacantes");
        await Axe.FindsNothingAsync(desk, $"{composing}/periodos");
        await PictureAsync(desk, "periodos");

        // A working group is proposed; the session's motion is about exactly this proposal.
        await desk.GotoAsync($"{composing}/grupos");
        await desk.Locator("[name='name']").FillAsync("Grupo de apertura municipal");
        await desk.Locator("[name='mandate']").FillAsync("Estudia la apertura de los municipios y propone una ruta.");
        await FormFields.FindAsync(desk, "member0", "Andrómeda");
        await FormFields.FindAsync(desk, "member1", "Secretaría de la Contraloría");
        await PictureAsync(desk, "grupo-proponer");
        await Axe.FindsNothingAsync(desk, $"{composing}/grupos");
        await SendAsync(desk, "/grupos");
        desk.Url.ShouldContain("listo=secretariat_changed", customMessage: await desk.Locator("main").InnerTextAsync());
        var groupDesk = new Uri(desk.Url).AbsolutePath;
        var group = groupDesk.Split('/')[^1];
        var groupHash = (await desk.Locator("main code.og-hash").TextContentAsync())!.Trim();
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Todavía no hay un acuerdo vigente sobre este grupo.");

        // The form brings what is in force; only what is to change is typed, and the page shows everybody the difference.
        await desk.GotoAsync($"{composing}/mecanismo");
        (await desk.Locator("[name='operation']").InputValueAsync()).ShouldBe("Sesiona cada dos meses.");
        (await desk.Locator("[name='parameters.decisionRules.PRESUPUESTO']").InputValueAsync()).ShouldBe("THREE_FIFTHS");
        await desk.Locator("[name='operation']").FillAsync("Sesiona cada mes.");
        await desk.Locator("[name='parameters.ordinaryFrequencyMonths']").FillAsync("1");
        await SendAsync(desk, "/mecanismo");
        var proposalDesk = new Uri(desk.Url).AbsolutePath;
        proposalDesk.ShouldStartWith("/administracion/mecanismos/", customMessage: await desk.Locator("main").InnerTextAsync());
        var proposal = proposalDesk.Split('/')[^1];
        (await desk.Locator("main del").InnerTextAsync()).ShouldBe("Sesiona cada dos meses.");
        (await desk.Locator("main ins").InnerTextAsync()).ShouldBe("Sesiona cada mes.");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Todavía no hay un acuerdo vigente sobre este texto.");
        await PictureAsync(desk, "mecanismo-propuesta");
        await Axe.FindsNothingAsync(desk, proposalDesk);
        await desk.GotoAsync(composing);

        var start = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow.AddSeconds(20), CentralMexico);
        await desk.Locator("[name='day']").FillAsync(start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await desk.Locator("[name='hour']").FillAsync(start.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        await desk.Locator("[name='place']").FillAsync("Sala de sesiones");
        await desk.Locator("[name='remote']").CheckAsync();
        await desk.Locator("[name='title0']").FillAsync("Hoja de ruta");
        await desk.Locator("[name='title1']").FillAsync("Acta de esta sesión");
        await desk.Locator("[name='matter1']").SelectOptionAsync("MINUTES_APPROVAL");
        await desk.Locator("[name='title2']").FillAsync("Reglas del Secretariado");
        await desk.Locator("[name='matter2']").SelectOptionAsync("GOVERNANCE_CHANGE");
        await SendAsync(desk, "/sesiones");
        var running = new Uri(desk.Url).AbsolutePath;
        running.ShouldStartWith("/administracion/sesiones/");
        await desk.Locator("[name='documentTitle']").FillAsync("Proyecto de hoja de ruta");
        await desk.Locator("[name='documentItem']").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await desk.Locator("[name='file']").SetInputFilesAsync(new FilePayload { Name = "hoja-de-ruta.pdf", MimeType = "application/pdf", Buffer = "%PDF-1.4 ejemplo"u8.ToArray() });
        await SendAsync(desk, "/documentos");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("hoja-de-ruta.pdf");
        await PictureAsync(desk, "sesion-convocada-secretaria");
        await Axe.FindsNothingAsync(desk, $"{running} before it begins");
        var session = running.Split('/')[^1];
        var everybody = $"/sesiones/{session}";

        var phone = await system.OpenBrowserAsync(390, 844, javaScript: false);
        await SignInAsync(system, phone, "verifier");
        await ActAsync(phone, $"{everybody}/mi-asiento", "form[action$='/asistencia'] button[value='true']", "Su asistencia está registrada. Asiste a distancia.");

        // The public body's seat is missing: no quorum, and the page names the sector.
        await ActAsync(desk, running, "li:has-text('Asiento 3') form[action$='/asistencia']:has([value='TITULAR']) button[value='false']", "Asientos presentes: 2.");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Falta quórum del sector público: 0 de 1.");
        await ActAsync(desk, running, "li:has-text('Asiento 2') form[action$='/asistencia']:has([value='ALTERNATE']) button[value='false']", "Asientos presentes: 3.");
        // Before its hour it does not open, and the page says so.
        await ActAsync(desk, running, "form[action$='/apertura'] button", "En curso");
        // What was mistyped is not left out: nothing is put.
        await desk.Locator("[name='text']").FillAsync("Se sustituye un acuerdo.");
        await desk.Locator("[name='supersedesId']").FillAsync("acuerdo 3");
        await SendAsync(desk, "/propuestas");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Eso no es un identificador.");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Todavía no hay mociones.");
        await desk.GotoAsync($"{running}?organizacion=Andr%C3%B3meda");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Organizaciones encontradas: 1.");
        await FormFields.SelectAsync(desk, "responsibleId", "Andrómeda");
        await desk.Locator("[name='text']").FillAsync("Se crea el grupo de trabajo de apertura municipal.");
        await desk.Locator("input:not([type='hidden'])[name='subjectKind']").FillAsync("WORKING_GROUP");
        await desk.Locator("input:not([type='hidden'])[name='subjectId']").FillAsync(group);
        await desk.Locator("input:not([type='hidden'])[name='subjectHash']").FillAsync(groupHash);
        await SendAsync(desk, "/propuestas");
        // Who is to vote knows by which rule before the vote opens.
        await phone.GotoAsync($"{everybody}/mi-asiento");
        (await phone.Locator("main").InnerTextAsync()).ShouldContain("Si la votación se abriera ahora, se necesitarían 2 votos a favor de una base de 3.");
        await PictureAsync(phone, "mi-asiento-antes");
        var older = await desk.Context.NewPageAsync();
        await older.GotoAsync(running);
        await ActAsync(desk, running, "form[action$='/votaciones'] button", "Votación abierta");

        await phone.GotoAsync($"{everybody}/mi-asiento");
        await PictureAsync(phone, "mi-asiento");
        (await phone.Locator("main").InnerTextAsync()).ShouldContain("Regla: mayoría simple. Se necesitan 2 votos a favor de una base de 3.");
        (await phone.Locator("main").InnerTextAsync()).ShouldContain(groupHash);
        await phone.Locator("[name='choice'][value='IN_FAVOUR']").CheckAsync();
        await phone.Locator("form[action*='/votos/'] button[type='submit']").ClickThroughAsync();
        (await phone.Locator("main").InnerTextAsync()).ShouldContain("Su asiento votó: A favor.");

        await desk.GotoAsync(running);
        await PictureAsync(desk, "sesion-en-curso-secretaria");
        await Axe.FindsNothingAsync(desk, running);
        await ActAsync(desk, running, "li:has-text('asiento 2') form:has([value='IN_FAVOUR']) button", "Asiento 2, Instituto Electoral del Estado de México: A favor");
        await ActAsync(desk, running, "li:has-text('asiento 3') form:has([value='AGAINST']) button", "Han votado 3 de 3");
        var visitor = await system.OpenBrowserAsync();
        await visitor.GotoAsync(everybody);
        await PictureAsync(visitor, "sesion-en-curso");
        await Axe.FindsNothingAsync(visitor, everybody);
        await visitor.Locator("[data-live-state]:has-text('En vivo')").WaitForAsync();
        await visitor.Locator("[data-part='quorum'] summary").ClickAsync();
        await ActAsync(desk, running, "form[action$='/cierres'] button", "Aprobada");
        // A page from before the vote does not open it again, and shows what became of it.
        await older.Locator("form[action$='/votaciones'] button").First.ClickThroughAsync();
        (await older.Locator(".govuk-error-summary").InnerTextAsync()).ShouldContain("INV-12: esta moción se votó después de que usted abrió la página (votaciones hasta ahora: 1).");
        (await older.Locator("main").InnerTextAsync()).ShouldContain("Aprobada");
        await older.CloseAsync();

        // Without a reload, read aloud, and what was opened stays open.
        await visitor.Locator("[data-part='mocion-1'] .govuk-tag:has-text('Aprobada')").WaitForAsync(new LocatorWaitForOptions { Timeout = 30_000 });
        (await visitor.Locator("[data-live-says]").InnerTextAsync()).ShouldContain("Moción 1: Aprobada. A favor: 2. En contra: 1.");
        (await visitor.Locator("[data-part='quorum'] details").GetAttributeAsync("open")).ShouldNotBeNull();
        await Axe.FindsNothingAsync(visitor, $"{everybody} while it is followed");
        await PictureAsync(visitor, "sesion-en-vivo");
        // The change of the rules is put on its point, adopted by two thirds (all, here), and comes into force with the resolution.
        await ActAsync(desk, proposalDesk, "form[action$='/mocion'] button", "Ya está presentado como moción.");
        await ActAsync(desk, running, "form[action$='/votaciones'] button:has-text('Moción 2')", "Votación abierta");
        await phone.GotoAsync($"{everybody}/mi-asiento");
        await phone.Locator("[name='choice'][value='IN_FAVOUR']").CheckAsync();
        await phone.Locator("form[action*='/votos/'] button[type='submit']").ClickThroughAsync();
        await ActAsync(desk, running, "li:has-text('asiento 2') form:has([value='IN_FAVOUR']) button", "Han votado 2 de 3");
        await ActAsync(desk, running, "li:has-text('asiento 3') form:has([value='IN_FAVOUR']) button", "Han votado 3 de 3");
        await ActAsync(desk, running, "form[action$='/cierres'] button", "A favor: 3. En contra: 0.");
        // Minutes of what happened so far, and the motion that approves exactly them.
        await ActAsync(desk, running, "form[action$='/borrador'] button", "Versión 1");
        await ActAsync(desk, running, "form[action$='/actas'] button", "Moción 3");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Se aprueba el acta de la Sesión ordinaria 1 en su versión 1.");
        await PictureAsync(desk, "sesion-en-curso-acta");
        await Axe.FindsNothingAsync(desk, $"{running} with minutes to approve");
        await ActAsync(desk, running, "form[action$='/clausura'] button", "Concluida");
        // Nor does anybody attend or vote any more.
        await phone.GotoAsync($"{everybody}/mi-asiento");
        (await phone.Locator("main").InnerTextAsync()).ShouldContain("La sesión concluyó: ya no se registra asistencia ni se vota.");
        (await phone.Locator("main form[action*='/mi-asiento/']").CountAsync()).ShouldBe(0);
        // Nobody voted on it: the minutes are a draft, with the end in another version, and are corrected.
        await desk.GotoAsync($"{running}/acta");
        await desk.Locator("[name='text']").FillAsync("Donde dice «ruta», debe decir «hoja de ruta».");
        await desk.Locator("[name='reason']").FillAsync("Error de captura");
        await SendAsync(desk, "/acta");
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("Versión 3");
        await PictureAsync(desk, "acta-corregir");
        await Axe.FindsNothingAsync(desk, $"{running}/acta");
        await visitor.Locator("[data-part='estado'] a[href$='/acta']").WaitForAsync(new LocatorWaitForOptions { Timeout = 30_000 });

        // Anonymous answers may be up to a second old.
        await Eventually.HoldsAsync(
            async () =>
            {
                await visitor.GotoAsync($"/acuerdos?secretariado={id}");
                return await visitor.Locator("main a[href^='/acuerdos/']").CountAsync() > 0;
            },
            TimeSpan.FromSeconds(15),
            "the resolution on its register");
        await PictureAsync(visitor, "acuerdos");
        await Axe.FindsNothingAsync(visitor, "/acuerdos");
        await visitor.Locator("main a[href^='/acuerdos/']").Last.ClickThroughAsync();
        (await visitor.Locator("main").InnerTextAsync()).ShouldContain("A favor: 2. En contra: 1. Abstenciones: 0. Ausentes: 0.");
        (await visitor.Locator("main").InnerTextAsync()).ShouldContain("Andrómeda");
        await PictureAsync(visitor, "acuerdo");
        // What becomes of it is told beside it.
        await desk.GotoAsync($"/administracion/secretariado/{id}/acuerdos");
        await Axe.FindsNothingAsync(desk, "/administracion/secretariado/{id}/acuerdos");
        await desk.Locator("main a[href^='/administracion/acuerdos/']").Last.ClickThroughAsync();
        var telling = new Uri(desk.Url).AbsolutePath;
        await desk.Locator("[name='state']").SelectOptionAsync("FULFILLED");
        await desk.Locator("[name='note']").FillAsync("El grupo quedó en funciones.");
        await SendAsync(desk, telling);
        (await desk.Locator("main").InnerTextAsync()).ShouldContain("El grupo quedó en funciones.");
        await PictureAsync(desk, "acuerdo-seguimiento");
        await Axe.FindsNothingAsync(desk, telling);
        await Eventually.HoldsAsync(
            async () =>
            {
                await visitor.ReloadAsync();
                return (await visitor.Locator("main").InnerTextAsync()).Contains("Cumplido", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(15),
            "what became of the resolution");
        await ActAsync(desk, groupDesk, "form[action$='/inicio'] button", "En funciones");
        await ActAsync(desk, proposalDesk, "form[action$='/vigencia'] button", "En vigor");
        await PictureAsync(desk, "mecanismo-mesa");
        await Axe.FindsNothingAsync(desk, $"{proposalDesk} enacted");
        // Another person sits for the organisation: found by address, in the same term, with no vacancy.
        await desk.GotoAsync(composing);
        await PictureAsync(desk, "integracion-instalado");
        await OpenAsync(desk, "/sustituciones");
        await FormFields.SelectAsync(desk, "substitutedId", "Instituto Electoral");
        await desk.Locator("[name='substitutePost']").FillAsync("Secretaría Ejecutiva");
        (await desk.Locator("main form[action$='/sustituciones']").InnerTextAsync()).ShouldContain("No se publica y se borra con los datos de la persona.");
        await desk.Locator("[name='substituteDocument']").FillAsync("Oficio 2/2026");
        await desk.Locator("[name='substituteReason']").FillAsync("Cambio de representante");
        await SendAsync(desk, "/sustituciones");
        desk.Url.ShouldContain("listo=secretariat_changed", customMessage: await desk.Locator("main").InnerTextAsync());
        await PictureAsync(desk, "grupo-mesa");
        await Axe.FindsNothingAsync(desk, groupDesk);
        foreach (var (address, picture) in new[] { (everybody, "sesion"), ($"{everybody}/acta", "acta"), ($"{everybody}/acta?version=1", "acta-anterior"), ("/secretariado", "secretariado"), ("/sesiones", "sesiones"),
            ($"/secretariado/{id}/acta-de-instalacion", "acta-de-instalacion"), ("/secretariados", "secretariados"), ($"/secretariado/{id}/grupos", "grupos"),
            ($"/grupos/{group}", "grupo"), ($"/secretariado/{id}/votos", "votos"), ($"/secretariado/{id}/asistencia", "asistencia"), ($"/secretariado/{id}?dia=2019-01-01", "integracion-pasada"), ($"/secretariado/{id}?dia=ayer", "integracion-mal-dia"),
            ($"/secretariado/{id}", "secretariado-propio"), ($"/secretariado/{id}/mecanismo", "mecanismo"), ($"/secretariado/{id}/mecanismo?version=1", "mecanismo-anterior"),
            ($"/mecanismos/{proposal}", "mecanismo-cambio") })
        {
            await visitor.GotoAsync(address);
            if (picture == "secretariado-propio")
                (await visitor.Locator("main").InnerTextAsync()).ShouldContain("sin elección en esta plataforma");
            if (picture == "mecanismo")
            {
                var text = await visitor.Locator("main").InnerTextAsync();
                text.ShouldContain("Versión 2, en vigor");
                text.ShouldContain("Sesiona cada mes.");
                text.ShouldContain("Periodos consecutivos máximos");
            }

            if (picture == "acta")
                (await visitor.Locator("main").InnerTextAsync()).ShouldContain("Error de captura");
            await PictureAsync(visitor, picture);
            await Axe.FindsNothingAsync(visitor, address);
            await visitor.SetViewportSizeAsync(390, 844);
            await Axe.FindsNothingAsync(visitor, $"{address} on a phone");
            (await visitor.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, $"{address} must not scroll sideways on a phone");
            await visitor.SetViewportSizeAsync(1280, 900);
        }
    }
}
