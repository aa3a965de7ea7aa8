using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.LegalProfiles;

/// <summary>A version as it would be adopted now, checked by the same rules, and the one whose place it takes.</summary>
/// <param name="Predecessor">In force on the day on which the version begins; null where there is none.</param>
internal sealed record LegalProfileDraft(LegalProfile Profile, LegalProfile? Predecessor)
{
    /// <summary>To be called under <see cref="RuleLock.LegalProfiles"/> where the version is to be stored.</summary>
    public static async Task<Result<LegalProfileDraft>> MakeAsync(
        AdoptLegalProfileRequest request, Adoption? adoption, ParticipantsDb db, LegalProfileInForce inForce, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var validFrom = fields.Value("validFrom", request.ValidFrom);
        if (fields.AreRefused)
            return Result<LegalProfileDraft>.From(fields.Refusals);
        var predecessor = await db.LegalProfiles
            .SingleOrDefaultAsync(row => row.ValidFrom <= validFrom && (row.ValidTo == null || row.ValidTo > validFrom), cancellationToken);
        var successor = await db.LegalProfiles.Where(row => row.ValidFrom > validFrom).MinAsync(row => (DateOnly?)row.ValidFrom, cancellationToken);
        var parameters = request.Parameters ?? new ProfileParameters();
        var drafted = LegalProfile.Adopt(
            validFrom, parameters, request.Holidays ?? [], predecessor, successor,
            isFirst: !await db.LegalProfiles.AnyAsync(cancellationToken), await inForce.TodayAsync(cancellationToken), db.Now, adoption);
        if (drafted.IsRefused)
            return Result<LegalProfileDraft>.From(drafted.Refusals);
        if (request.Replaces is { } compared && compared != predecessor?.Id)
            return Refusal.Conflict("legal_profile_changed");
        return await AreGuarantorsAsync(db, parameters, cancellationToken)
            ? new LegalProfileDraft(drafted.Value, predecessor)
            : Refusal.Rule("guarantor_unknown", "/parameters/guarantors");
    }

    private static async Task<bool> AreGuarantorsAsync(ParticipantsDb db, ProfileParameters parameters, CancellationToken cancellationToken)
    {
        var ids = parameters.Guarantors.Select(guarantor => guarantor.OrganisationId).Distinct().ToList();
        return ids.Count == parameters.Guarantors.Count
            && await db.Organisations.CountAsync(row => ids.Contains(row.Id) && row.Kind == OrganisationKind.Guarantor, cancellationToken) == ids.Count;
    }
}
