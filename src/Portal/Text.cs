using System.Collections.Concurrent;
using System.Globalization;
using System.Resources;

namespace OpenGov.Portal;

/// <summary>
/// The portal's texts. A key is <c>noun.name</c>: the noun is the resource file in <c>Texts/</c>, Spanish (es-MX) in
/// <c>Noun.resx</c> and English in <c>Noun.en.resx</c>.
/// </summary>
public static class Text
{
    private static readonly ConcurrentDictionary<string, ResourceManager> Files = new(StringComparer.Ordinal);

    /// <summary>The text in the reader's language; a key without a text is a bug that a unit test finds, and shows as the key.</summary>
    public static string T(string key, params object?[] args)
    {
        var format = Find(key, CultureInfo.CurrentUICulture) ?? key;
        return args.Length == 0 ? format : string.Format(CultureInfo.CurrentCulture, format, args);
    }

    /// <summary>The text of a code that another service sent (<c>status.IN_PROGRESS</c>), or the code where we do not know it.</summary>
    public static string Code(string noun, string? code) =>
        code is null ? "" : Find($"codes.{noun}_{code}", CultureInfo.CurrentUICulture) ?? code;

    internal static string? Find(string key, CultureInfo culture)
    {
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1)
            return null;
        var noun = char.ToUpperInvariant(key[0]) + key[1..dot];
        var file = Files.GetOrAdd(noun, name => new ResourceManager($"OpenGov.Portal.Texts.{name}", typeof(Text).Assembly));
        try
        {
            return file.GetString(key[(dot + 1)..], culture);
        }
        catch (MissingManifestResourceException)
        {
            return null;
        }
    }
}
