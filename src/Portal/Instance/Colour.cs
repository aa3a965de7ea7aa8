using System.Globalization;
using System.Runtime.InteropServices;

namespace OpenGov.Portal.Instance;

/// <summary>An sRGB colour, with the contrast arithmetic of WCAG 2.2 (relative luminance, contrast ratio).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    /// <summary>Contrast that WCAG 2.2 AA asks of text (1.4.3).</summary>
    public const double TextContrast = 4.5;

    public static readonly Colour White = new(255, 255, 255);
    public static readonly Colour Black = new(0, 0, 0);

    /// <returns>False unless the text is #rrggbb.</returns>
    public static bool TryParse(string? text, out Colour colour)
    {
        colour = default;
        if (text is not ['#', ..] || text.Length != 7
            || !int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb))
        {
            return false;
        }

        colour = new Colour((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
        return true;
    }

    public double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    public double ContrastWith(Colour other)
    {
        var (lighter, darker) = Luminance > other.Luminance ? (Luminance, other.Luminance) : (other.Luminance, Luminance);
        return (lighter + 0.05) / (darker + 0.05);
    }

    /// <summary>White or black, whichever reads better on this colour. One of the two always reaches 4.5; a softer black would not.</summary>
    public Colour TextOn => ContrastWith(White) >= ContrastWith(Black) ? White : Black;

    /// <summary>This colour, darkened until text in it is legible on all of the backgrounds.</summary>
    public Colour LegibleOn(double contrast, params ReadOnlySpan<Colour> backgrounds)
    {
        var colour = this;
        for (var step = 0; step < 40; step++)
        {
            var worst = double.MaxValue;
            foreach (var background in backgrounds)
                worst = Math.Min(worst, colour.ContrastWith(background));
            if (worst >= contrast)
                break;
            colour = colour.Scaled(0.93);
        }

        return colour;
    }

    /// <summary>The colour with each channel multiplied; under 1 it gets darker.</summary>
    public Colour Scaled(double factor) => new(Channel(Red * factor), Channel(Green * factor), Channel(Blue * factor));

    /// <summary>A light tint of the colour for surfaces.</summary>
    public Colour Tint(double share) => new(
        Channel(255 - ((255 - Red) * share)), Channel(255 - ((255 - Green) * share)), Channel(255 - ((255 - Blue) * share)));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    private static byte Channel(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

    private static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
