using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.Plans;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Exercises;

/// <param name="StageNumber">S0 to S10, or SX.</param>
public sealed record ExerciseView(Guid Id, int Version, string Title, string CveEnt, ExerciseStage Stage, string StageNumber, DateOnly OpenedOn);

public sealed record OpenExercise(string Title, DateOnly OpenedOn);

internal static class ExercisesApi
{
    public static void MapExercises(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/action-plans/v1/exercise").WithTags("Exercise");
        group.MapGet("", Get).DependsOnStateOnly().Validated().MayRefuse(404).WithSummary("The state's local exercise and its stage");
        group.MapPost("", Open).RequirePost(StaffRole.ExecutiveSecretary).MayRefuse(400, 409).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("Opens the exercise (S0)");
    }

    private static async Task<Results<Ok<ExerciseView>, StatusCodeHttpResult, ProblemHttpResult>> Get(
        ActionPlansDb database, InstanceClock clock, PlanApprovalReader approvals, HttpContext http, CancellationToken cancellationToken)
    {
        var exercise = await database.Exercises.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (exercise is null)
            return http.Problem(Refusal.NotFound());
        var view = await DescribeAsync(exercise, database, clock, approvals, cancellationToken);
        return http.IsNotModified(ETags.Of($"{exercise.Version}.{view.StageNumber}"))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(view);
    }

    private static async Task<Results<Created<ExerciseView>, ProblemHttpResult>> Open(
        OpenExercise request, ActionPlansDb database, InstanceClock clock, PlanApprovalReader approvals, HttpContext http, CancellationToken cancellationToken)
    {
        var refusals = new List<Refusal>();
        if (Texts.Check(request.Title, 300) is { } title)
            refusals.Add(Refusal.Invalid("title", title, 300));
        if (request.OpenedOn > clock.Today || request.OpenedOn.Year < 2011)
            refusals.Add(Refusal.Invalid("openedOn", "exercise_date_invalid"));
        if (refusals.Count > 0)
            return http.Problem(refusals);
        var cveEnt = await database.Database.SqlQuery<string>($"select cve_ent as \"Value\" from instance limit 1").SingleOrDefaultAsync(cancellationToken);
        if (cveEnt is null)
            return http.Problem(Refusal.Conflict("instance_not_configured"));
        if (await database.Exercises.AnyAsync(cancellationToken))
            return http.Problem(Refusal.Conflict("exercise_exists"));

        var exercise = Exercise.Open(request.Title, cveEnt, request.OpenedOn);
        database.Add(exercise);
        database.Record(new ExerciseOpenedV1(exercise.Id, exercise.Version, cveEnt, exercise.Title, exercise.Stage.Code(), exercise.OpenedOn));
        database.Audit(http.RequireAccount().AccountId, "exercise_opened", "exercise", exercise.Id, after: request);
        await database.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(exercise.Version);
        return TypedResults.Created("/api/action-plans/v1/exercise", await DescribeAsync(exercise, database, clock, approvals, cancellationToken));
    }

    private static async Task<ExerciseView> DescribeAsync(Exercise exercise, ActionPlansDb database, InstanceClock clock, PlanApprovalReader approvals, CancellationToken cancellationToken)
    {
        var firstStart = await database.Plans.Select(plan => (DateOnly?)plan.PeriodStart).MinAsync(cancellationToken);
        var begun = await database.Database.SqlQuery<Beginning>(
            $"select exists (select from joint_declaration) as is_declared, exists (select from open_call) as has_call").SingleAsync(cancellationToken);
        var stage = exercise.StageOn(clock.Today, firstStart, begun.is_declared, begun.has_call, await approvals.OwnAsync(cancellationToken));
        return new(exercise.Id, exercise.Version, exercise.Title, exercise.CveEnt, stage, stage == ExerciseStage.Suspended ? "SX" : $"S{(int)stage}", exercise.OpenedOn);
    }

    /// <summary>Named as the columns are.</summary>
    private sealed record Beginning(bool is_declared, bool has_call);
}
