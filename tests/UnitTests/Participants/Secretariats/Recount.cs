using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Secretariats;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>From the facts alone, in another way than the model: who held what on the day, who came and left, who voted, and the rule in plain fractions.</summary>
internal sealed class Recount(MajorityBase majorityBase)
{
    private readonly List<Held> held = [];
    private readonly Dictionary<Guid, Held> present = [];
    private readonly Dictionary<Guid, (SeatRole Role, VoteChoice Choice)> votes = [];
    private readonly HashSet<Guid> there = [];
    private readonly Dictionary<Guid, (VotingRule Rule, BallotTotals Totals, bool Carried)> last = [];
    private readonly HashSet<Guid> adoptedBefore = [];
    private readonly HashSet<Guid> superseded = [];

    /// <summary>By resolution; what a sector that lacks somebody forbids follows from who sits.</summary>
    private bool suspended;
    private bool suspendedAtOpening;
    private SecretariatSessionKind kind;
    private BallotOpenedV1? open;
    private int call;

    public List<(Guid Motion, int Round, BallotTotals Totals, BallotOutcome Outcome)> Results { get; } = [];
    public int Adopted { get; private set; }

    public void Read(IIntegrationEvent fact)
    {
        switch (fact)
        {
            case SecretariatSessionConvenedV1 convened:
                present.Clear();
                last.Clear();
                kind = convened.Kind;
                break;
            case SecretariatSuspendedV1 { MissingSectors.Count: 0 }:
                // Nothing but the resolution just before suspends it, and nothing but another brings it back.
                suspended.ShouldBeTrue();
                break;
            case SecretariatReturnedV1:
                suspended.ShouldBeFalse();
                break;
            case SecretariatSessionOpenedV1 opened:
                (call, suspendedAtOpening) = (opened.Call, suspended);
                (suspended && kind == SecretariatSessionKind.Ordinary).ShouldBeFalse();
                DemandQuorum(opened.OpenedAt);
                break;
            case SeatHolderAppointedV1 appointed:
                held.Add(new Held(appointed.SeatId, appointed.Sector, appointed.Role, appointed.OrganisationId, appointed.From, appointed.Until));
                break;
            case SeatHolderEndedV1 ended:
                held.Single(row => row.Seat == ended.SeatId && row.Role == ended.Role && row.Organisation == ended.OrganisationId && row.EndedOn is null && row.IsInForce(ended.EndedOn)).EndedOn = ended.EndedOn;
                break;
            // Who comes next in the seat has not come to the session yet.
            case SeatHolderSubstitutedV1 substituted:
                var before = held.Single(row => row.Seat == substituted.SeatId && row.Role == substituted.Role && row.EndedOn is null && row.IsInForce(substituted.From));
                before.EndedOn = substituted.From;
                held.Add(new Held(substituted.SeatId, before.Sector, substituted.Role, substituted.OrganisationId, substituted.From, substituted.Until));
                break;
            case SeatAttendanceChangedV1 { Present: true } came:
                present[came.SeatId] = held.Single(row => row.Seat == came.SeatId && row.Role == came.Role && row.IsInForce(DayOf(came.At)));
                there.Add(came.SeatId);
                break;
            case SeatAttendanceChangedV1 left:
                present.Remove(left.SeatId);
                break;
            case BallotOpenedV1 opened:
                open.ShouldBeNull();
                open = opened;
                votes.Clear();
                there.Clear();
                there.UnionWith(Present(opened.OpenedAt));
                opened.Seats.ShouldBe(Occupied(opened.OpenedAt), ignoreOrder: true);
                DemandQuorum(opened.OpenedAt);
                break;
            case SeatVotedV1 voted:
                Count(voted);
                break;
            case BallotClosedV1 closed:
                Close(closed);
                break;
            case ResolutionAdoptedV1 adopted:
                // INV-13
                adopted.Number.ShouldBe(++Adopted);
                last[adopted.MotionId].ShouldBe((adopted.Rule, adopted.Totals, true));
                if (adopted.SupersedesId is { } former)
                {
                    adoptedBefore.ShouldContain(former);
                    superseded.Add(former).ShouldBeTrue();
                }

                adoptedBefore.Add(adopted.AggregateId);
                if (suspendedAtOpening)
                    adopted.Matter.ShouldBeOneOf("SECRETARIAT_RETURN", "MINUTES_APPROVAL");
                if (adopted.Subject is { Kind: "SECRETARIAT_SUSPENSION" or "SECRETARIAT_RETURN" } about)
                    suspended = about.Kind == "SECRETARIAT_SUSPENSION";
                break;
        }
    }

    private void Count(SeatVotedV1 voted)
    {
        (voted.MotionId, voted.Round).ShouldBe((open!.MotionId, open.Round));
        open.Seats.ShouldContain(voted.SeatId);
        // INV-10: by who holds the seat on that day and sits in it, and by nobody after the other of the two.
        var voter = held.Single(row => row.Seat == voted.SeatId && row.Role == voted.Role && row.IsInForce(DayOf(voted.At)));
        voter.Organisation.ShouldBe(voted.OrganisationId);
        present[voted.SeatId].ShouldBe(voter);
        DemandQuorum(voted.At);
        // INV-12
        votes.TryAdd(voted.SeatId, (voted.Role, voted.Choice)).ShouldBeTrue();
    }

    private void Close(BallotClosedV1 closed)
    {
        (closed.MotionId, closed.Round, closed.Rule).ShouldBe((open!.MotionId, open.Round, open.Rule));
        // INV-08
        Sectors(Occupied(closed.ClosedAt), closed.ClosedAt).ShouldBe(3);
        var counted = open.Seats.Count(seat => votes.ContainsKey(seat) || there.Contains(seat));
        var n = majorityBase == MajorityBase.OccupiedSeats ? open.Seats.Count : counted;
        var (y, c) = (votes.Values.Count(vote => vote.Choice == VoteChoice.InFavour), votes.Values.Count(vote => vote.Choice == VoteChoice.Against));
        var carried = y > 0 && open.Rule switch
        {
            VotingRule.Consensus => c == 0,
            VotingRule.TwoThirds => y / (decimal)n >= 0.66666666666666666666666666m,
            VotingRule.ThreeFifths => y / (decimal)n >= 0.6m,
            _ => y > n / 2m,
        };
        var totals = new BallotTotals(open.Seats.Count, n, y, c, counted - y - c, open.Seats.Count - counted);
        Results.Add((open.MotionId, open.Round, totals, carried ? BallotOutcome.Carried : y == c && y > 0 ? BallotOutcome.Tied : BallotOutcome.NotCarried));
        last[open.MotionId] = (open.Rule, totals, carried);
        open = null;
    }

    /// <summary>INV-11, INV-08: at the moment of a vote, its opening and that of the session.</summary>
    private void DemandQuorum(DateTimeOffset at)
    {
        var (occupied, here) = (Occupied(at), Present(at));
        here.Count.ShouldBeGreaterThanOrEqualTo(call == 1 ? (occupied.Count / 2) + 1 : 1);
        Sectors(here, at).ShouldBe(3);
    }

    private List<Guid> Occupied(DateTimeOffset at) => [.. held.Where(row => row.Role == SeatRole.Titular && row.IsInForce(DayOf(at))).Select(row => row.Seat)];

    private List<Guid> Present(DateTimeOffset at) => [.. Occupied(at).Where(seat => present.TryGetValue(seat, out var who) && who.IsInForce(DayOf(at)))];

    private int Sectors(List<Guid> seats, DateTimeOffset at) => held.Where(row => seats.Contains(row.Seat) && row.IsInForce(DayOf(at))).Select(row => row.Sector).Distinct().Count();

    private static DateOnly DayOf(DateTimeOffset at) => Today.AddDays((int)Math.Floor((at - Noon).TotalDays));

    private sealed class Held(Guid seat, Sector sector, SeatRole role, Guid organisation, DateOnly from, DateOnly? until)
    {
        public Guid Seat => seat;
        public Sector Sector => sector;
        public SeatRole Role => role;
        public Guid Organisation => organisation;
        public DateOnly? EndedOn { get; set; }

        public bool IsInForce(DateOnly day) => from <= day && !(until <= day) && !(EndedOn <= day);
    }
}
