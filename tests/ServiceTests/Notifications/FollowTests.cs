using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ServiceTests.Notifications;

public sealed class FollowTests(NotificationsHost service) : IClassFixture<NotificationsHost>, IAsyncLifetime
{
    public Task InitializeAsync() => service.UseReceiverAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Somebody_follows_confirms_is_told_unsubscribes_with_one_click_and_is_told_no_more()
    {
        var commitment = await service.PublishAsync();
        const string Email = "ana.hilo@ejemplo.mx";
        (await service.AskToFollowAsync(commitment, Email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var confirmation = (await service.Receiver.WaitForAsync(Email)).ShouldHaveSingleItem();
        confirmation.Header("Subject")!.ShouldContain("Cultura de gobierno abierto");

        // Nothing is told before the link is used.
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        await service.UntilIdleAsync();
        service.Receiver.Mails.Count(mail => mail.To == Email).ShouldBe(1);

        var token = NotificationsHost.TokenOf(confirmation, "confirmar");
        using var client = service.Client();
        var page = await client.GetFromJsonAsync<JsonElement>($"{NotificationsHost.Api}/subscription-tokens/{token}");
        page.GetProperty("state").GetString().ShouldBe("PENDING");
        page.GetProperty("subject").GetProperty("title").GetString().ShouldBe("Cultura de gobierno abierto");
        for (var twice = 0; twice < 2; twice++)
        {
            var confirmed = await service.PostTokenAsync("subscription-confirmations", token);
            confirmed.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await confirmed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString().ShouldBe("ACTIVE");
        }

        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment, version: 3));
        var told = (await service.Receiver.WaitForAsync(Email, 2))[1];
        told.From.ShouldBe("avisos@ejemplo.mx");
        told.Header("Subject")!.ShouldContain("Avance");
        told.Text.ShouldContain("Se firmó el convenio.");
        told.Text.ShouldContain("20.0 %");

        var unsubscribe = NotificationsHost.TokenOf(told, "baja");
        told.Header("List-Unsubscribe").ShouldBe($"<{NotificationsHost.PublicAddress}/avisos/baja/{unsubscribe}>");
        for (var twice = 0; twice < 2; twice++)
            (await service.PostTokenAsync("unsubscriptions", unsubscribe)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment, version: 4));
        await service.UntilIdleAsync();
        service.Receiver.Mails.Count(mail => mail.To == Email).ShouldBe(2);
        (await service.PostTokenAsync("subscription-confirmations", token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_address_is_erased_when_its_owner_unsubscribes_and_may_follow_again()
    {
        var commitment = await service.PublishAsync();
        const string Email = "eva.borrada@ejemplo.mx";
        await service.FollowAsync(commitment, Email);
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        var told = (await service.Receiver.WaitForAsync(Email, 2))[1];
        await service.PostTokenAsync("unsubscriptions", NotificationsHost.TokenOf(told, "baja"));
        (await service.QueryAsync<bool>(
            "select bool_and(address_sealed is null and address_hash is null) from subscription where commitment_id = $1", commitment)).ShouldBeTrue();

        service.Clock.Advance(TimeSpan.FromMinutes(11));
        (await service.AskToFollowAsync(commitment, Email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await service.Receiver.WaitForAsync(Email, 3))[2].Header("Subject")!.ShouldStartWith("Confirme");
    }

    [Fact]
    public async Task The_answer_is_the_same_for_new_waiting_and_following_addresses_and_mails_are_few()
    {
        var commitment = await service.PublishAsync();
        const string Email = "ines.repite@ejemplo.mx";
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => service.AskToFollowAsync(commitment, Email)));
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Accepted);
        await service.UntilIdleAsync();
        service.Receiver.Mails.Count(mail => mail.To == Email).ShouldBe(1);

        service.Clock.Advance(TimeSpan.FromMinutes(11));
        await service.AskToFollowAsync(commitment, Email.ToUpperInvariant());
        await service.UntilIdleAsync();
        service.Receiver.Mails.Count(mail => mail.To == "INES.REPITE@ejemplo.mx").ShouldBe(0, "the address is kept as it was first written");
        var mails = await service.Receiver.WaitForAsync(Email, 2);
        mails.Count.ShouldBe(2);

        // Either mail's link confirms; after that the reader is told that they follow already.
        (await service.PostTokenAsync("subscription-confirmations", NotificationsHost.TokenOf(mails[0], "confirmar"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.PostTokenAsync("subscription-confirmations", NotificationsHost.TokenOf(mails[1], "confirmar"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        service.Clock.Advance(TimeSpan.FromMinutes(11));
        (await service.AskToFollowAsync(commitment, Email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await service.Receiver.WaitForAsync(Email, 3))[2].Header("Subject")!.ShouldStartWith("Ya sigue");
    }

    [Fact]
    public async Task Nobodys_mailbox_is_filled_with_more_than_ten_mails_a_day()
    {
        const string Email = "olga.tope@ejemplo.mx";
        for (var number = 0; number < 12; number++)
            (await service.AskToFollowAsync(await service.PublishAsync(), Email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await service.UntilIdleAsync();
        service.Receiver.Mails.Count(mail => mail.To == Email).ShouldBe(10);
    }

    [Fact]
    public async Task An_address_that_is_not_confirmed_in_seven_days_is_erased_and_its_link_is_dead()
    {
        // A week on, the facts of other tests would be too old.
        await using var own = new NotificationsHost();
        await own.InitializeAsync();
        await own.UseReceiverAsync();
        var commitment = await own.PublishAsync();
        const string Email = "rita.tarde@ejemplo.mx";
        await own.AskToFollowAsync(commitment, Email);
        var token = NotificationsHost.TokenOf((await own.Receiver.WaitForAsync(Email))[0], "confirmar");
        own.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        (await own.PostTokenAsync("subscription-confirmations", token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var housekeeping = (OpenGov.Notifications.Deliveries.Housekeeping)own.Services.GetService(typeof(OpenGov.Notifications.Deliveries.Housekeeping))!;
        (await housekeeping.RunAsync(CancellationToken.None)).ShouldBeGreaterThan(0);
        (await own.QueryAsync<bool>("select state = 'EXPIRED' and address_sealed is null from subscription where commitment_id = $1", commitment)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"email":"ana@ejemplo.mx, eva@ejemplo.mx","subject":{"kind":"COMMITMENT","id":"ID"}}""", "email", "email_invalid")]
    [InlineData("""{"email":"ana@ejemplo.mx\r\nBcc: eva@ejemplo.mx","subject":{"kind":"COMMITMENT","id":"ID"}}""", "email", "email_invalid")]
    [InlineData("""{"subject":{"kind":"COMMITMENT","id":"ID"}}""", "email", "field_required")]
    [InlineData("""{"email":"ana@ejemplo.mx"}""", "subject", "field_required")]
    [InlineData("""{"email":"ana@ejemplo.mx","subject":{"kind":"COMMITMENT","id":"ID"},"language":"tlh"}""", "language", "language_unknown")]
    public async Task What_is_wrong_is_refused_with_its_field_and_nothing_is_stored(string body, string field, string code)
    {
        var commitment = await service.PublishAsync();
        using var client = service.Client();
        using var content = new StringContent(body.Replace("ID", commitment.ToString(), StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json");
        var answer = await client.PostAsync($"{NotificationsHost.Api}/subscriptions", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(field);
        (await service.QueryAsync<long>("select count(*) from subscription where commitment_id = $1", commitment)).ShouldBe(0);
    }

    [Fact]
    public async Task Only_published_commitments_can_be_followed_and_a_withdrawal_is_told()
    {
        (await service.AskToFollowAsync(Guid.CreateVersion7(), "ana.nada@ejemplo.mx")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        var commitment = await service.PublishAsync();
        await service.FollowAsync(commitment, "sara.retiro@ejemplo.mx", "en");
        await service.DeliverAsync(Owners.ActionPlans, new CommitmentWithdrawnV1(
            commitment, 2, Guid.CreateVersion7(), new ResolutionReference("R-7/2026", null, new DateOnly(2026, 5, 4), null), "No budget", DateTimeOffset.UtcNow));
        var told = (await service.Receiver.WaitForAsync("sara.retiro@ejemplo.mx", 2))[1];
        told.Header("Subject")!.ShouldContain("Commitment withdrawn");
        told.Text.ShouldContain("R-7/2026, of 2026-05-04");
        (await service.AskToFollowAsync(commitment, "ana.nada@ejemplo.mx")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("subscription-confirmations")]
    [InlineData("unsubscriptions")]
    public async Task Tokens_that_were_not_made_here_are_refused(string address)
    {
        foreach (var token in new[] { "", "x", new string('A', 43), new string('A', 64), new string('ñ', 64), "' or 1=1 --" })
            (await service.PostTokenAsync(address, token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
