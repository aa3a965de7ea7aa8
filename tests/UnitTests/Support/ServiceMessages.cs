using System.Collections;
using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.UnitTests.Support;

/// <summary>The texts of a service's refusals beside the codes that its source writes.</summary>
internal sealed partial class ServiceMessages(string service, System.Reflection.Assembly assembly)
{
    private static readonly ResourceManager Shared = new("OpenGov.ServiceDefaults.Http.Messages", typeof(MessageCatalog).Assembly);

    private readonly ResourceManager own = new($"OpenGov.{service}.Messages", assembly);

    /// <summary>The lines of the service's source.</summary>
    public IReadOnlyList<string> Source([CallerFilePath] string here = "") =>
        [.. Directory.EnumerateFiles(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src", service)), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)];

    public void ShouldBeInBothLanguages(IReadOnlyCollection<string> codes)
    {
        codes.Count.ShouldBeGreaterThan(40);
        foreach (var code in codes)
        {
            var (spanish, english) = (Text(code, CultureInfo.InvariantCulture), Text(code, CultureInfo.GetCultureInfo("en")));
            spanish.ShouldNotBeNull(code);
            english.ShouldNotBeNull(code);
            english.ShouldNotBe(spanish, code);
            Arguments(english).ShouldBe(Arguments(spanish), code);
        }
    }

    public void ShouldHaveNoneBut(IReadOnlyCollection<string> codes)
    {
        foreach (DictionaryEntry text in own.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!)
            codes.ShouldContain((string)text.Key);
    }

    private string? Text(string code, CultureInfo culture) =>
        own.GetResourceSet(culture, true, false)?.GetString(code) ?? Shared.GetResourceSet(culture, true, false)?.GetString(code);

    private static IEnumerable<string> Arguments(string text) => Argument().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{[0-9]\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Argument();
}
