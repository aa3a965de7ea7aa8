using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>What a session decided (<i>acuerdo</i>): numbered, citing session, motion, rule, base and result; never edited, only superseded (INV-13).</summary>
public sealed class Resolution : AggregateRoot
{
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

    public ResolutionAdoptedV1 AdoptedFact() => new(
        Id, Touch(), SecretariatId, SessionId, MotionId, Number, Matter, SubjectId is { } id ? new DecisionSubject(SubjectKind!, id, SubjectHash) : null, Rule, Totals, AdoptedAt, SupersedesId);
}
