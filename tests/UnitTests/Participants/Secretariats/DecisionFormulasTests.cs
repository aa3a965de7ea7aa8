using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Secretariats;

namespace OpenGov.UnitTests.Participants.Secretariats;

public sealed class DecisionFormulasTests
{
    [Theory]
    [InlineData(VotingRule.Consensus, 5, 1, 0, true)]
    [InlineData(VotingRule.Consensus, 5, 4, 1, false)]
    [InlineData(VotingRule.Consensus, 5, 0, 0, false)]
    [InlineData(VotingRule.SimpleMajority, 11, 6, 5, true)]
    [InlineData(VotingRule.SimpleMajority, 11, 5, 0, false)]
    [InlineData(VotingRule.SimpleMajority, 10, 5, 5, false)]
    [InlineData(VotingRule.SimpleMajority, 10, 6, 4, true)]
    [InlineData(VotingRule.TwoThirds, 11, 8, 3, true)]
    [InlineData(VotingRule.TwoThirds, 11, 7, 4, false)]
    [InlineData(VotingRule.TwoThirds, 3, 2, 1, true)]
    [InlineData(VotingRule.ThreeFifths, 5, 3, 2, true)]
    [InlineData(VotingRule.ThreeFifths, 11, 6, 0, false)]
    [InlineData(VotingRule.ThreeFifths, 11, 7, 4, true)]
    public void A_decision_is_carried_by_the_formula_of_its_rule(VotingRule rule, int n, int y, int c, bool carried) =>
        DecisionFormulas.Carries(rule, n, y, c).ShouldBe(carried);

    [Fact]
    public void What_is_needed_is_the_least_that_carries()
    {
        for (var n = 1; n <= 60; n++)
        {
            foreach (var rule in Enum.GetValues<VotingRule>().Where(rule => rule != VotingRule.Consensus))
            {
                var needed = DecisionFormulas.Needed(rule, n)!.Value;
                DecisionFormulas.Carries(rule, n, needed, 0).ShouldBeTrue();
                (needed > 1 && DecisionFormulas.Carries(rule, n, needed - 1, 0)).ShouldBeFalse();
            }
        }
    }

    [Theory]
    [InlineData(VotingRule.SimpleMajority, 11, 7, 4, "⌊11 / 2⌋ + 1 = 6; 7 ≥ 6")]
    [InlineData(VotingRule.SimpleMajority, 10, 5, 5, "⌊10 / 2⌋ + 1 = 6; 5 < 6")]
    [InlineData(VotingRule.TwoThirds, 11, 7, 4, "3 × 7 = 21 < 22 = 2 × 11")]
    [InlineData(VotingRule.TwoThirds, 3, 2, 1, "3 × 2 = 6 ≥ 6 = 2 × 3")]
    [InlineData(VotingRule.ThreeFifths, 11, 7, 4, "5 × 7 = 35 ≥ 33 = 3 × 11")]
    [InlineData(VotingRule.Consensus, 5, 4, 1, "1 > 0; 4 ≥ 1")]
    [InlineData(VotingRule.Consensus, 5, 0, 0, "0 = 0; 0 < 1")]
    public void A_result_opens_to_its_formula_with_the_numbers(VotingRule rule, int n, int y, int c, string formula) => DecisionFormulas.Explain(rule, n, y, c).ShouldBe(formula);

    [Fact]
    public void As_many_against_as_in_favour_is_a_tie_and_not_carried()
    {
        DecisionFormulas.Outcome(VotingRule.SimpleMajority, 10, 5, 5).ShouldBe(BallotOutcome.Tied);
        DecisionFormulas.Outcome(VotingRule.SimpleMajority, 3, 0, 0).ShouldBe(BallotOutcome.NotCarried);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(10, 6)]
    [InlineData(11, 6)]
    public void The_quorum_is_more_than_half_of_the_occupied_seats(int occupied, int needed) => new GoverningRules().SeatsForQuorum(occupied).ShouldBe(needed);

    [Theory]
    [InlineData(3, 2)]
    [InlineData(10, 7)]
    [InlineData(12, 8)]
    public void A_quorum_of_at_least_two_thirds_is_rounded_up(int occupied, int needed) =>
        new GoverningRules { QuorumFraction = new QuorumFraction(2, 3, MoreThan: false) }.SeatsForQuorum(occupied).ShouldBe(needed);

    [Fact]
    public void The_mechanism_takes_the_place_of_the_legal_profile_and_matters_have_rules_of_their_own()
    {
        var profile = new ProfileParameters { NoticeOrdinaryDays = 7, DecisionRules = new Dictionary<string, DecisionRule> { ["BUDGET"] = DecisionRule.ThreeFifths } };
        var rules = GoverningRules.Of(profile, new MechanismParameters { NoticeOrdinaryDays = 3, DecisionRules = new Dictionary<string, VotingRule> { ["BUDGET"] = VotingRule.Consensus } });
        rules.NoticeOrdinaryDays.ShouldBe(3);
        rules.RuleFor("BUDGET", false).ShouldBe(VotingRule.Consensus);
        GoverningRules.Of(profile, null).RuleFor("BUDGET", false).ShouldBe(VotingRule.ThreeFifths);
        rules.RuleFor(Matters.PlanApproval, false).ShouldBe(VotingRule.TwoThirds);
        rules.RuleFor(Matters.GovernanceChange, false).ShouldBe(VotingRule.TwoThirds);
        rules.RuleFor(Matters.General, false).ShouldBe(VotingRule.SimpleMajority);
        rules.RuleFor(Matters.ProblemPriority, false).ShouldBe(VotingRule.Consensus);
        rules.RuleFor(Matters.ProblemPriority, true).ShouldBe(VotingRule.SimpleMajority);
    }
}
