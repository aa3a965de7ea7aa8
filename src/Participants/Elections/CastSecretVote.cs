using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Elections;

/// <param name="OrganisationId">For which the account votes.</param>
/// <param name="Candidates">At most as many as there are seats, each once; none: a blank paper.</param>
public sealed record SecretVoteRequest(Guid? OrganisationId, IReadOnlyList<Guid>? Candidates);

/// <param name="HasVoted">That it did; what it voted is not kept.</param>
public sealed record OwnPaper(Guid OrganisationId, string OrganisationName, bool HasVoted);

/// <summary>
/// One paper for each organisation on the roll. That it voted and what it voted go to two tables, and nothing of the second tells the hour, the
/// order or the transaction: see docs/decisions. The choice enters no audit, event, log or kept answer; so there is no Idempotency-Key either:
/// who did not get the answer sees at <c>my/papers</c> whether the paper is in the box.
/// </summary>
internal static class CastSecretVote
{
    private const int MostChoices = 50;

    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Guid id, SecretVoteRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        Result cast;
        await using (var work = await db.BeginAsync(cancellationToken))
        {
            if (!await db.SeatElections.AnyAsync(row => row.Id == id, cancellationToken))
                return http.Problem(Refusal.NotFound());
            var fields = new Fields();
            var organisation = fields.Value("organisationId", request.OrganisationId);
            var choices = request.Candidates ?? [];
            if (choices.Count > MostChoices)
                fields.Refuse(Refusal.Invalid("candidates", "items_too_many", MostChoices));
            if (fields.AreRefused)
                return http.Problem(fields.Refusals);
            cast = await CastAsync(id, organisation, [.. choices], account, db, await rules.TodayAsync(cancellationToken), cancellationToken);
            if (!cast.IsRefused)
            {
                db.Audit(account, "election_vote_cast", "seat_election", id, after: new { organisationId = organisation });
                await db.SaveChangesAsync(cancellationToken);
                await work.CommitAsync(cancellationToken);
                return TypedResults.NoContent();
            }
        }

        db.ChangeTracker.Clear();
        var code = cast.Refusals[0].Code;
        db.Audit(account, "election_vote_refused", "seat_election", id, after: new { code });
        await db.SaveChangesAsync(cancellationToken);
        return http.Problem(cast);
    }

    /// <summary>The organisations on the roll for which the caller may vote.</summary>
    public static async Task<Results<Ok<Page<OwnPaper>>, ProblemHttpResult>> Own(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!await db.SeatElections.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var (account, now) = (http.RequireAccount().AccountId, db.Now);
        var papers = await db.Database.SqlQuery<OwnPaper>(
            $"""
            select roll.organisation_id as "OrganisationId", organisation.name as "OrganisationName",
                exists (select from election_voter voter where voter.election_id = roll.election_id and voter.organisation_id = roll.organisation_id) as "HasVoted"
            from election_roll roll join organisation on organisation.id = roll.organisation_id
            where roll.election_id = {id} and exists (select from mandate where mandate.organisation_id = roll.organisation_id and account_id = {account} and valid_from <= {now}
                and (valid_until is null or valid_until > {now}) and (ended_at is null or ended_at > {now}))
            order by organisation.name
            """).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<OwnPaper>(papers, Next: null));
    }

    private static async Task<Result> CastAsync(Guid id, Guid organisation, Guid[] choices, Guid account, ParticipantsDb db, DateOnly today, CancellationToken cancellationToken)
    {
        if (!await db.Mandates.InForce(db.Now).AnyAsync(row => row.AccountId == account && row.OrganisationId == organisation, cancellationToken))
            return new Refusal("election_without_mandate", StatusCodes.Status403Forbidden, "organisationId");
        var election = await ElectionDesk.LockAsync(db, id, cancellationToken);
        if (election.Takes(choices, today) is { IsRefused: true } refused)
            return refused;
        if (!await db.Database.SqlQuery<bool>($"select exists (select from election_roll where election_id = {id} and organisation_id = {organisation}) as \"Value\"").SingleAsync(cancellationToken))
            return Refusal.Rule("election_voter_not_on_roll", "organisationId");
        if (await db.Database.ExecuteSqlAsync($"insert into election_voter (election_id, organisation_id) values ({id}, {organisation}) on conflict do nothing", cancellationToken) == 0)
            return Refusal.Conflict("organisation_has_voted");
        // Every row is written anew: all carry the last paper's transaction and none the order.
        await db.Database.ExecuteSqlAsync(
            $"""
            update election_tally set votes = votes + case when line = 'PAPERS' or organisation_id = any({choices}) or (line = 'BLANK' and cardinality({choices}) = 0) then 1 else 0 end
            where election_id = {id}
            """, cancellationToken);
        return Result.Done;
    }
}
