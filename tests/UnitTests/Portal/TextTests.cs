using OpenGov.TestSupport;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using OpenGov.Portal;

namespace OpenGov.UnitTests.Portal;

public sealed partial class TextTests
{
    private static readonly CultureInfo Spanish = new("es-MX");
    private static readonly CultureInfo English = new("en");

    public static TheoryData<string> KeysInSources()
    {
        var keys = Sources().SelectMany(file => Key().Matches(File.ReadAllText(file)).Select(match => match.Groups["key"].Value)).Distinct(StringComparer.Ordinal);
        return new TheoryData<string>(keys.Order(StringComparer.Ordinal));
    }

    public static TheoryData<string> ResourceFiles() => new(
        typeof(Text).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("OpenGov.Portal.Texts.", StringComparison.Ordinal))
            .Select(name => name[..^".resources".Length]));

    [Theory]
    [MemberData(nameof(KeysInSources))]
    public void Every_text_that_a_page_asks_for_exists_in_both_languages(string key)
    {
        Text.Find(key, Spanish).ShouldNotBeNullOrWhiteSpace();
        Text.Find(key, English).ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [MemberData(nameof(ResourceFiles))]
    public void Both_languages_have_the_same_keys_and_the_same_places_for_values(string file)
    {
        var resources = new ResourceManager(file, typeof(Text).Assembly);
        var spanish = Entries(resources, CultureInfo.InvariantCulture);
        var english = Entries(resources, English);
        english.Keys.Order(StringComparer.Ordinal).ShouldBe(spanish.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in spanish)
            Places(english[key]).ShouldBe(Places(text), key);
    }

    [Fact]
    public void A_code_that_nobody_translated_shows_as_itself() => Text.Code("activity", "INVENTED").ShouldBe("INVENTED");

    private static IEnumerable<string> Sources()
    {
        var portal = Path.Combine(SourceTree.Root, "src", "Portal");
        return Directory.EnumerateFiles(portal, "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Entries(ResourceManager resources, CultureInfo culture) =>
        resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(match => match.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    [GeneratedRegex("""\bT\("(?<key>[a-z]+\.[A-Za-z0-9_]+)"(?! \+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();

    [GeneratedRegex("""\{\d+\}""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
