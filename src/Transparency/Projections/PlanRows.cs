using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Transparency.Projections;

internal static class PlanRows
{
    private static readonly string[] TablesOfAPlan = ["commitments", "key_actions", "activities", "progress_reports"];

    public static async Task ApplyAsync(PlanPublishedV1 fact, ProjectionTransaction transaction)
    {
        await transaction.ExecuteAsync(
            """
            insert into plans (
                plan_identifier, plan_id, plan_version, cve_ent, title_es, objective_es, period_start, period_end,
                approval_resolution, approval_session, approved_on, approval_document_url, change_summary_es, content_sha256,
                commitments_published, commitments_withdrawn, commitments_active, published_at, example_data)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, 0, $15, $16)
            on conflict (plan_id) do update set
                plan_identifier = excluded.plan_identifier, plan_version = excluded.plan_version, cve_ent = excluded.cve_ent,
                title_es = excluded.title_es, objective_es = excluded.objective_es,
                period_start = excluded.period_start, period_end = excluded.period_end,
                approval_resolution = excluded.approval_resolution, approval_session = excluded.approval_session,
                approved_on = excluded.approved_on, approval_document_url = excluded.approval_document_url,
                change_summary_es = excluded.change_summary_es, content_sha256 = excluded.content_sha256,
                published_at = excluded.published_at, example_data = excluded.example_data
            """,
            fact.Identifier, fact.AggregateId, fact.PlanVersion, fact.CveEnt, fact.Title, fact.Objective.OrNull(), fact.PeriodStart, fact.PeriodEnd,
            fact.Approval.Number, fact.Approval.Session.OrNull(), fact.Approval.AdoptedOn, fact.Approval.DocumentUrl.OrNull(),
            fact.ChangeSummary.OrNull(), fact.ContentHash, fact.PublishedAt.Printed(), fact.ExampleData);
        foreach (var table in TablesOfAPlan)
        {
            await transaction.ExecuteAsync(
                $"update {table} set example_data = $2 where plan_identifier = $1 and example_data is distinct from $2",
                fact.Identifier, fact.ExampleData);
        }

        await CountCommitmentsAsync(fact.Identifier, transaction);
    }

    /// <summary>N_pub, those withdrawn, and N_active of SPEC §3.2.4.</summary>
    public static Task CountCommitmentsAsync(string planIdentifier, ProjectionTransaction transaction) => transaction.ExecuteAsync(
        """
        update plans set
            commitments_published = counted.published,
            commitments_withdrawn = counted.withdrawn,
            commitments_active = counted.published - counted.withdrawn
        from (select count(*) as published, count(*) filter (where status = 'WITHDRAWN') as withdrawn
              from commitments where plan_identifier = $1) counted
        where plan_identifier = $1
        """,
        planIdentifier);
}
