using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.Portal.Http;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Portal.Instance;

/// <summary>
/// The instance's colours as custom properties of the design system. Whatever colours an administrator picks, texts and
/// controls keep the contrast of WCAG 2.2 AA: they are darkened as far as that takes.
/// </summary>
public sealed record Theme(string Css, string Hash)
{
    private static readonly Colour DefaultPrimary = new(0x1d, 0x4f, 0x4b);
    private static readonly Colour DefaultAccent = new(0xb3, 0x8e, 0x5d);

    /// <summary>Changes with every change of the colours; the address carries the hash.</summary>
    public string Address => $"/tema.css?v={Hash}";

    public static Theme Of(InstanceView? instance)
    {
        var primary = Colour.TryParse(instance?.Theme?.PrimaryColour, out var chosen) ? chosen : DefaultPrimary;
        var accent = Colour.TryParse(instance?.Theme?.AccentColour, out chosen) ? chosen : DefaultAccent;
        var surface = primary.Tint(0.06);
        var link = primary.LegibleOn(5, Colour.White, surface);
        var css = $$"""
            :root{
            --og-primary:{{primary}};
            --og-on-primary:{{primary.TextOn}};
            --og-accent:{{accent}};
            --og-action:{{link}};
            --og-action-dark:{{link.Scaled(0.75)}};
            --og-action-darker:{{link.Scaled(0.5)}};
            --og-bar:{{link}};
            --og-bar-soft:{{link.Tint(0.45)}};
            --govuk-brand-colour:{{link}};
            --govuk-link-colour:{{link}};
            --govuk-link-hover-colour:{{link.Scaled(0.6)}};
            --govuk-surface-background-colour:{{surface}};
            --govuk-template-background-colour:{{surface}};
            --govuk-surface-border-colour:{{primary.Tint(0.4)}};
            }

            """.ReplaceLineEndings("\n");
        return new Theme(css, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(css)))[..16]);
    }
}

internal static class ThemeEndpoint
{
    public static void MapTheme(this WebApplication app) => app.MapMethods("/tema.css", ["GET", "HEAD"], GetAsync).ExcludeFromDescription();

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult>> GetAsync(
        HttpContext http, InstanceCache instances, ParticipantsApi participants, PageSources sources, string? v)
    {
        var theme = Theme.Of(await instances.CurrentAsync(participants, sources));
        if (sources.DependsOn is { } dependsOn)
            http.Response.Headers[PublicReads.Header] = dependsOn;

        // Under the hash of other colours (a page from before the change) the answer is right but must not stick.
        http.Response.Headers.CacheControl = v == theme.Hash ? "public, max-age=31536000, immutable" : "public, max-age=0, must-revalidate";
        return http.IsNotModified(ETags.Of(theme.Hash))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Text(theme.Css, "text/css; charset=utf-8");
    }
}
