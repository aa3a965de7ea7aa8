using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Secretariats;

/// <param name="Round">The ballot's round as the voter saw it: a vote meant for one round does not count in the next.</param>
/// <param name="ConflictOfInterest">The reason of an abstention.</param>
/// <param name="ConflictReason">What the conflict is, in a few words; may be missing, is published with the vote.</param>
public sealed record CastVoteRequest(int? Round, VoteChoice? Choice, bool? ConflictOfInterest, string? ConflictReason);

/// <param name="SeatId">A seat that is in the room.</param>
/// <param name="ConflictReason">As the member said it; may be missing, is published with the vote.</param>
public sealed record RecordVoteRequest(Guid? SeatId, int? Round, VoteChoice? Choice, bool? ConflictOfInterest, string? ConflictReason);

/// <summary>What was counted.</summary>
public sealed record VoteReceipt(Guid MotionId, int Round, Guid SeatId, SeatRole Role, VoteChoice Choice, bool ConflictOfInterest, DateTimeOffset CastAt);

/// <param name="Remote">True: from elsewhere, voting from the own account; false: in the room. Where it is missing, as the session was convened.</param>
public sealed record OwnAttendanceRequest(bool? Remote);

/// <param name="Remote">Attends from elsewhere; null while not present.</param>
/// <param name="Voted">In the open ballot; null where none is open or the seat has not voted.</param>
public sealed record OwnSeatView(Guid SeatId, int SeatNumber, Sector Sector, SeatRole Role, bool Present, bool? Remote, Guid? OpenMotionId, int? OpenRound, VoteChoice? Voted);

/// <summary>What a seat holder does from their own account, and what the secretary writes down for those in the room.</summary>
public static class CastVote
{
    /// <summary>A repetition is refused because the seat has voted; whoever did not get the answer sees their vote at <c>my/seat</c>.</summary>
    public static async Task<Results<Ok<VoteReceipt>, ProblemHttpResult>> Own(
        Guid id, Guid motionId, CastVoteRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        return await CastAsync(id, motionId, request.Round, request.Choice, request.ConflictOfInterest, request.ConflictReason, http, db, desk,
            (hand, round, cast) => hand.Session.Cast(motionId, round, account, cast, hand.Composition, hand.Rules, db.Now), cancellationToken);
    }

    public static async Task<Results<Ok<VoteReceipt>, ProblemHttpResult>> Record(
        Guid id, Guid motionId, RecordVoteRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        var secretary = http.RequireAccount().AccountId;
        return await CastAsync(id, motionId, request.Round, request.Choice, request.ConflictOfInterest, request.ConflictReason, http, db, desk,
            (hand, round, cast) => request.SeatId is { } seat
                ? hand.Session.RecordVote(motionId, round, seat, cast, hand.Composition, hand.Rules, secretary, db.Now)
                : Refusal.Invalid("seatId", "field_required"), cancellationToken);
    }

    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> Come(Guid id, OwnAttendanceRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "seat_came", hand => hand.Composition.HeldBy(http.RequireAccount().AccountId) is { } held
            ? hand.Session.CheckIn(held.Seat.SeatId, held.Holder.Role, request.Remote ?? hand.Session.Remote, hand.Composition, hand.Rules, db.Now)
            : Refusal.Rule("voter_without_seat"), null, cancellationToken);

    /// <summary>Only who came leaves: an alternate does not send the titular away.</summary>
    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> Leave(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "seat_left", hand => hand.Composition.HeldBy(http.RequireAccount().AccountId) is not { } held
            ? Refusal.Rule("voter_without_seat")
            : hand.Session.Attendances.Any(row => row.LeftAt is null && row.HoldingId == held.Holder.HoldingId) ? hand.Session.CheckOut(held.Seat.SeatId, db.Now) : Refusal.Conflict("seat_not_present"), null, cancellationToken);

    /// <summary>The caller's seat in this session, for the page from which they vote.</summary>
    public static async Task<Results<Ok<OwnSeatView>, ProblemHttpResult>> Seat(Guid id, HttpContext http, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await desk.ReadSessionAsync(id, cancellationToken) is not { } hand || hand.Composition.HeldBy(http.RequireAccount().AccountId) is not { } held)
            return http.Problem(Refusal.NotFound());
        var open = hand.Session.OpenBallotNow;
        var there = hand.Session.Attendances.SingleOrDefault(row => row.LeftAt is null && row.HoldingId == held.Holder.HoldingId);
        return TypedResults.Ok(new OwnSeatView(
            held.Seat.SeatId, held.Seat.Number, held.Seat.Sector, held.Holder.Role,
            there is not null, there?.Remote,
            open?.MotionId, open?.Round, open?.Votes.SingleOrDefault(vote => vote.SeatId == held.Seat.SeatId)?.Choice));
    }

    private static async Task<Results<Ok<VoteReceipt>, ProblemHttpResult>> CastAsync(
        Guid id, Guid motionId, int? askedRound, VoteChoice? askedChoice, bool? conflict, string? askedReason, HttpContext http, ParticipantsDb db, SecretariatDesk desk,
        Func<SessionInHand, int, VoteCast, Result<Vote>> cast, CancellationToken cancellationToken)
    {
        // INV-10: nothing of a refused vote is stored but that it was refused, to whom and why (RefusedActs).
        await using var work = await db.BeginAsync(cancellationToken);
        if (await desk.SessionForVotingAsync(id, motionId, cancellationToken) is not { } hand)
            return http.Problem(await IsOfAnotherSessionAsync(db, id, motionId, cancellationToken) ? Refusal.Rule("motion_of_another_session") : Refusal.NotFound());
        var fields = new Fields();
        var round = fields.Value("round", askedRound);
        var choice = fields.Value("choice", askedChoice);
        var reason = string.IsNullOrWhiteSpace(askedReason) ? null : fields.Text("conflictReason", askedReason, 2, 500);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var voted = cast(hand, round, new VoteCast(choice, conflict ?? false, reason));
        if (voted.IsRefused)
            return http.Problem(voted);
        var vote = voted.Value;
        desk.Record(hand.Session.TakeFacts());
        db.Audit(http.RequireAccount().AccountId, "vote_cast", "secretariat_session", id, after: new { motionId, round, choice, vote.SeatId });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new VoteReceipt(motionId, round, vote.SeatId, vote.Role, vote.Choice, vote.ConflictOfInterest, vote.CastAt));
    }

    /// <summary>Both are there, and do not belong together: the vote is refused by its rule and not as if nothing were there.</summary>
    private static async Task<bool> IsOfAnotherSessionAsync(ParticipantsDb db, Guid session, Guid motion, CancellationToken cancellationToken) =>
        await db.SecretariatSessions.AnyAsync(row => row.Id == session, cancellationToken) && await db.Set<Motion>().AnyAsync(row => row.Id == motion && row.SessionId != session, cancellationToken);
}
