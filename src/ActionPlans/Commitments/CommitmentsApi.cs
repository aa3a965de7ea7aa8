using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.Copies;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Commitments;

internal static class CommitmentsApi
{
    public static void MapCommitments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/action-plans/v1").WithTags("Commitments");
        group.MapGet("/commitments", List).DependsOnStateOnly().Validated().MayRefuse(400).WithSummary("Published commitments, by plan, theme or organisation that answers for them or takes part");
        group.MapGet("/commitments/{key}", Get).DependsOnStateOnly().Validated().MayRefuse(404).WithSummary("One published commitment, by identifier (MX-MEX-PAL01-C03) or id");
        group.MapGet("/commitments/{key}/progress-reports", CommitmentReports.Handle).DependsOnStateOnly().MayRefuse(400, 404).WithSummary("Reports on the activities of a commitment, the latest first");
        group.MapGet("/totals", Totals).DependsOnStateOnly().Validated().WithSummary("Counts and the three completion rates, co-created and proactive apart and together");
        group.MapGet("/my/acceptances", AcceptCommitment.Pending).RequireAuthorization().MayRefuse(401).WithSummary("Draft commitments that wait for my institution's acceptance");
        group.MapPost("/commitments/{id:guid}/acceptance", AcceptCommitment.Handle).RequireAuthorization().MayRefuse(401, 404, 409, 412).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("The responsible institution accepts the draft commitment as worded (INV-20)");
        group.MapPost("/commitments/{id:guid}/withdrawal", WithdrawCommitment.Handle).RequirePost(StaffRole.ExecutiveSecretary).Guarded().MayRefuse(400, 404, 409, 422).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("Withdraws a published commitment by resolution; its text stays public (INV-28)");
    }

    private static async Task<Results<Ok<Page<CommitmentSummary>>, StatusCodeHttpResult, ProblemHttpResult>> List(
        string? plan, string? theme, Guid? organisation, string? cursor, int? limit, CommitmentList commitments, NpgsqlDataSource database, HttpContext http, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var after = cursor is null ? [""] : Cursor.Decode(cursor, 1);
        if (after is null)
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        Guid? planId = null;
        if (plan is not null && (planId = await Keys.PlanAsync(plan, database, cancellationToken)) is null)
            return TypedResults.Ok(new Page<CommitmentSummary>([], null));
        // Only who may have the list already is worth a question of its own.
        if (http.Request.Headers.IfNoneMatch.Count > 0 && http.IsNotModified(ETags.Of(await commitments.StampAsync(planId, cancellationToken))))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var (stamp, rows) = await commitments.ReadStampedAsync(after[0], planId, theme, organisation, size.Value + 1, cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(stamp ?? await commitments.StampAsync(planId, cancellationToken));
        return TypedResults.Ok(Pages.Of(rows, size.Value, one => Cursor.Encode(one.Identifier)));
    }

    private static async Task<Results<Ok<CommitmentView>, StatusCodeHttpResult, ProblemHttpResult>> Get(
        string key, CommitmentReader reader, NpgsqlDataSource database, InstanceClock clock, HttpContext http, CancellationToken cancellationToken)
    {
        // Only who may have it already is worth a question of its own.
        if (http.Request.Headers.IfNoneMatch.Count > 0 && await Keys.CommitmentAsync(key, database, cancellationToken) is { } known
            && http.IsNotModified(VersionTag.Of(known.Version, known.PlanVersion, clock.Today)))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        if (await reader.ReadAsync(key, cancellationToken) is not { } view)
            return http.Problem(Refusal.NotFound());
        http.Response.GetTypedHeaders().ETag = VersionTag.Of(view.Version, view.Plan.Version, clock.Today);
        return TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<CompletionRates>, StatusCodeHttpResult>> Totals(CommitmentList commitments, HttpContext http, CancellationToken cancellationToken) =>
        http.IsNotModified(ETags.Of(await commitments.StampAsync(null, cancellationToken)))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(await commitments.RatesAsync(null, cancellationToken));
}

/// <summary>Things are addressed by what people read (MX-MEX-PAL01) or by id.</summary>
internal static class Keys
{
    public static async Task<Guid?> PlanAsync(string key, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select id from plan where identifier = $1 or id = $2");
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = IdOf(key) });
        return (Guid?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public static async Task<(Guid Id, int Version, int PlanVersion)?> CommitmentAsync(string key, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select c.id, c.version, p.published_version from commitment c join plan p on p.id = c.plan_id where c.identifier = $1 or c.id = $2");
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = IdOf(key) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetGuid(0), reader.GetInt32(1), reader.GetInt32(2)) : null;
    }

    public static Guid IdOf(string key) => Guid.TryParseExact(key, "D", out var id) ? id : Guid.Empty;
}
