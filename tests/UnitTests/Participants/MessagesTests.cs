using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OpenGov.UnitTests.Participants;

public sealed partial class MessagesTests
{
    private static readonly ResourceManager Own = new("OpenGov.Participants.Messages", typeof(OpenGov.Participants.ParticipantsDb).Assembly);
    private static readonly ResourceManager Shared = new("OpenGov.ServiceDefaults.Http.Messages", typeof(OpenGov.ServiceDefaults.Http.MessageCatalog).Assembly);

    [Fact]
    public void Every_refusal_has_a_text_in_Spanish_and_in_English_with_the_same_arguments()
    {
        var codes = Codes();
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

    [Fact]
    public void No_text_is_left_over()
    {
        var codes = Codes();
        var texts = Own.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!;
        foreach (System.Collections.DictionaryEntry text in texts)
            codes.ShouldContain((string)text.Key);
    }

    private static string? Text(string code, CultureInfo culture) =>
        Own.GetResourceSet(culture, true, false)?.GetString(code) ?? Shared.GetResourceSet(culture, true, false)?.GetString(code);

    private static IEnumerable<string> Arguments(string text) => Argument().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Codes as the source writes them, in every way of refusing.</summary>
    private static HashSet<string> Codes([CallerFilePath] string here = "")
    {
        var source = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/Participants"));
        return [.. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)
            .Where(line => line.Contains("Refus", StringComparison.Ordinal) || line.Contains("Demand(", StringComparison.Ordinal) || line.Contains("Code = ", StringComparison.Ordinal))
            .SelectMany(line => Code().Matches(line))
            .Select(match => match.Groups["code"].Value)];
    }

    [GeneratedRegex("\"(?<code>[a-z]+(_[a-z]+)+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\{[0-9]\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Argument();
}
