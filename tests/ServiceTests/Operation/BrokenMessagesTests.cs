using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceTests.Messaging;
using OpenGov.ServiceTests.Participants;
using RabbitMQ.Client;

namespace OpenGov.ServiceTests.Operation;

/// <summary>Messages that could not even be read: what is kept of them, and what an operator sees and orders. The system tests take them from a real broker.</summary>
public sealed class BrokenMessagesTests(MessagingHost service) : IClassFixture<MessagingHost>, IAsyncLifetime
{
    private const string Api = "/api/transparency/v1/operation";
    private const string Owner = Owners.Participants;
    private const string Queue = "transparency.participants_error";
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private readonly Guid account = Guid.CreateVersion7();
    private HttpClient client = null!;

    private BrokenMessages Messages => service.Services.GetRequiredService<BrokenMessages>();

    public async Task InitializeAsync()
    {
        await service.ExecuteAsync("delete from broken_message");
        await service.ExecuteAsync($"insert into operator_post (id, account_id, valid_from) values (gen_random_uuid(), '{account}', now() - interval '1 day')");
        client = service.Client(account);
    }

    public Task DisposeAsync()
    {
        client.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_message_is_shown_with_its_text_reason_and_trace_and_without_addresses()
    {
        var id = await KeptAsync("{ no message of persona@ejemplo.mx", new Dictionary<string, object?>
        {
            ["MT-Reason"] = "fault"u8.ToArray(),
            ["MT-Fault-ExceptionType"] = "System.Text.Json.JsonException"u8.ToArray(),
            ["MT-Fault-Message"] = "'n' is invalid after persona@ejemplo.mx"u8.ToArray(),
            ["MT-Fault-StackTrace"] = "at Somewhere"u8.ToArray(),
            ["traceparent"] = Encoding.UTF8.GetBytes($"00-{Trace}-00f067aa0ba902b7-01"),
        });
        var shown = await client.GetFromJsonAsync<JsonElement>($"{Api}/broken/{Owner}/{id}");
        shown.GetProperty("content").GetString().ShouldBe("{ no message of […@…]");
        shown.GetProperty("reason").GetString().ShouldBe("fault: System.Text.Json.JsonException: 'n' is invalid after […@…]");
        shown.GetProperty("traceId").GetString().ShouldBe(Trace);
        shown.GetProperty("queue").GetString().ShouldBe(Queue);
        (await client.GetFromJsonAsync<JsonElement>(Api)).GetProperty("broken").GetProperty("waiting").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task The_payload_of_a_fact_with_personal_data_is_neither_kept_nor_shown_and_is_read_again_to_be_sent()
    {
        var mail = new PersonalMailRequestedV1(Guid.CreateVersion7(), 1, Guid.CreateVersion7(), DateTimeOffset.UtcNow, Convert.ToBase64String("un canario muy personal"u8));
        var fact = service.Inbox.Append(Owner, mail, MessagingHost.Fact(Guid.CreateVersion7(), 1));
        var body = JsonSerializer.Serialize(new { message = new EventBatchV1(Owner, fact) }, ContractsJson.Options);
        body.ShouldContain(mail.Sealed);

        var id = await KeptAsync(body);
        var content = (await client.GetFromJsonAsync<JsonElement>($"{Api}/broken/{Owner}/{id}")).GetProperty("content").GetString()!;
        content.ShouldContain("PersonalMailRequestedV1");
        content.ShouldContain("a name");
        content.ShouldNotContain(mail.Sealed);
        Encoding.UTF8.GetString((await service.QueryAsync<byte[]>("select body from broken_message"))[0]).ShouldNotContain(mail.Sealed);

        var kept = await Messages.FindAsync(Owner, id, CancellationToken.None);
        Encoding.UTF8.GetString(await Messages.WholeAsync(kept!, CancellationToken.None)).ShouldContain(mail.Sealed);
    }

    [Fact]
    public async Task Facts_of_one_message_are_completed_with_one_page_of_their_owner()
    {
        // Not the owner whose feed this service follows all the time.
        const string Other = Owners.ActionPlans;
        PersonalMailRequestedV1[] mails = [.. Enumerable.Range(0, 40).Select(number => new PersonalMailRequestedV1(
            Guid.CreateVersion7(), 1, Guid.CreateVersion7(), DateTimeOffset.UtcNow, Convert.ToBase64String(Encoding.UTF8.GetBytes($"un canario muy personal {number}"))))];
        var facts = service.Inbox.Append(Other, mails);
        var body = JsonSerializer.Serialize(new { message = new EventBatchV1(Other, facts) }, ContractsJson.Options);
        var id = await KeptAsync(body, owner: Other);
        var kept = await Messages.FindAsync(Other, id, CancellationToken.None);
        Encoding.UTF8.GetString(kept!.Body).ShouldNotContain(mails[0].Sealed);

        var before = service.Inbox.PagesOf(Other);
        var whole = Encoding.UTF8.GetString(await Messages.WholeAsync(kept, CancellationToken.None));
        (service.Inbox.PagesOf(Other) - before).ShouldBe(1);
        mails.ShouldAllBe(mail => whole.Contains(mail.Sealed, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    [InlineData(1_000_000)]
    public async Task A_fact_that_its_owner_does_not_have_stays_as_it_is_and_counts_as_nobodys_absence(long sequence)
    {
        var mail = new PersonalMailRequestedV1(Guid.CreateVersion7(), 1, Guid.CreateVersion7(), DateTimeOffset.UtcNow, Convert.ToBase64String("un canario muy personal"u8));
        var fact = service.Inbox.Append(Owner, mail)[0] with { Sequence = sequence, EventId = Guid.CreateVersion7() };
        var id = await KeptAsync(JsonSerializer.Serialize(new { message = new EventBatchV1(Owner, [fact]) }, ContractsJson.Options));
        var kept = await Messages.FindAsync(Owner, id, CancellationToken.None);
        (await Messages.WholeAsync(kept!, CancellationToken.None)).ShouldBe(kept!.Body);
    }

    [Fact]
    public async Task The_same_message_is_kept_once_and_waits_again_when_it_comes_back()
    {
        var id = await KeptAsync("{ one");
        await OrderAsync($"/broken/{Owner}/{id}/set-aside", null);
        (await KeptAsync("{ one")).ShouldBe(id);
        var shown = await client.GetFromJsonAsync<JsonElement>($"{Api}/broken/{Owner}/{id}");
        shown.GetProperty("times").GetInt32().ShouldBe(2);
        shown.GetProperty("setAsideAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Setting_aside_keeps_the_message_is_written_down_and_a_repeated_order_does_nothing_twice()
    {
        var (one, other) = (await KeptAsync("{ one"), await KeptAsync("{ other"));
        var key = Guid.CreateVersion7().ToString();
        var done = await OrderAsync($"/broken/{Owner}/{one}/set-aside", key);
        done.GetProperty("action").GetString().ShouldBe("SET_MESSAGE_ASIDE");
        done.GetProperty("messageId").GetGuid().ShouldBe(one);
        done.GetProperty("done").GetInt64().ShouldBe(1);
        var order = done.GetProperty("id").GetGuid();
        (await OrderAsync($"/broken/{Owner}/{one}/set-aside", key)).GetProperty("id").GetGuid().ShouldBe(order);
        await (await PostAsync($"/broken/{Owner}/{other}/set-aside", key)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        await (await PostAsync($"/broken/{Owner}/{one}/set-aside", null)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await service.QueryAsync<long>("select count(*) from audit_log where action = 'messages_set_aside' and subject_id = $1", order)).ShouldBe([1]);

        (await OrderAsync($"/broken/{Owner}/set-aside", null)).GetProperty("done").GetInt64().ShouldBe(1);
        (await service.QueryAsync<long>("select count(*) from broken_message where set_aside_at is not null")).ShouldBe([2]);
        (await client.GetFromJsonAsync<JsonElement>(Api)).GetProperty("broken").GetProperty("setAside").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task While_the_broker_is_away_nothing_is_sent_and_nothing_is_lost()
    {
        var id = await KeptAsync("{ one");
        var answer = await PostAsync($"/broken/{Owner}/{id}/send-again", null);
        await answer.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "service_unavailable");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await service.QueryAsync<long>("select count(*) from broken_message where set_aside_at is null")).ShouldBe([1]);
        (await service.QueryAsync<long>("select count(*) from operator_command where message_id = $1", id)).ShouldBe([0]);
    }

    [Fact]
    public async Task Only_an_operator_sees_and_orders_and_lists_go_page_by_page()
    {
        for (var number = 0; number < 3; number++)
            await KeptAsync($"{{ {number}");
        using var other = service.Client(Guid.CreateVersion7());
        (await other.GetAsync($"{Api}/broken/{Owner}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await other.PostAsJsonAsync($"{Api}/broken/{Owner}/set-aside", new { reason = "no debe pasar" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await client.GetAsync($"{Api}/broken/nobody")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var first = await client.GetFromJsonAsync<JsonElement>($"{Api}/broken/{Owner}?limit=2");
        var second = await client.GetFromJsonAsync<JsonElement>($"{Api}/broken/{Owner}?limit=2&cursor={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}");
        string[] contents = [.. first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(one => one.GetProperty("content").GetString()!)];
        contents.ShouldBe(["{ 0", "{ 1", "{ 2"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_waits_for_an_operator_is_listed_before_what_was_set_aside()
    {
        var aside = new[] { await KeptAsync("{ a"), await KeptAsync("{ b") };
        (await OrderAsync($"/broken/{Owner}/set-aside", null)).GetProperty("done").GetInt64().ShouldBe(2);
        var waits = await KeptAsync("{ c");
        var first = await client.GetFromJsonAsync<JsonElement>($"{Api}/broken/{Owner}?limit=1");
        first.GetProperty("items").EnumerateArray().Single().GetProperty("id").GetGuid().ShouldBe(waits);
        var rest = await client.GetFromJsonAsync<JsonElement>($"{Api}/broken/{Owner}?cursor={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}");
        rest.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetGuid()).ShouldBe(aside, ignoreOrder: true);
    }

    [Theory]
    [InlineData("""{"message":{"events":[]},"message":{"events":[{"type":"x"}]}}""")]
    [InlineData("""{"message":{"events":[{"type":"\ud800","traceParent":"\ud800"}]}}""")]
    public async Task A_message_that_cannot_be_taken_apart_is_kept_and_shown_all_the_same(string body)
    {
        var id = await KeptAsync(body);
        (await client.GetFromJsonAsync<JsonElement>($"{Api}/broken/{Owner}/{id}")).GetProperty("content").GetString()!.ShouldContain("events");
        (await Messages.WholeAsync((await Messages.FindAsync(Owner, id, CancellationToken.None))!, CancellationToken.None)).ShouldBe(Encoding.UTF8.GetBytes(body));
    }

    private async Task<Guid> KeptAsync(string body, Dictionary<string, object?>? headers = null, string owner = Owner)
    {
        var message = BrokenMessage.Of(Encoding.UTF8.GetBytes(body), new BasicProperties { ContentType = "application/vnd.masstransit+json", Headers = headers });
        await Messages.KeepAsync(owner, Queue, message, CancellationToken.None);
        return (await service.QueryAsync<Guid>("select id from broken_message where digest = $1", message.Digest))[0];
    }

    private async Task<JsonElement> OrderAsync(string address, string? key)
    {
        var answer = await PostAsync(address, key);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string address, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Api + address) { Content = JsonContent.Create(new { reason = "prueba" }) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }
}
