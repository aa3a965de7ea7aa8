using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.LegalProfiles;

/// <param name="ValidFrom">Today or later in the state's calendar.</param>
/// <param name="Parameters">What is left out has the default of SPEC §8.</param>
/// <param name="Holidays">Days without business besides Saturdays and Sundays.</param>
public sealed record AdoptLegalProfileRequest(DateOnly? ValidFrom, ProfileParameters? Parameters, IReadOnlyList<DateOnly>? Holidays);

public static class AdoptLegalProfile
{
    public static async Task<Results<Created<LegalProfileView>, ProblemHttpResult>> Handle(
        AdoptLegalProfileRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce inForce, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var validFrom = fields.Value("validFrom", request.ValidFrom);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);

        await using var work = await db.BeginAsync(RuleLock.LegalProfiles, cancellationToken);
        var predecessor = await db.LegalProfiles
            .SingleOrDefaultAsync(row => row.ValidFrom <= validFrom && (row.ValidTo == null || row.ValidTo > validFrom), cancellationToken);
        var successor = await db.LegalProfiles.Where(row => row.ValidFrom > validFrom).MinAsync(row => (DateOnly?)row.ValidFrom, cancellationToken);
        var parameters = request.Parameters ?? new ProfileParameters();
        var adopted = LegalProfile.Adopt(
            validFrom, parameters, request.Holidays ?? [], predecessor, successor,
            isFirst: !await db.LegalProfiles.AnyAsync(cancellationToken), await inForce.TodayAsync(cancellationToken), db.Now);
        if (adopted.IsRefused)
            return http.Problem(adopted);
        if (!await AreGuarantorsAsync(db, parameters, cancellationToken))
            return http.Problem(Refusal.Rule("guarantor_unknown", "/parameters/guarantors"));

        var profile = adopted.Value;
        db.Add(profile);
        db.Record(profile.AdoptedFact());
        db.Audit(http.RequireAccount().AccountId, "legal_profile_adopted", "legal_profile", profile.Id, after: LegalProfileView.Of(profile));
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(profile.Version);
        return TypedResults.Created($"/api/participants/v1/legal-profiles/{profile.Id}", LegalProfileView.Of(profile));
    }

    private static async Task<bool> AreGuarantorsAsync(ParticipantsDb db, ProfileParameters parameters, CancellationToken cancellationToken)
    {
        var ids = parameters.Guarantors.Select(guarantor => guarantor.OrganisationId).Distinct().ToList();
        return ids.Count == parameters.Guarantors.Count
            && await db.Organisations.CountAsync(row => ids.Contains(row.Id) && row.Kind == OrganisationKind.Guarantor, cancellationToken) == ids.Count;
    }
}
