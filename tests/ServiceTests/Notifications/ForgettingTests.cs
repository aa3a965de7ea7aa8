using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceTests.Notifications;

public sealed class ForgettingTests(NotificationsHost service) : IClassFixture<NotificationsHost>
{
    [Fact]
    public async Task INV_52_an_erased_person_follows_nothing_and_gets_no_mail_and_the_service_confirms_once()
    {
        const string Email = "Persona1.Olvido@Ejemplo.mx";
        var (commitment, person, erasure) = (await service.PublishAsync(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var others = await service.AddFollowersAsync(commitment, 2);
        var key = service.Services.GetRequiredService<InstanceKey>();
        await service.ExecuteAsync("update subscription set address_hash = $2 where address_hash = $1", AddressFingerprint.Of(key, others[0]), AddressFingerprint.Of(key, Email));
        // Without a mail server it waits.
        await service.DeliverAsync(Owners.Participants, new PersonalMailRequestedV1(
            Guid.CreateVersion7(), 1, person, service.Clock.GetUtcNow().AddHours(1),
            Convert.ToBase64String(key.SealMail(new(Email, PersonalMailKinds.PasswordReset, "es", "/cuenta/restablecer/x")))));
        (await OwnDataAsync(person, Email)).ShouldContain("commitment_id");
        (await OwnDataAsync(Guid.CreateVersion7(), Email, proofOf: person)).ShouldNotContain("commitment_id", customMessage: "another's proof is no proof");

        var facts = new IIntegrationEvent[]
        {
            new PersonAddressErasedV1(erasure, 1, Convert.ToBase64String(AddressFingerprint.Of(key, Email.ToLowerInvariant()))), new PersonErasedV1(erasure, 1, person),
        };
        await service.DeliverAsync(Owners.Participants, facts);
        await service.DeliverAsync(Owners.Participants, facts);
        await service.Services.GetRequiredService<Rebuild>().RunAsync(Owners.Participants, CancellationToken.None);

        (await service.QueryAsync<long>("select count(*) from subscription where address_hash = $1", AddressFingerprint.Of(key, Email))).ShouldBe(0);
        (await service.QueryAsync<long>("select count(*) from subscription where commitment_id = $1 and state = 'UNSUBSCRIBED' and address_sealed is null", commitment)).ShouldBe(1);
        (await service.QueryAsync<long>("select count(*) from subscription where commitment_id = $1 and state = 'ACTIVE'", commitment)).ShouldBe(1, "nobody else is forgotten");
        (await service.QueryAsync<string>("select state from delivery where personal_mail_id = (select id from personal_mail where subject_id = $1 and content_sealed is null)", person)).ShouldBe("CANCELLED");
        (await service.QueryAsync<long>("select count(*) from event_log where aggregate_id = $1 and type like '%.ErasureCarriedOutV1'", erasure)).ShouldBe(1);
    }

    [Fact]
    public async Task INV_52_an_erasure_that_could_not_be_carried_out_is_confirmed_by_the_rebuild_that_carries_it_out_and_once()
    {
        var (person, erasure) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await service.ExecuteAsync(
            """
            create function no_confirmation() returns trigger language plpgsql as 'begin raise exception ''not now'' using errcode = ''check_violation''; end';
            create trigger no_confirmation before insert on event_log for each row when (new.type like '%.ErasureCarriedOutV1') execute function no_confirmation();
            """);
        await InboxDriver.HandAsync(service.Services, Owners.Participants, service.Inbox.Append(Owners.Participants, new PersonErasedV1(erasure, 1, person)));
        (await service.QueryAsync<long>("select count(*) from inbox_parked where aggregate_id = $1", erasure)).ShouldBe(1);
        (await ConfirmationsAsync()).ShouldBe(0);

        // The cause is gone, and the operator orders a rebuild, which forgets what is parked.
        await service.ExecuteAsync("drop trigger no_confirmation on event_log; drop function no_confirmation()");
        var rebuild = service.Services.GetRequiredService<Rebuild>();
        await rebuild.RunAsync(Owners.Participants, CancellationToken.None);
        (await service.QueryAsync<long>("select count(*) from inbox_parked where aggregate_id = $1", erasure)).ShouldBe(0);
        (await ConfirmationsAsync()).ShouldBe(1);
        await rebuild.RunAsync(Owners.Participants, CancellationToken.None);
        (await ConfirmationsAsync()).ShouldBe(1);

        Task<long> ConfirmationsAsync() => service.QueryAsync<long>("select count(*) from event_log where aggregate_id = $1 and type like '%.ErasureCarriedOutV1'", erasure);
    }

    [Fact]
    public async Task INV_52_an_erasure_waits_for_changes_of_address_that_are_parked_and_finds_then_what_was_followed_before()
    {
        var key = service.Services.GetRequiredService<InstanceKey>();
        var (commitment, person, erasure) = (await service.PublishAsync(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var followers = await service.AddFollowersAsync(commitment, 2);
        var (first, second, third) = (followers[0], "segunda.detenida@ejemplo.mx", "tercera.detenida@ejemplo.mx");
        var (moved, again) = (Changed(first, second), Changed(second, third));
        await service.ExecuteAsync(
            $"""
            create function not_moved() returns trigger language plpgsql as 'begin raise exception ''not now'' using errcode = ''check_violation''; end';
            create trigger not_moved before insert on moved_address for each row when (new.change_id = '{moved.AggregateId}') execute function not_moved();
            """);
        IIntegrationEvent[] facts =
            [moved, again, new PersonAddressErasedV1(erasure, 1, Convert.ToBase64String(AddressFingerprint.Of(key, third))), new PersonErasedV1(erasure, 1, person)];
        await InboxDriver.HandAsync(service.Services, Owners.Participants, service.Inbox.Append(Owners.Participants, facts));
        var parked = service.Services.GetRequiredService<ParkedFacts>();
        (await ParkedAsync()).ShouldBe(4);
        (await ConfirmedAsync()).ShouldBe(0);
        // One of those behind, by itself.
        var last = await service.QueryAsync<long>("select max(sequence) from inbox_parked where aggregate_id = $1", erasure);
        (await parked.SendAgainAsync(Owners.Participants, last, CancellationToken.None))!.Reason.ShouldBe("WaitsForEarlierFactException: An earlier AccountAddressChangedV1 is parked.");
        (await ConfirmedAsync()).ShouldBe(0);

        await service.ExecuteAsync("drop trigger not_moved on moved_address; drop function not_moved()");
        (await parked.SendAgainAsync(Owners.Participants, sequence: null, CancellationToken.None)).ShouldBe(new SentAgain(4, 0, null));
        foreach (var address in new[] { first, second, third })
            (await FollowedAsync(address)).ShouldBe(0, address);
        (await FollowedAsync(followers[1])).ShouldBe(1, "nobody else is forgotten");
        (await ConfirmedAsync()).ShouldBe(1);

        AccountAddressChangedV1 Changed(string former, string address) => new(
            Guid.CreateVersion7(), 1, Convert.ToBase64String(AddressFingerprint.Of(key, former)), Convert.ToBase64String(AddressFingerprint.SealNew(key, address)));

        Task<long> ParkedAsync() => service.QueryAsync<long>("select count(*) from inbox_parked where aggregate_id = any($1)", new[] { moved.AggregateId, again.AggregateId, erasure });

        Task<long> FollowedAsync(string address) => service.QueryAsync<long>("select count(*) from subscription where address_hash = $1", AddressFingerprint.Of(key, address));

        Task<long> ConfirmedAsync() => service.QueryAsync<long>("select count(*) from event_log where aggregate_id = $1 and type like '%.ErasureCarriedOutV1'", erasure);
    }

    private async Task<string> OwnDataAsync(Guid account, string email, Guid? proofOf = null)
    {
        using var client = service.Client(account);
        client.DefaultRequestHeaders.Add(
            OwnPersonalData.ProofHeader, AddressFingerprint.Prove(service.Services.GetRequiredService<InstanceKey>(), proofOf ?? account, email, service.Clock.GetUtcNow()));
        return await client.GetStringAsync($"{NotificationsHost.Api}/my/personal-data");
    }
}
