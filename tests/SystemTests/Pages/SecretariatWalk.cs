using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Pages;

/// <summary>What the walks through a secretariat's pages do alike. With OPENGOV_PICTURES=folder they leave pictures to look at.</summary>
internal static class SecretariatWalk
{
    /// <param name="seat">Null: the one that the form offers.</param>
    public static async Task AppointAsync(IPage page, int? seat, string role, string organisation, string? account = null)
    {
        await OpenAsync(page, "/integrantes");
        if (seat is { } index)
            await page.Locator("[name='seatId']").SelectOptionAsync(new SelectOptionValue { Index = index });
        await page.Locator("[name='role']").SelectOptionAsync(role);
        await FormFields.FindAsync(page, "organisationId", organisation);
        if (account is not null)
            await FormFields.FindAsync(page, "accountId", account);
        await page.Locator("[name='document']").FillAsync("Oficio 1/2026");
        await SendAsync(page, "/integrantes");
        page.Url.ShouldContain("listo=secretariat_changed", customMessage: organisation);
    }

    public static async Task AssignAsync(IPage page, string office, string? organisation)
    {
        await OpenAsync(page, "/cargos");
        await page.Locator("[name='office']").SelectOptionAsync(office);
        if (organisation is not null)
            await FormFields.FindAsync(page, "officeOrganisationId", organisation);
        await SendAsync(page, "/cargos");
        page.Url.ShouldContain("listo=secretariat_changed", customMessage: office);
    }

    /// <summary>Opens the act whose form is sent to the address, where it is folded.</summary>
    public static async Task OpenAsync(IPage page, string action)
    {
        var folded = page.Locator($"main details:not([open]):has(form[action$='{action}']) > summary");
        if (await folded.CountAsync() > 0)
            await folded.ClickAsync();
    }

    /// <summary>Presses the button until the page shows that it was done: a busy machine may answer that a service is away.</summary>
    public static async Task ActAsync(IPage page, string address, string button, string shown)
    {
        await Eventually.HoldsAsync(
            async () =>
            {
                await page.GotoAsync(address);
                if ((await page.Locator("main").InnerTextAsync()).Contains(shown, StringComparison.Ordinal))
                    return true;
                if (await page.Locator(button).CountAsync() > 0)
                    await page.Locator(button).First.ClickThroughAsync();
                return (await page.Locator("main").InnerTextAsync()).Contains(shown, StringComparison.Ordinal);
            },
            TimeSpan.FromMinutes(2),
            shown);
    }

    public static Task SendAsync(IPage page, string action) => page.Locator($"main form[action$='{action}'] button[type='submit']:not([name])").Last.ClickThroughAsync();

    public static async Task SignInAsync(SampleSystem system, IPage page, string role)
    {
        var account = JsonNode.Parse(await File.ReadAllTextAsync(system.AccountsFile))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == role)!;
        await page.GotoAsync("/cuenta/entrar");
        await page.Locator("[name='email']").FillAsync(account["email"]!.GetValue<string>());
        await page.Locator("[name='password']").FillAsync(account["password"]!.GetValue<string>());
        await page.Locator("main form button[type='submit']").First.ClickThroughAsync();
        page.Url.ShouldNotContain("/cuenta/entrar", customMessage: await page.Locator("main").InnerTextAsync());
    }

    public static Task PictureAsync(IPage page, string name) => Screenshots.TakeAsync(page, $"secretariado-{name}");
}
