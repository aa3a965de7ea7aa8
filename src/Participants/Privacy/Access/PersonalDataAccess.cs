using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Access;

/// <summary>On which occasion somebody of the staff saw personal data.</summary>
public enum AccessOccasion { AccountList, Account, ArcoRequest, Registration, PersonalDataExport, ApplicationDocument }

/// <summary>Row of <c>personal_data_access</c>.</summary>
public sealed class PersonalDataAccess
{
    public Guid Id { get; init; }
    public DateTimeOffset At { get; init; }
    public Guid AccountId { get; init; }

    /// <summary>Null where the request that was read is linked to nobody.</summary>
    public Guid? SubjectId { get; init; }

    public AccessOccasion What { get; init; }

    /// <summary>The request over personal data that was read.</summary>
    public Guid? ArcoRequestId { get; init; }
}

/// <param name="By">Null in the answer to the person: they learn that staff looked, not who of them.</param>
/// <param name="SubjectId">Whose data; null where the request that was read is linked to nobody.</param>
/// <param name="SubjectName">As it is now; null once they were erased, and in the answer to the person.</param>
/// <param name="RequestId">The request over personal data that was read, with its folio.</param>
public sealed record AccessView(Guid Id, DateTimeOffset At, Guid? By, string? ByName, Guid? SubjectId, string? SubjectName, AccessOccasion What, Guid? RequestId, string? Folio);

public static class AccessLog
{
    /// <summary>In the unit of work of the request that shows the data: what was shown was written down. One's own data are not logged.</summary>
    public static void LogAccess(this ParticipantsDb db, Guid by, AccessOccasion occasion, params IEnumerable<Guid> subjects)
    {
        foreach (var subject in subjects.Where(subject => subject != by))
            db.Add(new PersonalDataAccess { Id = Guid.CreateVersion7(), At = db.Now, AccountId = by, SubjectId = subject, What = occasion });
    }

    /// <summary>The same for a request over personal data, whether it is known whose or not.</summary>
    public static void LogAccess(this ParticipantsDb db, Guid by, AccessOccasion occasion, Guid request, Guid? subject)
    {
        if (subject != by)
            db.Add(new PersonalDataAccess { Id = Guid.CreateVersion7(), At = db.Now, AccountId = by, SubjectId = subject, What = occasion, ArcoRequestId = request });
    }

    public static void MapAccessLog(this IEndpointRouteBuilder api)
    {
        api.MapGet("/my/personal-data-accesses", Own).WithTags("Personal data").RequireAuthorization().OpenToOwnAccount().WithSummary("When staff looked at my data, and on which occasion; the latest first.");
        api.MapGet("/personal-data-accesses", List).WithTags("Personal data").RequireStaff(StaffRole.Administrator).WithSummary("Who looked at whose data; the latest first.");
    }

    private static Task<Results<Ok<Page<AccessView>>, ProblemHttpResult>> Own(
        string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        return PageAsync(cursor, limit, http, db, db.PersonalDataAccesses.Where(access => access.SubjectId == account), cancellationToken);
    }

    /// <summary>Names stand beside the ids: without them nobody could check the log. To read it is no look of its own.</summary>
    /// <param name="subject">Only accesses to this person's data.</param>
    /// <param name="by">Only what this person looked at.</param>
    /// <param name="request">Only accesses to this request.</param>
    private static Task<Results<Ok<Page<AccessView>>, ProblemHttpResult>> List(
        Guid? subject, Guid? by, Guid? request, string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        IQueryable<PersonalDataAccess> rows = db.PersonalDataAccesses;
        if (subject is not null)
            rows = rows.Where(access => access.SubjectId == subject);
        if (by is not null)
            rows = rows.Where(access => access.AccountId == by);
        if (request is not null)
            rows = rows.Where(access => access.ArcoRequestId == request);
        return PageAsync(cursor, limit, http, db, rows, cancellationToken, withNames: true);
    }

    private static async Task<Results<Ok<Page<AccessView>>, ProblemHttpResult>> PageAsync(
        string? cursor, int? limit, HttpContext http, ParticipantsDb db, IQueryable<PersonalDataAccess> accesses, CancellationToken cancellationToken, bool withNames = false)
    {
        http.Response.Headers.CacheControl = "no-store";
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 1) is not [var key] || !Guid.TryParse(key, out var before))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            accesses = accesses.Where(access => access.Id < before);
        }

        // Ids are UUID v7: their order is that of time.
        var rows = await accesses.AsNoTracking().OrderByDescending(access => access.Id).Take(size.Value + 1).ToListAsync(cancellationToken);
        var page = rows.Take(size.Value).ToList();
        var (names, folios) = withNames ? await NamesAsync(db, page, cancellationToken) : ([], []);
        return TypedResults.Ok(new Page<AccessView>(
            page.ConvertAll(row => new AccessView(
                row.Id, row.At, withNames ? row.AccountId : null, names.GetValueOrDefault(row.AccountId), row.SubjectId, row.SubjectId is { } subject ? names.GetValueOrDefault(subject) : null, row.What,
                row.ArcoRequestId, row.ArcoRequestId is { } request ? folios.GetValueOrDefault(request) : null)),
            rows.Count > size.Value ? Cursor.Encode(page[^1].Id.ToString()) : null));
    }

    private static async Task<(Dictionary<Guid, string> Names, Dictionary<Guid, string> Folios)> NamesAsync(ParticipantsDb db, List<PersonalDataAccess> page, CancellationToken cancellationToken)
    {
        var people = page.ConvertAll(row => row.AccountId).Concat(page.Select(row => row.SubjectId).OfType<Guid>()).Distinct().ToList();
        var requests = page.Select(row => row.ArcoRequestId).OfType<Guid>().Distinct().ToList();
        return (
            await db.Accounts.Where(row => people.Contains(row.Id) && row.ErasedAt == null).ToDictionaryAsync(row => row.Id, row => row.DisplayName, cancellationToken),
            await db.ArcoRequests.Where(row => requests.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Folio, cancellationToken));
    }
}
