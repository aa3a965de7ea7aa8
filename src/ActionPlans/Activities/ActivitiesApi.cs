using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.ActionPlans.Commitments;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.Reference;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Activities;

/// <summary>An activity with where it belongs.</summary>
/// <param name="Version">For the If-Match of a report or a verification.</param>
/// <param name="Overdue">Past its end date in the instance's time zone and not completed.</param>
public sealed record ActivityDetail(
    Guid Id,
    int Version,
    int Number,
    string Title,
    DateOnly Start,
    DateOnly End,
    ResponsibleParty Responsible,
    string MeansOfVerification,
    ActivityStatus Status,
    bool Overdue,
    int KeyActionNumber,
    string KeyActionTitle,
    Guid CommitmentId,
    string CommitmentIdentifier,
    string CommitmentTitle,
    string PlanIdentifier,
    DateTimeOffset? LastReportedAt);

internal static class ActivitiesApi
{
    private const string Columns =
        """
        select a.id, a.version, a.number, a.title, a.starts_on, a.ends_on, a.responsible_organisation_id, a.responsible_name, a.responsible_unit,
               a.means_of_verification, a.status, k.number, k.title, c.id, c.identifier, c.title, p.identifier,
               (select max(reported_at) from progress_report r where r.activity_id = a.id)
        from activity a
        join key_action k on k.id = a.key_action_id
        join commitment c on c.id = a.commitment_id
        join plan p on p.id = c.plan_id
        """;

    public static void MapActivities(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/action-plans/v1").WithTags("Activities");
        group.MapGet("/my/activities", Mine).RequireAuthorization().MayRefuse(401).WithSummary("Activities that my institutions answer for, the next due first");
        group.MapGet("/activities/{id:guid}", Get).DependsOnStateOnly().MayRefuse(404).WithSummary("One activity; its ETag is what reports are guarded by");
        group.MapGet("/activities/{id:guid}/progress-reports", Reports).DependsOnStateOnly().MayRefuse(400, 404).WithSummary("Reports on an activity, the latest first");
        group.MapPost("/activities/{id:guid}/progress-reports", ReportProgress.Handle).RequireAuthorization().Guarded().MayRefuse(400, 401, 403, 404, 409, 422).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("The responsible institution reports on its activity, with evidence");
        group.MapPost("/activities/{id:guid}/verifications", VerifyActivity.Handle).RequireAuthorization().Guarded().MayRefuse(400, 401, 403, 404, 409, 422).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("Another institution verifies a completed activity, or takes its verification back (INV-30)");
    }

    private static async Task<Ok<ItemList<ActivityDetail>>> Mine(
        Permissions permissions, NpgsqlDataSource database, InstanceClock clock, HttpContext http, CancellationToken cancellationToken)
    {
        var organisations = await permissions.OrganisationsOfAsync(http.RequireAccount().AccountId, cancellationToken);
        await using var command = database.CreateCommand(
            Columns + " where a.responsible_organisation_id = any($1) and a.status <> 'CANCELLED' and c.status <> 'WITHDRAWN' order by a.ends_on, c.identifier, k.number, a.number");
        command.Parameters.Add(new() { Value = organisations.Select(one => one.Id).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var activities = new List<ActivityDetail>();
        while (await reader.ReadAsync(cancellationToken))
            activities.Add(Read(reader, clock));
        return TypedResults.Ok(new ItemList<ActivityDetail>(activities));
    }

    private static async Task<Results<Ok<ActivityDetail>, ProblemHttpResult>> Get(
        Guid id, NpgsqlDataSource database, InstanceClock clock, HttpContext http, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Columns + " where a.id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return http.Problem(Refusal.NotFound());
        var activity = Read(reader, clock);
        // No 304 here: what is overdue changes with the day, and the ETag must stay the version that a report is guarded by.
        http.Response.GetTypedHeaders().ETag = ETags.Of(activity.Version);
        return TypedResults.Ok(activity);
    }

    private static async Task<Results<Ok<Page<ReportView>>, ProblemHttpResult>> Reports(
        Guid id, string? cursor, int? limit, NpgsqlDataSource database, HttpContext http, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        // Ids are UUIDs of version 7, made in the order of time: one key is enough.
        Guid? before = null;
        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 1) is not [var text] || !Guid.TryParseExact(text, "D", out var key))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            before = key;
        }

        await using var command = database.CreateCommand(ReportsOfActivity);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = size.Value + 1 });
        var reports = new List<ReportView>();
        // Its connection is given back before another one is asked for.
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                reports.Add(ReportRow.Read(reader, 0));
        }

        if (reports.Count == 0 && !await ExistsAsync(id, database, cancellationToken))
            return http.Problem(Refusal.NotFound());
        return TypedResults.Ok(Pages.Of(reports, size.Value, report => Cursor.Encode(report.Id.ToString())));
    }

    /// <summary>An activity without reports and one that does not exist look the same in the reports.</summary>
    private static async Task<bool> ExistsAsync(Guid id, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select exists (" + Columns + " where a.id = $1)");
        command.Parameters.Add(new() { Value = id });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static readonly string ReportsOfActivity = Sql.Statements("activity-reports")[0];

    private static ActivityDetail Read(NpgsqlDataReader row, InstanceClock clock)
    {
        var status = EnumCodes.Parse<ActivityStatus>(row.GetString(10));
        var end = row.GetFieldValue<DateOnly>(5);
        return new ActivityDetail(
            row.GetGuid(0),
            row.GetInt32(1),
            row.GetInt32(2),
            row.GetString(3),
            row.GetFieldValue<DateOnly>(4),
            end,
            new ResponsibleParty(row.GetGuid(6), row.GetString(7), row.Text(8)),
            row.GetString(9),
            status,
            Overdue.Is(status, end, clock.Today),
            row.GetInt32(11),
            row.GetString(12),
            row.GetGuid(13),
            row.GetString(14),
            row.GetString(15),
            row.GetString(16),
            row.Maybe<DateTimeOffset>(17));
    }
}
