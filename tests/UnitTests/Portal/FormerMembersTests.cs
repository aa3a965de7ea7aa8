using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Secretariat;

namespace OpenGov.UnitTests.Portal;

/// <summary>The page of a day: who sat on it, who no longer did, and why their term ended before its time.</summary>
public sealed class FormerMembersTests
{
    private static readonly HolderView Left = Holder("Quien se fue en 2019", new(2017, 1, 1), until: new(2020, 1, 1), ended: new(2019, 5, 1), cause: "REMOVED");
    private static readonly HolderView RanOut = Holder("Quien terminó en 2017", new(2015, 1, 1), until: new(2017, 1, 1));
    private static readonly HolderView Annulled = Holder("Quien nunca llegó", new(2017, 6, 1), until: new(2019, 6, 1), ended: new(2017, 6, 1), cause: "RECORDED_BY_MISTAKE");
    private static readonly HolderView Sitting = Holder("Quien sigue", new(2017, 1, 1));

    [Fact]
    public void A_day_lists_as_former_who_had_left_by_then_and_nobody_who_sat_on_it_or_never_began()
    {
        Former(new(2018, 1, 15)).ShouldBe([RanOut]);
        Former(new(2019, 4, 30)).ShouldBe([RanOut]);
        Former(new(2019, 5, 1)).ShouldBe([Left, RanOut]);
        Former(new(2026, 3, 2)).ShouldBe([Left, RanOut]);
    }

    [Fact]
    public async Task The_cause_for_which_a_term_ended_early_is_public()
    {
        var html = await RenderAsync([Left, RanOut]);
        html.ShouldContain("Causa del término: Por acuerdo<");
        html.Split("Causa del término").Length.ShouldBe(2, "a term that ran out has none");
    }

    private static IReadOnlyList<HolderView> Former(DateOnly day) =>
        new SecretariatModel(
            new SecretariatView(Guid.CreateVersion7(), 1, "Secretariado", null, "INSTALLED", new(2015, 1, 1), null, null, HasAct: false, null, day, [], [], null, [], new BalanceView([], null, [], [])),
            [Left, RanOut, Annulled, Sitting], [], day, new FormState()).Former;

    private static HolderView Holder(string name, DateOnly from, DateOnly? until = null, DateOnly? ended = null, string? cause = null) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, "CIVIL_SOCIETY", "TITULAR", Guid.CreateVersion7(), name, null, null, null, "APPOINTMENT", "Oficio 1", from, until, ended, cause, VotesFromAccount: false);

    private static async Task<string> RenderAsync(IReadOnlyList<HolderView> members)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return System.Net.WebUtility.HtmlDecode(await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<FormerMembers>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Members"] = members }))).ToHtmlString()));
    }
}
