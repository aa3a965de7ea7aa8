using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Minutes;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Secretariats;

public sealed record CancelSessionRequest(string? Reason);

/// <param name="Remote">False: in the room.</param>
public sealed record CheckInRequest(Guid? SeatId, SeatRole? Role, bool? Remote);

public sealed record CheckOutRequest(Guid? SeatId);

/// <param name="SubjectKind">UPPER_SNAKE, for example PLAN; with the thing's id and, where it has versions, the SHA-256 of the one that is put to the vote.</param>
/// <param name="SupersedesId">The resolution in whose place it is to stand.</param>
/// <param name="ResponsibleId">The organisation that sees to it.</param>
public sealed record ProposeRequest(
    Guid? AgendaItemId, string? Text, string? SubjectKind, Guid? SubjectId, string? SubjectHash, Guid? SupersedesId, Guid? ResponsibleId, DateOnly? DueOn);

/// <param name="Round">The round of voting that the caller saw could be opened, or was open. Where it is missing, the first: nothing that was decided is reopened by accident.</param>
public sealed record BallotRequest(int? Round);

/// <summary>What the executive secretary's staff does in a session.</summary>
public static class RunSession
{
    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> Open(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "session_opened", hand => hand.Session.Open(hand.Composition, hand.Rules, db.Now), null, cancellationToken);

    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> Cancel(Guid id, CancelSessionRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, TellOfSession tell, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "session_cancelled", async hand =>
        {
            var fields = new Fields();
            var reason = fields.Text("reason", request.Reason, 2, 1000);
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            if (hand.Session.Cancel(reason, db.Now) is { IsRefused: true } refused)
                return refused;
            await tell.CancelledAsync(hand, cancellationToken);
            return Result.Done;
        }, null, cancellationToken);

    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> CheckIn(Guid id, CheckInRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "seat_came", hand =>
        {
            var fields = new Fields();
            var seat = fields.Value("seatId", request.SeatId);
            return fields.AreRefused
                ? Result.From(fields.Refusals)
                : hand.Session.CheckIn(seat, request.Role ?? SeatRole.Titular, request.Remote ?? false, hand.Composition, hand.Rules, db.Now);
        }, request, cancellationToken);

    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> CheckOut(Guid id, CheckOutRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "seat_left", hand =>
        {
            var fields = new Fields();
            var seat = fields.Value("seatId", request.SeatId);
            return fields.AreRefused ? Result.From(fields.Refusals) : hand.Session.CheckOut(seat, db.Now);
        }, request, cancellationToken);

    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> AddPoint(Guid id, AgendaPointRequest request, HttpContext http, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "agenda_item_added", hand =>
        {
            var fields = new Fields();
            var point = ConveneSession.Point(fields, request, "");
            return fields.AreRefused ? Result.From(fields.Refusals) : FormSecretariat.Without(hand.Session.AddPoint(point, hand.Composition));
        }, request, cancellationToken);

    public static async Task<Results<Ok<SessionView>, ProblemHttpResult>> Propose(
        Guid id, ProposeRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MinutesDesk minutes, CancellationToken cancellationToken)
    {
        var hasResponsible = request.ResponsibleId is not { } responsible || await db.Organisations.AnyAsync(row => row.Id == responsible, cancellationToken);
        var superseded = request.SupersedesId is { } former ? await db.Resolutions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == former, cancellationToken) : null;
        return await desk.InSessionAsync(id, http, "motion_proposed", async hand =>
        {
            var fields = new Fields();
            var item = fields.Value("agendaItemId", request.AgendaItemId);
            var text = fields.Text("text", request.Text, 2, 4000);
            fields.Day("dueOn", request.DueOn);
            if ((request.SubjectKind is null) != (request.SubjectId is null) || (request.SubjectHash is not null && request.SubjectId is null))
                fields.Refuse(Refusal.Invalid("subjectId", "subject_incomplete"));
            else if (request.SubjectKind is not null && !MechanismRules.IsMatter(request.SubjectKind))
                fields.Refuse(Refusal.Invalid("subjectKind", "matter_code_invalid"));
            if (request.SubjectHash is { } hash && !(hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower)))
                fields.Refuse(Refusal.Invalid("subjectHash", "field_invalid"));
            if (!hasResponsible)
                fields.Refuse(Refusal.Rule("organisation_unknown", "responsibleId"));
            if (request.SupersedesId is not null && superseded?.SecretariatId != hand.Secretariat.Id)
                fields.Refuse(Refusal.Rule("resolution_unknown", "supersedesId"));
            else if (superseded?.SupersededById is not null)
                fields.Refuse(Refusal.Conflict("resolution_superseded"));
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            var subject = request.SubjectId is { } subjectId ? new DecisionSubject(request.SubjectKind!, subjectId, request.SubjectHash) : null;
            var matter = hand.Session.Agenda.SingleOrDefault(row => row.Id == item)?.Matter;
            if (subject is { Kind: SessionMinutes.SubjectKind } && await minutes.VotableAsync(hand, subject, matter, null, cancellationToken) is { IsRefused: true } refused)
                return refused;
            if (await MayReplaceAsync(db, hand, subject, cancellationToken) is { IsRefused: true } outdated)
                return outdated;
            if (hand.Secretariat.MayResolve(subject, matter) is { IsRefused: true } unresolvable)
                return unresolvable;
            var ownMinutes = subject is { Kind: SessionMinutes.SubjectKind } && await minutes.AreOfAsync(subject.Id, hand.Session.Id, cancellationToken);
            return FormSecretariat.Without(hand.Session.Propose(item, new Proposal(text, subject, request.SupersedesId, request.ResponsibleId, request.DueOn, ownMinutes), hand.Composition));
        }, new { request.AgendaItemId, request.SubjectKind, request.SubjectId, request.SubjectHash, request.SupersedesId }, cancellationToken);
    }

    /// <summary>The first time, or again in the same session.</summary>
    public static async Task<Results<Ok<SessionView>, ProblemHttpResult>> OpenBallot(
        Guid id, Guid motionId, BallotRequest? request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MinutesDesk minutes, CancellationToken cancellationToken)
    {
        var round = request?.Round ?? 1;
        return await desk.InSessionAsync(id, http, "ballot_opened", async hand =>
        {
            var motion = hand.Session.Motions.SingleOrDefault(row => row.Id == motionId);
            // They may have been corrected since the motion was put.
            if (motion is { Subject: { Kind: SessionMinutes.SubjectKind } subject } && await minutes.VotableAsync(hand, subject, motion.Matter, motionId, cancellationToken) is { IsRefused: true } refused)
                return refused;
            // Another version of the mechanism may have come into force since.
            if (await MayReplaceAsync(db, hand, motion?.Subject, cancellationToken) is { IsRefused: true } outdated)
                return outdated;
            // Another session may have decided on its suspension meanwhile.
            if (motion is not null && hand.Secretariat.MayResolve(motion.Subject, motion.Matter) is { IsRefused: true } unresolvable)
                return unresolvable;
            if (motion is { SupersedesId: { } former } && await IsTakenAsync(db, former, id, cancellationToken))
                return Refusal.Conflict("resolution_being_superseded");
            return FormSecretariat.Without(hand.Session.OpenBallot(motionId, round, hand.Composition, hand.Rules, motion is not null && await HasFailedBeforeAsync(db, hand.Session, motion, cancellationToken), db.Now));
        }, new { motionId, round }, cancellationToken);
    }

    /// <summary>What is voted on as a mechanism is one that can still come into force.</summary>
    private static async Task<Result> MayReplaceAsync(ParticipantsDb db, SessionInHand hand, DecisionSubject? subject, CancellationToken cancellationToken) =>
        subject is { Kind: MechanismProposal.SubjectKind }
        && await db.MechanismProposals.AsNoTracking().SingleOrDefaultAsync(row => row.Id == subject.Id && row.SecretariatId == hand.Secretariat.Id, cancellationToken) is { } proposal
            ? hand.Secretariat.MayReplace(proposal)
            : Result.Done;

    /// <summary>SPEC §2.5: what found no consensus in an earlier session of this secretariat, and not in the end there either, is decided by a simple majority.</summary>
    internal static async Task<bool> HasFailedBeforeAsync(ParticipantsDb db, SecretariatSession session, Motion motion, CancellationToken cancellationToken)
    {
        // The same thing is the same subject or, where neither names one, the same wording: a problem has no identifier before it stands in a plan.
        var (subject, text) = (motion.SubjectId, motion.Text);
        // Of a motion the last round counts; of a session what it carried in the end, by whichever motion about the same thing.
        var last = await (
            from other in db.Set<Motion>()
            join its in db.SecretariatSessions on other.SessionId equals its.Id
            join ballot in db.LastRounds on other.Id equals ballot.MotionId
            where other.SessionId != session.Id && its.SecretariatId == session.SecretariatId && its.State == SecretariatSessionState.Closed
                && other.Matter == motion.Matter && other.SubjectId == subject && (subject != null || other.Text == text)
            select new { other.SessionId, ballot.Rule, ballot.Outcome }).ToListAsync(cancellationToken);
        return last.GroupBy(row => row.SessionId).Any(held => held.All(row => row.Outcome != BallotOutcome.Carried) && held.Any(row => row.Rule == VotingRule.Consensus));
    }

    /// <summary>Superseded already, or about to be by what another session that is still open votes on or has carried: one of the two could not be closed.</summary>
    private static async Task<bool> IsTakenAsync(ParticipantsDb db, Guid resolution, Guid session, CancellationToken cancellationToken)
    {
        // Whoever opens a vote about the same resolution in another session waits here and then sees this one.
        await db.Database.ExecuteSqlAsync($"select 1 from resolution where id = {resolution} for update", cancellationToken);
        return await db.Resolutions.AnyAsync(row => row.Id == resolution && row.SupersededById != null, cancellationToken)
            || await (
                from motion in db.Set<Motion>()
                join its in db.SecretariatSessions on motion.SessionId equals its.Id
                join ballot in db.LastRounds on motion.Id equals ballot.MotionId
                where motion.SupersedesId == resolution && motion.SessionId != session && its.State == SecretariatSessionState.Open
                    && (ballot.ClosedAt == null || ballot.Outcome == BallotOutcome.Carried)
                select motion.Id).AnyAsync(cancellationToken);
    }

    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> CloseBallot(Guid id, Guid motionId, BallotRequest? request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        var round = request?.Round ?? 1;
        return desk.InSessionAsync(id, http, "ballot_closed", hand => FormSecretariat.Without(hand.Session.CloseBallot(motionId, round, hand.Composition, db.Now)), new { motionId, round }, cancellationToken);
    }

    /// <summary>What was carried becomes resolutions, numbered one after the other, and what happened becomes minutes.</summary>
    public static async Task<Results<Ok<SessionView>, ProblemHttpResult>> Close(
        Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MinutesDesk minutes, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await desk.SessionForClosingAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var last = await db.Resolutions.Where(row => row.SecretariatId == hand.Secretariat.Id).MaxAsync(row => (int?)row.Number, cancellationToken) ?? 0;
        var closed = hand.Session.Close(last, hand.Composition, db.Now);
        if (closed.IsRefused)
            return http.Problem(closed);
        foreach (var resolution in closed.Value)
        {
            db.Add(resolution);
            db.Record(resolution.AdoptedFact());
            db.Audit(http.RequireAccount().AccountId, "resolution_adopted", "resolution", resolution.Id, after: new { resolution.Number, resolution.MotionId });
            if (resolution.SupersedesId is { } former
                && (await db.Resolutions.SingleAsync(row => row.Id == former, cancellationToken)).Supersede(resolution) is { IsRefused: true } refused)
                return http.Problem(refused);
        }

        foreach (var resolution in closed.Value.Where(row => row.SubjectKind == SessionMinutes.SubjectKind))
            await minutes.ApproveAsync(resolution, cancellationToken);
        await minutes.WriteAsync(hand, cancellationToken);
        foreach (var resolution in closed.Value.Where(row => hand.Secretariat.CarryOut(row, hand.Today)))
        {
            db.Audit(http.RequireAccount().AccountId, resolution.Matter == Matters.Suspension ? "secretariat_suspended" : "secretariat_returned", "secretariat", hand.Secretariat.Id, after: new { resolution = resolution.Id });
        }

        desk.Record(hand.Secretariat.TakeFacts());
        return await desk.StoreAsync(http, work, hand, "session_closed", new { resolutions = closed.Value.Count }, cancellationToken);
    }
}
