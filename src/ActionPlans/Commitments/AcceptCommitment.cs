using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ActionPlans.Reference;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Commitments;

/// <param name="DefinitionHash">SHA-256 of the wording that is accepted; sent back, it makes sure that what was read is what is accepted.</param>
public sealed record AcceptanceInput(string? DefinitionHash);

public sealed record CommitmentAccepted(Guid CommitmentId, Guid OrganisationId, string OrganisationName, string DefinitionHash, DateTimeOffset AcceptedAt);

/// <param name="Accepted">The organisations of mine that have accepted this wording already.</param>
public sealed record PendingAcceptance(
    Guid CommitmentId, string Identifier, Guid PlanId, string PlanTitle, string DefinitionHash, CommitmentDocument Commitment, Guid OrganisationId, string OrganisationName, bool Accepted);

internal static class AcceptCommitment
{
    /// <summary>INV-20: each responsible institution accepts, through somebody with its mandate, the commitment as it is worded now.</summary>
    public static async Task<Results<Created<CommitmentAccepted>, ProblemHttpResult>> Handle(
        Guid id, AcceptanceInput? input, ActionPlansDb database, Permissions permissions, HttpContext http, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var found = await FindAsync(id, database, cancellationToken);
        if (found is null)
        {
            return http.Problem(await database.Commitments.AnyAsync(one => one.Id == id, cancellationToken)
                ? Refusal.Conflict("nothing_to_accept")
                : Refusal.NotFound());
        }

        var (hash, definition) = found.Value;
        var responsible = definition.Responsible.Select(party => party.Id).ToHashSet();
        var actingFor = (await permissions.OrganisationsOfAsync(account, database, cancellationToken)).Where(one => responsible.Contains(one.Id)).ToArray();
        // A draft is not public: who has no part in it does not learn that it exists.
        if (actingFor.Length == 0)
            return http.Problem(Refusal.NotFound());
        if (input?.DefinitionHash is { } read && read != hash)
            return http.Problem(new Refusal("stale_version", StatusCodes.Status412PreconditionFailed, "definitionHash"));

        var now = database.Now;
        foreach (var organisation in actingFor)
        {
            if (await database.Acceptances.AnyAsync(one => one.CommitmentId == id && one.OrganisationId == organisation.Id && one.DefinitionHash == hash, cancellationToken))
                continue;
            database.Add(new CommitmentAcceptance { CommitmentId = id, OrganisationId = organisation.Id, DefinitionHash = hash, AcceptedAt = now, AccountId = account });
            database.Audit(account, "commitment_accepted", "commitment", id, after: new { OrganisationId = organisation.Id, DefinitionHash = hash });
        }

        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.Created((string?)null, new CommitmentAccepted(id, actingFor[0].Id, actingFor[0].Name, hash, now));
    }

    public static async Task<Ok<ItemList<PendingAcceptance>>> Pending(ActionPlansDb database, Permissions permissions, HttpContext http, CancellationToken cancellationToken)
    {
        var mine = await permissions.OrganisationsOfAsync(http.RequireAccount().AccountId, cancellationToken);
        var pending = new List<PendingAcceptance>();
        if (mine.Count == 0)
            return TypedResults.Ok(new ItemList<PendingAcceptance>(pending));
        // An instance prepares one plan at a time, seldom two.
        foreach (var draft in await database.Drafts.AsNoTracking().Include(one => one.Commitments).OrderBy(one => one.Number).ToListAsync(cancellationToken))
        {
            var document = draft.Document;
            var ids = draft.Commitments.Select(one => one.Id).ToArray();
            var accepted = await database.Acceptances.AsNoTracking().Where(one => ids.Contains(one.CommitmentId)).ToListAsync(cancellationToken);
            foreach (var commitment in draft.Commitments.OrderBy(one => one.Number))
            {
                var definition = document.Commitments.First(one => one.Number == commitment.Number);
                pending.AddRange(mine.Where(one => definition.Responsible.Any(party => party.Id == one.Id)).Select(one => new PendingAcceptance(
                    commitment.Id, commitment.Identifier, draft.Id, draft.Title, commitment.DefinitionHash, definition, one.Id, one.Name,
                    accepted.Exists(given => given.CommitmentId == commitment.Id && given.OrganisationId == one.Id && given.DefinitionHash == commitment.DefinitionHash))));
            }
        }

        return TypedResults.Ok(new ItemList<PendingAcceptance>(pending));
    }

    private static async Task<(string Hash, CommitmentDocument Definition)?> FindAsync(Guid id, ActionPlansDb database, CancellationToken cancellationToken)
    {
        var draft = await database.Drafts.AsNoTracking().Include(one => one.Commitments)
            .SingleOrDefaultAsync(one => one.Commitments.Any(commitment => commitment.Id == id), cancellationToken);
        if (draft is null)
            return null;
        var known = draft.Commitments.First(one => one.Id == id);
        return (known.DefinitionHash, draft.Document.Commitments.First(one => one.Number == known.Number));
    }
}
