using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace OpenGov.SystemTests.Support;

/// <summary>
/// axe-core in the page as it stands. The library's own way opens a page beside each for the frames it may have, and brings back all that passed as well: a third of the
/// time of the walks. No page here has frames.
/// </summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>What axe objects to, with the elements concerned.</summary>
    public static async Task<string[]> ViolationsAsync(IPage page)
    {
        (await page.EvaluateAsync<int>("document.querySelectorAll('iframe, frame').length")).ShouldBe(0, "of a page with frames only the outermost document would be looked at");
        if (!await page.EvaluateAsync<bool>("typeof window.axe === 'object'"))
            await page.EvaluateAsync(Script);
        return await page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
                .map(violation => `${violation.id}: ${violation.help} ${violation.nodes.map(node => node.html).join('; ')}`)
            """);
    }

    public static async Task FindsNothingAsync(IPage page, string what) => (await ViolationsAsync(page)).ShouldBeEmpty(what);
}
