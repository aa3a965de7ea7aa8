using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Organisations;

public sealed record OrganisationView(Guid Id, int Version, string Name, string? Acronym, OrganisationKind Kind, Sector Sector, string? Cvegeo)
{
    public static OrganisationView Of(Organisation organisation) => new(
        organisation.Id, organisation.Version, organisation.Name, organisation.Acronym, organisation.Kind, organisation.Sector, organisation.Cvegeo);
}

public static class RegisterOrganisation
{
    public static async Task<Results<Created<OrganisationView>, ProblemHttpResult>> Handle(
        OrganisationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce profile, CancellationToken cancellationToken)
    {
        var registered = Organisation.Register(request, await profile.SectorsAsync(cancellationToken), db.Now);
        if (registered.IsRefused)
            return http.Problem(registered);
        var organisation = registered.Value;
        if (await db.Organisations.AnyAsync(row => row.NameKey == organisation.NameKey, cancellationToken))
            return http.Problem(new Refusal("organisation_name_taken", StatusCodes.Status409Conflict, "name"));

        db.Add(organisation);
        db.Record(organisation.RegisteredFact());
        db.Audit(http.RequireAccount().AccountId, "organisation_registered", "organisation", organisation.Id, after: organisation.Details());
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(organisation.Version);
        return TypedResults.Created($"/api/participants/v1/organisations/{organisation.Id}", OrganisationView.Of(organisation));
    }
}
