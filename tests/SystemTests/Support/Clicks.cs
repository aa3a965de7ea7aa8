using Microsoft.Playwright;

namespace OpenGov.SystemTests.Support;

internal static class Clicks
{
    /// <summary>
    /// Clicks what leads to another page, and waits until that page is whole and its scripts have run. A click alone waits only until the
    /// page's first bytes are there: what is counted or read then may be half of it.
    /// </summary>
    public static async Task ClickThroughAsync(this ILocator link)
    {
        await link.ClickAsync();
        await link.Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
    }
}
