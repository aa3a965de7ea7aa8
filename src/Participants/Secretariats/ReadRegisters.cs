using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.Participants.Secretariats;

/// <summary>What a seat did in a ballot: its vote, or what follows for one that did not vote (SPEC §2.5).</summary>
public enum SeatChoice
{
    InFavour,
    Against,
    Abstention,

    /// <summary>It was there at any time while the vote was open and did not vote: counted as an abstention.</summary>
    Silent,

    /// <summary>It was not there at any time of it.</summary>
    Absent,
}

/// <param name="OrganisationName">Who sat there then; null for an absent seat whose titular had left.</param>
/// <param name="Round">1, or more where the point was voted on again.</param>
/// <param name="Outcome">Of the ballot, not of the seat.</param>
public sealed record RegisteredVote(
    Guid SeatId, int SeatNumber, Sector Sector, SeatRole? Role, Guid? OrganisationId, string? OrganisationName, Guid SessionId, SecretariatSessionKind SessionKind, int SessionNumber, Guid MotionId, int MotionNumber,
    string MotionText, int Round, SeatChoice Choice, bool ConflictOfInterest, BallotOutcome Outcome, DateTimeOffset ClosedAt);

/// <param name="OrganisationId">Titular of the seat on the days of these sessions; of two on one day, who came.</param>
/// <param name="Held">Sessions that were held meanwhile.</param>
/// <param name="Attended">Of them, those at which its titular or alternate was; who left before the opening was not.</param>
/// <param name="InRoom">Of those, in the room, if only for a part.</param>
/// <param name="Remote">Of those, only from elsewhere: in the room and remote make up the attended.</param>
/// <param name="ByAlternate">Of those, with the alternate alone.</param>
/// <param name="Share">Attended of held in percent, rounded half up to one decimal, as text with a point.</param>
public sealed record SeatAttendance(
    Guid SeatId, int SeatNumber, Sector Sector, Guid OrganisationId, string OrganisationName, int Held, int Attended, int InRoom, int Remote, int ByAlternate, string Share);

/// <summary>The registers of everything that was voted and of who came, through all sessions: of seats and organisations, never of persons.</summary>
public static class ReadRegisters
{
    private const int FirstYear = 2000;
    private const int LastYear = 2999;

    /// <summary>Each seat in each ballot that is closed, the latest first.</summary>
    /// <param name="year">Of the ballot's close, in the state's calendar.</param>
    public static async Task<Results<Ok<Page<RegisteredVote>>, ProblemHttpResult>> Votes(
        Guid id, Guid? seatId, int? year, string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var (before, ballot, seat) = (DateTimeOffset.MaxValue, Guid.Empty, 0);
        if (cursor is not null && !(Cursor.Decode(cursor, 3) is [var moment, var last, var number] && Guid.TryParse(last, out ballot) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out seat)
                && DateTimeOffset.TryParseExact(moment, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out before)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        if (Refuse(year) is { } refused)
            return http.Problem(refused);
        if (!await db.Secretariats.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var zone = await ZoneAsync(db, cancellationToken);
        var (from, until) = Span(zone, year);
        var (most, end, tz) = (size.Value + 1, before.ToUniversalTime(), zone.TzName);
        var rows = await db.Database.SqlQuery<VoteRow>(
            $"""
            select seat.id as "SeatId", seat.number as "SeatNumber", seat.sector as "Sector", coalesce(vote.role, there.role) as "Role", organisation.id as "OrganisationId", organisation.name as "OrganisationName",
                session.id as "SessionId", session.kind as "SessionKind", session.number as "SessionNumber", motion.id as "MotionId", motion.number as "MotionNumber", motion.text as "MotionText",
                ballot.id as "BallotId", ballot.round as "Round", coalesce(vote.choice, case when counted.meanwhile then 'SILENT' else 'ABSENT' end) as "Choice", coalesce(vote.conflict_of_interest, false) as "ConflictOfInterest",
                ballot.outcome as "Outcome", ballot.closed_at as "ClosedAt"
            from secretariat_session session join motion on motion.session_id = session.id join ballot on ballot.motion_id = motion.id cross join unnest(ballot.seats) as voting(id)
            join secretariat_seat seat on seat.id = voting.id
            left join seat_vote vote on vote.ballot_id = ballot.id and vote.seat_id = seat.id
            -- As the ballot counts (decision 12): who was there when it opened, or came while it was open, abstains however early they left. Ballots of before that was kept were counted of who was there at the close.
            cross join lateral (select case when ballot.present_at_opening is null
                then exists (select from session_attendance came where came.session_id = session.id and came.seat_id = seat.id and came.came_at <= ballot.closed_at and (came.left_at is null or came.left_at > ballot.closed_at))
                else seat.id = any (ballot.present_at_opening)
                    or exists (select from session_attendance came where came.session_id = session.id and came.seat_id = seat.id and came.came_at > ballot.opened_at and came.came_at <= ballot.closed_at) end as meanwhile) counted
            left join lateral (select role, holding_id from session_attendance came where counted.meanwhile and came.session_id = session.id and came.seat_id = seat.id
                and came.came_at <= ballot.closed_at and (came.left_at is null or came.left_at >= ballot.opened_at) order by came.came_at desc limit 1) there on true
            left join lateral (select holding.id from seat_holding holding where holding.seat_id = seat.id and holding.role = 'TITULAR'
                and holding.held_during @> (ballot.opened_at at time zone {tz})::date limit 1) titular on true
            left join seat_holding holding on holding.id = coalesce(vote.holding_id, there.holding_id, titular.id)
            left join organisation on organisation.id = holding.organisation_id
            where session.secretariat_id = {id} and ballot.closed_at is not null and ({seatId}::uuid is null or seat.id = {seatId}::uuid)
                and ballot.closed_at >= {from} and ballot.closed_at < {until}
                and (ballot.closed_at < {end} or (ballot.closed_at = {end} and (ballot.id > {ballot} or (ballot.id = {ballot} and seat.number > {seat}))))
            order by ballot.closed_at desc, ballot.id, seat.number limit {most}
            """).ToListAsync(cancellationToken);
        string? next = null;
        if (rows.Count > size.Value)
        {
            var shown = rows[size.Value - 1];
            next = Cursor.Encode(shown.ClosedAt.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture), shown.BallotId.ToString(), shown.SeatNumber.ToString(CultureInfo.InvariantCulture));
        }

        return TypedResults.Ok(new Page<RegisteredVote>([.. rows.Take(size.Value).Select(row => row.View())], next));
    }

    /// <summary>Each seat with each organisation that was its titular, and to how many of the sessions held meanwhile it came.</summary>
    /// <param name="year">In which the sessions were opened, in the state's calendar.</param>
    public static async Task<Results<Ok<Page<SeatAttendance>>, ProblemHttpResult>> Attendance(
        Guid id, int? year, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        if (Refuse(year) is { } refused)
            return http.Problem(refused);
        if (!await db.Secretariats.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var zone = await ZoneAsync(db, cancellationToken);
        var (from, until) = Span(zone, year);
        var tz = zone.TzName;
        // As many rows as organisations were titulars: no page of a list that only grows by appointments.
        var rows = await db.Database.SqlQuery<AttendanceRow>(
            $"""
            with held as (select id, opened_at, (opened_at at time zone {tz})::date as day from secretariat_session where secretariat_id = {id} and state = 'CLOSED' and opened_at >= {from} and opened_at < {until}),
            -- Who left before it was opened was not at the session.
            came as (select came.* from held join session_attendance came on came.session_id = held.id and (came.left_at is null or came.left_at > held.opened_at)),
            -- Whose session it was: of the titular that came, even if its term ended on that day; else of the day's, else of the one that ended then and for whom the alternate came.
            titular as (select held.id as session_id, holding.seat_id, holding.organisation_id, rank() over (partition by held.id, holding.seat_id order by itself desc, holding.held_during @> held.day desc) as place
                from held join seat_holding holding on holding.secretariat_id = {id} and holding.role = 'TITULAR'
                cross join lateral (select exists (select from came where came.session_id = held.id and came.holding_id = holding.id) as itself) own
                where itself or holding.held_during @> held.day
                    or (upper(holding.held_during) = held.day and exists (select from came where came.session_id = held.id and came.seat_id = holding.seat_id))),
            counted as (select distinct session_id, seat_id, organisation_id from titular where place = 1),
            presence as (select counted.*, there.* from counted cross join lateral (select count(*) > 0 as attended, bool_or(not came.remote) as in_room, bool_or(came.role = 'TITULAR') as titular
                from came join seat_holding holding on holding.id = came.holding_id
                where came.session_id = counted.session_id and came.seat_id = counted.seat_id and (came.role = 'ALTERNATE' or holding.organisation_id = counted.organisation_id)) there)
            select seat.id as "SeatId", seat.number as "SeatNumber", seat.sector as "Sector", organisation.id as "OrganisationId", organisation.name as "OrganisationName", count(*)::int as "Held",
                (count(*) filter (where attended))::int as "Attended", (count(*) filter (where in_room))::int as "InRoom", (count(*) filter (where not in_room))::int as "Remote", (count(*) filter (where not presence.titular))::int as "ByAlternate"
            from presence join held on held.id = presence.session_id
            join secretariat_seat seat on seat.id = presence.seat_id join organisation on organisation.id = presence.organisation_id
            group by seat.id, organisation.id order by seat.number, max(held.day) desc, organisation.id
            """).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<SeatAttendance>([.. rows.Select(row => row.View())], Next: null));
    }

    private static Refusal? Refuse(int? year) => year is < FirstYear or > LastYear ? Refusal.Invalid("year", "number_out_of_range", FirstYear, LastYear) : null;

    private static async Task<StateZone> ZoneAsync(ParticipantsDb db, CancellationToken cancellationToken) =>
        StateZone.Of(await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken));

    private static (DateTimeOffset From, DateTimeOffset Until) Span(StateZone zone, int? year) =>
        (Start(zone, year ?? FirstYear), Start(zone, (year ?? LastYear) + 1));

    private static DateTimeOffset Start(StateZone zone, int year) => zone.At(new DateOnly(year, 1, 1), TimeOnly.MinValue).ToUniversalTime();

    private sealed record VoteRow(
        Guid SeatId, int SeatNumber, string Sector, string? Role, Guid? OrganisationId, string? OrganisationName, Guid SessionId, string SessionKind, int SessionNumber, Guid MotionId, int MotionNumber, string MotionText,
        Guid BallotId, int Round, string Choice, bool ConflictOfInterest, string Outcome, DateTimeOffset ClosedAt)
    {
        public RegisteredVote View() => new(
            SeatId, SeatNumber, EnumCodes.Parse<Sector>(Sector), Role is null ? null : EnumCodes.Parse<SeatRole>(Role), OrganisationId, OrganisationName, SessionId, EnumCodes.Parse<SecretariatSessionKind>(SessionKind), SessionNumber,
            MotionId, MotionNumber, MotionText, Round, EnumCodes.Parse<SeatChoice>(Choice), ConflictOfInterest, EnumCodes.Parse<BallotOutcome>(Outcome), ClosedAt);
    }

    private sealed record AttendanceRow(
        Guid SeatId, int SeatNumber, string Sector, Guid OrganisationId, string OrganisationName, int Held, int Attended, int InRoom, int Remote, int ByAlternate)
    {
        public SeatAttendance View() => new(
            SeatId, SeatNumber, EnumCodes.Parse<Sector>(Sector), OrganisationId, OrganisationName, Held, Attended, InRoom, Remote, ByAlternate,
            string.Create(CultureInfo.InvariantCulture, $"{Tenths / 10}.{Tenths % 10}"));

        private int Tenths => ((2000 * Attended) + Held) / (2 * Held);
    }
}
