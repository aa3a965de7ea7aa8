using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.OpenCalls;

public sealed record ResultsRequest(string? Note);

/// <summary>What staff do with a call: drafted, published, amended, resolved.</summary>
internal static class WriteOpenCalls
{
    public static async Task<Results<Created<CallView>, ProblemHttpResult>> Draft(
        CallRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CallReader reader, CancellationToken cancellationToken)
    {
        var drafted = OpenCall.Draft(request, db.Now);
        if (drafted.IsRefused)
            return http.Problem(drafted);
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var call = drafted.Value;
        db.Add(call);
        if (await CallDocuments.AddAsync(db, call, request.Documents ?? [], [], 0, cancellationToken) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(http.RequireAccount().AccountId, "open_call_drafted", "open_call", call.Id, after: request);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(call.Version);
        return TypedResults.Created($"/api/participants/v1/call-desk/{call.Id}", await reader.ViewAsync(call, await rules.TodayAsync(cancellationToken), cancellationToken));
    }

    public static Task<Results<Ok<CallView>, ProblemHttpResult>> Rewrite(
        Guid id, CallRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CallReader reader, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, rules, reader, "open_call_rewritten", request, async (call, _) =>
        {
            if (call.Rewrite(request) is { IsRefused: true } refused)
                return refused;
            call.Touch();
            return await CallDocuments.ReplaceAsync(db, call, request.Documents ?? [], cancellationToken);
        }, cancellationToken);

    public static async Task<Results<NoContent, ProblemHttpResult>> Discard(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var call = await db.OpenCalls.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (call is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(call.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        if (call.PublishedAt is not null)
            return http.Problem(Refusal.Conflict("call_published"));
        if (await CallDocuments.ReplaceAsync(db, call, [], cancellationToken) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Remove(call);
        db.Audit(http.RequireAccount().AccountId, "open_call_discarded", "open_call", call.Id, before: call.Title);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    public static Task<Results<Ok<CallView>, ProblemHttpResult>> Publish(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, NoticeInForce notices, CallReader reader, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, rules, reader, "open_call_published", null, async (call, today) =>
        {
            // Nobody can apply without having been shown one (INV-50).
            if (await notices.GetAsync(cancellationToken) is null)
                return Refusal.Conflict("call_needs_notice");
            var number = (await db.OpenCalls.MaxAsync(row => row.Number, cancellationToken) ?? 0) + 1;
            var parameters = (await rules.OnAsync(call.OpensOn, cancellationToken))?.Parameters ?? new ProfileParameters();
            var published = call.Publish(number, parameters, today, db.Now);
            if (published.IsRefused)
                return published;
            db.Record(call.PublishedFact());
            // Whoever consented is told of it a moment later.
            await db.Database.ExecuteSqlAsync($"insert into call_announcement (call_id) values ({call.Id})", cancellationToken);
            return published;
        }, cancellationToken);

    public static Task<Results<Ok<CallView>, ProblemHttpResult>> Amend(
        Guid id, AmendmentRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CallReader reader, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, rules, reader, "open_call_amended", request, async (call, today) =>
        {
            var number = await db.CallAmendments.CountAsync(row => row.CallId == call.Id, cancellationToken) + 1;
            var amended = call.Amend(request, number, http.RequireAccount().AccountId, today, db.Now);
            if (amended.IsRefused)
                return Result.From(amended.Refusals);
            if (request.Cancel != true && request.Documents is { Count: > 0 } documents)
            {
                var held = await db.CallDocuments.CountAsync(document => document.CallId == call.Id, cancellationToken);
                if (await CallDocuments.AddAsync(db, call, documents, [], held, cancellationToken) is { IsRefused: true } refused)
                    return refused;
            }

            db.Add(amended.Value);
            db.Record(call.AmendedFact(amended.Value));
            return Result.Done;
        }, cancellationToken);

    public static Task<Results<Ok<CallView>, ProblemHttpResult>> Resolve(
        Guid id, ResultsRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CallReader reader, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, rules, reader, "open_call_resolved", request, async (call, today) =>
        {
            var waiting = await db.CallApplications.CountAsync(row => row.CallId == call.Id && (row.State == ApplicationState.Submitted || row.State == ApplicationState.Prevented), cancellationToken);
            if (call.Resolve(request.Note, waiting, today, db.Now) is { IsRefused: true } refused)
                return refused;
            var results = await reader.ResultsAsync(call, today, cancellationToken);
            db.Record(new Contracts.Participants.V1.OpenCallResolvedV1(
                call.Id, call.Touch(), [.. results.AcceptedOrganisations.Select(one => one.OrganisationId)], results.OrganisationsRefused, results.OrganisationsWithdrawn,
                results.PeopleAccepted, results.PeopleRefused, results.PeopleWithdrawn, db.Now));
            return Result.Done;
        }, cancellationToken);

    /// <summary>Under one lock, so that an application cannot slip in between the count and the results, nor two calls get one number.</summary>
    private static async Task<Results<Ok<CallView>, ProblemHttpResult>> ActAsync(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CallReader reader, string action, object? request,
        Func<OpenCall, DateOnly, Task<Result>> act, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var call = await db.OpenCalls.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (call is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(call.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        var today = await rules.TodayAsync(cancellationToken);
        if (await act(call, today) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(http.RequireAccount().AccountId, action, "open_call", call.Id, after: request);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(call.Version);
        return TypedResults.Ok(await reader.ViewAsync(call, today, cancellationToken));
    }
}
