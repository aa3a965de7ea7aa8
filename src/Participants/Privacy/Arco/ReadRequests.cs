using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Privacy.Access;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Arco;

/// <summary>A line of the staff's list: no text that the person wrote.</summary>
public sealed record ArcoLine(Guid Id, string Folio, ArcoRight Right, ArcoState State, DateOnly ReceivedOn, DateOnly? Due, int? DaysLeft, ArcoUrgency? Urgency);

/// <param name="Open">At most a thousand.</param>
/// <param name="Soon">Due within the days of the legal profile, today among them.</param>
/// <param name="More">There are more than were counted.</param>
public sealed record ArcoFigures(int Open, int Overdue, int Soon, bool More);

public static class ReadRequests
{
    /// <summary>Beyond it a number says nothing more: no desk has so many open requests.</summary>
    private const int CountAtMost = 1000;

    /// <summary>The newest first; of the open ones, what is due soonest.</summary>
    /// <param name="open">True: only those in which something is due.</param>
    public static async Task<Results<Ok<Page<ArcoLine>>, ProblemHttpResult>> List(
        bool? open, string? cursor, int? limit, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var keys = cursor is null ? null : Cursor.Decode(cursor, 2);
        var ordered = open == true ? DueFirst(db, keys) : NewestFirst(db, keys);
        if (ordered is null || (cursor is not null && keys is null))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));

        var found = await ordered.AsNoTracking().Take(size.Value + 1).ToListAsync(cancellationToken);
        var clock = await desk.ClockAsync(cancellationToken);
        var lines = found.Take(size.Value).Select(row => ArcoView.Of(row, clock))
            .Select(view => new ArcoLine(view.Id, view.Folio, view.Right, view.State, view.ReceivedOn, view.Due, view.DaysLeft, view.Urgency)).ToList();
        var last = found.Count > size.Value ? found[size.Value - 1] : null;
        return TypedResults.Ok(new Page<ArcoLine>(lines, last switch
        {
            null => null,
            _ when open == true => Cursor.Encode(last.Due!.Value.ToString("O", CultureInfo.InvariantCulture), last.Id.ToString()),
            _ => Cursor.Encode(last.Year.ToString(CultureInfo.InvariantCulture), last.Number.ToString(CultureInfo.InvariantCulture)),
        }));
    }

    /// <summary>How many are open, overdue and nearly due.</summary>
    public static async Task<Ok<ArcoFigures>> Figures(ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        var clock = await desk.ClockAsync(cancellationToken);
        var soon = clock.In(clock.WarnDays);
        var due = await db.ArcoRequests.Where(row => row.ClosedOn == null).OrderBy(row => EF.Property<DateOnly?>(row, ArcoRequest.DueColumn)).ThenBy(row => row.Id)
            .Select(row => EF.Property<DateOnly?>(row, ArcoRequest.DueColumn)).Take(CountAtMost + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(new ArcoFigures(
            Math.Min(due.Count, CountAtMost), due.Count(day => day < clock.Today), due.Count(day => day >= clock.Today && day <= soon), due.Count > CountAtMost));
    }

    private static IQueryable<ArcoRequest>? NewestFirst(ParticipantsDb db, string[]? before)
    {
        var (year, number) = (int.MaxValue, int.MaxValue);
        if (before is not null && !(int.TryParse(before[0], CultureInfo.InvariantCulture, out year) && int.TryParse(before[1], CultureInfo.InvariantCulture, out number)))
            return null;
        return db.ArcoRequests.Where(row => row.Year < year || (row.Year == year && row.Number < number)).OrderByDescending(row => row.Year).ThenByDescending(row => row.Number);
    }

    private static IQueryable<ArcoRequest>? DueFirst(ParticipantsDb db, string[]? after)
    {
        var rows = db.ArcoRequests.Where(row => row.ClosedOn == null);
        if (after is not null)
        {
            if (!DateOnly.TryParseExact(after[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || !Guid.TryParse(after[1], out var id))
                return null;
            rows = rows.Where(row => EF.Property<DateOnly?>(row, ArcoRequest.DueColumn) > day || (EF.Property<DateOnly?>(row, ArcoRequest.DueColumn) == day && row.Id > id));
        }

        return rows.OrderBy(row => EF.Property<DateOnly?>(row, ArcoRequest.DueColumn)).ThenBy(row => row.Id);
    }

    public static async Task<Results<Ok<ArcoView>, ProblemHttpResult>> One(
        Guid id, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        var row = await db.ArcoRequests.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.ArcoRequest, row.Id, row.PersonId);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Ok(await desk.ViewAsync(row, cancellationToken));
    }

    public static async Task<Ok<Page<ArcoView>>> Own(HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var rows = await db.ArcoRequests.AsNoTracking().Where(row => row.PersonId == account)
            .OrderByDescending(row => row.ReceivedAt).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        var clock = await desk.ClockAsync(cancellationToken);
        return TypedResults.Ok(new Page<ArcoView>(rows.ConvertAll(row => ArcoView.Of(row, clock)), Next: null));
    }

    public static async Task<Results<Ok<ArcoView>, ProblemHttpResult>> OwnOne(
        Guid id, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var row = await db.ArcoRequests.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id && one.PersonId == account, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Ok(await desk.ViewAsync(row, cancellationToken));
    }
}
