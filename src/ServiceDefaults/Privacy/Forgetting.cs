using System.Diagnostics;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceDefaults.Privacy;

/// <summary>
/// Forgets a person when Participants says so (INV-52), and tells it when that is done: effect and confirmation are one
/// transaction, so that a crash leaves neither, and a repetition finds nothing left and confirms nothing twice.
/// </summary>
public sealed class Forgetting : Projection
{
    /// <param name="confirmation">The service's own fact that an erasure was carried out here.</param>
    public Forgetting(string service, Func<Guid, IIntegrationEvent> confirmation)
        : base(Owners.Participants)
    {
        // Told before the person's own fact: an address that follows something without an account.
        On<PersonAddressErasedV1>(async (erased, transaction) =>
        {
            // Whose change it is stands in none of them: what is followed with a former address is found once it was moved. The person's own fact waits behind this one.
            await transaction.WaitForParkedAsync<AccountAddressChangedV1>();
            await ForgetAsync(service, SubjectKey.AddressHash, Convert.FromBase64String(erased.AddressHash), transaction);
        });
        On<PersonErasedV1>(async (erased, transaction) =>
        {
            await ForgetAsync(service, SubjectKey.Person, erased.PersonId, transaction);
            foreach (var sql in SharedSql)
                await transaction.ExecuteAsync(sql, erased.PersonId, PersonalTypes);
            // Also during a rebuild: it is the first application of a fact that was parked until now, or came meanwhile.
            await RecordAsync(confirmation(erased.AggregateId), transaction);
        });
    }

    /// <summary>Nothing is remembered again by a rebuild.</summary>
    public override string ResetSql => "";

    /// <summary>Payloads of personal facts that name the person, in the log and among the facts that wait for an operator; <c>$1</c> the person, <c>$2</c> the types.</summary>
    public static IReadOnlyList<string> SharedSql { get; } =
    [
        "update event_log set payload = null, erased_at = now() where personal and payload is not null and type = any($2) and payload::text like '%' || $1::text || '%'",
        "update inbox_parked set event = event || '{\"payload\": null}' where type = any($2) and (event -> 'payload')::text like '%' || $1::text || '%'",
    ];

    public static string[] PersonalTypes { get; } = [.. EventTypes.All.Where(EventTypes.CarriesPersonalData).Select(EventTypes.NameOf)];

    private static async Task ForgetAsync(string service, SubjectKey by, object key, ProjectionTransaction transaction)
    {
        foreach (var sql in PersonalDataRegister.Of(service).Where(table => table.FoundBy == by).SelectMany(table => table.ErasingSql()))
            await transaction.ExecuteAsync(sql, key);
    }

    private static Task<int> RecordAsync(IIntegrationEvent fact, ProjectionTransaction transaction) => transaction.ExecuteAsync(
        """
        insert into event_log (event_id, type, aggregate_id, aggregate_version, occurred_at, trace_parent, personal, payload)
        select $1, $2, $3, $4, now(), $5, false, $6::jsonb
        where not exists (select from event_log where aggregate_id = $3 and type = $2)
        """,
        EventIds.Next(TimeProvider.System.GetUtcNow()), EventTypes.NameOf(fact.GetType()), fact.AggregateId, fact.AggregateVersion,
        Activity.Current?.Id, JsonSerializer.Serialize(fact, fact.GetType(), ContractsJson.Options));
}
