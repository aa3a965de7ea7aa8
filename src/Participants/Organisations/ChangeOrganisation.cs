using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Organisations;

public static class ChangeOrganisation
{
    public static async Task<Results<Ok<OrganisationView>, ProblemHttpResult>> Handle(
        Guid id, OrganisationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce profile, CancellationToken cancellationToken)
    {
        var organisation = await db.Organisations.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (organisation is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(organisation.Version) is { IsRefused: true } unmatched)
            return http.Problem(unmatched);
        var before = organisation.Details();
        if (organisation.Change(request, await profile.SectorsAsync(cancellationToken)) is { IsRefused: true } refused)
            return http.Problem(refused);
        if (await db.Organisations.AnyAsync(row => row.NameKey == organisation.NameKey && row.Id != id, cancellationToken))
            return http.Problem(new Refusal("organisation_name_taken", StatusCodes.Status409Conflict, "name"));

        if (organisation.Details() != before)
        {
            db.Record(organisation.ChangedFact());
            db.Audit(http.RequireAccount().AccountId, "organisation_changed", "organisation", id, before, organisation.Details());
            // What the instance says of itself includes its guarantor's name.
            if (await db.Instances.SingleOrDefaultAsync(row => row.GuarantorId == id, cancellationToken) is { } instance)
                db.Record(instance.ConfiguredFact(organisation));
            await db.SaveChangesAsync(cancellationToken);
        }

        http.Response.GetTypedHeaders().ETag = ETags.Of(organisation.Version);
        return TypedResults.Ok(OrganisationView.Of(organisation));
    }
}
