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
        OnMany<ProgressReportedV1>((reports, transaction) => TellFollowersAsync(transaction, DeliveryKind.ProgressReported, [.. reports.Select(one => (one.Recorded, ContentOf(one.Fact)))]));
        On<ActivityVerifiedV1>((verified, transaction) => TellFollowersAsync(transaction, DeliveryKind.ActivityVerified, new NoticeContent
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
            await TellFollowersAsync(transaction, DeliveryKind.CommitmentWithdrawn, new NoticeContent
            {
                Text = withdrawn.Reason,
                Resolution = withdrawn.Resolution.Number,
                ResolutionDate = withdrawn.Resolution.AdoptedOn,
            });
        });
    }

    // Notices and deliveries stay: they are what keeps a rebuild from telling anybody twice.
    public override string ResetSql => "delete from commitment";

    private static NoticeContent ContentOf(ProgressReportedV1 reported) => new()
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
    };

    private static Task TellFollowersAsync(ProjectionTransaction transaction, DeliveryKind kind, NoticeContent content) =>
        TellFollowersAsync(transaction, kind, [(transaction.Recorded, content)]);

    /// <summary>
    /// One notice for each fact, one delivery for each of its followers, all in the inbox's transaction. A fact whose notice
    /// exists was told before (rebuild, repetition) and makes none. Somebody who confirmed later than a day after the fact has
    /// not asked for it: without this a new kind of notice, filled from the log, would mail old news.
    /// The id, and with it the mail's Message-ID, follows from fact and subscription: the same mail is the same id for ever.
    /// </summary>
    private static async Task TellFollowersAsync(ProjectionTransaction transaction, DeliveryKind kind, IReadOnlyList<(RecordedEvent Fact, NoticeContent Content)> told)
    {
        var deliveries = await transaction.ExecuteAsync(
            """
            with told as (
                select * from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[]) as one (id, commitment_id, occurred_at, content, trace_parent)),
            notices as (
                insert into notice (id, kind, commitment_id, occurred_at, content)
                select id, $1, commitment_id, occurred_at, content::jsonb from told
                on conflict (id) do nothing
                returning id)
            insert into delivery (id, subscription_id, notice_id, kind, priority, due_at, created_at, trace_parent)
            select md5(told.id::text || s.id::text)::uuid, s.id, told.id, $1, 1, least(told.occurred_at, now()), now(), told.trace_parent
            from notices join told using (id)
            join subscription s on s.commitment_id = told.commitment_id and s.state = 'ACTIVE' and s.confirmed_at <= told.occurred_at + interval '1 day'
            on conflict (notice_id, subscription_id) do nothing
            """,
            kind.Code(), told.Select(one => one.Fact.EventId).ToArray(), told.Select(one => one.Fact.AggregateId).ToArray(), told.Select(one => one.Fact.OccurredAt).ToArray(),
            told.Select(one => JsonSerializer.Serialize(one.Content, ContractsJson.Options)).ToArray(), told.Select(one => one.Fact.TraceParent).ToArray());
        if (deliveries > 0)
            await transaction.ExecuteAsync(DeliverySignal.NotifySql);
    }
}
