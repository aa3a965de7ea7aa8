using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Contracts;

namespace OpenGov.ServiceTests.Notifications;

public sealed class DeliveryLogTests(NotificationsHost service) : IClassFixture<NotificationsHost>
{
    private const string Log = $"{NotificationsHost.Api}/deliveries";

    [Fact]
    public async Task The_log_masks_addresses_pages_by_key_and_filters_by_state()
    {
        await using var host = new NotificationsHost();
        await host.InitializeAsync();
        var commitment = await host.PublishAsync();
        await host.AddFollowersAsync(commitment, 5);
        await host.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));

        using var client = host.Client(host.Operator);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var text = await client.GetStringAsync($"{Log}?state=WAITING&limit=2" + (cursor is null ? "" : $"&cursor={cursor}"));
            text.ShouldNotContain("persona");
            var page = JsonDocument.Parse(text).RootElement;
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                item.GetProperty("address").GetString().ShouldBe("p***@ejemplo.mx");
                seen.Add(item.GetProperty("id").GetString()!);
            }

            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        seen.Count.ShouldBe(5);
        seen.Distinct().Count().ShouldBe(5);
        (await client.GetStringAsync($"{Log}?state=SENT")).ShouldContain("\"items\":[]");
    }

    [Theory]
    [InlineData("state=NOPE", "delivery_state_unknown")]
    [InlineData("cursor=abc", "cursor_invalid")]
    [InlineData("cursor=MR9-", "cursor_invalid")]
    [InlineData("limit=201", "limit_invalid")]
    [InlineData("limit=0", "limit_invalid")]
    public async Task A_wrong_question_is_refused_with_its_reason(string query, string code)
    {
        using var client = service.Client(service.Operator);
        var answer = await client.GetAsync($"{Log}?{query}");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task The_log_is_for_operators_and_administrators()
    {
        foreach (var (account, expected) in new[]
                 {
                     ((Guid?)null, HttpStatusCode.Unauthorized), (Guid.CreateVersion7(), HttpStatusCode.Forbidden),
                     (service.Operator, HttpStatusCode.OK), (service.Administrator, HttpStatusCode.OK),
                 })
        {
            using var client = service.Client(account);
            (await client.GetAsync(Log)).StatusCode.ShouldBe(expected);
        }

        using var stranger = service.Client(Guid.CreateVersion7());
        (await stranger.PostAsync($"{Log}/{Guid.CreateVersion7()}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_refusal_for_good_is_told_in_Spanish_and_not_tried_again_until_an_operator_says_so()
    {
        await service.UseReceiverAsync();
        var commitment = await service.PublishAsync();
        var follower = (await service.AddFollowersAsync(commitment, 1))[0];
        service.Receiver.Answer = verb => verb == "." ? "554 5.7.1 no such luck" : null;
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        await service.UntilAsync("select bool_and(d.state = 'FAILED' and attempts = 1) from delivery d join subscription s on s.id = subscription_id where s.commitment_id = $1", commitment);
        service.Receiver.Answer = _ => null;

        using var client = service.Client(service.Operator);
        var failed = (await client.GetFromJsonAsync<JsonElement>($"{Log}?state=FAILED")).GetProperty("items")[0];
        failed.GetProperty("errorCode").GetString().ShouldBe("smtp_refused");
        failed.GetProperty("error").GetString().ShouldBe("El servidor no aceptó el correo. Respondió: 554 5.7.1 no such luck");
        var id = failed.GetProperty("id").GetString();
        (await client.PostAsync($"{Log}/{id}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await service.Receiver.WaitForAsync(follower);
        await service.UntilAsync("select state = 'SENT' from delivery where id = $1", Guid.Parse(id!));
        (await client.PostAsync($"{Log}/{id}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await client.PostAsync($"{Log}/{Guid.CreateVersion7()}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.QueryAsync<long>("select count(*) from audit_log where action = 'delivery_repeated' and account_id = $1", service.Operator)).ShouldBe(1);
    }
}
