using System.Net;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Pages;

/// <summary>What every page promises: WCAG 2.2 AA as far as axe sees it, at most 100 KB, validators, a strict content policy.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class PublicPagesTests(SampleSystem system)
{
    /// <summary>Cookies of the sample's administration; there is one such system in a run.</summary>
    private static string? staff;

    public static TheoryData<string> PublicPages =>
    [
        "/", "/plan", "/compromisos", "/compromisos/MX-MEX-PAL01-C01", "/planes-importados", "/planes-importados/jalisco-2019-2020",
        "/planes-importados/federal-2011-2013", "/datos", "/datos/commitments", "/cuenta/entrar", "/avisos/seguir/MX-MEX-PAL01-C01",
        "/accesibilidad", "/privacidad", "/secretariado", "/secretariados", "/sesiones", "/acuerdos", "/participa", "/participa/directorio", "/participa/personas", "/participa/convocatorias", "/participa/declaratoria", "/participa/sensibilizacion", "/participa/registro", "/participa/registro/persona", "/participa/registro/organizacion", "/participa/registro/enviado", "/no-existe",
    ];

    public static TheoryData<string> StaffPages =>
    [
        "/cuenta", "/cuenta/actividades", "/administracion", "/administracion/organizaciones", "/administracion/cuentas", "/administracion/cuentas/nueva",
        "/administracion/planes", "/administracion/secretariado", "/administracion/planes/importar", "/administracion/correo", "/administracion/envios", "/administracion/perfil-legal", "/administracion/sitio",
        "/cuenta/privacidad", "/administracion/aviso-de-privacidad", "/administracion/derechos", "/administracion/accesos", "/administracion/vulneraciones",
        "/administracion/inicio-de-sesion", "/cuenta/segundo-paso", "/cuenta/llaves-de-acceso", "/cuenta/llaves",
        "/administracion/registros", "/administracion/registros/asistido", "/participa/mis-registros", "/cuenta/convocatorias", "/administracion/convocatorias",
    ];

    [Theory]
    [MemberData(nameof(PublicPages))]
    public async Task Axe_finds_no_violation_and_the_page_weighs_at_most_100_KB(string address)
    {
        var page = await system.OpenBrowserAsync();
        var weights = new System.Collections.Concurrent.ConcurrentBag<Task<int>>();
        var blocked = new System.Collections.Concurrent.ConcurrentBag<string>();
        page.RequestFinished += (_, request) => weights.Add(WeightAsync(request));
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
                blocked.Add(message.Text);
        };
        await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        (await Task.WhenAll(weights)).Sum().ShouldBeLessThanOrEqualTo(100 * 1024);
        blocked.ShouldBeEmpty();
        await Axe.FindsNothingAsync(page, address);
        await Screenshots.TakeAsync(page, PictureOf(address));
        await page.SetViewportSizeAsync(390, 844);
        await Axe.FindsNothingAsync(page, $"{address} on a phone");
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, "the page must not scroll sideways on a phone");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Axe_finds_a_picture_that_has_no_words()
    {
        var page = await system.OpenBrowserAsync();
        await page.GotoAsync("/accesibilidad");
        await page.EvaluateAsync("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/favicon.ico\">')");
        (await Axe.ViolationsAsync(page)).ShouldHaveSingleItem().ShouldStartWith("image-alt: ");
        await page.Context.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(StaffPages))]
    public async Task Axe_finds_no_violation_on_pages_of_signed_in_people(string address)
    {
        // Signed in once, in the browser as people do; the other pages are opened with its cookies.
        var page = await system.OpenBrowserAsync(state: staff);
        if (staff is null)
        {
            await SecretariatWalk.SignInAsync(system, page, "administration");
            staff = await page.Context.StorageStateAsync();
        }

        var answer = await page.GotoAsync(address);
        answer!.Status.ShouldBe((int)HttpStatusCode.OK);
        page.Url.ShouldNotContain("/cuenta/entrar");
        await Axe.FindsNothingAsync(page, address);
        await Screenshots.TakeAsync(page, PictureOf(address));
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/compromisos/MX-MEX-PAL01-C01")]
    [InlineData("/datos/commitments.csv")]
    [InlineData("/datos/catalogo.jsonld")]
    [InlineData("/api/action-plans/v1/commitments/MX-MEX-PAL01-C01")]
    public async Task A_reader_who_has_the_current_version_gets_304(string address)
    {
        using var api = new ApiClient(system.Origin);
        using var first = await api.SendAsync(HttpMethod.Get, address);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Headers.ETag.ShouldNotBeNull().IsWeak.ShouldBeFalse();
        using var again = await api.SendAsync(HttpMethod.Get, address, ifNoneMatch: first.Headers.ETag!.Tag);
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await again.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        using var api = new ApiClient(system.Origin);
        foreach (var address in new[] { "/", "/datos/commitments.csv", "/api/action-plans/v1/commitments", "/no-existe" })
        {
            using var answer = await api.SendAsync(HttpMethod.Get, address);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldNotContain("unsafe-inline");
            policy.ShouldContain("frame-ancestors 'none'");
            answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
            answer.Headers.Contains("Server").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("/no-existe")]
    [InlineData("/no-existe.pdf")]
    [InlineData("/informes/2021.docx")]
    public async Task An_address_that_nothing_is_at_says_so_in_Spanish_on_a_page(string address)
    {
        using var client = new HttpClient { BaseAddress = system.Origin };
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("No encontramos");
    }

    [Theory]
    [InlineData("/internal/events?after=0")]
    [InlineData("/api/action-plans/v1/../../../internal/events")]
    [InlineData("/%69nternal/events?after=0")]
    public async Task Internal_addresses_cannot_be_reached_from_outside(string address)
    {
        using var api = new ApiClient(system.Origin);
        using var answer = await api.SendAsync(HttpMethod.Get, address);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_federal_plan_shows_what_was_printed_beside_what_is_recomputed()
    {
        var page = await system.OpenBrowserAsync(javaScript: false);
        await page.GotoAsync("/planes-importados/federal-2011-2013");
        var text = await page.Locator("main").InnerTextAsync();
        text.ShouldContain("38 de 41 = 92% de cumplimiento");
        text.ShouldContain("92.7");
        text.ShouldContain("31");
        var totals = await new ApiClient(system.Origin).GetAsync("/api/action-plans/v1/totals");
        totals["published"]!.GetValue<int>().ShouldBe(1, "imported plans stay out of the instance's totals");
    }

    private static string PictureOf(string address) => "pagina" + address.Replace('/', '-');

    private static async Task<int> WeightAsync(IRequest request)
    {
        var sizes = await request.SizesAsync();
        return sizes.ResponseBodySize + sizes.ResponseHeadersSize;
    }
}
