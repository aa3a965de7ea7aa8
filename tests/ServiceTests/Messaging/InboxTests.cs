using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceTests.Messaging;

public sealed class InboxTests(MessagingHost service) : IClassFixture<MessagingHost>
{
    private const string Owner = Owners.Participants;
    private readonly Guid thing = Guid.CreateVersion7();

    [Fact]
    public async Task Facts_are_applied_in_the_owners_order_and_each_once()
    {
        var facts = service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1), MessagingHost.Fact(thing, 2), MessagingHost.Fact(thing, 3));
        await service.CatchUpAsync();

        // The broker delivers at least once: whole messages again, and overlapping ones.
        await InboxDriver.HandAsync(service.Services, Owner, facts);
        await InboxDriver.HandAsync(service.Services, Owner, [facts[1], facts[2]]);

        (await service.SeenAsync(thing)).ShouldBe(facts.Select(fact => fact.Sequence));
        (await service.PositionAsync()).ShouldBe(facts[^1].Sequence);
    }

    [Fact]
    public async Task A_message_after_a_gap_is_not_applied_and_the_feed_fills_the_gap()
    {
        service.Inbox.FeedsAnswer = false;
        var facts = service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1), MessagingHost.Fact(thing, 2), MessagingHost.Fact(thing, 3));
        (await InboxDriver.HandAsync(service.Services, Owner, [facts[2]])).ShouldBe(InboxOutcome.Gap);
        (await service.SeenAsync(thing)).ShouldBeEmpty();

        service.Inbox.FeedsAnswer = true;
        await service.CatchUpAsync();
        (await service.SeenAsync(thing)).ShouldBe(facts.Select(fact => fact.Sequence));
    }

    [Fact]
    public async Task A_message_beyond_the_owner_s_log_is_dropped_and_those_behind_it_are_taken()
    {
        var real = service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1));
        await service.CatchUpAsync();
        var consumer = ActivatorUtilities.CreateInstance<InboxConsumer>(service.Services);
        var foreign = Guid.CreateVersion7();
        var beyond = real[0] with { Sequence = real[0].Sequence + 2, EventId = Guid.CreateVersion7(), AggregateId = foreign };
        await consumer.TakeAsync(new EventBatchV1(Owner, [beyond]), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

        // Now the log grows to where the foreign fact said that it stands: the log's own facts are applied.
        var later = service.Inbox.Append(Owner, MessagingHost.Fact(thing, 2), MessagingHost.Fact(thing, 3), MessagingHost.Fact(thing, 4));
        await consumer.TakeAsync(new EventBatchV1(Owner, [later[2]]), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        (await service.SeenAsync(foreign)).ShouldBeEmpty();
        (await service.SeenAsync(thing)).ShouldBe([real[0].Sequence, .. later.Select(fact => fact.Sequence)]);
        (await service.QueryAsync<long>("select count(*) from inbox_parked where aggregate_id in ($1, $2)", thing, foreign)).ShouldBe([0]);
    }

    [Fact]
    public async Task A_copy_that_was_away_catches_up_by_itself_without_a_broker()
    {
        using var _ = service.Client();
        var facts = service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1), MessagingHost.Fact(thing, 2));
        await Eventually.ShouldBeAsync(async () => (await service.SeenAsync(thing)).Length, facts.Count);
    }

    [Fact]
    public async Task A_log_longer_than_a_page_is_read_page_by_page()
    {
        var facts = service.Inbox.Append(Owner, [.. Enumerable.Range(1, (2 * FeedReader.PageSize) + 7).Select(version => MessagingHost.Fact(thing, version))]);
        await service.CatchUpAsync();
        (await service.SeenAsync(thing)).ShouldBe(facts.Select(fact => fact.Sequence));
    }

    [Fact]
    public async Task Facts_so_large_that_few_fill_a_page_are_read_to_the_head_at_once()
    {
        await service.CatchUpAsync();
        var facts = service.Inbox.Append(Owner, [.. Enumerable.Range(1, 40).Select(version => MessagingHost.Fact(thing, version, new string('á', 60_000)))]);
        // One look, as after a gap: whoever waits for the last of them must not be told that the log ends before it.
        var head = await service.Services.GetRequiredService<CatchUp>().RunAsync(Owner, wait: true, CancellationToken.None);
        (await service.PositionAsync()).ShouldBe(facts[^1].Sequence);
        head.ShouldBe(facts[^1].Sequence);
        (await service.SeenAsync(thing)).ShouldBe(facts.Select(fact => fact.Sequence));
    }

    [Fact]
    public async Task Several_replicas_that_apply_the_same_facts_at_once_apply_each_once()
    {
        var facts = service.Inbox.Append(Owner, [.. Enumerable.Range(1, 200).Select(version => MessagingHost.Fact(thing, version))]);
        var first = await service.PositionAsync();
        await service.CatchUpAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(replica => Task.Run(async () =>
        {
            foreach (var fact in facts.Skip(replica * 20))
                await InboxDriver.HandAsync(service.Services, Owner, [fact]);
        })));
        (await service.SeenAsync(thing)).ShouldBe(facts.Select(fact => fact.Sequence));
        first.ShouldBeLessThan(facts[^1].Sequence);
    }

    [Fact]
    public async Task The_effect_of_a_fact_belongs_to_the_trace_of_the_request_that_caused_it()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        // From the beginning: the service itself reads the log meanwhile.
        using (var cause = new Activity("cause").SetParentId(ActivityTraceId.CreateFromString(Trace), ActivitySpanId.CreateFromString("00f067aa0ba902b7"), ActivityTraceFlags.Recorded).Start())
            service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1))[0].TraceParent!.ShouldContain(Trace);
        await service.CatchUpAsync();
        (await service.QueryAsync<string>("select trace from seen where aggregate_id = $1", thing)).ShouldBe([Trace]);
    }

    [Fact]
    public async Task A_rebuild_from_zero_makes_the_same_copy_again()
    {
        var facts = service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1), MessagingHost.Fact(thing, 2));
        await service.CatchUpAsync();
        await service.ExecuteAsync("delete from seen");

        using var client = service.Operator();
        var answer = await client.PostAsync($"/internal/projections/{Owner}/rebuild", content: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadFromJsonAsync<Rebuilt>())!.Facts.ShouldBeGreaterThanOrEqualTo(facts[^1].Sequence);
        (await service.SeenAsync(thing)).ShouldBe(facts.Select(fact => fact.Sequence));
    }

    [Fact]
    public async Task An_owner_that_stands_still_in_the_middle_of_a_page_holds_nobody_for_longer_than_a_transaction_may_idle()
    {
        var facts = service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1));
        await service.CatchUpAsync();
        service.Inbox.FeedsHang = true;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Should.ThrowAsync<TimeoutException>(() => service.Services.GetRequiredService<Rebuild>().RunAsync(Owner, CancellationToken.None));
        service.Inbox.FeedsHang = false;
        watch.Elapsed.ShouldBeInRange(FeedReader.PageWithin - TimeSpan.FromSeconds(1), FeedReader.PageWithin + TimeSpan.FromSeconds(20));
        FeedReader.PageWithin.ShouldBeLessThan(OpenGov.ServiceDefaults.Data.DatabaseConnections.IdleInTransaction);
        (await service.SeenAsync(thing)).ShouldBe(facts.Select(fact => fact.Sequence));
    }

    [Fact]
    public async Task A_rebuild_that_fails_leaves_the_former_copy()
    {
        var facts = service.Inbox.Append(Owner, MessagingHost.Fact(thing, 1));
        await service.CatchUpAsync();
        service.Inbox.FeedsAnswer = false;
        using var client = service.Operator();
        var answer = await client.PostAsync($"/internal/projections/{Owner}/rebuild", content: null);
        service.Inbox.FeedsAnswer = true;
        answer.IsSuccessStatusCode.ShouldBeFalse();
        (await service.SeenAsync(thing)).ShouldBe(facts.Select(fact => fact.Sequence));
        (await service.PositionAsync()).ShouldBeGreaterThanOrEqualTo(facts[0].Sequence);
    }

    [Theory]
    [InlineData("/internal/events")]
    [InlineData("/internal/inbox")]
    [InlineData("/internal/inbox/parked")]
    public async Task Internal_addresses_do_not_exist_for_others(string address)
    {
        using var client = service.Client(Guid.CreateVersion7());
        (await client.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
