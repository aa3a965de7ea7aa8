using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace OpenGov.Benchmarks.Peers;

/// <summary>
/// What one would write by hand for these two reads alone: one statement each on prepared connections, records, source-generated
/// JSON; no validators, telemetry, rules or checks. Runs as a process of its own.
/// </summary>
internal static class MinimalEndpoint
{
    public const string Verb = "minimal-endpoint";

    private const string List =
        """
        select c.id, c.identifier, c.number, c.title, p.identifier, c.kind, t.code, t.title_es, t.title_en, c.status, (c.definition -> 'responsible')::text,
               c.verified_numerator::text, c.verified_denominator::text, c.reported_numerator::text, c.reported_denominator::text, c.last_reported_at
        from commitment c join plan p on p.id = c.plan_id join theme t on t.code = c.theme
        order by c.identifier limit 50
        """;

    private const string Head =
        """
        select c.id, c.version, c.identifier, c.number, c.title, c.kind, c.status, c.definition::text,
               c.verified_numerator::text, c.verified_denominator::text, c.reported_numerator::text, c.reported_denominator::text,
               c.published_at, c.last_reported_at, p.id, p.identifier, p.title, t.code, t.title_es, t.title_en
        from commitment c join plan p on p.id = c.plan_id join theme t on t.code = c.theme
        where c.identifier = $1
        """;

    private const string Activities =
        """
        select k.id, k.number, k.title, k.weight, a.id, a.number, a.title, a.starts_on, a.ends_on, a.responsible_organisation_id, a.responsible_name, a.responsible_unit,
               a.means_of_verification, a.status, a.version, r.id, r.from_status, r.to_status, r.explanation, r.period, r.organisation_name, r.reported_at, r.evidence,
               v.from_status, v.to_status, v.note, v.organisation_name, v.verified_at
        from commitment c join key_action k on k.commitment_id = c.id join activity a on a.key_action_id = k.id
        left join lateral (
            select pr.*, (select jsonb_agg(jsonb_build_object('id', e.id, 'kind', e.kind, 'description', e.description, 'fileName', f.file_name, 'mediaType', f.media_type,
                    'sha256', f.sha256, 'size', f.size, 'url', coalesce(e.url, '/api/action-plans/v1/evidence-files/' || e.file_id)) order by e.ordinal)
                from evidence e left join evidence_file f on f.id = e.file_id where e.report_id = pr.id)::text as evidence
            from progress_report pr where pr.activity_id = a.id order by pr.reported_at desc, pr.id desc limit 1) r on true
        left join lateral (select ve.* from verification ve where ve.activity_id = a.id order by ve.verified_at desc limit 1) v on true
        where c.identifier = $1 and k.removed_in_version is null order by k.number, a.number
        """;

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{builder.Configuration["PORT"]}");
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, MinimalJson.Default));
        var source = new NpgsqlDataSourceBuilder(builder.Configuration.GetConnectionString("action-plans-db"));
        source.ConnectionStringBuilder.MaxAutoPrepare = 16;
        source.ConnectionStringBuilder.AutoPrepareMinUsages = 2;
        await using var database = source.Build();

        var app = builder.Build();
        app.MapGet("/alive", () => Results.Ok());
        app.MapGet("/api/action-plans/v1/commitments", (CancellationToken cancellationToken) => ListAsync(database, cancellationToken));
        app.MapGet("/api/action-plans/v1/commitments/{identifier}", (string identifier, CancellationToken cancellationToken) => GetAsync(database, identifier, cancellationToken));
        await app.RunAsync();
    }

    private static async Task<MinimalList> ListAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(List);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<MinimalLine>();
        while (await row.ReadAsync(cancellationToken))
        {
            items.Add(new MinimalLine(
                row.GetGuid(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetString(4), row.GetString(5),
                new MinimalTheme(row.GetString(6), row.GetString(7), row.GetString(8)), row.GetString(9), JsonElement.Parse(row.GetString(10)),
                new MinimalProgress(new MinimalFraction(row.GetString(11), row.GetString(12)), new MinimalFraction(row.GetString(13), row.GetString(14))),
                row.IsDBNull(15) ? null : row.GetDateTime(15)));
        }

        return new MinimalList(items, null);
    }

    private static async Task<MinimalCommitment?> GetAsync(NpgsqlDataSource database, string identifier, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Head) { Parameters = { new NpgsqlParameter<string> { TypedValue = identifier } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Activities) { Parameters = { new NpgsqlParameter<string> { TypedValue = identifier } } });
        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        var found = new MinimalCommitment(
            row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.GetInt32(3), row.GetString(4), row.GetString(5), row.GetString(6), JsonElement.Parse(row.GetString(7)),
            new MinimalProgress(new MinimalFraction(row.GetString(8), row.GetString(9)), new MinimalFraction(row.GetString(10), row.GetString(11))),
            row.GetDateTime(12), row.IsDBNull(13) ? null : row.GetDateTime(13), new MinimalPlan(row.GetGuid(14), row.GetString(15), row.GetString(16)),
            new MinimalTheme(row.GetString(17), row.GetString(18), row.GetString(19)), []);
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            if (found.KeyActions.Count == 0 || found.KeyActions[^1].Id != row.GetGuid(0))
                found.KeyActions.Add(new MinimalKeyAction(row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.GetInt32(3), []));
            found.KeyActions[^1].Activities.Add(new MinimalActivity(
                row.GetGuid(4), row.GetInt32(5), row.GetString(6), row.GetFieldValue<DateOnly>(7), row.GetFieldValue<DateOnly>(8),
                new MinimalParty(row.GetGuid(9), row.GetString(10), row.IsDBNull(11) ? null : row.GetString(11)), row.GetString(12), row.GetString(13), row.GetInt32(14),
                row.IsDBNull(15) ? null : new MinimalReport(
                    row.GetGuid(15), row.GetString(16), row.GetString(17), row.GetString(18), row.GetString(19), row.GetString(20), row.GetDateTime(21),
                    row.IsDBNull(22) ? null : JsonElement.Parse(row.GetString(22))),
                row.IsDBNull(23) ? null : new MinimalVerification(row.GetString(23), row.GetString(24), row.GetString(25), row.GetString(26), row.GetDateTime(27))));
        }

        return found;
    }
}

internal sealed record MinimalFraction(string Numerator, string Denominator);

internal sealed record MinimalProgress(MinimalFraction Verified, MinimalFraction Reported);

internal sealed record MinimalTheme(string Code, string Title, string TitleEn);

internal sealed record MinimalPlan(Guid Id, string Identifier, string Title);

internal sealed record MinimalParty(Guid Id, string Name, string? Unit);

internal sealed record MinimalLine(
    Guid Id, string Identifier, int Number, string Title, string PlanIdentifier, string Kind, MinimalTheme Theme, string Status, JsonElement Responsible,
    MinimalProgress Progress, DateTime? LastReportedAt);

internal sealed record MinimalList(List<MinimalLine> Items, string? Next);

internal sealed record MinimalReport(
    Guid Id, string FromStatus, string ToStatus, string Explanation, string Period, string ReportedBy, DateTime ReportedAt, JsonElement? Evidence);

internal sealed record MinimalVerification(string FromStatus, string ToStatus, string Note, string VerifiedBy, DateTime VerifiedAt);

internal sealed record MinimalActivity(
    Guid Id, int Number, string Title, DateOnly Start, DateOnly End, MinimalParty Responsible, string MeansOfVerification, string Status, int Version,
    MinimalReport? LastReport, MinimalVerification? LastVerification);

internal sealed record MinimalKeyAction(Guid Id, int Number, string Title, int Weight, List<MinimalActivity> Activities);

internal sealed record MinimalCommitment(
    Guid Id, int Version, string Identifier, int Number, string Title, string Kind, string Status, JsonElement Definition, MinimalProgress Progress,
    DateTime PublishedAt, DateTime? LastReportedAt, MinimalPlan Plan, MinimalTheme Theme, List<MinimalKeyAction> KeyActions);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(MinimalList))]
[JsonSerializable(typeof(MinimalCommitment))]
internal sealed partial class MinimalJson : JsonSerializerContext;
