using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Minutes;

/// <param name="Correction">What the correction that made it says; null, with reason and office, where it was written from what happened.</param>
/// <param name="Office">Of who made the correction.</param>
/// <param name="Url">Path of the document whose SHA-256 the hash is.</param>
public sealed record MinutesVersionView(int Number, string Hash, DateTimeOffset WrittenAt, int? AgendaItem, string? Correction, string? Reason, MinutesOffice? Office, string Url);

/// <summary>What a session did after it had approved its own minutes: the vote itself, and its close.</summary>
/// <param name="Approval">The motion that approved them, with its rounds.</param>
public sealed record MinutesClosing(DateTimeOffset ClosedAt, MotionView Approval);

/// <param name="Closing">Only where a session approved its own minutes; null elsewhere.</param>
/// <param name="ResolutionNumber">Of the resolution that approved the last version.</param>
/// <param name="Versions">The first one first.</param>
/// <param name="Content">Of the last version.</param>
public sealed record MinutesView(
    Guid Id, int Version, Guid SecretariatId, Guid SessionId, MinutesState State, Guid? ResolutionId, int? ResolutionNumber, DateTimeOffset? ApprovedAt, IReadOnlyList<MinutesVersionView> Versions, MinutesContent Content,
    MinutesClosing? Closing);

/// <param name="LastVersion">Number of the last version.</param>
/// <param name="Hash">Of the last version: what a motion names to have it approved.</param>
public sealed record MinutesLine(
    Guid Id, Guid SessionId, SecretariatSessionKind SessionKind, int SessionNumber, DateTimeOffset StartsAt, MinutesState State, int LastVersion, string Hash, Guid? ResolutionId, DateTimeOffset? ApprovedAt,
    SecretariatSessionState SessionState);

public static class ReadMinutes
{
    public static async Task<Results<Ok<MinutesView>, StatusCodeHttpResult, ProblemHttpResult>> One(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        var minutes = await db.SessionMinutes.AsNoTracking().Include(row => row.Versions).SingleOrDefaultAsync(row => row.SessionId == id, cancellationToken);
        if (minutes is null)
            return http.Problem(Refusal.NotFound());
        return http.IsNotModified(ETags.Of(minutes.Version)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(await ViewAsync(db, minutes, await ClosingAsync(db, desk, minutes, cancellationToken), cancellationToken));
    }

    /// <summary>From the session, which nothing changes any more.</summary>
    private static async Task<MinutesClosing?> ClosingAsync(ParticipantsDb db, SecretariatDesk desk, SessionMinutes minutes, CancellationToken cancellationToken)
    {
        if (minutes.State != MinutesState.Approved || await desk.ReadSessionAsync(minutes.SessionId, cancellationToken) is not { Session: { ClosedAt: { } closed, OwnMinutesApproved: { } approval } } hand)
            return null;
        var session = await SessionViews.ViewAsync(db, hand, cancellationToken);
        return new MinutesClosing(closed, session.Motions.Single(row => row.Id == approval.Id));
    }

    /// <summary>The document as it was hashed, to the byte.</summary>
    public static async Task<Results<ContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> Version(Guid id, int number, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var version = await db.SessionMinutes.Where(row => row.SessionId == id).SelectMany(row => row.Versions).AsNoTracking().SingleOrDefaultAsync(row => row.Number == number, cancellationToken);
        if (version is null)
            return http.Problem(Refusal.NotFound());
        return http.IsNotModified(ETags.Of(version.Hash)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Text(version.Content, "application/json", System.Text.Encoding.UTF8);
    }

    /// <param name="state">DRAFT or APPROVED: only these.</param>
    public static async Task<Results<Ok<Page<MinutesLine>>, ProblemHttpResult>> Of(
        Guid id, string? state, string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var rows = db.SessionMinutes.AsNoTracking().Where(row => row.SecretariatId == id);
        if (state is not null)
        {
            if (!EnumCodes.TryParse<MinutesState>(state, out var only))
                return http.Problem(Refusal.Invalid("state", "field_invalid"));
            rows = rows.Where(row => row.State == only);
        }

        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 1) is not [var last] || !Guid.TryParse(last, out var after))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            rows = rows.Where(row => row.Id.CompareTo(after) < 0);
        }

        if (!await db.Secretariats.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var found = await rows.OrderByDescending(row => row.Id).Take(size.Value + 1)
            .Join(db.SecretariatSessions, minutes => minutes.SessionId, session => session.Id, (minutes, session) => new { Minutes = minutes, Session = session })
            .OrderByDescending(row => row.Minutes.Id)
            .Select(row => new
            {
                row.Minutes.Id,
                row.Minutes.SessionId,
                row.Session.Kind,
                row.Session.Number,
                row.Session.StartsAt,
                row.Minutes.State,
                Last = row.Minutes.Versions.OrderByDescending(version => version.Number).Select(version => new { version.Number, version.Hash }).First(),
                row.Minutes.ResolutionId,
                row.Minutes.ApprovedAt,
                SessionState = row.Session.State,
            }).ToListAsync(cancellationToken);
        var next = found.Count > size.Value ? Cursor.Encode(found[size.Value - 1].Id.ToString("D", CultureInfo.InvariantCulture)) : null;
        return TypedResults.Ok(new Page<MinutesLine>(
            [.. found.Take(size.Value).Select(row => new MinutesLine(row.Id, row.SessionId, row.Kind, row.Number, row.StartsAt, row.State, row.Last.Number, row.Last.Hash, row.ResolutionId, row.ApprovedAt, row.SessionState))], next));
    }

    internal static async Task<MinutesView> ViewAsync(ParticipantsDb db, SessionMinutes minutes, MinutesClosing? closing, CancellationToken cancellationToken) => new(
        minutes.Id, minutes.Version, minutes.SecretariatId, minutes.SessionId, minutes.State, minutes.ResolutionId,
        minutes.ResolutionId is { } resolution ? await db.Resolutions.Where(row => row.Id == resolution).Select(row => row.Number).SingleAsync(cancellationToken) : null, minutes.ApprovedAt,
        [.. minutes.Versions.OrderBy(row => row.Number).Select(row => new MinutesVersionView(
            row.Number, row.Hash, row.WrittenAt, row.AgendaItem, row.Correction, row.Reason, row.Office,
            string.Create(CultureInfo.InvariantCulture, $"/api/participants/v1/secretariat-sessions/{minutes.SessionId}/minutes/versions/{row.Number}")))],
        minutes.Last.Read(),
        closing);
}
