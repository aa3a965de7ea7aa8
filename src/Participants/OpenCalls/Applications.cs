using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Privacy.Access;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.OpenCalls;

/// <param name="OrganisationId">For which the account acts; missing where a person applies for themselves.</param>
/// <param name="PrivacyNoticeId">Of the notice that stood above the form (INV-50).</param>
public sealed record ApplicationRequest(Guid? OrganisationId, string? Statement, Guid? PrivacyNoticeId);

public sealed record DecisionRequest(bool? Accepted, string? Reason);

public sealed record OwnApplication(
    Guid Id, int CallNumber, string CallTitle, CallState CallState, Guid? OrganisationId, string? OrganisationName, string? Statement, ApplicationState State, DateTimeOffset SubmittedAt,
    DateTimeOffset? DecidedAt, string? DecisionReason);

/// <param name="Applicant">Name of the organisation, or of the person.</param>
public sealed record DeskApplication(
    Guid Id, int Version, Guid? OrganisationId, string Applicant, Sector Sector, string? Statement, ApplicationState State, DateTimeOffset SubmittedAt, DateTimeOffset? DecidedAt,
    string? DecisionReason);

internal static class Applications
{
    public static async Task<Results<Created<OwnApplication>, ProblemHttpResult>> Submit(
        int number, ApplicationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, NoticeInForce notices, PersonalMails mails, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var call = await db.OpenCalls.AsNoTracking().SingleOrDefaultAsync(row => row.Number == number, cancellationToken);
        if (call is null)
            return http.Problem(Refusal.NotFound());
        var (account, now) = (http.RequireAccount().AccountId, db.Now);
        (Guid Id, Sector Sector)? organisation = null;
        string? name = null;
        if (request.OrganisationId is { } asked)
        {
            var found = await db.Organisations.Where(row => row.Id == asked && db.Mandates.Any(mandate =>
                    mandate.OrganisationId == row.Id && mandate.AccountId == account && mandate.Term.From <= now && (mandate.Term.Until == null || mandate.Term.Until > now)
                    && (mandate.Term.EndedAt == null || mandate.Term.EndedAt > now)))
                .Select(row => new { row.Id, row.Name, row.Sector }).SingleOrDefaultAsync(cancellationToken);
            // Whether there is such an organisation is public; that this account does not act for it is the reason.
            if (found is null)
                return http.Problem(new Refusal("application_without_mandate", StatusCodes.Status403Forbidden, "organisationId"));
            (organisation, name) = ((found.Id, found.Sector), found.Name);
        }

        var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
        if (notice.IsRefused)
            return http.Problem(notice);
        var today = await rules.TodayAsync(cancellationToken);
        var submitted = CallApplication.Submit(call, account, organisation, request.Statement, notice.Value, today, now);
        if (submitted.IsRefused)
            return http.Problem(submitted);
        if (await db.CallApplications.AnyAsync(row => row.CallId == call.Id && row.State != ApplicationState.Withdrawn
                && (request.OrganisationId == null ? row.OrganisationId == null && row.AccountId == account : row.OrganisationId == request.OrganisationId), cancellationToken))
        {
            return http.Problem(Refusal.Conflict("application_exists"));
        }

        var application = submitted.Value;
        db.Add(application);
        db.Audit(account, "application_submitted", "call_application", application.Id);
        await TellAsync(db, mails, application, call, PersonalMailKinds.ApplicationReceived, quote: null, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created("/api/participants/v1/my/call-applications", Own(application, call, today, name));
    }

    /// <summary>Mine and those of the organisations for which I act, the latest first.</summary>
    public static async Task<Ok<Page<OwnApplication>>> ListOwn(HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        var rows = await OwnRows(db, http.RequireAccount().AccountId).OrderByDescending(row => row.Application.Id).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<OwnApplication>(rows.ConvertAll(row => Own(row.Application, row.Call, today, row.Name)), Next: null));
    }

    public static async Task<Results<Ok<OwnApplication>, ProblemHttpResult>> Withdraw(Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var account = http.RequireAccount().AccountId;
        var row = await OwnRows(db, account).SingleOrDefaultAsync(one => one.Application.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        var today = await rules.TodayAsync(cancellationToken);
        if (row.Application.Withdraw(row.Call, today, db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(account, "application_withdrawn", "call_application", id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(Own(row.Application, row.Call, today, row.Name));
    }

    /// <summary>For whoever reviews; looks at people's data are written down.</summary>
    public static async Task<Results<Ok<Page<DeskApplication>>, ProblemHttpResult>> List(
        Guid id, string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var after = Guid.Empty;
        if (cursor is not null && !(Cursor.Decode(cursor, 1) is [var key] && Guid.TryParse(key, out after)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        if (!await db.OpenCalls.AnyAsync(call => call.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var rows = await DeskRows(db).Where(row => row.Application.CallId == id && row.Application.Id > after).OrderBy(row => row.Application.Id).Take(size.Value + 1).ToListAsync(cancellationToken);
        var page = rows.Take(size.Value).ToList();
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.Registration, page.Where(row => row.Application.OrganisationId is null).Select(row => row.Application.AccountId).Distinct());
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(new Page<DeskApplication>(page.ConvertAll(Desk), rows.Count > size.Value ? Cursor.Encode(page[^1].Application.Id.ToString()) : null));
    }

    public static async Task<Results<Ok<DeskApplication>, ProblemHttpResult>> Decide(
        Guid id, DecisionRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var row = await DeskRows(db).AsTracking().SingleOrDefaultAsync(one => one.Application.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(row.Application.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        var call = await db.OpenCalls.AsNoTracking().SingleAsync(one => one.Id == row.Application.CallId, cancellationToken);
        var (by, before) = (http.RequireAccount().AccountId, row.Application.State);
        if (row.Application.Decide(call, request.Accepted, request.Reason, by, await rules.TodayAsync(cancellationToken), db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        // The reason may speak of a person: it stands with the application, not in the audit trail.
        db.Audit(by, "application_decided", "call_application", id, before: before, after: row.Application.State);
        var kind = row.Application.State == ApplicationState.Accepted ? PersonalMailKinds.ApplicationAccepted : PersonalMailKinds.ApplicationRefused;
        await TellAsync(db, mails, row.Application, call, kind, row.Application.DecisionReason, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Application.Version);
        return TypedResults.Ok(Desk(row));
    }

    /// <summary>To who sent it, also for an organisation.</summary>
    private static async Task TellAsync(ParticipantsDb db, PersonalMails mails, CallApplication application, OpenCall call, string kind, string? quote, CancellationToken cancellationToken)
    {
        if (await db.Accounts.Where(account => account.Id == application.AccountId && account.ErasedAt == null).Select(account => account.Email).SingleOrDefaultAsync(cancellationToken) is { } address)
            mails.Request(application.AccountId, address, kind, PersonalMails.KeepNews, "/cuenta/convocatorias", [call.Title], quote);
    }

    private static IQueryable<OwnRow> OwnRows(ParticipantsDb db, Guid account)
    {
        var now = db.Now;
        return
            from application in db.CallApplications
            join call in db.OpenCalls on application.CallId equals call.Id
            join organisation in db.Organisations on application.OrganisationId equals (Guid?)organisation.Id into organisations
            from organisation in organisations.DefaultIfEmpty()
            where (application.OrganisationId == null && application.AccountId == account)
                || db.Mandates.Any(mandate => mandate.OrganisationId == application.OrganisationId && mandate.AccountId == account && mandate.Term.From <= now
                    && (mandate.Term.Until == null || mandate.Term.Until > now) && (mandate.Term.EndedAt == null || mandate.Term.EndedAt > now))
            select new OwnRow { Application = application, Call = call, Name = organisation == null ? null : organisation.Name };
    }

    private static IQueryable<DeskRow> DeskRows(ParticipantsDb db) =>
        from application in db.CallApplications
        join account in db.Accounts on application.AccountId equals account.Id
        join organisation in db.Organisations on application.OrganisationId equals (Guid?)organisation.Id into organisations
        from organisation in organisations.DefaultIfEmpty()
        select new DeskRow { Application = application, Applicant = organisation == null ? account.DisplayName : organisation.Name };

    private static OwnApplication Own(CallApplication application, OpenCall call, DateOnly today, string? name) => new(
        application.Id, call.Number!.Value, call.Title, call.StateOn(today), application.OrganisationId, name, application.Statement, application.State, application.SubmittedAt,
        application.DecidedAt, application.DecisionReason);

    private static DeskApplication Desk(DeskRow row) => new(
        row.Application.Id, row.Application.Version, row.Application.OrganisationId, row.Applicant, row.Application.Sector, row.Application.Statement, row.Application.State,
        row.Application.SubmittedAt, row.Application.DecidedAt, row.Application.DecisionReason);

    private sealed class OwnRow
    {
        public required CallApplication Application { get; init; }
        public required OpenCall Call { get; init; }
        public string? Name { get; init; }
    }

    private sealed class DeskRow
    {
        public required CallApplication Application { get; init; }
        public required string Applicant { get; init; }
    }
}
