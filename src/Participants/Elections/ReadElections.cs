using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Elections;

/// <param name="ClosesOn">Last day of voting, in the state's calendar.</param>
public sealed record ElectionLine(Guid Id, Guid SecretariatId, ElectionState State, int Seats, DateOnly OpensOn, DateOnly ClosesOn);

/// <param name="Votes">Null until the proclamation.</param>
/// <param name="SeatNumber">Of the seat that it won.</param>
/// <param name="UnseatedRule">Code of the rule for which it did not take that seat, which stays vacant.</param>
/// <param name="UnseatedBecause">That rule in the reader's language.</param>
public sealed record CandidateView(Guid OrganisationId, string Name, DateTimeOffset RegisteredAt, int? Votes, int? SeatNumber, string? UnseatedRule, string? UnseatedBecause);

/// <param name="Rule">Code of the rule for which an organisation that the call accepted does not stand.</param>
/// <param name="Because">That rule in the reader's language.</param>
public sealed record ExclusionView(Guid OrganisationId, string Name, string Rule, string Because);

/// <param name="CallNumber">The open call that accepted the candidates.</param>
/// <param name="SeatNumbers">Of the seats to be taken; a paper names at most as many candidates.</param>
/// <param name="RollSize">Organisations that may vote.</param>
/// <param name="Papers">In the box, the blank ones among them; null until the proclamation.</param>
/// <param name="Excluded">Accepted by the call and kept from the term by a rule.</param>
/// <param name="SeniorityDecided">The last seat went to the one of the equals that was registered earlier.</param>
public sealed record ElectionView(
    Guid Id, int Version, Guid SecretariatId, string SecretariatName, int CallNumber, string CallTitle, ElectionState State, IReadOnlyList<int> SeatNumbers, DateOnly OpensOn, DateOnly ClosesOn, DateOnly TermFrom,
    int RollSize, int? Papers, int? Blank, bool SeniorityDecided, DateTimeOffset? ProclaimedAt, string? CancelReason, IReadOnlyList<CandidateView> Candidates, IReadOnlyList<ExclusionView> Excluded);

public sealed record RollLine(Guid OrganisationId, string Name);

internal static class ReadElections
{
    /// <summary>Of a secretariat, the latest first.</summary>
    public static async Task<Results<Ok<Page<ElectionLine>>, ProblemHttpResult>> List(
        Guid id, string? cursor, int? limit, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var before = Guid.AllBitsSet;
        if (cursor is not null && !(Cursor.Decode(cursor, 1) is [var key] && Guid.TryParse(key, out before)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        if (!await db.Secretariats.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var today = await rules.TodayAsync(cancellationToken);
        var rows = await db.SeatElections.AsNoTracking().Where(row => row.SecretariatId == id && row.Id.CompareTo(before) < 0)
            .OrderByDescending(row => row.Id).Take(size.Value + 1).ToListAsync(cancellationToken);
        var next = rows.Count > size.Value ? Cursor.Encode(rows[size.Value - 1].Id.ToString()) : null;
        return TypedResults.Ok(new Page<ElectionLine>(
            [.. rows.Take(size.Value).Select(row => new ElectionLine(row.Id, row.SecretariatId, row.StateOn(today), row.Seats.Count, row.OpensOn, row.ClosesOn))], next));
    }

    public static async Task<Results<Ok<ElectionView>, ProblemHttpResult>> One(Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, MessageCatalog catalog, CancellationToken cancellationToken) =>
        await db.SeatElections.AsNoTracking().Include(row => row.Candidates).Include(row => row.Exclusions).AsSplitQuery().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } election
            ? TypedResults.Ok(await ElectionViews.ViewAsync(db, election, await rules.TodayAsync(cancellationToken), catalog, cancellationToken))
            : http.Problem(Refusal.NotFound());

    /// <summary>The organisations that may vote, in the order of the register.</summary>
    public static async Task<Results<Ok<Page<RollLine>>, ProblemHttpResult>> Roll(Guid id, string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var after = Guid.Empty;
        if (cursor is not null && !(Cursor.Decode(cursor, 1) is [var key] && Guid.TryParse(key, out after)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        if (!await db.SeatElections.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var most = size.Value + 1;
        var rows = await db.Database.SqlQuery<RollLine>(
            $"""
            select organisation.id as "OrganisationId", organisation.name as "Name" from election_roll roll join organisation on organisation.id = roll.organisation_id
            where roll.election_id = {id} and roll.organisation_id > {after} order by roll.organisation_id limit {most}
            """).ToListAsync(cancellationToken);
        var next = rows.Count > size.Value ? Cursor.Encode(rows[size.Value - 1].OrganisationId.ToString()) : null;
        return TypedResults.Ok(new Page<RollLine>([.. rows.Take(size.Value)], next));
    }
}

internal static class ElectionViews
{
    public static async Task<ElectionView> ViewAsync(ParticipantsDb db, SeatElection election, DateOnly today, MessageCatalog catalog, CancellationToken cancellationToken)
    {
        var secretariat = await db.Secretariats.AsNoTracking().Include(row => row.Seats).SingleAsync(row => row.Id == election.SecretariatId, cancellationToken);
        var call = await db.OpenCalls.Where(row => row.Id == election.CallId).Select(row => new { row.Number, row.Title }).SingleAsync(cancellationToken);
        var ids = election.Candidates.Select(one => one.OrganisationId).Concat(election.Exclusions.Select(one => one.OrganisationId)).ToList();
        var names = await db.Organisations.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken);
        var numbers = secretariat.Seats.ToDictionary(seat => seat.Id, seat => seat.Number);
        // Before the count by name, so that no order suggests anything; afterwards as they were ranked.
        var candidates = election.State == ElectionRecord.Proclaimed
            ? ElectionCount.Ranked(election.Candidates.Select(one => one.With(one.Votes!.Value))).Select(one => election.Candidates.Single(candidate => candidate.OrganisationId == one.OrganisationId))
            : election.Candidates.OrderBy(one => names[one.OrganisationId], StringComparer.CurrentCulture);
        return new ElectionView(
            election.Id, election.Version, election.SecretariatId, secretariat.Name, call.Number!.Value, call.Title, election.StateOn(today), [.. election.Seats.Select(seat => numbers[seat]).Order()],
            election.OpensOn, election.ClosesOn, election.TermFrom, election.RollSize, election.Papers, election.Blank,
            election.State == ElectionRecord.Proclaimed && ElectionCount.IsTied(election.Candidates.Select(one => one.With(one.Votes!.Value)), election.Seats.Count),
            election.ProclaimedAt, election.CancelReason,
            [.. candidates.Select(one => new CandidateView(one.OrganisationId, names[one.OrganisationId], one.RegisteredAt, one.Votes, one.SeatId is { } seat ? numbers[seat] : null,
                one.UnseatedRule, one.UnseatedRule is { } rule ? Because(rule, one.UnseatedFigure) : null))],
            [.. election.Exclusions.OrderBy(one => names[one.OrganisationId], StringComparer.CurrentCulture).Select(one => new ExclusionView(one.OrganisationId, names[one.OrganisationId], one.Rule, Because(one.Rule, one.Figure)))]);

        string Because(string rule, int? figure) => figure is { } number ? catalog.Text(rule, number) : catalog.Text(rule);
    }
}
