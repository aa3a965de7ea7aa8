using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;

namespace OpenGov.Participants.Secretariats;

/// <param name="SupersedesId">The resolution in whose place it is to stand.</param>
/// <param name="ResponsibleId">The organisation that sees to it.</param>
/// <param name="OwnMinutes">It approves the minutes of the session in which it is put: after it there is nothing but the close.</param>
public sealed record Proposal(string Text, DecisionSubject? Subject, Guid? SupersedesId, Guid? ResponsibleId, DateOnly? DueOn, bool OwnMinutes = false);

/// <summary>What is put to the vote. Reopened, it gets another ballot; the former one stays with its votes.</summary>
public sealed class Motion
{
    private readonly List<Ballot> ballots = [];

    private Motion()
    {
    }

    public Guid Id { get; private init; }
    public Guid SessionId { get; private init; }
    public Guid AgendaItemId { get; private init; }
    public int Number { get; private init; }
    public string Text { get; private init; } = "";
    public string Matter { get; private init; } = "";
    public string? SubjectKind { get; private init; }
    public Guid? SubjectId { get; private init; }
    public string? SubjectHash { get; private init; }
    public Guid? SupersedesId { get; private init; }
    public Guid? ResponsibleId { get; private init; }
    public DateOnly? DueOn { get; private init; }

    /// <summary>It approves the minutes of its own session.</summary>
    public bool OwnMinutes { get; private init; }

    public IReadOnlyList<Ballot> Ballots => ballots;

    public DecisionSubject? Subject => SubjectId is { } id ? new DecisionSubject(SubjectKind!, id, SubjectHash) : null;

    public Ballot? Last => ballots.MaxBy(ballot => ballot.Round);

    public bool IsCarried => Last is { Outcome: BallotOutcome.Carried };

    internal static Motion Write(Guid session, AgendaItem item, int number, Proposal proposal) => new()
    {
        Id = Guid.CreateVersion7(),
        SessionId = session,
        AgendaItemId = item.Id,
        Number = number,
        Text = proposal.Text,
        Matter = item.Matter,
        SubjectKind = proposal.Subject?.Kind,
        SubjectId = proposal.Subject?.Id,
        SubjectHash = proposal.Subject?.VersionHash,
        SupersedesId = proposal.SupersedesId,
        ResponsibleId = proposal.ResponsibleId,
        DueOn = proposal.DueOn,
        OwnMinutes = proposal.OwnMinutes,
    };

    internal Ballot Open(VotingRule rule, MajorityBase majorityBase, IReadOnlyList<Guid> seats, IReadOnlyList<Guid> present, DateTimeOffset now)
    {
        var ballot = Ballot.Open(Id, ballots.Count + 1, rule, majorityBase, seats, present, now);
        ballots.Add(ballot);
        return ballot;
    }
}

/// <summary>One round of voting on a motion, by the rule that was in force when it opened.</summary>
public sealed class Ballot
{
    private readonly List<Vote> votes = [];

    private Ballot()
    {
    }

    public Guid Id { get; private init; }
    public Guid MotionId { get; private init; }
    public int Round { get; private init; }
    public VotingRule Rule { get; private init; }
    public MajorityBase MajorityBase { get; private init; }

    /// <summary>The occupied seats when it opened: each ends up in exactly one of the four totals (INV-12).</summary>
    public IReadOnlyList<Guid> Seats { get; private init; } = [];

    /// <summary>Of these, who was there when it opened: whatever they do afterwards, they stay in the base. Null for ballots that are older than its record.</summary>
    public IReadOnlyList<Guid>? PresentAtOpening { get; private init; }

    public DateTimeOffset OpenedAt { get; private init; }
    public DateTimeOffset? ClosedAt { get; private set; }
    public int? Base { get; private set; }
    public int? InFavour { get; private set; }
    public int? Against { get; private set; }
    public int? Abstentions { get; private set; }
    public int? Absent { get; private set; }
    public BallotOutcome? Outcome { get; private set; }
    public IReadOnlyList<Vote> Votes => votes;

    public BallotTotals? Totals => ClosedAt is null ? null : new(Seats.Count, Base!.Value, InFavour!.Value, Against!.Value, Abstentions!.Value, Absent!.Value);

    internal static Ballot Open(Guid motion, int round, VotingRule rule, MajorityBase majorityBase, IReadOnlyList<Guid> seats, IReadOnlyList<Guid> present, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), MotionId = motion, Round = round, Rule = rule, MajorityBase = majorityBase, Seats = seats, PresentAtOpening = present, OpenedAt = now };

    internal Vote Take(Vote vote)
    {
        votes.Add(vote);
        return vote;
    }

    /// <summary>The seats that count as present if it is closed now: who was there when it opened, came later or voted, whether or not they have left since.</summary>
    /// <param name="came">The seats that are there, or came while it was open.</param>
    public IReadOnlySet<Guid> PresentSeats(IReadOnlySet<Guid> came)
    {
        var present = votes.Select(vote => vote.SeatId).Concat(PresentAtOpening ?? []).Concat(came).ToHashSet();
        present.IntersectWith(Seats);
        return present;
    }

    /// <summary>n of the formulas if it is closed now.</summary>
    public int BaseWith(IReadOnlySet<Guid> came) => MajorityBase == MajorityBase.OccupiedSeats ? Seats.Count : PresentSeats(came).Count;

    /// <summary>Nobody leaves the base by leaving the room: whoever was there while it was open and did not vote abstained (SPEC §2.5, INV-12).</summary>
    internal void Close(IReadOnlySet<Guid> came, DateTimeOffset now)
    {
        var silent = PresentSeats(came).Count - votes.Count;
        InFavour = votes.Count(vote => vote.Choice == VoteChoice.InFavour);
        Against = votes.Count(vote => vote.Choice == VoteChoice.Against);
        Abstentions = votes.Count(vote => vote.Choice == VoteChoice.Abstention) + silent;
        Absent = Seats.Count - votes.Count - silent;
        Base = MajorityBase == MajorityBase.OccupiedSeats ? Seats.Count : Seats.Count - Absent;
        Outcome = DecisionFormulas.Outcome(Rule, Base.Value, InFavour.Value, Against.Value);
        ClosedAt = now;
    }
}

/// <param name="ConflictReason">Only with a conflict of interest; published with the vote.</param>
public sealed record VoteCast(VoteChoice Choice, bool ConflictOfInterest, string? ConflictReason = null);

/// <summary>One seat's vote: nominal, published, never changed.</summary>
public sealed class Vote
{
    private Vote()
    {
    }

    public Guid Id { get; private init; }
    public Guid BallotId { get; private init; }
    public Guid SeatId { get; private init; }
    public Guid HoldingId { get; private init; }
    public SeatRole Role { get; private init; }
    public VoteChoice Choice { get; private init; }
    public bool ConflictOfInterest { get; private init; }

    /// <summary>Why, where the member said it (SPEC §2.4.10).</summary>
    public string? ConflictReason { get; private init; }

    public Guid CastBy { get; private init; }

    /// <summary>Said aloud in the room and written down by the secretary.</summary>
    public bool BySecretary { get; private init; }

    public DateTimeOffset CastAt { get; private init; }

    internal static Vote Write(Ballot ballot, SeatOnDay seat, Holder holder, VoteCast cast, Guid by, bool bySecretary, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        BallotId = ballot.Id,
        SeatId = seat.SeatId,
        HoldingId = holder.HoldingId,
        Role = holder.Role,
        Choice = cast.Choice,
        ConflictOfInterest = cast.ConflictOfInterest,
        ConflictReason = cast.ConflictReason,
        CastBy = by,
        BySecretary = bySecretary,
        CastAt = now,
    };
}
