using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Privacy.Access;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Arco;

/// <summary>A line of the staff's list: no text that the person wrote.</summary>
public sealed record ArcoLine(Guid Id, string Folio, ArcoRight Right, ArcoState State, DateOnly ReceivedOn, DateOnly? Due, int? DaysLeft, ArcoUrgency? Urgency);

public static class ReadRequests
{
    /// <summary>The newest first.</summary>
    /// <param name="open">True: only those in which something is due.</param>
    public static async Task<Results<Ok<Page<ArcoLine>>, ProblemHttpResult>> List(
        bool? open, string? cursor, int? limit, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var (year, number) = (int.MaxValue, int.MaxValue);
        if (cursor is not null
            && !(Cursor.Decode(cursor, 2) is [var one, var other] && int.TryParse(one, CultureInfo.InvariantCulture, out year) && int.TryParse(other, CultureInfo.InvariantCulture, out number)))
        {
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        }

        var rows = db.ArcoRequests.AsNoTracking().Where(row => row.Year < year || (row.Year == year && row.Number < number));
        if (open == true)
            rows = rows.Where(row => row.ClosedOn == null);
        var found = await rows.OrderByDescending(row => row.Year).ThenByDescending(row => row.Number).Take(size.Value + 1).ToListAsync(cancellationToken);
        var clock = await desk.ClockAsync(cancellationToken);
        var lines = found.Take(size.Value).Select(row => ArcoView.Of(row, clock))
            .Select(view => new ArcoLine(view.Id, view.Folio, view.Right, view.State, view.ReceivedOn, view.Due, view.DaysLeft, view.Urgency)).ToList();
        var next = found.Count > size.Value
            ? Cursor.Encode(found[size.Value - 1].Year.ToString(CultureInfo.InvariantCulture), found[size.Value - 1].Number.ToString(CultureInfo.InvariantCulture))
            : null;
        return TypedResults.Ok(new Page<ArcoLine>(lines, next));
    }

    public static async Task<Results<Ok<ArcoView>, ProblemHttpResult>> One(
        Guid id, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        var row = await db.ArcoRequests.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        if (row.PersonId is { } person)
        {
            db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.ArcoRequest, person);
            await db.SaveChangesAsync(cancellationToken);
        }

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
