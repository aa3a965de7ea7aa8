using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Organisations;

/// <summary>What is public of an organisation.</summary>
public sealed record OrganisationView(
    Guid Id, int Version, string Name, string? Acronym, OrganisationKind Kind, Sector Sector, string? Cvegeo, string? Municipality, string? Purpose, string? Website, DateTimeOffset RegisteredAt,
    Guid? SuccessorId)
{
    public static OrganisationView Of(Organisation organisation) => new(
        organisation.Id, organisation.Version, organisation.Name, organisation.Acronym, organisation.Kind, organisation.Sector, organisation.Cvegeo,
        organisation.Municipality, organisation.Purpose, organisation.Website, organisation.RegisteredAt, organisation.SuccessorId);
}

public sealed record OrganisationIdentifiers(Guid Id, int Version, string? Rfc, string? Cluni);

public static class RegisterOrganisation
{
    public static async Task<Results<Created<OrganisationView>, ProblemHttpResult>> Handle(
        OrganisationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce profile, CancellationToken cancellationToken)
    {
        var registered = Organisation.Register(request, await profile.SectorsAsync(cancellationToken), db.Now);
        if (registered.IsRefused)
            return http.Problem(registered);
        var organisation = registered.Value;
        if (await OrganisationDuplicates.CheckAsync(db, organisation, request.IsNoOther, cancellationToken) is { IsRefused: true } duplicate)
            return http.Problem(duplicate);

        db.AddRegistered(organisation, http.RequireAccount().AccountId);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(organisation.Version);
        return TypedResults.Created($"/api/participants/v1/organisations/{organisation.Id}", OrganisationView.Of(organisation));
    }

    /// <summary>Adds the organisation, its facts and the audit entry to the unit of work.</summary>
    public static void AddRegistered(this ParticipantsDb db, Organisation organisation, Guid by)
    {
        db.Add(organisation);
        db.Record(organisation.RegisteredFact());
        if (organisation.Profile() != OrganisationProfile.Empty)
            db.Record(organisation.ProfileFact());
        db.Audit(by, "organisation_registered", "organisation", organisation.Id, after: organisation.Details());
    }
}
