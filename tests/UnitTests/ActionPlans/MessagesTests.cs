using System.Text.RegularExpressions;
using OpenGov.ActionPlans;
using OpenGov.UnitTests.Support;

namespace OpenGov.UnitTests.ActionPlans;

public sealed partial class MessagesTests
{
    private static readonly ServiceMessages Messages = new("ActionPlans", typeof(ActionPlansDb).Assembly);

    /// <summary>How the source refuses, fails a rule or reports an error of a document.</summary>
    private static readonly string[] Ways =
        ["Refus", "rrors.Add(", "Fail(", "Forbid(", "Need(", "missing.Add(", "text.", "null => \"", "_ when ", "? \"", ": \""];

    [Fact]
    public void Every_refusal_has_a_text_in_Spanish_and_in_English_with_the_same_arguments() => Messages.ShouldBeInBothLanguages(Codes());

    [Fact]
    public void No_text_is_left_over() => Messages.ShouldHaveNoneBut(Codes());

    /// <summary>Codes as the source writes them, in every way of refusing.</summary>
    private static HashSet<string> Codes()
    {
        var lines = Messages.Source();
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
}
