using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Arco;

public sealed record ArcoTextRequest(string? Text);

/// <param name="Days">Business days, up to what the legal profile allows.</param>
public sealed record ExtendRequest(string? Reason, int? Days);

/// <param name="Reason">Of a granted cancellation where nobody is linked: why there is nothing to erase.</param>
public sealed record ArcoEffectRequest(string? Reason);

public sealed record RespondRequest(ArcoOutcome? Outcome, string? Text);

/// <summary>The acts of staff and of the person on one request; each states the version that it saw (<c>If-Match</c>).</summary>
public static class ActOnRequest
{
    public static Task<Results<Ok<ArcoView>, ProblemHttpResult>> Prevent(
        Guid id, ArcoTextRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, null, "arco_prevented", PersonalMailKinds.ArcoNews, http, db, desk, (row, clock, fields) =>
            fields.Text("text", request.Text, 5, 4000) is var text && fields.AreRefused ? Result.From(fields.Refusals) : row.Prevent(text, clock), cancellationToken);

    /// <summary>By staff, for somebody without an account.</summary>
    public static Task<Results<Ok<ArcoView>, ProblemHttpResult>> Complete(
        Guid id, ArcoTextRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, null, "arco_completed", null, http, db, desk, (row, clock, fields) => Completed(row, request, clock, fields), cancellationToken);

    public static Task<Results<Ok<ArcoView>, ProblemHttpResult>> CompleteOwn(
        Guid id, ArcoTextRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, http.RequireAccount().AccountId, "arco_completed", null, http, db, desk, (row, clock, fields) => Completed(row, request, clock, fields), cancellationToken);

    public static Task<Results<Ok<ArcoView>, ProblemHttpResult>> WithdrawOwn(
        Guid id, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, http.RequireAccount().AccountId, "arco_withdrawn", null, http, db, desk, (row, clock, _) => row.Withdraw(clock.Today), cancellationToken);

    public static Task<Results<Ok<ArcoView>, ProblemHttpResult>> Extend(
        Guid id, ExtendRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, null, "arco_extended", PersonalMailKinds.ArcoNews, http, db, desk, (row, clock, fields) =>
            fields.Text("reason", request.Reason, 5, 4000) is var reason && fields.AreRefused ? Result.From(fields.Refusals) : row.Extend(reason, request.Days ?? clock.Terms.ExtensionDays, clock), cancellationToken);

    public static Task<Results<Ok<ArcoView>, ProblemHttpResult>> Respond(
        Guid id, RespondRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, null, "arco_answered", PersonalMailKinds.ArcoNews, http, db, desk, (row, clock, fields) =>
        {
            var outcome = fields.Value("outcome", request.Outcome);
            var text = fields.Text("text", request.Text, 5, 4000);
            return fields.AreRefused ? Result.From(fields.Refusals) : row.Respond(outcome, text, clock);
        }, cancellationToken);

    public static Task<Results<Ok<ArcoView>, ProblemHttpResult>> Redirect(
        Guid id, ArcoTextRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, null, "arco_redirected", PersonalMailKinds.ArcoNews, http, db, desk, (row, clock, fields) =>
            fields.Text("text", request.Text, 5, 4000) is var text && fields.AreRefused ? Result.From(fields.Refusals) : row.Redirect(text, clock), cancellationToken);

    /// <summary>
    /// A granted cancellation of a person becomes effective by their erasure, when every service has confirmed it; a rectification by
    /// <see cref="RectifyPerson"/>.
    /// </summary>
    public static async Task<Results<Ok<ArcoView>, ProblemHttpResult>> MakeEffective(
        Guid id, ArcoEffectRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        // Asked for twice, on paper and here: one erasure carries out both.
        var erased = await db.Erasures.AnyAsync(erasure => erasure.CompletedAt != null && db.ArcoRequests.Any(row => row.Id == id && row.PersonId == erasure.PersonId), cancellationToken);
        return await ActAsync(id, null, "arco_effective", PersonalMailKinds.ArcoNews, http, db, desk, (row, clock, fields) =>
        {
            var reason = string.IsNullOrWhiteSpace(request.Reason) ? null : fields.Text("reason", request.Reason, 5, 4000);
            return fields.AreRefused ? Result.From(fields.Refusals) : row.MakeEffective(reason, erased, clock.Today);
        }, cancellationToken);
    }

    private static Result Completed(ArcoRequest row, ArcoTextRequest request, ArcoClock clock, Fields fields)
    {
        var text = fields.Text("text", request.Text, 3, 4000);
        return fields.AreRefused ? Result.From(fields.Refusals) : row.Complete(text, clock);
    }

    /// <param name="owner">Null for staff; a stranger's request is a 404.</param>
    internal static async Task<Results<Ok<ArcoView>, ProblemHttpResult>> ActAsync(
        Guid id, Guid? owner, string action, string? mail, HttpContext http, ParticipantsDb db, ArcoDesk desk, Func<ArcoRequest, ArcoClock, Fields, Result> act, CancellationToken cancellationToken)
    {
        var row = await db.ArcoRequests.SingleOrDefaultAsync(one => one.Id == id && (owner == null || one.PersonId == owner), cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(row.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        var before = ArcoAudit.Of(row);
        var clock = await desk.ClockAsync(row, cancellationToken);
        if (act(row, clock, new Fields()) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(http.RequireAccount().AccountId, action, "arco_request", row.Id, before, ArcoAudit.Of(row));
        if (mail is not null)
            await desk.TellAsync(row, mail, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Ok(await desk.ViewAsync(row, cancellationToken));
    }
}
