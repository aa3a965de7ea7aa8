using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.Notifications.Instance;

/// <summary>What mails say of the instance, and who may see and set what here.</summary>
internal sealed class ParticipantsCopy : Projection
{
    public ParticipantsCopy()
        : base(Owners.Participants)
    {
        On<InstanceConfiguredV1>((configured, transaction) => transaction.ExecuteAsync(
            """
            insert into instance (name, public_address) values ($1, $2)
            on conflict (only_row) do update set name = excluded.name, public_address = excluded.public_address
            """,
            configured.Name, configured.PublicAddress.TrimEnd('/')));
        On<StaffPostAssignedV1>((assigned, transaction) => transaction.ExecuteAsync(
            """
            insert into staff_post (id, account_id, role, valid_from, valid_to) values ($1, $2, $3, $4, $5)
            on conflict (id) do update set role = excluded.role, valid_from = excluded.valid_from, valid_to = excluded.valid_to
            """,
            assigned.AggregateId, assigned.AccountId, assigned.Role.Code(), assigned.From, assigned.Until));
        On<StaffPostEndedV1>((ended, transaction) => transaction.ExecuteAsync(
            "update staff_post set valid_to = $2 where id = $1", ended.AggregateId, ended.EndedAt));
    }

    public override string ResetSql => "delete from instance; delete from staff_post";
}
