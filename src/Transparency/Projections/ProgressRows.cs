using System.Globalization;
using Npgsql;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Transparency.Projections;

internal static class ProgressRows
{
    /// <summary>The columns of <see cref="Values"/>, in its order.</summary>
    private const string Columns =
        """
        report_id, reported_at, period, commitment_identifier, key_action_id, activity_id, activity_title_es,
        from_status, to_status, explanation_es, reported_by_es, reported_by_id, evidence_count, evidence_kinds, evidence_urls,
        evidence_descriptions_es, evidence_file_names, evidence_sha256, evidence_sizes,
        progress_numerator, progress_denominator, progress_value,
        progress_reported_numerator, progress_reported_denominator, progress_reported_value
        """;

    private const string Insert =
        $"""
        insert into progress_reports ({Columns}, plan_identifier, example_data)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, c.plan_identifier, c.example_data
        from (values (1)) one left join commitments c on c.commitment_id = $26
        """;

    /// <summary>
    /// The reports as rows; of each activity and commitment what the last of its reports says. Nothing but these reports comes
    /// between them, so the states in between are nobody's.
    /// </summary>
    public static async Task ApplyAsync(IReadOnlyList<AppliedFact<ProgressReportedV1>> facts, ProjectionTransaction transaction)
    {
        var statements = new List<Statement>();
        if (facts is [var (_, fact)])
            statements.Add(new Statement(Insert, [.. Values(fact), fact.AggregateId]));
        else
            await CopyAsync(facts, await PlansOfAsync(facts, transaction), transaction);

        var activities = facts.Select(one => one.Fact).GroupBy(report => report.ActivityId).Select(reports => reports.Last()).ToArray();
        statements.Add(new Statement(
            """
            update activities set status = last.status, last_reported_at = last.reported_at, verified_at = null, verified_by_es = null,
                verified_by_id = null, verification_note_es = null
            from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as last (activity_id, status, reported_at)
            where activities.activity_id = last.activity_id
            """,
            activities.Select(report => report.ActivityId).ToArray(), activities.Select(report => report.ToStatus.Code()).ToArray(),
            activities.Select(report => report.ReportedAt.Printed()).ToArray()));
        statements.Add(KeyActionRows.CountActivities(facts.Select(one => one.Fact.CommitmentIdentifier).Distinct(StringComparer.Ordinal)));
        statements.AddRange(facts.Select(one => one.Fact).GroupBy(report => report.AggregateId).Select(reports => reports.Last())
            .Select(last => CommitmentRows.KeepProgress(last.AggregateId, last.Progress, last.ReportedAt)));
        await transaction.ExecuteAllAsync(statements);
    }

    private static object?[] Values(ProgressReportedV1 fact)
    {
        var verified = Percentage.Of(fact.Progress.Verified);
        var reported = Percentage.Of(fact.Progress.Reported);
        return
        [
            fact.ReportId, fact.ReportedAt.Printed(), fact.Period, fact.CommitmentIdentifier, fact.KeyActionId, fact.ActivityId, fact.ActivityTitle,
            fact.FromStatus.Code(), fact.ToStatus.Code(), fact.Explanation.OrNull(), fact.ReportedBy.Name, fact.ReportedBy.OrganisationId, fact.Evidence.Count,
            fact.Evidence.Select(evidence => evidence.Kind.Code()).ToArray(), ListItems.Urls(fact.Evidence.Select(evidence => evidence.Url)),
            ListItems.Texts(fact.Evidence.Select(evidence => evidence.Description)), ListItems.Texts(fact.Evidence.Select(evidence => evidence.FileName)),
            ListItems.Texts(fact.Evidence.Select(evidence => evidence.Sha256)),
            ListItems.Texts(fact.Evidence.Select(evidence => evidence.Size?.ToString(CultureInfo.InvariantCulture))),
            verified.Numerator, verified.Denominator, verified.Value, reported.Numerator, reported.Denominator, reported.Value,
        ];
    }

    private static async Task CopyAsync(
        IReadOnlyList<AppliedFact<ProgressReportedV1>> facts, Dictionary<Guid, (string Identifier, bool? IsExample)> plans, ProjectionTransaction transaction)
    {
        await using var rows = await transaction.Connection.BeginBinaryImportAsync(
            $"copy progress_reports ({Columns}, plan_identifier, example_data) from stdin (format binary)", transaction.Cancellation);
        foreach (var (_, fact) in facts)
        {
            var plan = plans.GetValueOrDefault(fact.AggregateId);
            await rows.WriteRowAsync(transaction.Cancellation, [.. Values(fact), plan.Identifier, plan.IsExample]);
        }

        await rows.CompleteAsync(transaction.Cancellation);
    }

    /// <summary>Of the commitments that are here; a report can come before its commitment.</summary>
    private static async Task<Dictionary<Guid, (string Identifier, bool? IsExample)>> PlansOfAsync(
        IReadOnlyList<AppliedFact<ProgressReportedV1>> facts, ProjectionTransaction transaction)
    {
        await using var command = new NpgsqlCommand(
            "select commitment_id, plan_identifier, example_data from commitments where commitment_id = any ($1)", transaction.Connection, transaction.Transaction);
        command.Parameters.Add(new NpgsqlParameter { Value = facts.Select(one => one.Fact.AggregateId).Distinct().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(transaction.Cancellation);
        var plans = new Dictionary<Guid, (string, bool?)>();
        while (await reader.ReadAsync(transaction.Cancellation))
            plans.Add(reader.GetGuid(0), (reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetBoolean(2)));
        return plans;
    }

    public static async Task ApplyAsync(ActivityVerifiedV1 fact, ProjectionTransaction transaction)
    {
        var holds = fact.ToStatus == ActivityStatus.Verified;
        await transaction.ExecuteAllAsync(
            new Statement(
            """
            update activities set status = $2, verified_at = $3::timestamptz, verified_by_es = $4, verified_by_id = $5::uuid, verification_note_es = $6
            where activity_id = $1
            """,
            fact.ActivityId, fact.ToStatus.Code(), holds ? fact.VerifiedAt.Printed() : null, holds ? fact.VerifiedBy.Name : null,
            holds ? fact.VerifiedBy.OrganisationId : null, holds ? fact.Note.OrNull() : null),
            KeyActionRows.CountActivities([fact.CommitmentIdentifier]),
            CommitmentRows.KeepProgress(fact.AggregateId, fact.Progress, null));
    }
}
