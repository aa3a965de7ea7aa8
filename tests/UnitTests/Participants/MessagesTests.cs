using System.Text.RegularExpressions;
using OpenGov.Participants;
using OpenGov.UnitTests.Support;

namespace OpenGov.UnitTests.Participants;

public sealed partial class MessagesTests
{
    private static readonly ServiceMessages Messages = new("Participants", typeof(ParticipantsDb).Assembly);

    [Fact]
    public void Every_refusal_has_a_text_in_Spanish_and_in_English_with_the_same_arguments() => Messages.ShouldBeInBothLanguages(Codes());

    [Fact]
    public void No_text_is_left_over() => Messages.ShouldHaveNoneBut(Codes());

    /// <summary>Codes as the source writes them, in every way of refusing.</summary>
    private static HashSet<string> Codes() =>
        [.. Messages.Source()
            .Where(line => line.Contains("Refus", StringComparison.Ordinal) || line.Contains("Demand(", StringComparison.Ordinal) || line.Contains("Code = ", StringComparison.Ordinal))
            .SelectMany(line => Code().Matches(line))
            .Select(match => match.Groups["code"].Value)];

    [GeneratedRegex("\"(?<code>[a-z]+(_[a-z]+)+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
