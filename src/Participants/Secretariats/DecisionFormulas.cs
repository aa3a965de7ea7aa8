using System.Globalization;
using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

/// <summary>
/// The exact formulas of SPEC §2.5 on integers: n = base, y = in favour, c = against. There is no casting vote: what is tied is not carried.
/// </summary>
public static class DecisionFormulas
{
    public static bool Carries(VotingRule rule, int n, int y, int c)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfNegative(c);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, y + c);
        return rule switch
        {
            VotingRule.Consensus => c == 0 && y >= 1,
            // Two thirds of nobody are reached by nobody's vote: a decision needs a vote.
            VotingRule.TwoThirds => y >= 1 && 3 * y >= 2 * n,
            VotingRule.ThreeFifths => y >= 1 && 5 * y >= 3 * n,
            _ => y >= (n / 2) + 1,
        };
    }

    public static BallotOutcome Outcome(VotingRule rule, int n, int y, int c) =>
        Carries(rule, n, y, c) ? BallotOutcome.Carried : y == c && y > 0 ? BallotOutcome.Tied : BallotOutcome.NotCarried;

    /// <summary>Votes in favour that carry a decision of n; null where that also hangs on nobody being against.</summary>
    public static int? Needed(VotingRule rule, int n) => rule switch
    {
        VotingRule.Consensus => null,
        VotingRule.TwoThirds => Math.Max(1, ((2 * n) + 2) / 3),
        VotingRule.ThreeFifths => Math.Max(1, ((3 * n) + 4) / 5),
        _ => (n / 2) + 1,
    };

    /// <summary>The formula with its numbers, so that a person can check it: <c>⌊11 / 2⌋ + 1 = 6; 7 ≥ 6</c>.</summary>
    public static string Explain(VotingRule rule, int n, int y, int c)
    {
        return rule switch
        {
            VotingRule.Consensus => string.Create(CultureInfo.InvariantCulture, $"{c} {(c == 0 ? '=' : '>')} 0; {y} {Sign(y, 1)} 1"),
            VotingRule.TwoThirds => Share(3, 2),
            VotingRule.ThreeFifths => Share(5, 3),
            _ => string.Create(CultureInfo.InvariantCulture, $"⌊{n} / 2⌋ + 1 = {(n / 2) + 1}; {y} {Sign(y, (n / 2) + 1)} {(n / 2) + 1}"),
        };

        string Share(int votes, int seats) => string.Create(CultureInfo.InvariantCulture, $"{votes} × {y} = {votes * y} {Sign(votes * y, seats * n)} {seats * n} = {seats} × {n}");

        static char Sign(int have, int need) => have >= need ? '≥' : '<';
    }
}
