using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGov.Portal.Forms;

namespace OpenGov.UnitTests.Portal;

public sealed class ErrorSummaryTests
{
    [Fact]
    public async Task Each_reason_names_its_field_though_the_summary_is_drawn_above_the_fields()
    {
        var state = new FormState().Refuse("title", "Este dato es obligatorio.").Refuse("place", "Este dato es obligatorio.").Refuse("signatories", "Falta un sector.").Refuse(null, "No se guardó nada.");
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<Page>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["State"] = state }))).ToHtmlString());
        html = System.Net.WebUtility.HtmlDecode(html);
        html.ShouldContain("<a href=\"#title\">Título: Este dato es obligatorio.</a>");
        html.ShouldContain("<a href=\"#place\">Lugar: Este dato es obligatorio.</a>");
        html.ShouldContain("Falta un sector.");
        html.ShouldContain("No se guardó nada.");
        // Beside the field itself its name stands already.
        html.ShouldNotContain("</span> Título: Este dato");
    }

    private sealed class Page : ComponentBase
    {
        [Parameter] public FormState State { get; set; } = null!;

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent<ErrorSummary>(0);
            builder.AddAttribute(1, "State", State);
            builder.AddAttribute(2, "Of", "title place");
            builder.CloseComponent();
            foreach (var (name, label) in new[] { ("title", "Título"), ("place", "Lugar:") })
            {
                builder.OpenComponent<TextField>(3);
                builder.SetKey(name);
                builder.AddAttribute(4, "State", State);
                builder.AddAttribute(5, "Name", name);
                builder.AddAttribute(6, "Label", label);
                builder.CloseComponent();
            }
        }
    }
}
