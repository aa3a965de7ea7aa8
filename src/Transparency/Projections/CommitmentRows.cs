using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Transparency.Projections;

internal static class CommitmentRows
{
    public static async Task ApplyAsync(CommitmentPublishedV1 fact, ProjectionTransaction transaction)
    {
        await RemoveWhatLeftAsync(fact, transaction);
        var verified = Percentage.Of(fact.Progress.Verified);
        var reported = Percentage.Of(fact.Progress.Reported);
        var activities = fact.KeyActions.SelectMany(keyAction => keyAction.Activities).ToArray();
        await transaction.ExecuteAsync(
            """
            insert into commitments (
                commitment_identifier, commitment_id, plan_identifier, plan_version, number, ogp_id, title_es, kind, types, theme, pillars,
                public_problem_es, objective_es, responsible_es, responsible_units_es, responsible_ids, co_responsible_es, co_responsible_ids,
                territory, sdg_targets, indicator_names_es, indicator_units_es, indicator_baselines_es, indicator_targets_es,
                indicator_periods_es, start_date, end_date, status, progress_numerator, progress_denominator, progress_value,
                progress_reported_numerator, progress_reported_denominator, progress_reported_value, suggested_level, published_at, example_data)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
                $26::date, $27::date, $28, $29, $30, $31, $32, $33, $34, $35, $36, (select example_data from plans where plan_identifier = $3))
            on conflict (commitment_id) do update set
                commitment_identifier = excluded.commitment_identifier, plan_identifier = excluded.plan_identifier,
                plan_version = excluded.plan_version, number = excluded.number, ogp_id = excluded.ogp_id, title_es = excluded.title_es,
                kind = excluded.kind, types = excluded.types, theme = excluded.theme, pillars = excluded.pillars,
                public_problem_es = excluded.public_problem_es, objective_es = excluded.objective_es,
                responsible_es = excluded.responsible_es, responsible_units_es = excluded.responsible_units_es,
                responsible_ids = excluded.responsible_ids, co_responsible_es = excluded.co_responsible_es,
                co_responsible_ids = excluded.co_responsible_ids, territory = excluded.territory, sdg_targets = excluded.sdg_targets,
                indicator_names_es = excluded.indicator_names_es, indicator_units_es = excluded.indicator_units_es,
                indicator_baselines_es = excluded.indicator_baselines_es, indicator_targets_es = excluded.indicator_targets_es,
                indicator_periods_es = excluded.indicator_periods_es, start_date = excluded.start_date, end_date = excluded.end_date,
                status = excluded.status,
                withdrawal_resolution = case when excluded.status = 'WITHDRAWN' then commitments.withdrawal_resolution end,
                withdrawal_reason_es = case when excluded.status = 'WITHDRAWN' then commitments.withdrawal_reason_es end,
                withdrawn_at = case when excluded.status = 'WITHDRAWN' then commitments.withdrawn_at end,
                progress_numerator = excluded.progress_numerator, progress_denominator = excluded.progress_denominator,
                progress_value = excluded.progress_value, progress_reported_numerator = excluded.progress_reported_numerator,
                progress_reported_denominator = excluded.progress_reported_denominator,
                progress_reported_value = excluded.progress_reported_value, suggested_level = excluded.suggested_level,
                published_at = excluded.published_at, example_data = excluded.example_data
            """,
            fact.Identifier, fact.AggregateId, fact.PlanIdentifier, fact.PlanVersion, fact.Number, fact.OgpId.OrNull(), fact.Title, fact.Kind.Code(),
            fact.Types.Select(type => type.Code()).ToArray(), fact.Theme, fact.Pillars.Select(pillar => pillar.Code()).ToArray(),
            fact.PublicProblem.OrNull(), fact.Objective.OrNull(),
            ListItems.Texts(fact.Responsible.Select(party => party.Name)), ListItems.Texts(fact.Responsible.Select(party => party.Unit)),
            ListItems.Ids(fact.Responsible), ListItems.Texts(fact.CoResponsible.Select(party => party.Name)), ListItems.Ids(fact.CoResponsible),
            ListItems.Texts(fact.Territory), ListItems.Texts(fact.SdgTargets),
            ListItems.Texts(fact.Indicators.Select(indicator => indicator.Name)), ListItems.Texts(fact.Indicators.Select(indicator => indicator.Unit)),
            ListItems.Texts(fact.Indicators.Select(indicator => indicator.Baseline)), ListItems.Texts(fact.Indicators.Select(indicator => indicator.Target)),
            ListItems.Texts(fact.Indicators.Select(indicator => indicator.Period)),
            activities.Length == 0 ? null : activities.Min(activity => activity.Start),
            activities.Length == 0 ? null : activities.Max(activity => activity.End),
            fact.Status.Code(), verified.Numerator, verified.Denominator, verified.Value, reported.Numerator, reported.Denominator, reported.Value,
            fact.Progress.Suggested.Code(), fact.PublishedAt.Printed());

        foreach (var keyAction in fact.KeyActions)
            await KeyActionRows.KeepAsync(fact, keyAction, transaction);
        await transaction.ExecuteAllAsync(KeyActionRows.CountActivities([fact.Identifier]));
        await PlanRows.CountCommitmentsAsync(fact.PlanIdentifier, transaction);
    }

    public static async Task ApplyAsync(CommitmentWithdrawnV1 fact, ProjectionTransaction transaction)
    {
        await transaction.ExecuteAsync(
            """
            update commitments set status = 'WITHDRAWN', suggested_level = 'WITHDRAWN',
                withdrawal_resolution = $2, withdrawal_reason_es = $3, withdrawn_at = $4
            where commitment_id = $1
            """,
            fact.AggregateId, fact.Resolution.Number, fact.Reason, fact.WithdrawnAt.Printed());
        await transaction.ExecuteAsync(
            """
            update plans set commitments_withdrawn = counted.withdrawn, commitments_active = commitments_published - counted.withdrawn
            from (select plan_identifier, count(*) filter (where status = 'WITHDRAWN') as withdrawn from commitments
                  where plan_identifier = (select plan_identifier from commitments where commitment_id = $1) group by 1) counted
            where plans.plan_identifier = counted.plan_identifier
            """,
            fact.AggregateId);
    }

    public static Statement KeepProgress(Guid commitmentId, CommitmentProgress progress, DateTimeOffset? reportedAt)
    {
        var verified = Percentage.Of(progress.Verified);
        var reported = Percentage.Of(progress.Reported);
        return new Statement(
            """
            update commitments set
                progress_numerator = $2, progress_denominator = $3, progress_value = $4,
                progress_reported_numerator = $5, progress_reported_denominator = $6, progress_reported_value = $7,
                suggested_level = $8, last_reported_at = coalesce($9::timestamptz, last_reported_at)
            where commitment_id = $1
            """,
            commitmentId, verified.Numerator, verified.Denominator, verified.Value, reported.Numerator, reported.Denominator, reported.Value,
            progress.Suggested.Code(), reportedAt?.Printed());
    }

    /// <summary>Key actions and activities that the new version of the plan no longer has.</summary>
    private static async Task RemoveWhatLeftAsync(CommitmentPublishedV1 fact, ProjectionTransaction transaction)
    {
        const string former = "commitment_identifier in (select commitment_identifier from commitments where commitment_id = $1)";
        await transaction.ExecuteAsync(
            $"delete from activities where {former} and activity_id <> all ($2)",
            fact.AggregateId, fact.KeyActions.SelectMany(keyAction => keyAction.Activities).Select(activity => activity.Id).ToArray());
        await transaction.ExecuteAsync(
            $"delete from key_actions where {former} and key_action_id <> all ($2)",
            fact.AggregateId, fact.KeyActions.Select(keyAction => keyAction.Id).ToArray());
    }
}
