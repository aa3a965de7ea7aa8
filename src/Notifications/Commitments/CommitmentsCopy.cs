using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Notifications.Deliveries;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Notifications.Commitments;

/// <summary>Titles of the commitments that can be followed, and the facts that their followers are told of.</summary>
internal sealed class CommitmentsCopy : Projection
{
    public CommitmentsCopy()
        : base(Owners.ActionPlans)
    {
        On<CommitmentPublishedV1>((published, transaction) => transaction.ExecuteAsync(
            """
            insert into commitment (id, identifier, title, withdrawn) values ($1, $2, $3, $4)
            on conflict (id) do update set identifier = excluded.identifier, title = excluded.title, withdrawn = excluded.withdrawn
            """,
            published.AggregateId, published.Identifier, published.Title, published.Status == CommitmentStatus.Withdrawn));
        On<ProgressReportedV1>((reported, transaction) => TellFollowersAsync(transaction, DeliveryKind.ProgressReported, reported.AggregateId, new NoticeContent
        {
            Activity = reported.ActivityTitle,
            From = reported.FromStatus,
            To = reported.ToStatus,
            Text = reported.Explanation,
            Period = reported.Period,
            By = reported.ReportedBy.Name,
            EvidenceCount = reported.Evidence.Count,
            Verified = reported.Progress.Verified,
            Reported = reported.Progress.Reported,
        }));
        On<ActivityVerifiedV1>((verified, transaction) => TellFollowersAsync(transaction, DeliveryKind.ActivityVerified, verified.AggregateId, new NoticeContent
        {
            Activity = verified.ActivityTitle,
            From = verified.FromStatus,
            To = verified.ToStatus,
            Text = verified.Note,
            By = verified.VerifiedBy.Name,
            Verified = verified.Progress.Verified,
            Reported = verified.Progress.Reported,
        }));
        On<CommitmentWithdrawnV1>(async (withdrawn, transaction) =>
        {
            await transaction.ExecuteAsync("update commitment set withdrawn = true where id = $1", withdrawn.AggregateId);
            await TellFollowersAsync(transaction, DeliveryKind.CommitmentWithdrawn, withdrawn.AggregateId, new NoticeContent
            {
                Text = withdrawn.Reason,
                Resolution = withdrawn.Resolution.Number,
                ResolutionDate = withdrawn.Resolution.AdoptedOn,
            });
        });
    }

    // Notices and deliveries stay: they are what keeps a rebuild from telling anybody twice.
    public override string ResetSql => "delete from commitment";

    /// <summary>
    /// One notice for the fact, one delivery for each of its followers, all in the inbox's transaction. A fact whose notice
    /// exists was told before (rebuild, repetition) and makes none. Somebody who confirmed later than a day after the fact has
    /// not asked for it: without this a new kind of notice, filled from the log, would mail old news.
    /// </summary>
    private static async Task TellFollowersAsync(ProjectionTransaction transaction, DeliveryKind kind, Guid commitment, NoticeContent content)
    {
        var fact = transaction.Recorded;
        var isNew = await transaction.ExecuteAsync(
            "insert into notice (id, kind, commitment_id, occurred_at, content) values ($1, $2, $3, $4, $5::jsonb) on conflict (id) do nothing",
            fact.EventId, kind.Code(), commitment, fact.OccurredAt, JsonSerializer.Serialize(content, ContractsJson.Options));
        if (isNew == 0)
            return;

        // The id, and with it the mail's Message-ID, follows from fact and subscription: the same mail is the same id for ever.
        var deliveries = await transaction.ExecuteAsync(
            """
            insert into delivery (id, subscription_id, notice_id, kind, priority, due_at, created_at, trace_parent)
            select md5($1::uuid::text || s.id::text)::uuid, s.id, $1, $2, 1, least($4, now()), now(), $5
            from subscription s
            where s.commitment_id = $3 and s.state = 'ACTIVE' and s.confirmed_at <= $4 + interval '1 day'
            on conflict (notice_id, subscription_id) do nothing
            """,
            fact.EventId, kind.Code(), commitment, fact.OccurredAt, fact.TraceParent);
        if (deliveries > 0)
            await transaction.ExecuteAsync(DeliverySignal.NotifySql);
    }
}
