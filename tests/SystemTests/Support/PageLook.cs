using Microsoft.Playwright;

namespace OpenGov.SystemTests.Support;

/// <summary>A page as people see it on a desktop and on a phone: nothing that axe objects to, and no scrolling sideways.</summary>
public static class PageLook
{
    /// <param name="name">Of the pictures, where they are wanted (<see cref="Screenshots"/>).</param>
    public static async Task CheckAsync(IPage page, string name)
    {
        await Screenshots.TakeAsync(page, name);
        await page.SetViewportSizeAsync(1280, 900);
        await Axe.FindsNothingAsync(page, name);
        await page.SetViewportSizeAsync(390, 844);
        await Axe.FindsNothingAsync(page, name + " on a phone");
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, $"{name} must not scroll sideways on a phone");
    }
}
