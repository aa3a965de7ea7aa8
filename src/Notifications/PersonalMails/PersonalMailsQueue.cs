using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Notifications.Deliveries;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.PersonalMails;

/// <summary>Puts mails that other services ask for into the queue of deliveries, once for each fact.</summary>
internal sealed class PersonalMailsQueue : Projection
{
    /// <summary>A confirmation that does not leave within the hour is of no use; a notice before others is.</summary>
    private const short Priority = 0;

    public PersonalMailsQueue(InstanceKey key, TimeProvider clock)
        : base(Owners.Participants) =>
        On<PersonalMailRequestedV1>(async (requested, transaction) =>
        {
            var now = clock.GetUtcNow();
            if (requested.ExpiresAt <= now)
                return;
            var content = Convert.FromBase64String(requested.Sealed);
            var isNew = await transaction.ExecuteAsync(
                "insert into personal_mail (id, subject_id, content_sealed, expires_at, created_at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing",
                requested.AggregateId, requested.SubjectId, content, requested.ExpiresAt, now);
            if (isNew == 0)
                return;
            // What no SMTP server could be told is shown as failed at once; the workers only ever open what can be written.
            var recipient = EmailAddress.Parse(key.OpenMail(content).Recipient, "recipient");
            await transaction.ExecuteAsync(
                """
                insert into delivery (id, personal_mail_id, kind, priority, due_at, created_at, trace_parent, state, ended_at, last_error)
                values ($1, $1, 'PERSONAL', $2, $3, $3, $4, case when $5::text is null then 'WAITING' else 'FAILED' end, case when $5::text is null then null else $3::timestamptz end, $5)
                """,
                requested.AggregateId, Priority, now, transaction.Recorded.TraceParent, recipient.IsRefused ? recipient.Refusals[0].Code : null);
            await transaction.ExecuteAsync(DeliverySignal.NotifySql);
        });

    // Nothing is forgotten by a rebuild: what was asked for once was sent once.
    public override string ResetSql => "";
}
