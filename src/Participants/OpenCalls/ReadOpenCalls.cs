using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.OpenCalls;

internal static class ReadOpenCalls
{
    /// <summary>Published calls, the latest first.</summary>
    /// <param name="state">ANNOUNCED, OPEN, CLOSED, RESOLVED or CANCELLED.</param>
    public static async Task<Results<Ok<Page<CallLine>>, ProblemHttpResult>> List(
        string? state, string? cursor, int? limit, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var before = int.MaxValue;
        if (cursor is not null && !(Cursor.Decode(cursor, 1) is [var key] && int.TryParse(key, CultureInfo.InvariantCulture, out before)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        var today = await rules.TodayAsync(cancellationToken);
        var calls = db.OpenCalls.IgnoreAutoIncludes().AsNoTracking().Where(call => call.Number < before);
        if (!string.IsNullOrEmpty(state))
        {
            if (!EnumCodes.TryParse<CallState>(state, out var asked) || asked == CallState.Draft)
                return http.Problem(Refusal.Invalid("state", "field_invalid"));
            calls = asked switch
            {
                CallState.Cancelled => calls.Where(call => call.CancelledAt != null),
                CallState.Resolved => calls.Where(call => call.ResolvedAt != null),
                CallState.Announced => calls.Where(call => call.CancelledAt == null && call.ResolvedAt == null && call.OpensOn > today),
                CallState.Open => calls.Where(call => call.CancelledAt == null && call.ResolvedAt == null && call.OpensOn <= today && call.ClosesOn >= today),
                _ => calls.Where(call => call.CancelledAt == null && call.ResolvedAt == null && call.ClosesOn < today),
            };
        }

        var rows = await calls.OrderByDescending(call => call.Number).Take(size.Value + 1).ToListAsync(cancellationToken);
        var next = rows.Count > size.Value ? Cursor.Encode(rows[size.Value - 1].Number!.Value.ToString(CultureInfo.InvariantCulture)) : null;
        return TypedResults.Ok(new Page<CallLine>([.. rows.Take(size.Value).Select(call => CallLine.Of(call, today))], next));
    }

    public static async Task<Results<Ok<CallView>, ProblemHttpResult>> One(
        int number, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CallReader reader, CancellationToken cancellationToken)
    {
        var call = await db.OpenCalls.AsNoTracking().SingleOrDefaultAsync(row => row.Number == number, cancellationToken);
        return call is null ? http.Problem(Refusal.NotFound()) : TypedResults.Ok(await reader.ViewAsync(call, await rules.TodayAsync(cancellationToken), cancellationToken));
    }

    /// <summary>Drafts too, the latest first.</summary>
    public static async Task<Results<Ok<Page<CallLine>>, ProblemHttpResult>> Desk(
        string? cursor, int? limit, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        Guid? before = null;
        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 1) is not [var key] || !Guid.TryParse(key, out var id))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            before = id;
        }

        var today = await rules.TodayAsync(cancellationToken);
        var rows = await db.OpenCalls.IgnoreAutoIncludes().AsNoTracking().Where(call => before == null || call.Id < before).OrderByDescending(call => call.Id).Take(size.Value + 1).ToListAsync(cancellationToken);
        var next = rows.Count > size.Value ? Cursor.Encode(rows[size.Value - 1].Id.ToString()) : null;
        return TypedResults.Ok(new Page<CallLine>([.. rows.Take(size.Value).Select(call => CallLine.Of(call, today))], next));
    }

    public static async Task<Results<Ok<CallView>, ProblemHttpResult>> DeskOne(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CallReader reader, CancellationToken cancellationToken)
    {
        var call = await db.OpenCalls.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (call is null)
            return http.Problem(Refusal.NotFound());
        http.Response.GetTypedHeaders().ETag = ETags.Of(call.Version);
        return TypedResults.Ok(await reader.ViewAsync(call, await rules.TodayAsync(cancellationToken), cancellationToken));
    }
}
