using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Subscriptions;

/// <summary>
/// What is followed with the address of an account goes on with its new one (docs/decisions/0025): notices reach whom they are for, and an export or an erasure
/// finds all that is theirs under the one address that the account has.
/// </summary>
internal sealed class MovedAddresses : Projection
{
    private const string StruckOut = "state = 'CANCELLED', ended_at = now(), lease_id = null, lease_until = null, token_sealed = null";

    public MovedAddresses(AddressVault vault, InstanceKey key)
        : base(Owners.Participants) =>
        On<AccountAddressChangedV1>(async (changed, transaction) =>
        {
            // In their order, whosesoever they are: of two changes of one account the second would find nothing to move on.
            await transaction.WaitForParkedAsync<AccountAddressChangedV1>();
            // It happened once; whoever has the former mailbox since then may follow something with it.
            if (await transaction.ExecuteAsync("insert into moved_address (change_id) values ($1) on conflict do nothing", changed.AggregateId) == 0)
                return;
            var former = Convert.FromBase64String(changed.FormerHash);
            var address = EmailAddress.Parse(AddressFingerprint.OpenNew(key, Convert.FromBase64String(changed.Sealed)), "email");
            // No mail could be sent to such an address: nothing is followed with it.
            var now = address.IsRefused ? null : vault.HashOf(address.Value);
            // In one order, as requests for either address wait for the same locks.
            foreach (var one in new[] { former, now }.OfType<byte[]>().Select(hash => BitConverter.ToInt64(hash)).Distinct().Order())
                await transaction.ExecuteAsync("select pg_advisory_xact_lock($1)", one);
            if (now is not null && former.AsSpan().SequenceEqual(now))
            {
                // The same mailbox, written otherwise.
                await transaction.ExecuteAsync("update subscription set address_sealed = $2, version = version + 1 where address_hash = $1", former, vault.Seal(address.Value));
                return;
            }

            // Ends what nobody confirmed, what the new address follows already, and of that what it had not confirmed yet.
            await EndAsync(
                """
                s.address_hash = $1 and (s.state = 'PENDING' or $2::bytea is null
                    or exists (select from subscription n where n.address_hash = $2 and n.commitment_id = s.commitment_id and n.state = 'ACTIVE'))
                """);
            await EndAsync(
                """
                s.address_hash = $2 and s.state = 'PENDING' and exists (select from subscription f where f.address_hash = $1 and f.commitment_id = s.commitment_id)
                """);
            if (now is not null)
                await transaction.ExecuteAsync("update subscription set address_hash = $2, address_sealed = $3, version = version + 1 where address_hash = $1", former, now, vault.Seal(address.Value));
            // Counted for a day; whoever has the former mailbox now starts anew.
            await transaction.ExecuteAsync("delete from solicited_mail where address_hash = $1", former);

            async Task EndAsync(string which)
            {
                var ending = $"(select s.id from subscription s where {which})";
                await transaction.ExecuteAsync($"update delivery set {StruckOut} where state in ('WAITING', 'SENDING') and subscription_id in {ending}", former, now);
                await transaction.ExecuteAsync($"update delivery set last_error = null where subscription_id in {ending}", former, now);
                await transaction.ExecuteAsync($"delete from confirmation_token where subscription_id in {ending}", former, now);
                await transaction.ExecuteAsync(
                    $"update subscription set state = 'UNSUBSCRIBED', address_sealed = null, address_hash = null, ended_at = now(), version = version + 1 where id in {ending}", former, now);
            }
        });

    // Nothing moves back by a rebuild, and nothing moves twice: moved_address stays.
    public override string ResetSql => "";
}
