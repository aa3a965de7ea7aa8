using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Privacy.Access;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.Registrations;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.OpenCalls;

/// <param name="OrganisationId">For which the account acts; missing where a person applies for themselves.</param>
/// <param name="PrivacyNoticeId">Of the notice that stood above the form (INV-50).</param>
public sealed record ApplicationRequest(Guid? OrganisationId, string? Statement, Guid? PrivacyNoticeId);

/// <param name="PersonId">Of somebody who was registered with help and cannot sign in.</param>
/// <param name="OrganisationId">For which the person acts; missing where they apply for themselves.</param>
/// <param name="PrivacyNoticeId">Of the notice that was read to the person or that they read (INV-50).</param>
public sealed record RecordedApplicationRequest(Guid? PersonId, Guid? OrganisationId, string? Statement, Guid? PrivacyNoticeId);

public sealed record DecisionRequest(bool? Accepted, string? Reason);

/// <param name="Reason">All that is missing; goes to who applied.</param>
/// <param name="Days">Business days to complete it.</param>
public sealed record PreventionRequest(string? Reason, int? Days);

public sealed record CompletionRequest(string? Text);

/// <param name="SubmittedAt">Of a draft, when it was begun.</param>
/// <param name="CanChange">A draft, while the call is open.</param>
public sealed record OwnApplication(
    Guid Id, int CallNumber, string CallTitle, CallState CallState, Guid? OrganisationId, string? OrganisationName, string? Statement, ApplicationState State, DateTimeOffset SubmittedAt,
    DateTimeOffset? DecidedAt, string? DecisionReason, string? Prevention, DateOnly? CompletionDue, string? Completion, DateOnly? CompletedOn, bool CanComplete, bool CanChange,
    IReadOnlyList<ApplicationDocumentView> Documents);

/// <param name="Applicant">Name of the organisation, or of the person.</param>
/// <param name="Recorded">By staff, for a person who cannot sign in.</param>
public sealed record DeskApplication(
    Guid Id, int Version, Guid? OrganisationId, string Applicant, Sector Sector, string? Statement, ApplicationState State, DateTimeOffset SubmittedAt, DateTimeOffset? DecidedAt,
    string? DecisionReason, string? Prevention, DateOnly? CompletionDue, string? Completion, DateOnly? CompletedOn, bool CanDecide, bool Recorded,
    IReadOnlyList<ApplicationDocumentView> Documents);

internal static class Applications
{
    public static async Task<Results<Created<OwnApplication>, ProblemHttpResult>> Submit(
        int number, ApplicationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, NoticeInForce notices, PersonalMails mails, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var call = await db.OpenCalls.AsNoTracking().SingleOrDefaultAsync(row => row.Number == number, cancellationToken);
        if (call is null)
            return http.Problem(Refusal.NotFound());
        var submitted = await ApplyAsync(call, http.RequireAccount().AccountId, recordedBy: null, request, isDraft: false, db, rules, notices, cancellationToken);
        if (submitted.IsRefused)
            return http.Problem(submitted);
        var (application, name, today) = submitted.Value;
        await TellAsync(db, mails, application, call, new Told(PersonalMailKinds.ApplicationReceived, Quote: null), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created("/api/participants/v1/my/call-applications", Own(application, call, today, name, []));
    }

    /// <summary>For a person who cannot sign in, by the staff before whom they are; it says so.</summary>
    public static async Task<Results<Created<DeskApplication>, ProblemHttpResult>> Record(
        Guid id, RecordedApplicationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, NoticeInForce notices, PersonalMails mails, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var call = await db.OpenCalls.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.PublishedAt != null, cancellationToken);
        if (call is null)
            return http.Problem(Refusal.NotFound());
        if (request.PersonId is not { } person || !await AssistedPeople.ContainsAsync(db, person, cancellationToken))
            return http.Problem(Refusal.Rule("application_person_signs_in", "personId"));
        var submitted = await ApplyAsync(
            call, person, http.RequireAccount().AccountId, new ApplicationRequest(request.OrganisationId, request.Statement, request.PrivacyNoticeId), isDraft: false, db, rules, notices, cancellationToken);
        if (submitted.IsRefused)
            return http.Problem(submitted);
        var (application, name, today) = submitted.Value;
        await TellAsync(db, mails, application, call, new Told(PersonalMailKinds.ApplicationReceived, Quote: null), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        var applicant = name ?? await db.Accounts.Where(row => row.Id == person).Select(row => row.DisplayName).SingleAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(application.Version);
        return TypedResults.Created($"/api/participants/v1/call-desk/{id}/applications", Desk(new DeskRow { Application = application, Applicant = applicant }, today, []));
    }

    /// <param name="isDraft">Documents are attached before it is sent.</param>
    internal static async Task<Result<(CallApplication Application, string? Name, DateOnly Today)>> ApplyAsync(
        OpenCall call, Guid account, Guid? recordedBy, ApplicationRequest request, bool isDraft, ParticipantsDb db, LegalProfileInForce rules, NoticeInForce notices,
        CancellationToken cancellationToken)
    {
        var now = db.Now;
        (Guid Id, Sector Sector)? organisation = null;
        string? name = null;
        if (request.OrganisationId is { } asked)
        {
            var found = await db.Organisations.Where(row => row.Id == asked && db.Mandates.Any(mandate =>
                    mandate.OrganisationId == row.Id && mandate.AccountId == account && mandate.Term.From <= now && (mandate.Term.Until == null || mandate.Term.Until > now)
                    && (mandate.Term.EndedAt == null || mandate.Term.EndedAt > now)))
                .Select(row => new { row.Id, row.Name, row.Sector, Successor = db.Organisations.Where(next => next.Id == row.SuccessorId).Select(next => next.Name).FirstOrDefault() }).SingleOrDefaultAsync(cancellationToken);
            // Whether there is such an organisation is public; that this account does not act for it is the reason.
            if (found is null)
                return new Refusal("application_without_mandate", StatusCodes.Status403Forbidden, "organisationId");
            // Its mandates run on for what is open under it; nothing begins under it any more.
            if (found.Successor is { } successor)
                return Refusal.Rule("organisation_succeeded", "organisationId", successor);
            (organisation, name) = ((found.Id, found.Sector), found.Name);
        }

        var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
        if (notice.IsRefused)
            return Result<(CallApplication, string?, DateOnly)>.From(notice.Refusals);
        var today = await rules.TodayAsync(cancellationToken);
        var standing = await db.StandingAsync(account, cancellationToken);
        var submitted = isDraft
            ? CallApplication.Begin(call, account, standing, organisation, request.Statement, notice.Value, today, now, recordedBy)
            : CallApplication.Submit(call, account, standing, organisation, request.Statement, notice.Value, today, now, recordedBy);
        if (submitted.IsRefused)
            return Result<(CallApplication, string?, DateOnly)>.From(submitted.Refusals);
        if (await db.CallApplications.AnyAsync(row => row.CallId == call.Id && row.State != ApplicationState.Withdrawn
                && (request.OrganisationId == null ? row.OrganisationId == null && row.AccountId == account : row.OrganisationId == request.OrganisationId), cancellationToken))
        {
            return Refusal.Conflict("application_exists");
        }

        var application = submitted.Value;
        db.Add(application);
        db.Audit(recordedBy ?? account, isDraft ? "application_begun" : recordedBy is null ? "application_submitted" : "application_recorded", "call_application", application.Id);
        return (application, name, today);
    }

    /// <summary>Mine and those of the organisations for which I act, the latest first.</summary>
    public static async Task<Ok<Page<OwnApplication>>> ListOwn(HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        var rows = await OwnRows(db, http.RequireAccount().AccountId).OrderByDescending(row => row.Application.Id).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        var documents = await ApplicationDocuments.OfAsync(db, rows.ConvertAll(row => row.Application.Id), cancellationToken);
        return TypedResults.Ok(new Page<OwnApplication>(rows.ConvertAll(row => Own(row.Application, row.Call, today, row.Name, documents[row.Application.Id])), Next: null));
    }

    public static async Task<Results<Ok<OwnApplication>, ProblemHttpResult>> Withdraw(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var account = http.RequireAccount().AccountId;
        var row = await OwnRows(db, account).SingleOrDefaultAsync(one => one.Application.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        var today = await rules.TodayAsync(cancellationToken);
        if (row.Application.Withdraw(row.Call, today, db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        await TellAsync(db, mails, row.Application, row.Call, new Told(PersonalMailKinds.ApplicationWithdrawn, Quote: null), cancellationToken);
        db.Audit(account, "application_withdrawn", "call_application", id);
        await db.SaveChangesAsync(cancellationToken);
        await ApplicationDocuments.DropAllAsync(db, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(Own(row.Application, row.Call, today, row.Name, []));
    }

    /// <summary>What the reviewer found missing, by who sent the application or another who acts for the organisation.</summary>
    public static async Task<Results<Ok<OwnApplication>, ProblemHttpResult>> Complete(
        Guid id, CompletionRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var account = http.RequireAccount().AccountId;
        var row = await OwnRows(db, account).SingleOrDefaultAsync(one => one.Application.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        var today = await rules.TodayAsync(cancellationToken);
        if (row.Application.Complete(row.Call, request.Text, today) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(account, "application_completed", "call_application", id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(Own(row.Application, row.Call, today, row.Name, (await ApplicationDocuments.OfAsync(db, [id], cancellationToken))[id]));
    }

    /// <summary>For whoever reviews; looks at people's data are written down.</summary>
    public static async Task<Results<Ok<Page<DeskApplication>>, ProblemHttpResult>> List(
        Guid id, string? cursor, int? limit, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
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
        var today = await rules.TodayAsync(cancellationToken);
        var documents = await ApplicationDocuments.OfAsync(db, page.ConvertAll(row => row.Application.Id), cancellationToken);
        return TypedResults.Ok(new Page<DeskApplication>(page.ConvertAll(row => Desk(row, today, documents[row.Application.Id])), rows.Count > size.Value ? Cursor.Encode(page[^1].Application.Id.ToString()) : null));
    }

    public static Task<Results<Ok<DeskApplication>, ProblemHttpResult>> Decide(
        Guid id, DecisionRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, CancellationToken cancellationToken) =>
        ReviewAsync(
            id, "application_decided", http, db, rules, mails,
            (application, call, today) => Task.FromResult(application.Decide(call, request.Accepted, request.Reason, http.RequireAccount().AccountId, today, db.Now)),
            application => application.State == ApplicationState.Accepted
                ? new Told(PersonalMailKinds.ApplicationAccepted, application.DecisionReason)
                : new Told(PersonalMailKinds.ApplicationRefused, application.DecisionReason),
            cancellationToken);

    /// <summary>Prevención: asks for what is missing, until a day.</summary>
    public static Task<Results<Ok<DeskApplication>, ProblemHttpResult>> Prevent(
        Guid id, PreventionRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, CancellationToken cancellationToken) =>
        ReviewAsync(
            id, "application_prevented", http, db, rules, mails,
            async (application, call, today) => application.Prevent(call, request.Reason, request.Days, await rules.CalendarAsync(today, cancellationToken), today),
            application => new Told(PersonalMailKinds.ApplicationPrevented, application.Prevention, application.CompletionDue!.Value.ToString("O", CultureInfo.InvariantCulture)),
            cancellationToken);

    /// <summary>What was missing, for a person who brings it to the staff.</summary>
    public static Task<Results<Ok<DeskApplication>, ProblemHttpResult>> CompleteRecorded(
        Guid id, CompletionRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, CancellationToken cancellationToken) =>
        ReviewAsync(
            id, "application_completed_for_person", http, db, rules, mails,
            (application, call, today) => Task.FromResult(application.RequireRecorded() is { IsRefused: true } refused ? refused : application.Complete(call, request.Text, today)),
            tell: null, cancellationToken);

    public static Task<Results<Ok<DeskApplication>, ProblemHttpResult>> WithdrawRecorded(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, CancellationToken cancellationToken) =>
        ReviewAsync(
            id, "application_withdrawn_for_person", http, db, rules, mails,
            (application, call, today) => Task.FromResult(application.RequireRecorded() is { IsRefused: true } refused ? refused : application.Withdraw(call, today, db.Now)),
            _ => new Told(PersonalMailKinds.ApplicationWithdrawn, Quote: null), cancellationToken);

    private static async Task<Results<Ok<DeskApplication>, ProblemHttpResult>> ReviewAsync(
        Guid id, string action, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, Func<CallApplication, OpenCall, DateOnly, Task<Result>> act,
        Func<CallApplication, Told>? tell, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var row = await DeskRows(db).AsTracking().SingleOrDefaultAsync(one => one.Application.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(row.Application.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        var call = await db.OpenCalls.AsNoTracking().SingleAsync(one => one.Id == row.Application.CallId, cancellationToken);
        var (today, before) = (await rules.TodayAsync(cancellationToken), row.Application.State);
        if (await act(row.Application, call, today) is { IsRefused: true } refused)
            return http.Problem(refused);
        // What is written may speak of a person: it stands with the application, not in the audit trail.
        db.Audit(http.RequireAccount().AccountId, action, "call_application", id, before: before, after: row.Application.State);
        if (tell is not null)
            await TellAsync(db, mails, row.Application, call, tell(row.Application), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        if (row.Application.State == ApplicationState.Withdrawn)
            await ApplicationDocuments.DropAllAsync(db, id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Application.Version);
        return TypedResults.Ok(Desk(row, today, (await ApplicationDocuments.OfAsync(db, [id], cancellationToken))[id]));
    }

    /// <summary>To who sent it; an organisation's is its own, so to everybody who represents it now, who see it at the same address, and not to who no longer does.</summary>
    internal static async Task TellAsync(ParticipantsDb db, PersonalMails mails, CallApplication application, OpenCall call, Told told, CancellationToken cancellationToken)
    {
        var now = db.Now;
        var people = await db.Accounts.Where(account => account.ErasedAt == null && (application.OrganisationId == null
                ? account.Id == application.AccountId
                : db.Mandates.Any(mandate => mandate.OrganisationId == application.OrganisationId && mandate.AccountId == account.Id && mandate.Term.From <= now
                    && (mandate.Term.Until == null || mandate.Term.Until > now) && (mandate.Term.EndedAt == null || mandate.Term.EndedAt > now))))
            .OrderBy(account => account.Id).Select(account => new { account.Id, account.Email }).ToListAsync(cancellationToken);
        foreach (var person in people)
            mails.Request(person.Id, person.Email!, told.Kind, PersonalMails.KeepNews, "/cuenta/convocatorias", [call.Title, .. told.More], told.Quote);
    }

    /// <param name="withRecorded">Also what staff recorded for people who cannot sign in: for whoever reviews.</param>
    internal static IQueryable<OwnRow> OwnRows(ParticipantsDb db, Guid account, bool withRecorded = false)
    {
        var now = db.Now;
        return
            from application in db.CallApplications
            join call in db.OpenCalls on application.CallId equals call.Id
            join organisation in db.Organisations on application.OrganisationId equals (Guid?)organisation.Id into organisations
            from organisation in organisations.DefaultIfEmpty()
            where (application.OrganisationId == null && application.AccountId == account) || (withRecorded && application.RecordedBy != null)
                || db.Mandates.Any(mandate => mandate.OrganisationId == application.OrganisationId && mandate.AccountId == account && mandate.Term.From <= now
                    && (mandate.Term.Until == null || mandate.Term.Until > now) && (mandate.Term.EndedAt == null || mandate.Term.EndedAt > now))
            select new OwnRow { Application = application, Call = call, Name = organisation == null ? null : organisation.Name };
    }

    /// <summary>What was not sent is nobody's but its writer's; what staff are recording they find here.</summary>
    private static IQueryable<DeskRow> DeskRows(ParticipantsDb db) =>
        from application in db.CallApplications
        where application.State != ApplicationState.Draft || application.RecordedBy != null
        join account in db.Accounts on application.AccountId equals account.Id
        join organisation in db.Organisations on application.OrganisationId equals (Guid?)organisation.Id into organisations
        from organisation in organisations.DefaultIfEmpty()
        select new DeskRow { Application = application, Applicant = organisation == null ? account.DisplayName : organisation.Name };

    internal static OwnApplication Own(CallApplication application, OpenCall call, DateOnly today, string? name, IEnumerable<ApplicationDocumentView> documents) => new(
        application.Id, call.Number!.Value, call.Title, call.StateOn(today), application.OrganisationId, name, application.Statement, application.State, application.SubmittedAt,
        application.DecidedAt, application.DecisionReason, application.Prevention, application.CompletionDue, application.Completion, application.CompletedOn,
        application.State == ApplicationState.Prevented && today <= application.CompletionDue && call.StateOn(today) is (CallState.Open or CallState.Closed),
        application.State == ApplicationState.Draft && call.StateOn(today) == CallState.Open, [.. documents]);

    private static DeskApplication Desk(DeskRow row, DateOnly today, IEnumerable<ApplicationDocumentView> documents) => new(
        row.Application.Id, row.Application.Version, row.Application.OrganisationId, row.Applicant, row.Application.Sector, row.Application.Statement, row.Application.State,
        row.Application.SubmittedAt, row.Application.DecidedAt, row.Application.DecisionReason, row.Application.Prevention, row.Application.CompletionDue, row.Application.Completion,
        row.Application.CompletedOn, row.Application.State is not (ApplicationState.Draft or ApplicationState.Withdrawn) && !(row.Application.State == ApplicationState.Prevented && today <= row.Application.CompletionDue),
        row.Application.RecordedBy is not null, [.. documents]);

    /// <param name="More">Values of the mail after the call's title.</param>
    internal sealed record Told(string Kind, string? Quote, params string[] More);

    internal sealed class OwnRow
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
