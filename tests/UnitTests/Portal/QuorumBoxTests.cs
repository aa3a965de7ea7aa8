using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGov.Portal.Secretariat;

namespace OpenGov.UnitTests.Portal;

/// <summary>The page says what is asked for, and nothing that is not (<c>quorumEachSector</c>).</summary>
public sealed class QuorumBoxTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public async Task A_seat_of_each_sector_is_named_where_the_rules_ask_for_it_and_only_there(int call, bool eachSector)
    {
        var html = await RenderAsync(new QuorumView(call, 6, 4, 4, eachSector, [new("GUARANTOR", 1, 0), new("CIVIL_SOCIETY", 5, 4)], !eachSector));
        html.Contains("al menos un", StringComparison.OrdinalIgnoreCase).ShouldBe(eachSector, html);
        html.Contains("Falta quórum del sector", StringComparison.Ordinal).ShouldBe(eachSector);
        html.ShouldContain(call == 1 ? "En primera convocatoria" : "En segunda convocatoria");
        html.Contains("no piden un", StringComparison.Ordinal).ShouldBe(!eachSector);
    }

    private static async Task<string> RenderAsync(QuorumView quorum)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return System.Net.WebUtility.HtmlDecode(await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<QuorumBox>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Quorum"] = quorum }))).ToHtmlString()));
    }
}
