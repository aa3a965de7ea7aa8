using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.LegalProfiles;

/// <param name="AdoptedBy">Name of who adopted it; null for the first, and where that person's data were erased.</param>
/// <param name="Changes">Against the version before it in time.</param>
/// <param name="WithdrawnBy">Name of who withdrew it before its first day.</param>
/// <param name="CanWithdraw">Its first day has not come.</param>
public sealed record AdoptedVersion(
    Guid Id, DateOnly ValidFrom, DateOnly? ValidTo, DateTimeOffset AdoptedAt, string? AdoptedBy, string? Reason, IReadOnlyList<ProfileChange> Changes, int HolidaysAdded, int HolidaysRemoved,
    DateTimeOffset? WithdrawnAt, string? WithdrawnBy, string? WithdrawalReason, bool CanWithdraw);

public static class ReadHistory
{
    /// <summary>All at once: a state changes its rules a few times a year.</summary>
    public static async Task<Ok<Page<AdoptedVersion>>> Handle(ParticipantsDb db, LegalProfileInForce inForce, CancellationToken cancellationToken)
    {
        var rows = await (
            from profile in db.LegalProfiles.IgnoreQueryFilters().AsNoTracking()
            join account in db.Accounts on profile.AdoptedBy equals (Guid?)account.Id into accounts
            from account in accounts.DefaultIfEmpty()
            join other in db.Accounts on profile.WithdrawnBy equals (Guid?)other.Id into others
            from other in others.DefaultIfEmpty()
            orderby profile.ValidFrom descending, profile.AdoptedAt descending
            select new { Profile = profile, Name = account == null || account.ErasedAt != null ? null : account.DisplayName, By = other == null || other.ErasedAt != null ? null : other.DisplayName })
            .Take(Cursor.MaxLimit + 1).ToListAsync(cancellationToken);
        var today = await inForce.TodayAsync(cancellationToken);
        var versions = rows.Take(Cursor.MaxLimit).Select((row, index) =>
        {
            var (profile, before) = (row.Profile, rows.Skip(index + 1).FirstOrDefault(one => one.Profile.WithdrawnAt is null)?.Profile);
            return new AdoptedVersion(
                profile.Id, profile.ValidFrom, profile.ValidTo, profile.AdoptedAt, row.Name, profile.Reason,
                before is null ? [] : ProfileComparison.Between(before.Parameters, profile.Parameters),
                before is null ? 0 : profile.Holidays.Except(before.Holidays).Count(), before is null ? 0 : before.Holidays.Except(profile.Holidays).Count(),
                profile.WithdrawnAt, row.By, profile.WithdrawalReason, profile.WithdrawnAt is null && profile.ValidFrom > today);
        });
        return TypedResults.Ok(new Page<AdoptedVersion>([.. versions], Next: null));
    }
}
