using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Awareness;

/// <param name="Attendance">Null until it was held; of that, null for counts too small to be shown.</param>
public sealed record AwarenessView(
    Guid Id, int Version, AwarenessState State, string Topic, string? Description, DateOnly HeldOn, string? Place, string? Link, Attendance? Attendance, string? Reason);

public sealed record CancellationRequest(string? Reason);

internal static class AwarenessApi
{
    private const string DateForm = "yyyy-MM-dd";

    /// <summary>Only an activity that was held is a fact; its plan is shown before.</summary>
    public static void AddAwareness(this IServiceCollection services) => services.AddStateTable("awareness_activity");

    public static void MapAwareness(this ModelBuilder model) => model.Entity<AwarenessActivity>().ToTable("awareness_activity");

    public static void MapAwareness(this IEndpointRouteBuilder api)
    {
        var activities = api.MapGroup("/awareness-activities").WithTags("Awareness");
        activities.MapGet("", List).DependsOnStateOnly().WithSummary("Awareness activities, the latest day first; attendance as counts by sector.");
        activities.MapGet("/{id:guid}", One).DependsOnStateOnly().ProducesProblem(404).WithSummary("One activity.");
        var writing = activities.MapGroup("").RequireStaffOrElected(StaffRole.Administrator, StaffRole.ExecutiveSecretary);
        writing.MapPost("", Plan).AddEndpointFilter<IdempotencyFilter>().WithSummary("Plans an activity, or writes down one that took place.");
        Guarded(writing.MapPut("/{id:guid}", Change)).WithSummary("Changes an activity that was not held yet; If-Match.");
        Guarded(writing.MapPost("/{id:guid}/attendance", Attend)).WithSummary("Records how many came, or puts it right with a reason; If-Match.");
        Guarded(writing.MapPost("/{id:guid}/cancellation", Cancel)).WithSummary("Calls it off, with a reason; If-Match.");
    }

    private static async Task<Results<Ok<Page<AwarenessView>>, ProblemHttpResult>> List(
        string? cursor, int? limit, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var (day, id) = (DateOnly.MaxValue, Guid.AllBitsSet);
        if (cursor is not null && !(Cursor.Decode(cursor, 2) is [var first, var second]
            && DateOnly.TryParseExact(first, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && Guid.TryParse(second, out id)))
        {
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        }

        var rows = await db.AwarenessActivities.AsNoTracking().Where(row => row.HeldOn < day || (row.HeldOn == day && row.Id < id))
            .OrderByDescending(row => row.HeldOn).ThenByDescending(row => row.Id).Take(size.Value + 1).ToListAsync(cancellationToken);
        var threshold = await ThresholdAsync(rules, cancellationToken);
        var last = rows.Count > size.Value ? rows[size.Value - 1] : null;
        return TypedResults.Ok(new Page<AwarenessView>(
            [.. rows.Take(size.Value).Select(row => View(row, threshold))], last is null ? null : Cursor.Encode(last.HeldOn.ToString(DateForm, CultureInfo.InvariantCulture), last.Id.ToString())));
    }

    private static async Task<Results<Ok<AwarenessView>, ProblemHttpResult>> One(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var row = await db.AwarenessActivities.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Ok(View(row, await ThresholdAsync(rules, cancellationToken)));
    }

    private static async Task<Results<Created<AwarenessView>, ProblemHttpResult>> Plan(
        AwarenessRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var planned = AwarenessActivity.Plan(request);
        if (planned.IsRefused)
            return http.Problem(planned);
        var row = planned.Value;
        db.Add(row);
        db.Audit(http.RequireAccount().AccountId, "awareness_planned", "awareness_activity", row.Id, after: request);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Created($"/api/participants/v1/awareness-activities/{row.Id}", View(row, await ThresholdAsync(rules, cancellationToken)));
    }

    private static Task<Results<Ok<AwarenessView>, ProblemHttpResult>> Change(
        Guid id, AwarenessRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, rules, "awareness_changed", request, (row, _) => Task.FromResult(row.Change(request)), cancellationToken);

    private static Task<Results<Ok<AwarenessView>, ProblemHttpResult>> Cancel(
        Guid id, CancellationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, rules, "awareness_cancelled", request, (row, _) => Task.FromResult(row.Cancel(request.Reason)), cancellationToken);

    private static async Task<Results<Ok<AwarenessView>, ProblemHttpResult>> Attend(
        Guid id, AttendanceRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        return await ActAsync(id, http, db, rules, "awareness_attendance_recorded", request, (row, threshold) =>
        {
            var recorded = row.Record(request, today, db.Now);
            if (!recorded.IsRefused)
                db.Record(row.HeldFact(threshold));
            return Task.FromResult(recorded);
        }, cancellationToken);
    }

    private static async Task<Results<Ok<AwarenessView>, ProblemHttpResult>> ActAsync(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, string action, object request, Func<AwarenessActivity, int, Task<Result>> act, CancellationToken cancellationToken)
    {
        var row = await db.AwarenessActivities.SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(row.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        var threshold = await ThresholdAsync(rules, cancellationToken);
        if (await act(row, threshold) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(http.RequireAccount().AccountId, action, "awareness_activity", row.Id, after: request);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Ok(View(row, threshold));
    }

    private static async Task<int> ThresholdAsync(LegalProfileInForce rules, CancellationToken cancellationToken) =>
        (await rules.OnAsync(await rules.TodayAsync(cancellationToken), cancellationToken))?.Parameters.SmallCellThreshold ?? new ProfileParameters().SmallCellThreshold;

    private static AwarenessView View(AwarenessActivity row, int threshold) => new(
        row.Id, row.Version, row.State, row.Topic, row.Description, row.HeldOn, row.Place, row.Link, row.Shown(threshold), row.Reason);

    private static RouteHandlerBuilder Guarded(RouteHandlerBuilder endpoint) =>
        endpoint.ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
}
