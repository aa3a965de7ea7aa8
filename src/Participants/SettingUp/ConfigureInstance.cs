using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Instances;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.SettingUp;

public static class ConfigureInstance
{
    /// <summary>State, guarantor, address and look at once, with the first legal profile (the defaults of SPEC §8) and the first privacy notice. Once; later PUT /instance.</summary>
    public static async Task<Results<Ok<InstanceView>, ProblemHttpResult>> Handle(
        InstanceRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.InstanceSettings, cancellationToken);
        if (await db.Instances.AnyAsync(cancellationToken))
            return http.Problem(Refusal.Conflict("instance_already_configured"));

        var guarantor = Organisation.Register(Instance.GuarantorOf(request), SectorRules.Default, db.Now);
        var configured = Instance.Configure(request, guarantor.IsRefused ? Guid.Empty : guarantor.Value.Id, db.Now);
        if (guarantor.IsRefused || configured.IsRefused)
            return http.Problem([.. configured.Refusals, .. Instance.InGuarantor(guarantor.Refusals)]);
        if (await db.Organisations.AnyAsync(row => row.NameKey == guarantor.Value.NameKey, cancellationToken))
            return http.Problem(new Refusal("organisation_name_taken", StatusCodes.Status409Conflict, "/guarantor/name"));

        var (instance, account) = (configured.Value, http.RequireAccount().AccountId);
        db.Add(guarantor.Value);
        db.Record(guarantor.Value.RegisteredFact());
        db.Audit(account, "organisation_registered", "organisation", guarantor.Value.Id, after: guarantor.Value.Details());
        db.Add(instance);
        db.Record(instance.ConfiguredFact(guarantor.Value));
        db.Audit(account, "instance_configured", "instance", instance.Id, after: AuditedSettings.Of(instance));
        if (!await db.LegalProfiles.AnyAsync(cancellationToken))
        {
            var profile = LegalProfile.First(instance.State.Today(db.Now), db.Now);
            db.Add(profile);
            db.Record(profile.AdoptedFact());
            db.Audit(account, "legal_profile_adopted", "legal_profile", profile.Id, after: new { profile.ValidFrom, profile.Parameters, profile.Holidays });
        }

        await DefaultNotice.EnsureAsync(db, instance, guarantor.Value.Name, account, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(instance.Version);
        return TypedResults.Ok(ReadInstance.View(instance, guarantor.Value, hasLogo: false));
    }
}
