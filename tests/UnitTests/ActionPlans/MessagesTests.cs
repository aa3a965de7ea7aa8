using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OpenGov.UnitTests.ActionPlans;

public sealed partial class MessagesTests
{
    private static readonly ResourceManager Own = new("OpenGov.ActionPlans.Messages", typeof(OpenGov.ActionPlans.ActionPlansDb).Assembly);
    private static readonly ResourceManager Shared = new("OpenGov.ServiceDefaults.Http.Messages", typeof(OpenGov.ServiceDefaults.Http.MessageCatalog).Assembly);

    /// <summary>How the source refuses, fails a rule or reports an error of a document.</summary>
    private static readonly string[] Ways =
        ["Refus", "rrors.Add(", "Fail(", "Forbid(", "Need(", "missing.Add(", "text.", "null => \"", "_ when ", "? \"", ": \""];

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
        var source = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/ActionPlans"));
        var lines = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)
            .ToArray();
        var refusals = lines.Where(line => !line.Contains("Audit(", StringComparison.Ordinal) && Ways.Any(way => line.Contains(way, StringComparison.Ordinal)))
            .SelectMany(line => Code().Matches(line))
            .Select(match => match.Groups["code"].Value);
        var discrepancies = lines.SelectMany(line => DiscrepancyCode().Matches(line)).Select(match => "discrepancy_" + match.Groups["code"].Value.ToLowerInvariant());
        var gaps = lines.SelectMany(line => GapField().Matches(line))
            .Select(match => "gap_" + System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Groups["field"].Value));
        return [.. refusals.Concat(discrepancies).Concat(gaps)];
    }

    [GeneratedRegex("\"(?<code>(GROUP|DENOMINATOR|NUMERATOR|PARTIAL_COUNTED|PERCENT|SINGLE)_[A-Z_]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DiscrepancyCode();

    [GeneratedRegex("Missing\\(.*?\"(?<field>[a-zA-Z]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GapField();

    [GeneratedRegex("\"(?<code>[a-z]+(_[a-z0-9]+)+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\{[0-9]\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Argument();
}
