using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Notifications;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.ServiceDefaults.Security;
using OpenGov.ServiceTests.Notifications;
using OpenGov.ServiceTests.Participants;
using OpenGov.ServiceTests.Participants.Privacy;

namespace OpenGov.ServiceTests.Privacy;

/// <summary>What a person follows with an address that they had before, through the service that knows the account and the one that knows the address.</summary>
public sealed class FormerAddressTests(ParticipantsHost participants, NotificationsHost notifications) : IClassFixture<ParticipantsHost>, IClassFixture<NotificationsHost>
{
    private const string Api = ParticipantsHost.Api;
    private readonly HashSet<Guid> told = [];

    [Fact]
    public async Task INV_52_what_was_followed_with_former_addresses_is_exported_and_erased_also_where_the_facts_arrive_after_the_erasure()
    {
        await notifications.UseReceiverAsync();
        var administrator = await participants.ConfiguredAsync();
        var person = await participants.PersonAsync();
        var (first, both, pending) = (await notifications.PublishAsync("Seguido antes"), await notifications.PublishAsync("Seguido dos veces"), await notifications.PublishAsync("Sin confirmar"));
        await FollowAsync(first, person.Email);
        await FollowAsync(both, person.Email);
        (await notifications.AskToFollowAsync(pending, person.Email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var (second, third) = ($"segunda.{person.Email}", $"tercera.{person.Email}");
        await FollowAsync(both, second);
        var stranger = (await notifications.AddFollowersAsync(first, 1))[0];

        await ChangeAsync(person, second);
        await RelayAsync();
        (await FollowedAsync(person.Email)).ShouldBe(0, "nothing is left under the former address, not even what nobody confirmed");
        (await FollowedAsync(second)).ShouldBe(2, "each commitment once");
        var own = await ExportAsync(person.Id, second);
        own.ShouldContain(first.ToString());
        own.ShouldContain(both.ToString());
        own.ShouldNotContain(pending.ToString());

        // The notices go where the person reads them now.
        await notifications.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(first));
        (await notifications.Receiver.WaitForAsync(second)).ShouldContain(mail => mail.Text.Contains("Se firmó el convenio", StringComparison.Ordinal));
        await notifications.UntilIdleAsync();
        notifications.Receiver.Mails.Where(mail => mail.To == person.Email).ShouldNotContain(mail => mail.Text.Contains("Se firmó el convenio", StringComparison.Ordinal));

        // Once more, and erased before the other service has heard of it.
        await ChangeAsync(person, third);
        var request = (await ArcoTests.AskAsync(participants, person.Client, "CANCELLATION", "Borren mis datos por favor")).GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
        (await administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await FollowedAsync(second)).ShouldBe(2);
        await RelayAsync();
        foreach (var address in new[] { person.Email, second, third })
            (await FollowedAsync(address)).ShouldBe(0, address);
        (await FollowedAsync(stranger)).ShouldBe(1, "nobody else is forgotten");

        // Whoever has the mailbox now follows with it, and a rebuild takes nothing from them.
        await FollowAsync(first, person.Email);
        await notifications.Services.GetRequiredService<Rebuild>().RunAsync(Owners.Participants, CancellationToken.None);
        (await FollowedAsync(person.Email)).ShouldBe(1);

        // With the last confirmation the log forgets the addresses too.
        var erasure = Guid.Parse(await TextAsync($"select id::text from erasure where person_id = '{person.Id}'"));
        (await PayloadsAsync()).ShouldBe(2);
        await participants.DeliverAsync(Owners.ActionPlans, new OpenGov.Contracts.ActionPlans.V1.ErasureCarriedOutV1(erasure, 1));
        await participants.DeliverAsync(Owners.Transparency, new OpenGov.Contracts.Transparency.V1.ErasureCarriedOutV1(erasure, 1));
        (await PayloadsAsync()).ShouldBe(2, "one service may not have applied them yet");
        await participants.DeliverAsync(Owners.Notifications, new OpenGov.Contracts.Notifications.V1.ErasureCarriedOutV1(erasure, 1));
        (await PayloadsAsync()).ShouldBe(0);
        (await participants.CountAsync($"select count(*) from address_change where account_id = '{person.Id}'")).ShouldBe(0);
    }

    private async Task ChangeAsync(Person person, string email)
    {
        (await person.Client.PostAsJsonAsync($"{Api}/account/address", new { email, currentPassword = ParticipantsHost.Password })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var token = await participants.LinkTokenAsync(email, PersonalMailKinds.ConfirmNewAddress);
        (await participants.Anonymous().PostAsync($"{Api}/address-confirmations/{token}", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>What Participants' log says of addresses and erasures, as the relay would hand it over; what is erased there arrives without its content.</summary>
    private async Task RelayAsync()
    {
        List<IIntegrationEvent> facts = [];
        await using var command = participants.Database.CreateCommand(
            "select event_id, type, payload::text from event_log where type similar to '%.(AccountAddressChangedV1|PersonAddressErasedV1|PersonErasedV1)' order by event_id");
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                if (told.Add(reader.GetGuid(0)) && !await reader.IsDBNullAsync(2))
                    facts.Add((IIntegrationEvent)JsonSerializer.Deserialize(reader.GetString(2), EventTypes.All.Single(type => EventTypes.NameOf(type) == reader.GetString(1)), ContractsJson.Options)!);
            }
        }

        facts.ShouldNotBeEmpty();
        await notifications.DeliverAsync(Owners.Participants, [.. facts]);
    }

    /// <summary>A follower who has confirmed.</summary>
    private async Task FollowAsync(Guid commitment, string email)
    {
        await using var scope = notifications.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<NotificationsDb>();
        var (vault, address) = (notifications.Services.GetRequiredService<AddressVault>(), EmailAddress.Parse(email, "email").Value);
        var subscription = Subscription.Request(commitment, vault.Seal(address), vault.HashOf(address), "es", database.Now);
        subscription.Confirm(database.Now);
        database.Add(subscription);
        await database.SaveChangesAsync();
    }

    private Task<long> FollowedAsync(string email) => notifications.QueryAsync<long>(
        "select count(*) from subscription where address_hash = $1", AddressFingerprint.Of(notifications.Services.GetRequiredService<InstanceKey>(), email));

    private Task<long> PayloadsAsync() => participants.CountAsync("select count(*) from event_log where type like '%.AccountAddressChangedV1' and payload is not null");

    private async Task<string> ExportAsync(Guid account, string email)
    {
        using var client = notifications.Client(account);
        client.DefaultRequestHeaders.Add(
            OwnPersonalData.ProofHeader, AddressFingerprint.Prove(notifications.Services.GetRequiredService<InstanceKey>(), account, email, notifications.Clock.GetUtcNow()));
        return await client.GetStringAsync($"{NotificationsHost.Api}/my/personal-data");
    }

    private async Task<string> TextAsync(string sql)
    {
        await using var command = participants.Database.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
