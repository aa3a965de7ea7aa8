using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Staffing;

/// <param name="From">Now where it is missing.</param>
/// <param name="Until">No end where it is missing.</param>
public sealed record GrantMandateRequest(Guid? OrganisationId, DateTimeOffset? From, DateTimeOffset? Until);

public static class GrantMandate
{
    public static async Task<Results<Created<MandateView>, ProblemHttpResult>> Handle(
        Guid id, GrantMandateRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var organisationId = fields.Value("organisationId", request.OrganisationId);
        var term = fields.From(Term.Plan(request.From, request.Until, db.Now));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);

        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        if (!await db.Accounts.AnyAsync(account => account.Id == id && account.ErasedAt == null, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var found = await db.Organisations.Where(row => row.Id == organisationId)
            .Select(row => new { row.Name, row.Kind, Successor = db.Organisations.Where(next => next.Id == row.SuccessorId).Select(next => next.Name).FirstOrDefault() }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return http.Problem(Refusal.Rule("organisation_unknown", "organisationId"));
        if (found.Successor is { } successor)
            return http.Problem(Refusal.Rule("organisation_succeeded", "organisationId", successor));
        if (await FacilitatorIndependence.WhyNotAsync(db, id, organisationId, found.Kind, cancellationToken) is { } dependent)
            return http.Problem(dependent);
        var name = found.Name;
        var held = await db.Mandates.AsNoTracking().Where(row => row.AccountId == id && row.OrganisationId == organisationId).ToListAsync(cancellationToken);
        if (held.Any(row => row.Term.Overlaps(term!)))
            return http.Problem(Refusal.Conflict("mandate_held"));

        var mandate = Mandate.Grant(id, organisationId, term!, db.Now);
        db.Add(mandate);
        db.Record(mandate.GrantedFact());
        db.Audit(http.RequireAccount().AccountId, "mandate_granted", "mandate", mandate.Id, after: View(mandate, name));
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(mandate.Version);
        return TypedResults.Created($"/api/participants/v1/mandates/{mandate.Id}", View(mandate, name));
    }

    internal static MandateView View(Mandate mandate, string organisationName) => new(
        mandate.Id, mandate.AccountId, mandate.OrganisationId, organisationName, mandate.Term.From, mandate.Term.Until, mandate.Term.EndedAt);
}
