using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>
/// Whatever people do in whatever order: seats, substitutions, attendance, motions, votes, reopening, suspension. After each act the
/// invariants hold, and who recounts the facts alone comes to the same results.
/// </summary>
public sealed class RandomActsTests
{
    private const int Acts = 1500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void No_sequence_of_acts_breaks_an_invariant_and_a_recount_of_the_facts_agrees(int seed)
    {
        var dice = new Random(seed);
        var scene = Installed(dice.Next(1, 5), dice.Next(1, 5), dice.Next(1, 3));
        scene.Rules = scene.Rules with { MajorityBase = seed % 2 == 0 ? MajorityBase.OccupiedSeats : MajorityBase.Present };
        List<SecretariatSession> sessions = [];
        List<Resolution> resolutions = [];
        for (var act = 0; act < Acts; act++)
        {
            scene.Now = scene.Now.AddSeconds(1);
            Act(scene, dice, sessions, resolutions);
            scene.Collect();
            Holds(scene);
        }

        Recount.Of(scene.Facts, scene.Rules.MajorityBase).ShouldBe(
            [.. sessions.SelectMany(session => session.Motions).SelectMany(motion => motion.Ballots).Where(ballot => ballot.ClosedAt is not null).Select(ballot => (ballot.MotionId, ballot.Round, ballot.Totals!, ballot.Outcome!.Value))],
            ignoreOrder: true);
        resolutions.Select(resolution => resolution.Number).ShouldBe(Enumerable.Range(1, resolutions.Count));
        foreach (var resolution in resolutions)
            DecisionFormulas.Carries(resolution.Rule, resolution.Base, resolution.InFavour, resolution.Against).ShouldBeTrue();
        scene.Facts.OfType<BallotClosedV1>().ShouldNotBeEmpty();
    }

    private static void Act(Scene scene, Random dice, List<SecretariatSession> sessions, List<Resolution> resolutions)
    {
        var (secretariat, session) = (scene.Secretariat, scene.Session);
        var seat = secretariat.Seats[dice.Next(secretariat.Seats.Count)];
        var role = dice.Next(4) == 0 ? SeatRole.Alternate : SeatRole.Titular;
        var motion = session is { Motions.Count: > 0 } ? session.Motions[dice.Next(session.Motions.Count)] : null;
        switch (dice.Next(40))
        {
            case 0:
                secretariat.AddSeat((Sector)dice.Next(3), scene.Rules, Today);
                break;
            case 1 or 2 or 3:
                var accounts = secretariat.Holdings.Select(holding => holding.AccountId).ToList();
                secretariat.Appoint(seat.Id, Holder(dice.Next(4) == 0 ? (Sector)dice.Next(3) : seat.Sector, role, account: dice.Next(5) == 0 ? accounts[dice.Next(accounts.Count)] : null), scene.Rules, Today);
                break;
            case 4 when dice.Next(4) == 0:
                secretariat.EndHolding(secretariat.Holdings[dice.Next(secretariat.Holdings.Count)].Id, "Renuncia", Today);
                break;
            case 5 when session is null or { State: SecretariatSessionState.Closed or SecretariatSessionState.Cancelled }:
                scene.Collect();
                if (!scene.Convene(dice.Next(2) == 0 ? SecretariatSessionKind.Ordinary : SecretariatSessionKind.Extraordinary, Matters.All[dice.Next(Matters.All.Count)]).IsRefused)
                    sessions.Add(scene.Session);
                break;
            case 6 when session is not null:
                session.Open(scene.Composition, scene.Rules, scene.Now);
                break;
            case >= 7 and <= 13 when session is not null:
                scene.CheckIn(seat.Id, role, remote: dice.Next(2) == 0);
                break;
            case 14 when session is not null && dice.Next(2) == 0:
                session.CheckOut(seat.Id, scene.Now);
                break;
            case 15 when session is not null:
                session.AddPoint(new AgendaPoint("Otro", Matters.General));
                break;
            case 16 or 17 when session is not null:
                session.Propose(session.Agenda[dice.Next(session.Agenda.Count)].Id, new Proposal("Se aprueba.", null, null, null, null));
                break;
            case 18 or 19 or 20 when motion is not null:
                scene.OpenBallot(motion, dice.Next(2) == 0);
                break;
            case 21 or 22 when motion is not null:
                session!.CloseBallot((session.OpenBallotNow is { } open ? session.Motions.Single(row => row.Id == open.MotionId) : motion).Id, scene.Composition, scene.Now);
                break;
            case 23 when session is not null && dice.Next(3) == 0:
                if (session.Close(resolutions.Count, scene.Now) is { IsRefused: false } closed)
                    resolutions.AddRange(closed.Value);
                break;
            case 24 when motion is not null:
                scene.Cast(motion, scene.Facilitator, Yes).ShouldBeRefusedWith("facilitator_has_no_vote", "ballot_not_open");
                break;
            case 25 when motion is not null:
                session!.RecordVote(motion.Id, dice.Next(1, 4), seat.Id, Yes, scene.Composition, scene.Rules, Guid.CreateVersion7(), scene.Now);
                break;
            case >= 26 when session?.OpenBallotNow is { } voting:
                var held = secretariat.Holdings.Where(holding => holding.SeatId == seat.Id && holding.Role == role).Select(holding => holding.AccountId!.Value).ToList();
                if (held.Count > 0)
                    session.Cast(voting.MotionId, voting.Round, held[dice.Next(held.Count)], new VoteCast((VoteChoice)dice.Next(3), dice.Next(20) == 0), scene.Composition, scene.Rules, scene.Now);
                break;
        }
    }

    private static void Holds(Scene scene)
    {
        var composition = scene.Composition;
        // INV-01, INV-08
        (scene.Secretariat.State == SecretariatState.Installed).ShouldBe(composition.MissingSectors.Count == 0);
        // INV-07
        var holders = composition.Seats.SelectMany(seat => new[] { seat.Titular, seat.Alternate }).OfType<Holder>().ToList();
        holders.Select(holder => holder.AccountId).ShouldBeUnique();
        if (scene.Session is { } session)
        {
            session.Motions.SelectMany(motion => motion.Ballots).Count(ballot => ballot.ClosedAt is null).ShouldBeLessThanOrEqualTo(1);
            foreach (var motion in session.Motions)
            {
                // INV-14
                (session.Kind == SecretariatSessionKind.Ordinary || session.Agenda.Single(item => item.Id == motion.AgendaItemId).Notified).ShouldBeTrue();
                foreach (var ballot in motion.Ballots)
                {
                    // INV-10, INV-12
                    ballot.Votes.Select(vote => vote.SeatId).ShouldBeUnique();
                    ballot.Votes.ShouldAllBe(vote => ballot.Seats.Contains(vote.SeatId));
                    if (ballot.Totals is { } totals)
                        (totals.InFavour + totals.Against + totals.Abstentions + totals.Absent).ShouldBe(totals.OccupiedSeats);
                }
            }
        }
    }

    /// <summary>From the facts alone, in another way than the model: who came and left, who voted, and the rule in plain fractions.</summary>
    private static class Recount
    {
        public static List<(Guid Motion, int Round, BallotTotals Totals, BallotOutcome Outcome)> Of(IEnumerable<IIntegrationEvent> facts, MajorityBase majorityBase)
        {
            var results = new List<(Guid, int, BallotTotals, BallotOutcome)>();
            var held = new HashSet<Guid>();
            // In which role: the end of that holding makes the seat leave.
            var present = new Dictionary<Guid, SeatRole>();
            var votes = new Dictionary<Guid, VoteChoice>();
            BallotOpenedV1? open = null;
            foreach (var fact in facts)
            {
                switch (fact)
                {
                    case SecretariatSessionConvenedV1:
                        present.Clear();
                        break;
                    case SeatAttendanceChangedV1 { Present: true } came:
                        present[came.SeatId] = came.Role;
                        break;
                    case SeatAttendanceChangedV1 left:
                        present.Remove(left.SeatId);
                        break;
                    case SeatHolderAppointedV1 { Role: SeatRole.Titular } appointed:
                        held.Add(appointed.SeatId);
                        break;
                    case SeatHolderEndedV1 ended:
                        if (ended.Role == SeatRole.Titular)
                            held.Remove(ended.SeatId);
                        if (present.TryGetValue(ended.SeatId, out var role) && role == ended.Role)
                            present.Remove(ended.SeatId);
                        break;
                    // The seat is held on, and its new person has not come yet.
                    case SeatHolderSubstitutedV1 substituted when present.TryGetValue(substituted.SeatId, out var former) && former == substituted.Role:
                        present.Remove(substituted.SeatId);
                        break;
                    case BallotOpenedV1 opened:
                        (open, votes) = (opened, []);
                        break;
                    case SeatVotedV1 voted:
                        (voted.MotionId, voted.Round).ShouldBe((open!.MotionId, open.Round));
                        votes.Add(voted.SeatId, voted.Choice);
                        break;
                    case BallotClosedV1 closed:
                        var there = open!.Seats.Count(seat => votes.ContainsKey(seat) || (present.ContainsKey(seat) && held.Contains(seat)));
                        var n = majorityBase == MajorityBase.OccupiedSeats ? open.Seats.Count : there;
                        var (y, c) = (votes.Values.Count(choice => choice == VoteChoice.InFavour), votes.Values.Count(choice => choice == VoteChoice.Against));
                        var carried = y > 0 && open.Rule switch
                        {
                            VotingRule.Consensus => c == 0,
                            VotingRule.TwoThirds => y / (decimal)n >= 0.66666666666666666666666666m,
                            VotingRule.ThreeFifths => y / (decimal)n >= 0.6m,
                            _ => y > n / 2m,
                        };
                        results.Add((open.MotionId, open.Round, new BallotTotals(open.Seats.Count, n, y, c, there - y - c, open.Seats.Count - there),
                            carried ? BallotOutcome.Carried : y == c && y > 0 ? BallotOutcome.Tied : BallotOutcome.NotCarried));
                        closed.MotionId.ShouldBe(open.MotionId);
                        break;
                }
            }

            return results;
        }
    }
}

internal static class RecountAssertions
{
    public static void ShouldBeRefusedWith<T>(this Result<T> result, params string[] codes) =>
        result.Refusals.Select(refusal => refusal.Code).ShouldHaveSingleItem().ShouldBeOneOf(codes);
}
