using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Transparency.Projections;

internal static class KeyActionRows
{
    public static async Task KeepAsync(CommitmentPublishedV1 commitment, PublishedKeyAction keyAction, ProjectionTransaction transaction)
    {
        await transaction.ExecuteAsync(
            """
            insert into key_actions (
                key_action_id, plan_identifier, plan_version, commitment_identifier, number, title_es, weight,
                activities_total, activities_cancelled, activities_completed, activities_verified, example_data)
            values ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, (select example_data from plans where plan_identifier = $2))
            on conflict (key_action_id) do update set
                plan_identifier = excluded.plan_identifier, plan_version = excluded.plan_version,
                commitment_identifier = excluded.commitment_identifier, number = excluded.number, title_es = excluded.title_es,
                weight = excluded.weight, example_data = excluded.example_data
            """,
            keyAction.Id, commitment.PlanIdentifier, commitment.PlanVersion, commitment.Identifier, keyAction.Number, keyAction.Title, keyAction.Weight);
        foreach (var activity in keyAction.Activities)
        {
            await transaction.ExecuteAsync(
                """
                insert into activities (
                    activity_id, plan_identifier, plan_version, commitment_identifier, key_action_id, key_action_number, number, title_es,
                    start_date, end_date, responsible_es, responsible_unit_es, responsible_id, means_of_verification_es, status, example_data)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                    (select example_data from plans where plan_identifier = $2))
                on conflict (activity_id) do update set
                    plan_identifier = excluded.plan_identifier, plan_version = excluded.plan_version,
                    commitment_identifier = excluded.commitment_identifier, key_action_id = excluded.key_action_id,
                    key_action_number = excluded.key_action_number, number = excluded.number, title_es = excluded.title_es,
                    start_date = excluded.start_date, end_date = excluded.end_date, responsible_es = excluded.responsible_es,
                    responsible_unit_es = excluded.responsible_unit_es, responsible_id = excluded.responsible_id,
                    means_of_verification_es = excluded.means_of_verification_es, status = excluded.status,
                    verified_at = case when excluded.status = 'VERIFIED' then activities.verified_at end,
                    verified_by_es = case when excluded.status = 'VERIFIED' then activities.verified_by_es end,
                    verified_by_id = case when excluded.status = 'VERIFIED' then activities.verified_by_id end,
                    verification_note_es = case when excluded.status = 'VERIFIED' then activities.verification_note_es end,
                    example_data = excluded.example_data
                """,
                activity.Id, commitment.PlanIdentifier, commitment.PlanVersion, commitment.Identifier, keyAction.Id, keyAction.Number,
                activity.Number, activity.Title, activity.Start, activity.End, activity.Responsible.Name, activity.Responsible.Unit.OrNull(),
                activity.Responsible.OrganisationId, activity.MeansOfVerification.OrNull(), activity.Status.Code());
        }
    }

    /// <summary>
    /// Counts of activities and the verified share of those not cancelled, in percent, in lowest terms: the key action's part
    /// in SPEC §3.2.2. Without an activity left there is no share.
    /// </summary>
    public static Statement CountActivities(IEnumerable<string> commitmentIdentifiers) => new(
        """
        update key_actions set
            activities_total = counted.total, activities_cancelled = counted.cancelled,
            activities_completed = counted.completed, activities_verified = counted.verified,
            progress_numerator = 100 * counted.verified / nullif(gcd(100 * counted.verified, counted.active), 0),
            progress_denominator = counted.active / nullif(gcd(100 * counted.verified, counted.active), 0),
            progress_value = round(100.0 * counted.verified / nullif(counted.active, 0), 4)
        from (
            select k.key_action_id,
                count(a.activity_id)::integer as total,
                count(*) filter (where a.status = 'CANCELLED')::integer as cancelled,
                count(*) filter (where a.status <> 'CANCELLED')::integer as active,
                count(*) filter (where a.status in ('COMPLETED', 'VERIFIED'))::integer as completed,
                count(*) filter (where a.status = 'VERIFIED')::integer as verified
            from key_actions k left join activities a using (key_action_id)
            where k.commitment_identifier = any ($1)
            group by k.key_action_id) counted
        where key_actions.key_action_id = counted.key_action_id
        """,
        // An array of texts alone would be taken for the list of values.
        (object)commitmentIdentifiers.ToArray());
}
