using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.Participants.Privacy.Erasures;

/// <summary>
/// Learns from another service that it has forgotten a person. With the last of them the request is effective. From ActionPlans, whose facts have one
/// reader here, also until when plans run.
/// </summary>
public sealed class ErasureConfirmations : Projection
{
    private ErasureConfirmations(string owner)
        : base(owner)
    {
    }

    // A confirmation is no copy: the other service would not tell it again, and applying it twice changes nothing.
    public override string ResetSql => Owner == Owners.ActionPlans ? "delete from plan_period" : "";

    public static Projection[] All() =>
    [
        new ErasureConfirmations(Owners.ActionPlans).Of<Contracts.ActionPlans.V1.ErasureCarriedOutV1>().WithPlans(),
        new ErasureConfirmations(Owners.Transparency).Of<Contracts.Transparency.V1.ErasureCarriedOutV1>(),
        new ErasureConfirmations(Owners.Notifications).Of<Contracts.Notifications.V1.ErasureCarriedOutV1>(),
    ];

    /// <summary>Until when plans run: registrations are kept for a while after them.</summary>
    private ErasureConfirmations WithPlans()
    {
        On<PlanPublishedV1>((fact, transaction) => transaction.ExecuteAsync(
            "insert into plan_period (plan_id, ends_on) values ($1, $2) on conflict (plan_id) do update set ends_on = excluded.ends_on", fact.AggregateId, fact.PeriodEnd));
        return this;
    }

    private ErasureConfirmations Of<TEvent>() where TEvent : class, IIntegrationEvent
    {
        On<TEvent>(async (fact, transaction) =>
        {
            await transaction.ExecuteAsync(
                "insert into erasure_confirmation (erasure_id, service, confirmed_at) select id, $2, now() from erasure where id = $1 on conflict do nothing", fact.AggregateId, Owner);
            // Two confirmations at once: the second waits here for the first, and then sees it.
            await transaction.ExecuteAsync("select from erasure where id = $1 for update", fact.AggregateId);
            var completed = await transaction.ExecuteAsync(
                """
                update erasure set completed_at = now(), version = version + 1
                where id = $1 and completed_at is null and (select count(*) from erasure_confirmation where erasure_id = $1) >= $2
                """, fact.AggregateId, Erasure.Services.Count);
            if (completed == 0)
                return;
            await transaction.ExecuteAsync(
                "update event_log set payload = null, erased_at = now() where aggregate_id = $1 and personal and payload is not null", fact.AggregateId);
            // Every service has moved what was followed with a former address, and erased it with the last one.
            await transaction.ExecuteAsync(
                """
                with gone as (delete from address_change where account_id = (select person_id from erasure where id = $1) returning id)
                update event_log set payload = null, erased_at = now() where aggregate_id in (select id from gone) and personal and payload is not null
                """, fact.AggregateId);
            await transaction.ExecuteAsync(
                $"""
                with today as (select (now() at time zone {StateZone.Sql})::date as day),
                done as (
                    update arco_request set state = 'EFFECTIVE', effective_on = (select day from today), closed_on = (select day from today), version = version + 1
                    where state = 'ANSWERED' and right_asked = 'CANCELLATION' and outcome = 'GRANTED'
                        and person_id = (select person_id from erasure where id = $1)
                    returning id)
                insert into audit_log (id, at, action, subject, subject_id) select gen_random_uuid(), now(), 'arco_effective', 'arco_request', id from done
                """, fact.AggregateId);
        });
        return this;
    }
}
