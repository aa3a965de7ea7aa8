using Microsoft.Playwright;

namespace OpenGov.SystemTests.Support;

/// <summary>Fields of the portal's forms that take more than one step to fill in.</summary>
internal static class FormFields
{
    /// <summary>The option of a list whose text has that part.</summary>
    public static async Task SelectAsync(IPage page, string field, string text)
    {
        var value = await page.Locator($"[name='{field}'] option", new PageLocatorOptions { HasTextString = text }).First.GetAttributeAsync("value");
        await page.Locator($"[name='{field}']").SelectOptionAsync(value!);
    }

    /// <summary>One among very many: looked for by its name, and chosen among what was found.</summary>
    public static async Task FindAsync(IPage page, string field, string text)
    {
        await page.Locator($"[name='{field}.q']").FillAsync(text);
        await page.Locator($"button[name='_buscar'][value='{field}']").ClickThroughAsync();
        await page.Locator(".govuk-radios__item", new PageLocatorOptions { HasTextString = text, Has = page.Locator($"[name='{field}']") }).First.Locator("input").CheckAsync();
    }
}
