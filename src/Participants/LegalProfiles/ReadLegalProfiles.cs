using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.LegalProfiles;

/// <param name="ValidTo">First day on which it is no longer in force; null for the last.</param>
/// <param name="Reason">Why it was adopted; null for the first.</param>
/// <param name="Warnings">What is allowed, but should be looked at (SPEC §4.2); as of today.</param>
/// <param name="WithdrawnAt">It was withdrawn before its first day; only to be read by its id.</param>
public sealed record LegalProfileView(
    Guid Id, int Version, DateOnly ValidFrom, DateOnly? ValidTo, ProfileParameters Parameters, IReadOnlyList<DateOnly> Holidays, DateTimeOffset AdoptedAt, string? Reason,
    IReadOnlyList<ProfileWarning> Warnings, DateTimeOffset? WithdrawnAt, string? WithdrawalReason)
{
    public static LegalProfileView Of(LegalProfile profile, DateOnly today) => new(
        profile.Id, profile.Version, profile.ValidFrom, profile.ValidTo, profile.Parameters, profile.Holidays, profile.AdoptedAt, profile.Reason, ProfileWarnings.Of(profile, today),
        profile.WithdrawnAt, profile.WithdrawalReason);
}

public static class ReadLegalProfiles
{
    private const string DateForm = "yyyy-MM-dd";

    /// <param name="on">yyyy-MM-dd; today in the state's calendar where it is missing.</param>
    public static async Task<Results<Ok<LegalProfileView>, StatusCodeHttpResult, ProblemHttpResult>> InForce(
        string? on, HttpContext http, LegalProfileInForce inForce, CancellationToken cancellationToken)
    {
        var today = await inForce.TodayAsync(cancellationToken);
        var day = today;
        if (!string.IsNullOrEmpty(on) && !DateOnly.TryParseExact(on, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
            return http.Problem(Refusal.Invalid("on", "date_invalid"));
        return Answer(http, await inForce.OnAsync(day, cancellationToken), today);
    }

    public static async Task<Results<Ok<LegalProfileView>, StatusCodeHttpResult, ProblemHttpResult>> One(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce inForce, CancellationToken cancellationToken) =>
        Answer(http, await db.LegalProfiles.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken), await inForce.TodayAsync(cancellationToken));

    /// <summary>All versions, the latest first.</summary>
    public static async Task<Results<Ok<Page<LegalProfileView>>, ProblemHttpResult>> List(
        string? cursor, int? limit, HttpContext http, ParticipantsDb db, LegalProfileInForce inForce, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var before = DateOnly.MaxValue;
        if (cursor is not null
            && !(Cursor.Decode(cursor, 1) is [var key] && DateOnly.TryParseExact(key, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out before)))
        {
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        }

        var rows = await db.LegalProfiles.AsNoTracking().Where(row => row.ValidFrom < before)
            .OrderByDescending(row => row.ValidFrom).Take(size.Value + 1).ToListAsync(cancellationToken);
        var next = rows.Count > size.Value ? Cursor.Encode(rows[size.Value - 1].ValidFrom.ToString(DateForm, CultureInfo.InvariantCulture)) : null;
        var today = await inForce.TodayAsync(cancellationToken);
        return TypedResults.Ok(new Page<LegalProfileView>([.. rows.Take(size.Value).Select(row => LegalProfileView.Of(row, today))], next));
    }

    /// <summary>What a person may start a year's calendar from: the rest days of Ley Federal del Trabajo art. 74.</summary>
    public static Results<Ok<Page<DateOnly>>, ProblemHttpResult> ProposedRestDays(int year, HttpContext http) =>
        year is >= 2006 and <= 2100
            ? TypedResults.Ok(new Page<DateOnly>(RestDays.Of(year), Next: null))
            // The movable Mondays exist since 2006 (DOF 17 January 2006).
            : http.Problem(Refusal.Invalid("year", "number_out_of_range", 2006, 2100));

    private static Results<Ok<LegalProfileView>, StatusCodeHttpResult, ProblemHttpResult> Answer(HttpContext http, LegalProfile? profile, DateOnly today)
    {
        if (profile is null)
            return http.Problem(Refusal.NotFound());
        // The same profile under another address or day: the id belongs to the validator. Another version ends it without a version of its own, and warnings are of today.
        return http.IsNotModified(ETags.Of(FormattableString.Invariant($"{profile.Id:N}-{profile.Version}-{profile.ValidTo:yyyyMMdd}-{today:yyyyMMdd}")))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(LegalProfileView.Of(profile, today));
    }
}
