using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.Participants.Http;
using OpenGov.Participants.Instances;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.LegalProfiles;

/// <param name="ValidFrom">Today or later in the state's calendar.</param>
/// <param name="Parameters">What is left out has the default of SPEC §8.</param>
/// <param name="Holidays">Days without business besides Saturdays and Sundays.</param>
/// <param name="Reason">Why; public. Not needed to compare.</param>
/// <param name="Replaces">The version with which the person compared this one: refused where another is in force on that day by now.</param>
public sealed record AdoptLegalProfileRequest(DateOnly? ValidFrom, ProfileParameters? Parameters, IReadOnlyList<DateOnly>? Holidays, string? Reason = null, Guid? Replaces = null);

public static class AdoptLegalProfile
{
    public static async Task<Results<Created<LegalProfileView>, ProblemHttpResult>> Handle(
        AdoptLegalProfileRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce inForce, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        fields.Value("validFrom", request.ValidFrom);
        var reason = fields.Text("reason", request.Reason, 5, 2000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);

        await using var work = await db.BeginAsync(RuleLock.LegalProfiles, cancellationToken);
        var by = http.RequireAccount().AccountId;
        var draft = await LegalProfileDraft.MakeAsync(request, new Adoption(by, reason), db, inForce, cancellationToken);
        if (draft.IsRefused)
            return http.Problem(draft);

        var profile = draft.Value.Profile;
        var view = LegalProfileView.Of(profile, await inForce.TodayAsync(cancellationToken));
        db.Add(profile);
        db.Record(profile.AdoptedFact());
        db.Audit(by, "legal_profile_adopted", "legal_profile", profile.Id, after: view, reason: reason);
        await db.SaveChangesAsync(cancellationToken);
        await LanguagesInForce.ApplyAsync(db, inForce, by, cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(profile.Version);
        return TypedResults.Created($"/api/participants/v1/legal-profiles/{profile.Id}", view with { Version = profile.Version });
    }
}
