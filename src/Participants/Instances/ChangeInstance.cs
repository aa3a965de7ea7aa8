using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Organisations;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Instances;

public static class ChangeInstance
{
    public static async Task<Results<Ok<InstanceView>, ProblemHttpResult>> Handle(
        InstanceRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.InstanceSettings, cancellationToken);
        var instance = await db.Instances.SingleOrDefaultAsync(cancellationToken);
        if (instance is null)
            return http.Problem(Refusal.Conflict("instance_not_configured"));
        if (http.RequireMatch(instance.Version) is { IsRefused: true } unmatched)
            return http.Problem(unmatched);
        var guarantor = await db.Organisations.SingleAsync(row => row.Id == instance.GuarantorId, cancellationToken);
        var (before, guarantorBefore) = (AuditedSettings.Of(instance), guarantor.Details());

        var changed = instance.Change(request);
        var guarantorChanged = guarantor.Change(Instance.GuarantorOf(request, guarantor), SectorRules.Default);
        if (changed.IsRefused || guarantorChanged.IsRefused)
            return http.Problem([.. changed.Refusals, .. Instance.InGuarantor(guarantorChanged.Refusals)]);
        if (await db.Organisations.AnyAsync(row => row.NameKey == guarantor.NameKey && row.Id != guarantor.Id, cancellationToken))
            return http.Problem(new Refusal("organisation_name_taken", StatusCodes.Status409Conflict, "/guarantor/name"));

        // What the legal profile names with a date is changed there.
        if (await LanguagesInForce.NamedAsync(rules, cancellationToken) is { } named && !named.SequenceEqual(instance.Languages, StringComparer.Ordinal))
            return http.Problem(Refusal.Rule("languages_in_legal_profile", "languages"));

        var account = http.RequireAccount().AccountId;
        if (guarantor.Details() != guarantorBefore)
        {
            db.Record(guarantor.ChangedFact());
            db.KeepFormerName(guarantor, guarantorBefore.Name, guarantorBefore.Acronym);
            db.Audit(account, "organisation_changed", "organisation", guarantor.Id, guarantorBefore, guarantor.Details());
        }

        db.Record(instance.ConfiguredFact(guarantor));
        db.Audit(account, "instance_changed", "instance", instance.Id, before, AuditedSettings.Of(instance));
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(instance.Version);
        return TypedResults.Ok(ReadInstance.View(instance, guarantor, await db.Logos.AnyAsync(cancellationToken)));
    }
}

/// <summary>The settings as the audit trail keeps them: all public.</summary>
internal sealed record AuditedSettings(
    string CveEnt, string Name, string PublicAddress, string PrimaryColour, string AccentColour, IReadOnlyList<string> Languages, bool ExampleData)
{
    public static AuditedSettings Of(Instance instance) => new(
        instance.CveEnt, instance.Name, instance.Address, instance.PrimaryColour, instance.AccentColour, instance.Languages, instance.ExampleData);
}
