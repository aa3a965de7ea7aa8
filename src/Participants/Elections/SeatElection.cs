using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Elections;

/// <summary>What is stored; whether it is announced, open or closed follows from the day.</summary>
public enum ElectionRecord { Called, Proclaimed, Cancelled }

public enum ElectionState { Announced, Open, Closed, Proclaimed, Cancelled }

/// <param name="OpensOn">First day of voting, in the state's calendar.</param>
/// <param name="ClosesOn">Last day.</param>
/// <param name="TermFrom">When the elected take their seats.</param>
public sealed record ElectionTerms(Guid SecretariatId, Guid CallId, IReadOnlyList<Guid> Seats, DateOnly OpensOn, DateOnly ClosesOn, DateOnly TermFrom);

/// <param name="RegisteredAt">Since when it is in the register.</param>
/// <param name="Bar">The rule for which it may not take the term; null where it may.</param>
public sealed record Standing(Guid Organisation, DateTimeOffset RegisteredAt, Refusal? Bar = null);

/// <summary>
/// The registered civil society chooses who takes its vacant seats (SPEC §2.4.8): one vote for each organisation, cast by an accredited
/// representative, secret. Candidates are the organisations that an open call for these seats accepted.
/// </summary>
public sealed class SeatElection : AggregateRoot
{
    private readonly List<ElectionCandidate> candidates = [];
    private readonly List<ElectionExclusion> exclusions = [];

    private SeatElection()
    {
    }

    public Guid SecretariatId { get; private init; }
    public Guid CallId { get; private init; }
    public DateOnly OpensOn { get; private init; }
    public DateOnly ClosesOn { get; private init; }
    public DateOnly TermFrom { get; private init; }
    public IReadOnlyList<Guid> Seats { get; private init; } = [];

    /// <summary>Organisations that may vote; fixed when it is called.</summary>
    public int RollSize { get; private init; }

    public ElectionRecord State { get; private set; }
    public DateTimeOffset CalledAt { get; private init; }
    public DateTimeOffset? ProclaimedAt { get; private set; }
    public string? CancelReason { get; private set; }
    public int? Papers { get; private set; }
    public int? Blank { get; private set; }
    public IReadOnlyList<ElectionCandidate> Candidates => candidates;

    /// <summary>Accepted by the open call, and not eligible for the term.</summary>
    public IReadOnlyList<ElectionExclusion> Exclusions => exclusions;

    /// <param name="accepted">By the open call. Who may not take the term is excluded by name, and the others are voted on.</param>
    public static Result<SeatElection> Call(ElectionTerms terms, IReadOnlyList<Standing> accepted, int roll, DateOnly today, DateTimeOffset now)
    {
        var eligible = accepted.Where(one => one.Bar is null).ToList();
        var refusals = new List<Refusal>();
        if (terms.OpensOn < today)
            refusals.Add(Refusal.Invalid("opensOn", "moment_in_past"));
        if (terms.ClosesOn < terms.OpensOn)
            refusals.Add(Refusal.Invalid("closesOn", "call_closes_before_it_opens"));
        if (terms.TermFrom <= terms.ClosesOn)
            refusals.Add(Refusal.Invalid("termFrom", "election_term_before_close"));
        if (terms.Seats.Count == 0 || terms.Seats.Distinct().Count() < terms.Seats.Count)
            refusals.Add(Refusal.Invalid("seatIds", "election_seats_invalid"));
        if (accepted.Count == 0)
            refusals.Add(Refusal.Rule("election_without_candidates", "callNumber"));
        else if (eligible.Count == 0)
            refusals.AddRange(accepted.Select(one => one.Bar!).DistinctBy(bar => bar.Code).Select(bar => bar with { Field = "callNumber" }));
        if (roll == 0)
            refusals.Add(Refusal.Rule("election_without_voters"));
        if (refusals.Count > 0)
            return Result<SeatElection>.From(refusals);
        var election = new SeatElection
        {
            Id = Guid.CreateVersion7(),
            SecretariatId = terms.SecretariatId,
            CallId = terms.CallId,
            OpensOn = terms.OpensOn,
            ClosesOn = terms.ClosesOn,
            TermFrom = terms.TermFrom,
            Seats = [.. terms.Seats],
            RollSize = roll,
            State = ElectionRecord.Called,
            CalledAt = now,
        };
        election.candidates.AddRange(eligible.Select(one => ElectionCandidate.Stand(election.Id, one.Organisation, one.RegisteredAt)));
        election.exclusions.AddRange(accepted.Where(one => one.Bar is not null).Select(one => ElectionExclusion.Of(election.Id, one.Organisation, one.Bar!)));
        election.Touch();
        return election;
    }

    public ElectionState StateOn(DateOnly today) => State switch
    {
        ElectionRecord.Proclaimed => ElectionState.Proclaimed,
        ElectionRecord.Cancelled => ElectionState.Cancelled,
        _ when today < OpensOn => ElectionState.Announced,
        _ when today <= ClosesOn => ElectionState.Open,
        _ => ElectionState.Closed,
    };

    /// <summary>Whether a paper may go into the box. An empty one is blank.</summary>
    public Result Takes(IReadOnlyList<Guid> choices, DateOnly today)
    {
        if (StateOn(today) != ElectionState.Open)
            return Refusal.Conflict("election_not_open");
        if (choices.Distinct().Count() < choices.Count || choices.Any(choice => candidates.All(one => one.OrganisationId != choice)))
            return Refusal.Rule("election_choice_unknown", "candidates");
        return choices.Count > Seats.Count ? Refusal.Rule("election_too_many_choices", "candidates", Seats.Count) : Result.Done;
    }

    /// <summary>Counts, once, after the last day.</summary>
    /// <param name="seatsInOrder">The seats as the elected take them.</param>
    /// <returns>The elected with the seats that they won; the seats that nobody won stay vacant.</returns>
    public Result<IReadOnlyList<ElectionCandidate>> Proclaim(IReadOnlyDictionary<Guid, int> votes, int papers, int blank, IReadOnlyList<Guid> seatsInOrder, DateOnly today, DateTimeOffset now)
    {
        if (StateOn(today) != ElectionState.Closed)
            return Refusal.Conflict("election_not_closed");
        var elected = ElectionCount.Elect(candidates.Select(one => one.With(votes[one.OrganisationId])), Seats.Count).ToList();
        foreach (var candidate in candidates)
        {
            var place = elected.FindIndex(one => one.OrganisationId == candidate.OrganisationId);
            candidate.Count(votes[candidate.OrganisationId], place < 0 ? null : seatsInOrder[place]);
        }

        (State, ProclaimedAt, Papers, Blank) = (ElectionRecord.Proclaimed, now, papers, blank);
        return candidates.FindAll(one => one.SeatId is not null);
    }

    /// <summary>
    /// Until its last day, with a reason that everybody reads: nobody knows a sum by then. After it the papers are counted and the sums published, whatever they are; a result that somebody
    /// foresees and does not like is no reason to throw the papers away (SPEC §2.4.8).
    /// </summary>
    public Result Cancel(string reason, DateOnly today)
    {
        if (State != ElectionRecord.Called)
            return Refusal.Conflict("election_not_in_state");
        if (StateOn(today) == ElectionState.Closed)
            return Refusal.Conflict("election_waits_for_count");
        (State, CancelReason) = (ElectionRecord.Cancelled, reason);
        Touch();
        return Result.Done;
    }

    public SeatElectionProclaimedV1 ProclaimedFact() => new(
        Id, Touch(), SecretariatId, CallId, RollSize, Papers!.Value, Blank!.Value,
        [.. ElectionCount.Ranked(candidates.Select(one => one.With(one.Votes!.Value))).Select(one => new ElectionResult(one.OrganisationId, one.Votes, candidates.Single(candidate => candidate.OrganisationId == one.OrganisationId) is { UnseatedRule: null } seated ? seated.SeatId : null))],
        TermFrom, ProclaimedAt!.Value);
}

/// <summary>An organisation that stands for a seat; with the proclamation its votes, and the seat that it won.</summary>
public sealed class ElectionCandidate
{
    private ElectionCandidate()
    {
    }

    public Guid ElectionId { get; private init; }
    public Guid OrganisationId { get; private init; }

    /// <summary>Since when it is in the register: decides among equals.</summary>
    public DateTimeOffset RegisteredAt { get; private init; }

    public int? Votes { get; private set; }

    /// <summary>The seat that it won.</summary>
    public Guid? SeatId { get; private set; }

    /// <summary>The code of the rule for which it did not take the seat that it won: the seat stays vacant.</summary>
    public string? UnseatedRule { get; private set; }

    /// <summary>The number of that rule, where it has one.</summary>
    public int? UnseatedFigure { get; private set; }

    internal static ElectionCandidate Stand(Guid election, Guid organisation, DateTimeOffset registeredAt) => new() { ElectionId = election, OrganisationId = organisation, RegisteredAt = registeredAt };

    internal CandidateVotes With(int votes) => new(OrganisationId, RegisteredAt, votes);

    internal void Count(int votes, Guid? seat) => (Votes, SeatId) = (votes, seat);

    internal void StayOut(Refusal why) => (UnseatedRule, UnseatedFigure) = (why.Code, why.Args.OfType<int>().Cast<int?>().FirstOrDefault());
}

/// <summary>An organisation that the open call accepted and that a rule keeps from the term: named, so that everybody can check it.</summary>
public sealed class ElectionExclusion
{
    private ElectionExclusion()
    {
    }

    public Guid ElectionId { get; private init; }
    public Guid OrganisationId { get; private init; }

    /// <summary>The code of the rule.</summary>
    public string Rule { get; private init; } = "";

    /// <summary>The number of the rule, where it has one.</summary>
    public int? Figure { get; private init; }

    internal static ElectionExclusion Of(Guid election, Guid organisation, Refusal why) =>
        new() { ElectionId = election, OrganisationId = organisation, Rule = why.Code, Figure = why.Args.OfType<int>().Cast<int?>().FirstOrDefault() };
}
