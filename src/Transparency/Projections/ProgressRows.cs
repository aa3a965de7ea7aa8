using System.Globalization;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Transparency.Projections;

internal static class ProgressRows
{
    public static async Task ApplyAsync(ProgressReportedV1 fact, ProjectionTransaction transaction)
    {
        var verified = Percentage.Of(fact.Progress.Verified);
        var reported = Percentage.Of(fact.Progress.Reported);
        await transaction.ExecuteAsync(
            """
            insert into progress_reports (
                report_id, reported_at, period, plan_identifier, commitment_identifier, key_action_id, activity_id, activity_title_es,
                from_status, to_status, explanation_es, reported_by_es, reported_by_id, evidence_count, evidence_kinds, evidence_urls,
                evidence_descriptions_es, evidence_file_names, evidence_sha256, evidence_sizes,
                progress_numerator, progress_denominator, progress_value,
                progress_reported_numerator, progress_reported_denominator, progress_reported_value, example_data)
            select $1, $2, $3, c.plan_identifier, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                $21, $22, $23, $24, $25, $26, c.example_data
            from (values (1)) one left join commitments c on c.commitment_id = $4
            """,
            fact.ReportId, fact.ReportedAt.Printed(), fact.Period, fact.AggregateId, fact.CommitmentIdentifier, fact.KeyActionId, fact.ActivityId,
            fact.ActivityTitle, fact.FromStatus.Code(), fact.ToStatus.Code(), fact.Explanation.OrNull(), fact.ReportedBy.Name,
            fact.ReportedBy.OrganisationId, fact.Evidence.Count,
            fact.Evidence.Select(evidence => evidence.Kind.Code()).ToArray(), ListItems.Urls(fact.Evidence.Select(evidence => evidence.Url)),
            ListItems.Texts(fact.Evidence.Select(evidence => evidence.Description)), ListItems.Texts(fact.Evidence.Select(evidence => evidence.FileName)),
            ListItems.Texts(fact.Evidence.Select(evidence => evidence.Sha256)),
            ListItems.Texts(fact.Evidence.Select(evidence => evidence.Size?.ToString(CultureInfo.InvariantCulture))),
            verified.Numerator, verified.Denominator, verified.Value, reported.Numerator, reported.Denominator, reported.Value);
        await transaction.ExecuteAsync(
            """
            update activities set status = $2, last_reported_at = $3, verified_at = null, verified_by_es = null, verified_by_id = null,
                verification_note_es = null
            where activity_id = $1
            """,
            fact.ActivityId, fact.ToStatus.Code(), fact.ReportedAt.Printed());
        await KeyActionRows.CountActivitiesAsync(fact.CommitmentIdentifier, transaction);
        await CommitmentRows.KeepProgressAsync(fact.AggregateId, fact.Progress, fact.ReportedAt, transaction);
    }

    public static async Task ApplyAsync(ActivityVerifiedV1 fact, ProjectionTransaction transaction)
    {
        var holds = fact.ToStatus == ActivityStatus.Verified;
        await transaction.ExecuteAsync(
            """
            update activities set status = $2, verified_at = $3::timestamptz, verified_by_es = $4, verified_by_id = $5::uuid, verification_note_es = $6
            where activity_id = $1
            """,
            fact.ActivityId, fact.ToStatus.Code(), holds ? fact.VerifiedAt.Printed() : null, holds ? fact.VerifiedBy.Name : null,
            holds ? fact.VerifiedBy.OrganisationId : null, holds ? fact.Note.OrNull() : null);
        await KeyActionRows.CountActivitiesAsync(fact.CommitmentIdentifier, transaction);
        await CommitmentRows.KeepProgressAsync(fact.AggregateId, fact.Progress, null, transaction);
    }
}
