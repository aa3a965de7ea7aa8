using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Privacy.Access;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.Registrations;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.OpenCalls;

public sealed record StatementRequest(string? Statement);

/// <param name="PrivacyNoticeId">Of the notice that stood above the form (INV-50).</param>
public sealed record SubmissionRequest(Guid? PrivacyNoticeId);

/// <param name="Applicant">Name of the organisation, or of the person.</param>
/// <param name="CallId">Where staff find it.</param>
/// <param name="Recorded">By staff, for a person who cannot sign in.</param>
/// <param name="AskedDocuments">What the call asks for, in its order.</param>
public sealed record ApplicationWithDocuments(
    OwnApplication Application, int Version, Guid CallId, DateOnly ClosesOn, string Applicant, bool Recorded, IReadOnlyList<AskedDocumentView> AskedDocuments);

/// <summary>An application that is written, and gets its documents, before it is sent.</summary>
internal static class ApplicationDrafts
{
    public static async Task<Results<Created<ApplicationWithDocuments>, ProblemHttpResult>> Begin(
        int number, ApplicationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, NoticeInForce notices, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var call = await db.OpenCalls.AsNoTracking().SingleOrDefaultAsync(row => row.Number == number, cancellationToken);
        return call is null
            ? http.Problem(Refusal.NotFound())
            : await BeginAsync(call, http.RequireAccount().AccountId, recordedBy: null, request, work, http, db, rules, notices, cancellationToken);
    }

    /// <summary>For a person who cannot sign in, by the staff before whom they are; it says so.</summary>
    public static async Task<Results<Created<ApplicationWithDocuments>, ProblemHttpResult>> Record(
        Guid id, RecordedApplicationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, NoticeInForce notices, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var call = await db.OpenCalls.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.PublishedAt != null, cancellationToken);
        if (call is null)
            return http.Problem(Refusal.NotFound());
        if (request.PersonId is not { } person || !await AssistedPeople.ContainsAsync(db, person, cancellationToken))
            return http.Problem(Refusal.Rule("application_person_signs_in", "personId"));
        return await BeginAsync(
            call, person, http.RequireAccount().AccountId, new ApplicationRequest(request.OrganisationId, request.Statement, request.PrivacyNoticeId), work, http, db, rules, notices, cancellationToken);
    }

    public static async Task<Results<Ok<ApplicationWithDocuments>, ProblemHttpResult>> One(Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var row = await (await ReachableAsync(db, account, cancellationToken)).AsNoTracking().SingleOrDefaultAsync(one => one.Application.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        if (row.Application is { RecordedBy: not null, OrganisationId: null } recorded)
        {
            db.LogAccess(account, AccessOccasion.Registration, recorded.AccountId);
            await db.SaveChangesAsync(cancellationToken);
        }

        return TypedResults.Ok(await ViewAsync(db, row, await rules.TodayAsync(cancellationToken), cancellationToken));
    }

    public static Task<Results<Ok<ApplicationWithDocuments>, ProblemHttpResult>> Write(
        Guid id, StatementRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, rules, "application_written", (row, today) => Task.FromResult(row.Application.Write(row.Call, request.Statement, today)), cancellationToken);

    public static Task<Results<Ok<ApplicationWithDocuments>, ProblemHttpResult>> Send(
        Guid id, SubmissionRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, NoticeInForce notices, PersonalMails mails, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, rules, "application_submitted", async (row, today) =>
        {
            var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
            if (notice.IsRefused)
                return Result.From(notice.Refusals);
            await db.Entry(row.Application).Collection(one => one.Documents).LoadAsync(cancellationToken);
            var standing = await db.StandingAsync(row.Application.AccountId, cancellationToken);
            if (row.Application.Send(row.Call, standing, notice.Value, today, db.Now) is { IsRefused: true } refused)
                return refused;
            await Applications.TellAsync(db, mails, row.Application, row.Call, new Applications.Told(PersonalMailKinds.ApplicationReceived, Quote: null), cancellationToken);
            return Result.Done;
        }, cancellationToken);

    public static async Task<Results<NoContent, ProblemHttpResult>> Discard(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var account = http.RequireAccount().AccountId;
        var row = await (await ReachableAsync(db, account, cancellationToken)).SingleOrDefaultAsync(one => one.Application.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        if (row.Application.RequireDraft() is { IsRefused: true } refused)
            return http.Problem(refused);
        await ApplicationDocuments.DropAllAsync(db, id, cancellationToken);
        db.Remove(row.Application);
        db.Audit(account, "application_discarded", "call_application", id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Whose applications the account may write: its own, its organisations', and, for the executive secretary, those that staff recorded.</summary>
    internal static async Task<IQueryable<Applications.OwnRow>> ReachableAsync(ParticipantsDb db, Guid account, CancellationToken cancellationToken) =>
        Applications.OwnRows(db, account, await IsSecretaryAsync(db, account, cancellationToken));

    /// <summary>By a staff post, or by the office that the members of the state's own secretariat filled.</summary>
    internal static async Task<bool> IsSecretaryAsync(ParticipantsDb db, Guid account, CancellationToken cancellationToken)
    {
        var now = db.Now;
        if (await db.StaffPosts.AnyAsync(post => post.AccountId == account && post.Role == StaffRole.ExecutiveSecretary && post.Term.From <= now
            && (post.Term.Until == null || post.Term.Until > now) && (post.Term.EndedAt == null || post.Term.EndedAt > now), cancellationToken))
            return true;
        var today = State.Today(await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken), now);
        return await ElectedSecretary.Accounts(db, today).AnyAsync(id => id == account, cancellationToken);
    }

    internal static async Task<ApplicationWithDocuments> ViewAsync(ParticipantsDb db, Applications.OwnRow row, DateOnly today, CancellationToken cancellationToken)
    {
        var (application, call) = (row.Application, row.Call);
        var documents = (await ApplicationDocuments.OfAsync(db, [application.Id], cancellationToken))[application.Id];
        var applicant = row.Name ?? await db.Accounts.Where(account => account.Id == application.AccountId).Select(account => account.DisplayName).SingleAsync(cancellationToken);
        return new ApplicationWithDocuments(
            Applications.Own(application, call, today, row.Name, documents), application.Version, call.Id, call.ClosesOn, applicant, application.RecordedBy is not null,
            [.. call.AskedDocuments.OrderBy(asked => asked.Position).Select(asked => new AskedDocumentView(asked.Id, asked.Text, asked.Required))]);
    }

    private static async Task<Results<Created<ApplicationWithDocuments>, ProblemHttpResult>> BeginAsync(
        OpenCall call, Guid person, Guid? recordedBy, ApplicationRequest request, UnitOfWork work, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, NoticeInForce notices,
        CancellationToken cancellationToken)
    {
        var begun = await Applications.ApplyAsync(call, person, recordedBy, request, isDraft: true, db, rules, notices, cancellationToken);
        if (begun.IsRefused)
            return http.Problem(begun);
        var (application, name, today) = begun.Value;
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created(
            $"/api/participants/v1/call-applications/{application.Id}",
            await ViewAsync(db, new Applications.OwnRow { Application = application, Call = call, Name = name }, today, cancellationToken));
    }

    private static async Task<Results<Ok<ApplicationWithDocuments>, ProblemHttpResult>> ActAsync(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, string action, Func<Applications.OwnRow, DateOnly, Task<Result>> act, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var account = http.RequireAccount().AccountId;
        var row = await (await ReachableAsync(db, account, cancellationToken)).SingleOrDefaultAsync(one => one.Application.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        var today = await rules.TodayAsync(cancellationToken);
        if (await act(row, today) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(account, action, "call_application", id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(await ViewAsync(db, row, today, cancellationToken));
    }
}
