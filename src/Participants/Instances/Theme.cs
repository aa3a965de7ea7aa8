using System.Globalization;
using System.Text.RegularExpressions;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Instances;

/// <param name="PrimaryColour">#rrggbb; bears white text: at least 4.5:1 (WCAG 2.2 §1.4.3).</param>
/// <param name="AccentColour">#rrggbb; bears no text.</param>
public sealed record ThemeRequest(string? PrimaryColour, string? AccentColour);

/// <summary>Colours of the instance's pages.</summary>
public sealed partial record Theme(string PrimaryColour, string AccentColour)
{
    /// <summary>WCAG 2.2 §1.4.3, level AA, text of ordinary size.</summary>
    public const double MinContrast = 4.5;

    public static Theme Read(Fields fields, ThemeRequest? request)
    {
        var primary = Colour(fields, "/theme/primaryColour", request?.PrimaryColour);
        var accent = Colour(fields, "/theme/accentColour", request?.AccentColour);
        if (primary is not null && ContrastWithWhite(primary) is var contrast && contrast < MinContrast)
            fields.Refuse(Refusal.Rule("colour_contrast_too_low", "/theme/primaryColour", Math.Floor(contrast * 100) / 100, MinContrast));
        return new Theme(primary ?? "", accent ?? "");
    }

    /// <summary>(L1 + 0.05) / (L2 + 0.05) of WCAG 2.2, white being L1 = 1.</summary>
    public static double ContrastWithWhite(string colour) => 1.05 / (Luminance(colour) + 0.05);

    private static double Luminance(string colour) =>
        (0.2126 * Channel(colour, 1)) + (0.7152 * Channel(colour, 3)) + (0.0722 * Channel(colour, 5));

    private static double Channel(string colour, int at)
    {
        var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private static string? Colour(Fields fields, string field, string? given)
    {
        if (given is not null && Form().IsMatch(given))
            return given.ToLowerInvariant();
        fields.Refuse(Refusal.Invalid(field, string.IsNullOrEmpty(given) ? "field_required" : "colour_invalid"));
        return null;
    }

    [GeneratedRegex(@"\A#[0-9A-Fa-f]{6}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
