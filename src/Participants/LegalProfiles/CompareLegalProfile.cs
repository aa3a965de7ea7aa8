using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.LegalProfiles;

/// <param name="Replaces">The version in force on the day on which the new one begins; to be sent back with the adoption.</param>
/// <param name="ValidTo">Day on which a version that is adopted already takes over; null where none is.</param>
public sealed record LegalProfileComparison(
    Guid? Replaces,
    DateOnly ValidFrom,
    DateOnly? ValidTo,
    IReadOnlyList<ProfileChange> Changes,
    IReadOnlyList<DateOnly> HolidaysAdded,
    IReadOnlyList<DateOnly> HolidaysRemoved,
    IReadOnlyList<ProfileWarning> Warnings);

/// <summary>What a person sees before confirming: the same checks as the adoption, and nothing stored.</summary>
public static class CompareLegalProfile
{
    public static async Task<Results<Ok<LegalProfileComparison>, ProblemHttpResult>> Handle(
        AdoptLegalProfileRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce inForce, CancellationToken cancellationToken)
    {
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var draft = await LegalProfileDraft.MakeAsync(request, null, db, inForce, cancellationToken);
        if (draft.IsRefused)
            return http.Problem(draft);
        var (profile, predecessor) = draft.Value;
        var (before, days) = (predecessor?.Parameters ?? new ProfileParameters(), predecessor?.Holidays ?? []);
        return TypedResults.Ok(new LegalProfileComparison(
            predecessor?.Id, profile.ValidFrom, profile.ValidTo, ProfileComparison.Between(before, profile.Parameters),
            [.. profile.Holidays.Except(days).Order()], [.. days.Except(profile.Holidays).Order()], ProfileWarnings.Of(profile, await inForce.TodayAsync(cancellationToken))));
    }
}
