using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGov.Portal.Secretariat;

namespace OpenGov.UnitTests.Portal;

/// <summary>A result opens to show its numbers, and says of which seats its base is (SPEC §2.5, <c>majorityBase</c>).</summary>
public sealed class DecisionSumTests
{
    [Theory]
    [InlineData("PRESENT", 2, 9, "La base son los asientos presentes: 11 ocupados − 2 ausentes = 9.")]
    [InlineData("PRESENT", 0, 11, "La base son los asientos presentes: 11 ocupados − 0 ausentes = 11.")]
    [InlineData("OCCUPIED_SEATS", 2, 11, "La base son todos los asientos ocupados al abrir la votación, también los ausentes: 11.")]
    [InlineData("OCCUPIED_SEATS", 0, 11, "La base son todos los asientos ocupados al abrir la votación, también los ausentes: 11.")]
    public async Task The_base_is_explained_by_what_it_is_whether_or_not_anybody_was_absent(string majorityBase, int absent, int n, string explained)
    {
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = new CultureInfo("es-MX");
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var html = System.Net.WebUtility.HtmlDecode(await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<DecisionSum>(ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            ["Rule"] = "SIMPLE_MAJORITY",
            ["MajorityBase"] = majorityBase,
            ["Totals"] = new BallotTotals(11, n, 7, 1, 3 - absent, absent),
            ["Needed"] = 6,
        }))).ToHtmlString()));
        html.ShouldContain(explained);
        html.Split("La base son").Length.ShouldBe(2, html);
    }
}
