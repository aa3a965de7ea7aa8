using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceTests.Messaging;

public sealed class ParkedFactsTests(MessagingHost service) : IClassFixture<MessagingHost>, IAsyncLifetime
{
    private const string Owner = Owners.Participants;
    private readonly Guid ill = Guid.CreateVersion7();
    private readonly Guid well = Guid.CreateVersion7();
    private IReadOnlyList<RecordedEvent> facts = [];

    public async Task InitializeAsync()
    {
        await service.ExecuteAsync("delete from inbox_parked; alter table seen drop constraint no_poison; alter table seen add constraint no_poison check (name <> 'poison') not valid");
        facts = service.Inbox.Append(
            Owner, MessagingHost.Fact(ill, 1), MessagingHost.Fact(well, 1), MessagingHost.Fact(ill, 2, "poison"), MessagingHost.Fact(well, 2), MessagingHost.Fact(ill, 3));
        await service.CatchUpAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_fact_that_cannot_be_applied_is_parked_with_later_ones_of_its_aggregate_and_the_rest_goes_on()
    {
        (await service.SeenAsync(well)).ShouldBe([facts[1].Sequence, facts[3].Sequence]);
        (await service.SeenAsync(ill)).ShouldBe([facts[0].Sequence]);
        (await service.PositionAsync()).ShouldBe(facts[4].Sequence);

        var parked = await ParkedAsync();
        parked.Select(fact => fact.Sequence).ShouldBe([facts[2].Sequence, facts[4].Sequence]);
        parked[0].Reason.ShouldContain("no_poison");
        parked[0].Attempts.ShouldBe(3);
        parked[0].Event.EventId.ShouldBe(facts[2].EventId);
        parked[1].Reason.ShouldBe(ParkedFacts.Behind);
    }

    [Fact]
    public async Task A_fact_that_the_database_gives_up_each_time_is_parked_and_the_rest_goes_on()
    {
        await service.ExecuteAsync(
            """
            create or replace function gives_up() returns trigger language plpgsql as $$
            begin
                if new.name = 'slow' then raise exception 'canceling statement due to statement timeout' using errcode = 'query_canceled'; end if;
                return new;
            end $$;
            create or replace trigger gives_up before insert on seen for each row execute function gives_up();
            """);
        var slow = Guid.CreateVersion7();
        var later = service.Inbox.Append(Owner, MessagingHost.Fact(well, 3), MessagingHost.Fact(slow, 1, "slow"), MessagingHost.Fact(slow, 2), MessagingHost.Fact(well, 4));
        var failed = 0;
        for (var attempt = 0; attempt < 5 * FactApplier.PassingAttempts && await service.PositionAsync() < later[3].Sequence; attempt++)
        {
            try
            {
                await service.CatchUpAsync();
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.QueryCanceled)
            {
                failed++;
            }
        }

        failed.ShouldBeGreaterThan(0, "a timeout may pass by itself");
        (await service.SeenAsync(well)).ShouldContain(later[3].Sequence);
        var parked = (await ParkedAsync()).Where(fact => fact.AggregateId == slow).ToList();
        parked.Select(fact => fact.Sequence).ShouldBe([later[1].Sequence, later[2].Sequence]);
        parked[0].Reason.ShouldContain("57014");
        parked[0].Attempts.ShouldBe(FactApplier.PassingAttempts);

        // Sent again it is told, not raised.
        var again = await service.Services.GetRequiredService<ParkedFacts>().SendAgainAsync(Owner, later[1].Sequence, CancellationToken.None);
        again!.Sent.ShouldBe(0);
        again.Reason!.ShouldContain("57014");
        await service.ExecuteAsync("drop trigger gives_up on seen");
        (await service.Services.GetRequiredService<ParkedFacts>().SendAgainAsync(Owner, later[1].Sequence, CancellationToken.None))!.Sent.ShouldBe(2);
    }

    [Fact]
    public async Task Failures_of_a_fact_that_another_replica_has_applied_are_not_held_against_it_in_a_rebuild()
    {
        await GiveUpOnAsync("slow here");
        var (thing, replica) = (Guid.CreateVersion7(), Replica());
        var fact = service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1, "slow here"))[0];
        for (var attempt = 1; attempt <= FactApplier.PassingAttempts; attempt++)
            await Should.ThrowAsync<PostgresException>(() => TryAsync(replica, fact));
        await service.ExecuteAsync("drop trigger gives_up on seen");
        await service.CatchUpAsync();
        (await service.SeenAsync(thing)).ShouldBe([fact.Sequence]);

        await RebuildOf(replica).RunAsync(Owner, CancellationToken.None);
        (await service.SeenAsync(thing)).ShouldBe([fact.Sequence]);
    }

    [Fact]
    public async Task A_rebuild_that_the_software_itself_repeats_parks_in_the_end_what_fails_each_time()
    {
        var (thing, replica) = (Guid.CreateVersion7(), Replica());
        service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1, "slow to rebuild"));
        await service.CatchUpAsync();
        await GiveUpOnAsync("slow to rebuild");
        await service.ExecuteAsync($"update inbox_position set rebuild_due = true where owner = '{Owner}'");
        var rebuild = RebuildOf(replica);
        for (var attempt = 1; attempt <= FactApplier.PassingAttempts; attempt++)
        {
            await Should.ThrowAsync<PostgresException>(() => rebuild.RunAsync(Owner, CancellationToken.None, onlyIfDue: true));
            // Facts that come meanwhile begin the count anew for none that the rebuild has yet to pass.
            await TryAsync(replica, service.Inbox.Append(Owner, MessagingHost.Fact(well, attempt + 2))[0]);
        }

        for (var more = 0; ; more++)
        {
            try
            {
                await rebuild.RunAsync(Owner, CancellationToken.None, onlyIfDue: true);
                break;
            }
            catch (PostgresException) when (more < FactApplier.PassingAttempts / 3)
            {
                // An attempt while the database itself was too busy to answer does not count.
            }
        }

        await service.ExecuteAsync("drop trigger gives_up on seen");
        (await service.QueryAsync<string>("select reason from inbox_parked where aggregate_id = $1", thing)).ShouldHaveSingleItem().ShouldContain("57014");
    }

    [Fact]
    public async Task Facts_that_arrive_later_wait_behind_the_parked_one()
    {
        var later = service.Inbox.Append(Owner, MessagingHost.Fact(ill, 4), MessagingHost.Fact(well, 3));
        await service.CatchUpAsync();
        (await service.SeenAsync(ill)).ShouldBe([facts[0].Sequence]);
        (await service.SeenAsync(well)).ShouldContain(later[1].Sequence);
        (await ParkedAsync()).Select(fact => fact.Sequence).ShouldBe([facts[2].Sequence, facts[4].Sequence, later[0].Sequence]);
    }

    [Fact]
    public async Task Health_says_degraded_and_names_the_parked_facts()
    {
        using var client = service.Client();
        var answer = await client.GetAsync("/health");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var health = await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        health.GetProperty("status").GetString().ShouldBe("Degraded");
        health.GetProperty("checks").GetProperty("projections").GetProperty("description").GetString()!.ShouldContain("2");
    }

    [Fact]
    public async Task Sending_again_what_still_fails_keeps_it_parked_with_the_reason()
    {
        var again = await SendAgainAsync($"/{facts[2].Sequence}");
        again.ShouldBe(new SentAgain(0, 2, again.Reason));
        again.Reason!.ShouldContain("no_poison");
        (await ParkedAsync())[0].Attempts.ShouldBe(4);
        (await service.SeenAsync(ill)).ShouldBe([facts[0].Sequence]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Once_the_cause_is_gone_sending_again_applies_the_aggregate_in_order(bool all)
    {
        await service.ExecuteAsync("alter table seen drop constraint no_poison; alter table seen add constraint no_poison check (true)");
        // Sent by its second fact: the first goes first all the same.
        (await SendAgainAsync(all ? "" : $"/{facts[4].Sequence}")).ShouldBe(new SentAgain(2, 0, null));
        (await service.SeenAsync(ill)).ShouldBe([facts[0].Sequence, facts[2].Sequence, facts[4].Sequence]);
        (await ParkedAsync()).ShouldBeEmpty();

        var later = service.Inbox.Append(Owner, MessagingHost.Fact(ill, 4));
        await service.CatchUpAsync();
        (await service.SeenAsync(ill)).ShouldContain(later[0].Sequence);
    }

    [Fact]
    public async Task A_fact_that_is_set_aside_no_longer_holds_back_those_behind_it()
    {
        using var client = service.Operator();
        var address = $"/internal/inbox/parked/{Owner}/{facts[2].Sequence}/set-aside";
        (await client.PostAsync(address, content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.PostAsync(address, content: null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await SendAgainAsync("")).ShouldBe(new SentAgain(1, 0, null));
        (await service.SeenAsync(ill)).ShouldBe([facts[0].Sequence, facts[4].Sequence]);
    }

    [Fact]
    public async Task What_is_not_parked_cannot_be_sent_again()
    {
        using var client = service.Operator();
        var answer = await client.PostAsync($"/internal/inbox/parked/{Owner}/{facts[0].Sequence}/send-again", content: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>PostgreSQL gives up each insert of a fact of this name.</summary>
    private Task GiveUpOnAsync(string name) => service.ExecuteAsync(
        $"""
        create or replace function gives_up() returns trigger language plpgsql as $$
        begin
            if new.name = '{name}' then raise exception 'canceling statement due to statement timeout' using errcode = 'query_canceled'; end if;
            return new;
        end $$;
        create or replace trigger gives_up before insert on seen for each row execute function gives_up();
        """);

    /// <summary>Another process's memory of what failed.</summary>
    private FactApplier Replica() => new(service.Services.GetServices<Projection>(), service.Database, TimeProvider.System, NullLogger<FactApplier>.Instance);

    private Rebuild RebuildOf(FactApplier replica) => new(
        service.Database, replica, service.Services.GetRequiredService<FeedReader>(), service.Services.GetRequiredService<CatchUpState>(), NullLogger<Rebuild>.Instance);

    /// <summary>Applies a fact and leaves it uncommitted.</summary>
    private async Task TryAsync(FactApplier replica, RecordedEvent fact)
    {
        await using var inbox = (await InboxTransaction.BeginAsync(service.Database, Owner, wait: true, CancellationToken.None))!;
        await replica.ApplyAsync(inbox, [fact], CancellationToken.None);
    }

    private async Task<SentAgain> SendAgainAsync(string which)
    {
        using var client = service.Operator();
        var answer = await client.PostAsync($"/internal/inbox/parked/{Owner}{which}/send-again", content: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Content.ReadFromJsonAsync<SentAgain>(ContractsJson.Options))!;
    }

    private async Task<ParkedFact[]> ParkedAsync()
    {
        using var client = service.Operator();
        return (await client.GetFromJsonAsync<ParkedFact[]>($"/internal/inbox/parked?owner={Owner}", ContractsJson.Options))!;
    }
}
