using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>What a session decided (<i>acuerdo</i>): numbered, citing session, motion, rule, base and result; never edited, only superseded (INV-13).</summary>
public sealed class Resolution : AggregateRoot
{
    /// <summary>Of one resolution; who tells more often than that tells nobody anything.</summary>
    public const int MostFollowUps = 200;

    private readonly List<ResolutionFollowUp> followUps = [];

    private Resolution()
    {
    }

    public Guid SecretariatId { get; private init; }
    public Guid SessionId { get; private init; }
    public Guid MotionId { get; private init; }
    public Guid BallotId { get; private init; }
    public int Number { get; private init; }
    public string Text { get; private init; } = "";
    public string Matter { get; private init; } = "";
    public string? SubjectKind { get; private init; }
    public Guid? SubjectId { get; private init; }
    public string? SubjectHash { get; private init; }
    public VotingRule Rule { get; private init; }
    public int OccupiedSeats { get; private init; }
    public int Base { get; private init; }
    public int InFavour { get; private init; }
    public int Against { get; private init; }
    public int Abstentions { get; private init; }
    public int Absent { get; private init; }
    public Guid? ResponsibleId { get; private init; }
    public DateOnly? DueOn { get; private init; }
    public DateTimeOffset AdoptedAt { get; private init; }
    public Guid? SupersedesId { get; private init; }
    public Guid? SupersededById { get; private set; }

    /// <summary>What became of it, one addition after the other.</summary>
    public IReadOnlyList<ResolutionFollowUp> FollowUps => followUps;

    public ResolutionProgress Progress => followUps.MaxBy(row => (row.RecordedAt, row.Id))?.State ?? ResolutionProgress.Pending;

    /// <summary>Its day has passed and it is not fulfilled. A superseded one is due no more.</summary>
    public bool IsOverdue(DateOnly today) => DueOn < today && SupersededById is null && Progress != ResolutionProgress.Fulfilled;

    public BallotTotals Totals => new(OccupiedSeats, Base, InFavour, Against, Abstentions, Absent);

    internal static Resolution Adopt(SecretariatSession session, Motion motion, int number, DateTimeOffset now)
    {
        var ballot = motion.Last!;
        return new Resolution
        {
            Id = Guid.CreateVersion7(),
            SecretariatId = session.SecretariatId,
            SessionId = session.Id,
            MotionId = motion.Id,
            BallotId = ballot.Id,
            Number = number,
            Text = motion.Text,
            Matter = motion.Matter,
            SubjectKind = motion.SubjectKind,
            SubjectId = motion.SubjectId,
            SubjectHash = motion.SubjectHash,
            Rule = ballot.Rule,
            OccupiedSeats = ballot.Seats.Count,
            Base = ballot.Base!.Value,
            InFavour = ballot.InFavour!.Value,
            Against = ballot.Against!.Value,
            Abstentions = ballot.Abstentions!.Value,
            Absent = ballot.Absent!.Value,
            ResponsibleId = motion.ResponsibleId,
            DueOn = motion.DueOn,
            AdoptedAt = now,
            SupersedesId = motion.SupersedesId,
        };
    }

    /// <summary>Once, by a later resolution of the same secretariat that names it.</summary>
    public Result Supersede(Resolution by)
    {
        if (SupersededById is not null)
            return Refusal.Conflict("resolution_superseded");
        if (by.SupersedesId != Id || by.SecretariatId != SecretariatId)
            return Refusal.Rule("resolution_unknown");
        SupersededById = by.Id;
        return Result.Done;
    }

    /// <summary>Beside the resolution, which stays as it is. What was fulfilled may turn out not to be: the last one counts, all stay.</summary>
    /// <param name="on">The day of what it tells: what is done about a resolution is done once it was adopted.</param>
    /// <param name="adoptedOn">The day of its adoption in the state.</param>
    public Result<ResolutionFollowedUpV1> FollowUp(ResolutionProgress state, string note, DateOnly on, DateOnly adoptedOn, DateOnly today, DateTimeOffset now)
    {
        if (on < adoptedOn)
            return Refusal.Invalid("on", "follow_up_before_resolution", adoptedOn);
        if (on > today)
            return Refusal.Invalid("on", "moment_in_future");
        if (SupersededById is not null)
            return Refusal.Conflict("resolution_superseded");
        if (followUps.Count >= MostFollowUps)
            return Refusal.Conflict("follow_ups_used", MostFollowUps);
        followUps.Add(ResolutionFollowUp.Write(Id, state, note, on, now));
        return new ResolutionFollowedUpV1(Id, Touch(), SecretariatId, state, on, now);
    }

    public ResolutionAdoptedV1 AdoptedFact() => new(
        Id, Touch(), SecretariatId, SessionId, MotionId, Number, Matter, SubjectId is { } id ? new DecisionSubject(SubjectKind!, id, SubjectHash) : null, Rule, Totals, AdoptedAt, SupersedesId);
}

/// <summary>What became of a resolution, told by the secretariat's staff; never changed.</summary>
public sealed class ResolutionFollowUp
{
    private ResolutionFollowUp()
    {
    }

    public Guid Id { get; private init; }
    public Guid ResolutionId { get; private init; }
    public ResolutionProgress State { get; private init; }
    public string Note { get; private init; } = "";

    /// <summary>The day of what it tells.</summary>
    public DateOnly NotedOn { get; private init; }

    public DateTimeOffset RecordedAt { get; private init; }

    internal static ResolutionFollowUp Write(Guid resolution, ResolutionProgress state, string note, DateOnly on, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), ResolutionId = resolution, State = state, Note = note, NotedOn = on, RecordedAt = now };
}
