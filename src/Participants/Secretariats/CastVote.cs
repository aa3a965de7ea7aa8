using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Secretariats;

/// <param name="Round">The ballot's round as the voter saw it: a vote meant for one round does not count in the next.</param>
/// <param name="ConflictOfInterest">The reason of an abstention.</param>
public sealed record CastVoteRequest(int? Round, VoteChoice? Choice, bool? ConflictOfInterest);

/// <param name="SeatId">A seat that is in the room.</param>
public sealed record RecordVoteRequest(Guid? SeatId, int? Round, VoteChoice? Choice, bool? ConflictOfInterest);

/// <summary>What was counted.</summary>
public sealed record VoteReceipt(Guid MotionId, int Round, Guid SeatId, SeatRole Role, VoteChoice Choice, bool ConflictOfInterest, DateTimeOffset CastAt);

/// <param name="Remote">True: from elsewhere, voting from the own account.</param>
public sealed record OwnAttendanceRequest(bool? Remote);

/// <param name="Voted">In the open ballot; null where none is open or the seat has not voted.</param>
public sealed record OwnSeatView(Guid SeatId, int SeatNumber, Sector Sector, SeatRole Role, bool Present, Guid? OpenMotionId, int? OpenRound, VoteChoice? Voted);

/// <summary>What a seat holder does from their own account, and what the secretary writes down for those in the room.</summary>
public static class CastVote
{
    /// <summary>A repetition is refused because the seat has voted; whoever did not get the answer sees their vote at <c>my/seat</c>.</summary>
    public static async Task<Results<Ok<VoteReceipt>, ProblemHttpResult>> Own(
        Guid id, Guid motionId, CastVoteRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        return await CastAsync(id, motionId, request.Round, request.Choice, request.ConflictOfInterest, http, db, desk,
            (hand, round, cast) => hand.Session.Cast(motionId, round, account, cast, hand.Composition, hand.Rules, db.Now), cancellationToken);
    }

    public static async Task<Results<Ok<VoteReceipt>, ProblemHttpResult>> Record(
        Guid id, Guid motionId, RecordVoteRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        var secretary = http.RequireAccount().AccountId;
        return await CastAsync(id, motionId, request.Round, request.Choice, request.ConflictOfInterest, http, db, desk,
            (hand, round, cast) => request.SeatId is { } seat
                ? hand.Session.RecordVote(motionId, round, seat, cast, hand.Composition, hand.Rules, secretary, db.Now)
                : Refusal.Invalid("seatId", "field_required"), cancellationToken);
    }

    public static Task<Results<Ok<SessionView>, ProblemHttpResult>> Come(Guid id, OwnAttendanceRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.InSessionAsync(id, http, "seat_came", hand => hand.Composition.HeldBy(http.RequireAccount().AccountId) is { } held
            ? hand.Session.CheckIn(held.Seat.SeatId, held.Holder.Role, request.Remote ?? true, hand.Composition, hand.Rules, db.Now)
            : Refusal.Rule("voter_without_seat"), null, cancellationToken);

    /// <summary>The caller's seat in this session, for the page from which they vote.</summary>
    public static async Task<Results<Ok<OwnSeatView>, ProblemHttpResult>> Seat(Guid id, HttpContext http, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await desk.ReadSessionAsync(id, cancellationToken) is not { } hand || hand.Composition.HeldBy(http.RequireAccount().AccountId) is not { } held)
            return http.Problem(Refusal.NotFound());
        var open = hand.Session.OpenBallotNow;
        return TypedResults.Ok(new OwnSeatView(
            held.Seat.SeatId, held.Seat.Number, held.Seat.Sector, held.Holder.Role,
            hand.Session.Attendances.Any(row => row.LeftAt is null && row.HoldingId == held.Holder.HoldingId),
            open?.MotionId, open?.Round, open?.Votes.SingleOrDefault(vote => vote.SeatId == held.Seat.SeatId)?.Choice));
    }

    private static async Task<Results<Ok<VoteReceipt>, ProblemHttpResult>> CastAsync(
        Guid id, Guid motionId, int? askedRound, VoteChoice? askedChoice, bool? conflict, HttpContext http, ParticipantsDb db, SecretariatDesk desk,
        Func<SessionInHand, int, VoteCast, Result<Vote>> cast, CancellationToken cancellationToken)
    {
        Result<Vote> voted;
        await using (var work = await db.BeginAsync(cancellationToken))
        {
            if (await desk.SessionForVotingAsync(id, motionId, cancellationToken) is not { } hand)
                return http.Problem(Refusal.NotFound());
            var fields = new Fields();
            var round = fields.Value("round", askedRound);
            var choice = fields.Value("choice", askedChoice);
            if (fields.AreRefused)
                return http.Problem(fields.Refusals);
            voted = cast(hand, round, new VoteCast(choice, conflict ?? false));
            if (!voted.IsRefused)
            {
                var vote = voted.Value;
                desk.Record(hand.Session.TakeFacts());
                db.Audit(http.RequireAccount().AccountId, "vote_cast", "secretariat_session", id, after: new { motionId, round, choice, vote.SeatId });
                await db.SaveChangesAsync(cancellationToken);
                await work.CommitAsync(cancellationToken);
                return TypedResults.Ok(new VoteReceipt(motionId, round, vote.SeatId, vote.Role, vote.Choice, vote.ConflictOfInterest, vote.CastAt));
            }
        }

        // INV-10: nothing of a refused vote is stored but that it was refused, to whom and why.
        db.ChangeTracker.Clear();
        var code = voted.Refusals[0].Code;
        db.Audit(http.RequireAccount().AccountId, "vote_refused", "secretariat_session", id, after: new { motionId, code });
        await db.SaveChangesAsync(cancellationToken);
        return http.Problem(voted);
    }
}
