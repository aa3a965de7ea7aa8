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
        var (before, profileBefore, taxIds) = (organisation.Details(), organisation.Profile(), (organisation.Rfc, organisation.Cluni));
        if (organisation.Change(request, await profile.SectorsAsync(cancellationToken)) is { IsRefused: true } refused)
            return http.Problem(refused);
        if (await OrganisationDuplicates.CheckAsync(db, organisation, request.IsNoOther || organisation.Name == before.Name, cancellationToken) is { IsRefused: true } duplicate)
            return http.Problem(duplicate);

        if (organisation.Details() != before || organisation.Profile() != profileBefore || (organisation.Rfc, organisation.Cluni) != taxIds)
        {
            if (organisation.Details() != before)
                db.Record(organisation.ChangedFact());
            db.KeepFormerName(organisation, before.Name, before.Acronym);
            if (organisation.Profile() != profileBefore)
                db.Record(organisation.ProfileFact());
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
