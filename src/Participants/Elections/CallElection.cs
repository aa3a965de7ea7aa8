using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.OpenCalls;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Elections;

/// <param name="CallNumber">The open call for these seats, with its results: whom it accepted stands for election.</param>
/// <param name="SeatIds">Of civil society, vacant when the term begins.</param>
/// <param name="OpensOn">First day of voting, in the state's calendar.</param>
/// <param name="ClosesOn">Last day.</param>
/// <param name="TermFrom">When the elected take their seats; the day after the last where it is missing.</param>
public sealed record CallElectionRequest(int? CallNumber, IReadOnlyList<Guid>? SeatIds, DateOnly? OpensOn, DateOnly? ClosesOn, DateOnly? TermFrom);

public sealed record CancelElectionRequest(string? Reason);

internal static class CallElection
{
    public static async Task<Results<Created<ElectionView>, ProblemHttpResult>> Handle(
        Guid id, CallElectionRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MessageCatalog catalog, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await desk.ForWritingAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var fields = new Fields();
        var number = fields.Value("callNumber", request.CallNumber);
        var opens = fields.Value("opensOn", request.OpensOn);
        var closes = fields.Value("closesOn", request.ClosesOn);
        fields.Day("termFrom", request.TermFrom);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var call = await db.OpenCalls.AsNoTracking().SingleOrDefaultAsync(row => row.Number == number, cancellationToken);
        if (call is null || call.Kind != CallKind.CivilSocietySeats || call.StateOn(hand.Today) != CallState.Resolved)
            return http.Problem(Refusal.Rule("election_call_not_resolved", "callNumber"));
        if (await db.SeatElections.AnyAsync(row => row.CallId == call.Id && row.State != ElectionRecord.Cancelled, cancellationToken))
            return http.Problem(Refusal.Conflict("election_exists"));

        var accepted = await (
            from application in db.CallApplications
            join organisation in db.Organisations on application.OrganisationId equals organisation.Id
            where application.CallId == call.Id && application.State == ApplicationState.Accepted
            orderby organisation.RegisteredAt, organisation.Id
            select new { organisation.Id, organisation.RegisteredAt, organisation.Sector, organisation.SuccessorId }).ToListAsync(cancellationToken);
        var terms = new ElectionTerms(id, call.Id, request.SeatIds ?? [], opens, closes, request.TermFrom ?? closes.AddDays(1));
        var roll = await db.Organisations.CountAsync(row => row.Sector == Sector.CivilSociety && row.SuccessorId == null, cancellationToken);
        var standing = accepted.ConvertAll(one => new Standing(
            one.Id, one.RegisteredAt, hand.Secretariat.WhyNotElected(one.Id, one.Sector, one.SuccessorId is not null, terms.TermFrom, hand.Rules, hand.Today)));
        var called = SeatElection.Call(terms, standing, roll, hand.Today, db.Now);
        if (called.IsRefused)
            return http.Problem(called);
        if (CheckSeats(hand, terms) is { IsRefused: true } refused)
            return http.Problem(refused);
        if (await ElectionDesk.InElectionAsync(db, terms.Seats, cancellationToken))
            return http.Problem(Refusal.Conflict("seat_in_election"));

        var election = called.Value;
        db.Add(election);
        db.Audit(http.RequireAccount().AccountId, "election_called", "seat_election", election.Id, after: request);
        await db.SaveChangesAsync(cancellationToken);
        var listed = await db.Database.ExecuteSqlAsync(
            $"insert into election_roll (election_id, organisation_id) select {election.Id}, id from organisation where sector = 'CIVIL_SOCIETY' and successor_id is null", cancellationToken);
        if (listed != roll)
            return http.Problem(Refusal.Conflict("election_roll_changed"));
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into election_tally (election_id, line, organisation_id)
            select election_id, 'CANDIDATE', organisation_id from election_candidate where election_id = {election.Id} union all select {election.Id}, line, null from unnest(array['PAPERS', 'BLANK']) as line
            """, cancellationToken);
        var view = await ElectionViews.ViewAsync(db, election, hand.Today, catalog, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created($"/api/participants/v1/elections/{election.Id}", view);
    }

    public static async Task<Results<Ok<ElectionView>, ProblemHttpResult>> Cancel(
        Guid id, CancelElectionRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MessageCatalog catalog, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await ElectionDesk.ForWritingAsync(db, desk, id, cancellationToken) is not var (election, hand))
            return http.Problem(Refusal.NotFound());
        var fields = new Fields();
        var reason = fields.Text("reason", request.Reason, 2, 1000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        if (election.Cancel(reason, hand.Today) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(http.RequireAccount().AccountId, "election_cancelled", "seat_election", id, reason: reason);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(await ElectionViews.ViewAsync(db, election, hand.Today, catalog, cancellationToken));
    }

    /// <summary>Vacant seats of civil society: known before people vote, not after.</summary>
    private static Result CheckSeats(SecretariatInHand hand, ElectionTerms terms)
    {
        foreach (var id in terms.Seats)
        {
            if (hand.Secretariat.Seats.SingleOrDefault(seat => seat.Id == id) is not { Sector: Sector.CivilSociety, RetiredOn: null })
                return Refusal.Invalid("seatIds", "election_seats_invalid");
            if (hand.Secretariat.Holdings.Any(row => row.SeatId == id && row.Role == SeatRole.Titular && row.Overlaps(terms.TermFrom, terms.TermFrom.AddMonths(hand.Rules.SeatTermMonths))))
                return Refusal.Conflict("seat_already_held");
        }

        return Result.Done;
    }
}
