using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Minutes;

/// <summary>
/// Writes minutes and has them approved. Their row is locked after those of secretariat and session, never before: a correction waits for a vote
/// that is being opened and the other way round.
/// </summary>
public sealed class MinutesDesk(ParticipantsDb db)
{
    /// <summary>What happened in a session that has been opened and is locked: the first version, or another where more has happened since.</summary>
    /// <returns>Null where they are approved already.</returns>
    public async Task<SessionMinutes?> WriteAsync(SessionInHand hand, CancellationToken cancellationToken)
    {
        var content = await ContentAsync(hand, cancellationToken);
        var minutes = await LockedAsync(await db.SessionMinutes.Where(row => row.SessionId == hand.Session.Id).Select(row => row.Id).SingleOrDefaultAsync(cancellationToken), cancellationToken);
        if (minutes is null)
            db.Add(minutes = SessionMinutes.Write(hand.Secretariat.Id, hand.Session.Id, content, db.Now));
        else if (minutes.WriteAgain(content, db.Now).IsRefused)
            return null;
        Record(minutes);
        return minutes;
    }

    /// <summary>Under the lock of the session in which it is voted on.</summary>
    /// <param name="matter">Of the motion: it decides by which rule is voted.</param>
    /// <param name="motionId">Null while it is being put.</param>
    public async Task<Result> VotableAsync(SessionInHand hand, DecisionSubject subject, string? matter, Guid? motionId, CancellationToken cancellationToken)
    {
        if (matter != Matters.MinutesApproval)
            return Refusal.Rule("minutes_need_their_matter", "agendaItemId");
        if (await LockedAsync(subject.Id, cancellationToken) is not { } minutes)
            return Refusal.Rule("minutes_unknown", "subjectId");
        if (minutes.Votable(hand.Secretariat.Id, subject.VersionHash) is { IsRefused: true } refused)
            return refused;
        // Another session's are complete once it is closed: until then more may be voted in it than they tell.
        if (minutes.SessionId != hand.Session.Id && !await db.SecretariatSessions.AnyAsync(row => row.Id == minutes.SessionId && row.State == SecretariatSessionState.Closed, cancellationToken))
            return Refusal.Conflict("session_of_minutes_open");
        return minutes.SessionId != hand.Session.Id || minutes.Last.Read().Tells(hand.Session.Motions.Where(motion => motion.Id != motionId).SelectMany(motion => motion.Ballots))
            ? Result.Done
            : Refusal.Conflict("minutes_lack_votes");
    }

    public Task<bool> AreOfAsync(Guid id, Guid session, CancellationToken cancellationToken) => db.SessionMinutes.AnyAsync(row => row.Id == id && row.SessionId == session, cancellationToken);

    /// <summary>The first of two motions about the same minutes approves them; the other changes nothing.</summary>
    public async Task ApproveAsync(Resolution resolution, CancellationToken cancellationToken)
    {
        if (await LockedAsync(resolution.SubjectId!.Value, cancellationToken) is { } minutes && !minutes.Approve(resolution, db.Now).IsRefused)
            Record(minutes);
    }

    /// <summary>For a correction: locked before it is looked at whether this version is being voted on.</summary>
    public async Task<(SessionMinutes? Minutes, bool BeingVoted)> ForCorrectionAsync(Guid session, CancellationToken cancellationToken)
    {
        var id = await db.SessionMinutes.Where(row => row.SessionId == session).Select(row => row.Id).SingleOrDefaultAsync(cancellationToken);
        if (await LockedAsync(id, cancellationToken) is not { } minutes)
            return (null, false);
        var hash = minutes.Last.Hash;
        var beingVoted = await (
            from motion in db.Set<Motion>()
            join other in db.SecretariatSessions on motion.SessionId equals other.Id
            join ballot in db.LastRounds on motion.Id equals ballot.MotionId
            where motion.SubjectId == id && motion.SubjectHash == hash && other.State == SecretariatSessionState.Open
                && (ballot.ClosedAt == null || ballot.Outcome == BallotOutcome.Carried)
            select ballot.Id).AnyAsync(cancellationToken);
        return (minutes, beingVoted);
    }

    public void Record(SessionMinutes minutes)
    {
        foreach (var fact in minutes.TakeFacts())
            db.Record(fact);
    }

    private async Task<SessionMinutes?> LockedAsync(Guid id, CancellationToken cancellationToken)
    {
        if (id == Guid.Empty)
            return null;
        await db.Database.ExecuteSqlAsync($"select 1 from session_minutes where id = {id} for update", cancellationToken);
        return await db.SessionMinutes.Include(row => row.Versions).SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
    }

    private async Task<MinutesContent> ContentAsync(SessionInHand hand, CancellationToken cancellationToken)
    {
        var session = await SessionViews.ViewAsync(db, hand, cancellationToken);
        var code = await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken);
        var day = State.Today(code, session.OpenedAt!.Value);
        var (chair, secretary) = (hand.Secretariat.Current(SecretariatOffice.Chair, day)?.OrganisationId, hand.Secretariat.Current(SecretariatOffice.ExecutiveSecretary, day)?.OrganisationId);
        var names = await db.Organisations.Where(row => row.Id == chair || row.Id == secretary).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken);
        return MinutesContent.Of(session, chair is { } one ? names[one] : null, secretary is { } other ? names[other] : null);
    }
}
