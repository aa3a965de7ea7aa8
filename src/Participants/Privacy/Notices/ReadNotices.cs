using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Privacy.Notices;

/// <param name="Id">What a registration sends back as <c>privacyNoticeId</c>.</param>
/// <param name="Language">Of <paramref name="Text"/>: the reader's, or <c>es</c> where the notice is not translated.</param>
public sealed record PrivacyNoticeView(
    Guid Id, int Number, DateTimeOffset InForceFrom, DateTimeOffset PublishedAt, string Language, NoticeText Text, IReadOnlyList<string> Languages)
{
    /// <param name="asked">Null: the request's language.</param>
    public static PrivacyNoticeView Of(PrivacyNotice notice, string? asked = null)
    {
        var (language, text) = notice.In(asked ?? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName);
        return new(notice.Id, notice.Number, notice.InForceFrom, notice.PublishedAt, language, text, [.. notice.Texts.Keys.Order(StringComparer.Ordinal)]);
    }
}

/// <summary>A version in a list, without its text.</summary>
public sealed record NoticeVersion(Guid Id, int Number, DateTimeOffset InForceFrom, DateTimeOffset PublishedAt);

public static class ReadNotices
{
    /// <param name="language">es, en …; the request's where it is missing. Spanish where the notice is not translated.</param>
    public static async Task<Results<Ok<PrivacyNoticeView>, StatusCodeHttpResult, ProblemHttpResult>> Current(
        string? language, HttpContext http, NoticeInForce inForce, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return Answer(http, await inForce.GetAsync(cancellationToken), language);
    }

    public static async Task<Results<Ok<PrivacyNoticeView>, StatusCodeHttpResult, ProblemHttpResult>> One(
        Guid id, string? language, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken) =>
        Answer(http, await db.PrivacyNotices.AsNoTracking().SingleOrDefaultAsync(notice => notice.Id == id, cancellationToken), language);

    /// <summary>All versions, the latest first; also those that are not in force yet: a change is announced.</summary>
    public static async Task<Results<Ok<Page<NoticeVersion>>, ProblemHttpResult>> List(
        string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var before = int.MaxValue;
        if (cursor is not null && !(Cursor.Decode(cursor, 1) is [var key] && int.TryParse(key, CultureInfo.InvariantCulture, out before)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        var rows = await db.PrivacyNotices.AsNoTracking().Where(notice => notice.Number < before).OrderByDescending(notice => notice.Number).Take(size.Value + 1)
            .Select(notice => new NoticeVersion(notice.Id, notice.Number, notice.InForceFrom, notice.PublishedAt)).ToListAsync(cancellationToken);
        var next = rows.Count > size.Value ? Cursor.Encode(rows[size.Value - 1].Number.ToString(CultureInfo.InvariantCulture)) : null;
        return TypedResults.Ok(new Page<NoticeVersion>([.. rows.Take(size.Value)], next));
    }

    private static Results<Ok<PrivacyNoticeView>, StatusCodeHttpResult, ProblemHttpResult> Answer(HttpContext http, PrivacyNotice? notice, string? language)
    {
        if (notice is null)
            return http.Problem(Refusal.NotFound());
        var view = PrivacyNoticeView.Of(notice, language);
        http.Response.Headers.Vary = "Accept-Language";
        return http.IsNotModified(ETags.Of($"{notice.Id:N}-{view.Language}"))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(view);
    }
}
