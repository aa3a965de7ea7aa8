using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.Commitments;
using OpenGov.ActionPlans.PlanFormat;

namespace OpenGov.ActionPlans.Plans;

/// <summary>A draft with everything that its publication looks at, read once for readiness and for publication itself.</summary>
internal sealed record DraftCase(PlanDraft Draft, PlanDocument Document, Plan? Published, IReadOnlyDictionary<int, Commitment> Commitments, PublicationCase Rules);

internal sealed class PublicationDesk(ActionPlansDb database, PlanContextReader contexts)
{
    /// <returns>Null where there is no such draft.</returns>
    public async Task<DraftCase?> OpenAsync(Guid planId, CancellationToken cancellationToken)
    {
        var draft = await database.Drafts.Include(one => one.Commitments).SingleOrDefaultAsync(one => one.Id == planId, cancellationToken);
        if (draft is null)
            return null;
        var document = draft.Document;
        var published = await database.Plans.SingleOrDefaultAsync(plan => plan.Id == planId, cancellationToken);
        var commitments = await database.Commitments
            .Include(one => one.KeyActions).ThenInclude(action => action.Activities)
            .Where(one => one.PlanId == planId)
            .ToDictionaryAsync(one => one.Number, cancellationToken);

        var ids = draft.Commitments.Select(one => one.Id).ToArray();
        var given = await database.Acceptances.Where(one => ids.Contains(one.CommitmentId)).ToListAsync(cancellationToken);
        var acceptances = draft.Commitments
            .SelectMany(one => given.Where(acceptance => acceptance.CommitmentId == one.Id && acceptance.DefinitionHash == one.DefinitionHash)
                .Select(acceptance => (one.Number, acceptance.OrganisationId)))
            .ToLookup(pair => pair.Number, pair => pair.OrganisationId);
        var parties = document.Commitments.SelectMany(one => one.Responsible.Concat(one.CoResponsible).Concat(one.Intervening));
        var context = await contexts.ReadAsync(parties, draft.Number, cancellationToken);
        var before = commitments.Values
            .Where(one => one.WithdrawnAt is null)
            .ToDictionary(one => one.Number, one => CanonicalJson.Read<CommitmentDocument>(System.Text.Encoding.UTF8.GetBytes(one.Definition)));
        var withdrawn = commitments.Values.Where(one => one.WithdrawnAt is not null).Select(one => one.Number).ToHashSet();
        return new DraftCase(draft, document, published, commitments, new PublicationCase(document, context, acceptances, before, withdrawn));
    }
}
