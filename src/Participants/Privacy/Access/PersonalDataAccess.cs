using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Access;

/// <summary>On which occasion somebody of the staff saw personal data.</summary>
public enum AccessOccasion { AccountList, Account, ArcoRequest, Registration, PersonalDataExport }

/// <summary>Row of <c>personal_data_access</c>.</summary>
public sealed class PersonalDataAccess
{
    public Guid Id { get; init; }
    public DateTimeOffset At { get; init; }
    public Guid AccountId { get; init; }
    public Guid SubjectId { get; init; }
    public AccessOccasion What { get; init; }
}

/// <param name="By">Null in the answer to the person: they learn that staff looked, not who of them.</param>
public sealed record AccessView(Guid Id, DateTimeOffset At, Guid? By, string? ByName, Guid SubjectId, AccessOccasion What);

public static class AccessLog
{
    /// <summary>In the unit of work of the request that shows the data: what was shown was written down. One's own data are not logged.</summary>
    public static void LogAccess(this ParticipantsDb db, Guid by, AccessOccasion occasion, params IEnumerable<Guid> subjects)
    {
        foreach (var subject in subjects.Where(subject => subject != by))
            db.Add(new PersonalDataAccess { Id = Guid.CreateVersion7(), At = db.Now, AccountId = by, SubjectId = subject, What = occasion });
    }

    public static void MapAccessLog(this IEndpointRouteBuilder api)
    {
        api.MapGet("/my/personal-data-accesses", Own).WithTags("Personal data").RequireAuthorization().OpenToOwnAccount().WithSummary("When staff looked at my data, and on which occasion; the latest first.");
        api.MapGet("/personal-data-accesses", List).WithTags("Personal data").RequireStaff(StaffRole.Administrator).WithSummary("Who looked at whose data; the latest first.");
    }

    private static async Task<Results<Ok<Page<AccessView>>, ProblemHttpResult>> Own(
        string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        return await PageAsync(cursor, limit, http, db, account, cancellationToken);
    }

    /// <param name="subject">Only accesses to this person's data.</param>
    private static Task<Results<Ok<Page<AccessView>>, ProblemHttpResult>> List(
        Guid? subject, string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken) =>
        PageAsync(cursor, limit, http, db, subject, cancellationToken, withNames: true);

    private static async Task<Results<Ok<Page<AccessView>>, ProblemHttpResult>> PageAsync(
        string? cursor, int? limit, HttpContext http, ParticipantsDb db, Guid? subject, CancellationToken cancellationToken, bool withNames = false)
    {
        http.Response.Headers.CacheControl = "no-store";
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

        // Ids are UUID v7: their order is that of time.
        var rows = await (
            from access in db.PersonalDataAccesses.AsNoTracking()
            where (subject == null || access.SubjectId == subject) && (before == null || access.Id < before)
            orderby access.Id descending
            select new { Access = access, Name = db.Accounts.Where(account => account.Id == access.AccountId).Select(account => account.DisplayName).FirstOrDefault() })
            .Take(size.Value + 1).ToListAsync(cancellationToken);
        var next = rows.Count > size.Value ? Cursor.Encode(rows[size.Value - 1].Access.Id.ToString()) : null;
        return TypedResults.Ok(new Page<AccessView>(
            [.. rows.Take(size.Value).Select(row => new AccessView(
                row.Access.Id, row.Access.At, withNames ? row.Access.AccountId : null, withNames ? row.Name : null, row.Access.SubjectId, row.Access.What))],
            next));
    }
}
