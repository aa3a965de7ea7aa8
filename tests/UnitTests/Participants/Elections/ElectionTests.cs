using OpenGov.Participants.Elections;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.UnitTests.Participants.Elections;

public sealed class ElectionTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Among_equals_the_earlier_registered_is_elected()
    {
        CandidateVotes[] candidates = [Candidate(2026, 3), Candidate(2019, 3), Candidate(2021, 3), Candidate(2015, 0)];
        ElectionCount.Elect(candidates, 2).Select(one => one.RegisteredAt.Year).ShouldBe([2019, 2021]);
        ElectionCount.IsTied(candidates, 2).ShouldBeTrue();
        ElectionCount.IsTied(candidates, 3).ShouldBeFalse();
    }

    [Fact]
    public void Nobody_is_elected_without_a_vote() => ElectionCount.Elect([Candidate(2019, 0), Candidate(2020, 1)], 2).ShouldHaveSingleItem().Votes.ShouldBe(1);

    [Fact]
    public void An_election_is_called_for_days_to_come_with_candidates_voters_and_seats()
    {
        var terms = Terms();
        Called(terms with { OpensOn = Today.AddDays(-1) }).Refusals[0].Code.ShouldBe("moment_in_past");
        Called(terms with { ClosesOn = Today.AddDays(-1) }).Refusals[0].Code.ShouldBe("call_closes_before_it_opens");
        Called(terms with { TermFrom = terms.ClosesOn }).Refusals[0].Code.ShouldBe("election_term_before_close");
        Called(terms with { Seats = [] }).Refusals[0].Code.ShouldBe("election_seats_invalid");
        Called(terms with { Seats = [terms.Seats[0], terms.Seats[0]] }).Refusals[0].Code.ShouldBe("election_seats_invalid");
        Called(terms, candidates: 0).Refusals[0].Code.ShouldBe("election_without_candidates");
        Called(terms, roll: 0).Refusals[0].Code.ShouldBe("election_without_voters");
        Called(terms).IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void Whoever_may_not_take_the_term_does_not_stand_and_keeps_nobody_else_from_it()
    {
        var bar = Refusal.Rule("too_many_consecutive_terms", null, 2);
        var election = SeatElection.Call(Terms(), [new Standing(Guid.CreateVersion7(), Now, bar), new Standing(Guid.CreateVersion7(), Now)], 10, Today, Now).Value;
        election.Exclusions.ShouldHaveSingleItem().ShouldSatisfyAllConditions(one => one.Rule.ShouldBe("too_many_consecutive_terms"), one => one.Figure.ShouldBe(2));
        election.Candidates.ShouldHaveSingleItem();
        SeatElection.Call(Terms(), [new Standing(Guid.CreateVersion7(), Now, bar)], 10, Today, Now).Refusals.ShouldHaveSingleItem().Code.ShouldBe("too_many_consecutive_terms");
    }

    [Fact]
    public void Papers_are_taken_on_its_days_for_its_candidates_and_no_more_than_its_seats()
    {
        var election = Called(Terms()).Value;
        Guid[] all = [.. election.Candidates.Select(one => one.OrganisationId)];
        election.Takes([], Today).IsRefused.ShouldBeFalse("a blank paper is a paper");
        election.Takes([all[0], all[1]], election.ClosesOn).IsRefused.ShouldBeFalse();
        election.Takes(all, Today).Refusals[0].Code.ShouldBe("election_too_many_choices");
        election.Takes([all[0], all[0]], Today).Refusals[0].Code.ShouldBe("election_choice_unknown");
        election.Takes([Guid.CreateVersion7()], Today).Refusals[0].Code.ShouldBe("election_choice_unknown");
        election.Takes([all[0]], election.OpensOn.AddDays(-1)).Refusals[0].Code.ShouldBe("election_not_open");
        election.Takes([all[0]], election.ClosesOn.AddDays(1)).Refusals[0].Code.ShouldBe("election_not_open");
        election.Cancel("El padrón estaba incompleto", election.ClosesOn).IsRefused.ShouldBeFalse();
        election.Takes([all[0]], Today).Refusals[0].Code.ShouldBe("election_not_open");
        election.Cancel("Otra vez", Today).Refusals[0].Code.ShouldBe("election_not_in_state");
    }

    /// <summary>What was voted is counted: nobody calls an election off because of a result that they foresee.</summary>
    [Fact]
    public void After_its_last_day_an_election_is_counted_and_not_called_off()
    {
        var election = Called(Terms()).Value;
        election.Cancel("El resultado no conviene", election.ClosesOn.AddDays(1)).Refusals.ShouldHaveSingleItem().Code.ShouldBe("election_waits_for_count");
        election.State.ShouldBe(ElectionRecord.Called);
        election.Proclaim(election.Candidates.ToDictionary(one => one.OrganisationId, _ => 1), 1, 0, election.Seats, election.ClosesOn.AddDays(1), Now).IsRefused.ShouldBeFalse();
    }

    /// <summary>Random papers: the result is what an independent recount of the papers gives, and no loser is ahead of a winner.</summary>
    [Fact]
    public void Whatever_is_voted_a_recount_of_the_papers_gives_the_same_result()
    {
        var random = new Random(20260302);
        for (var run = 0; run < 300; run++)
        {
            var (seats, standing) = (random.Next(1, 5), random.Next(1, 9));
            var terms = Terms() with { Seats = [.. Enumerable.Range(0, seats).Select(_ => Guid.CreateVersion7())] };
            var election = Called(terms, standing).Value;
            List<Guid[]> papers = [];
            var tally = election.Candidates.ToDictionary(one => one.OrganisationId, _ => 0);
            for (var paper = random.Next(0, 30); paper > 0; paper--)
            {
                Guid[] choices = [.. election.Candidates.OrderBy(_ => random.Next()).Take(random.Next(0, seats + 2)).Select(one => one.OrganisationId)];
                if (election.Takes(choices, Today).IsRefused)
                {
                    choices.Length.ShouldBeGreaterThan(seats);
                    continue;
                }

                papers.Add(choices);
                foreach (var choice in choices)
                    tally[choice]++;
            }

            election.Proclaim(tally, papers.Count, papers.Count(paper => paper.Length == 0), terms.Seats, Today, Now).Refusals[0].Code.ShouldBe("election_not_closed");
            var elected = election.Proclaim(tally, papers.Count, papers.Count(paper => paper.Length == 0), terms.Seats, election.ClosesOn.AddDays(1), Now).Value;
            var recount = election.Candidates.Select(one => (one.OrganisationId, one.RegisteredAt, Votes: papers.Count(paper => paper.Contains(one.OrganisationId)))).ToList();
            var expected = recount.Where(one => one.Votes > 0)
                .Where(one => recount.Count(other => other.Votes > one.Votes || (other.Votes == one.Votes && (other.RegisteredAt, other.OrganisationId).CompareTo((one.RegisteredAt, one.OrganisationId)) < 0)) < seats)
                .Select(one => one.OrganisationId);
            elected.Select(one => one.OrganisationId).ShouldBe(expected, ignoreOrder: true, $"run {run}");
            elected.Select(one => one.SeatId).Distinct().Count().ShouldBe(elected.Count);
            election.Proclaim(tally, 0, 0, terms.Seats, election.ClosesOn.AddDays(1), Now).Refusals[0].Code.ShouldBe("election_not_closed");
        }
    }

    private static ElectionTerms Terms() => new(Guid.CreateVersion7(), Guid.CreateVersion7(), [Guid.CreateVersion7(), Guid.CreateVersion7()], Today, Today.AddDays(5), Today.AddDays(6));

    private static Result<SeatElection> Called(ElectionTerms terms, int candidates = 3, int roll = 10) =>
        SeatElection.Call(terms, [.. Enumerable.Range(0, candidates).Select(index => new Standing(Guid.CreateVersion7(), Now.AddDays(-(index % 4))))], roll, Today, Now);

    private static CandidateVotes Candidate(int registered, int votes) => new(Guid.CreateVersion7(), new DateTimeOffset(registered, 1, 1, 0, 0, 0, TimeSpan.Zero), votes);
}
