using System.Net;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceTests.Notifications;
using OpenGov.ServiceTests.Participants;

namespace OpenGov.ServiceTests.Operation;

/// <summary>Who is operator, as each service knows it: from Participants' table there, from the copy of its facts elsewhere.</summary>
public sealed class PostsTests(NotificationsHost notifications, ParticipantsHost participants) : IClassFixture<NotificationsHost>, IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task The_post_opens_a_service_that_copies_it_and_its_end_closes_it()
    {
        var (post, account) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var client = notifications.Client(account);
        await AnswersAsync(client, HttpStatusCode.Forbidden);
        await notifications.DeliverAsync(Owners.Participants, new StaffPostAssignedV1(post, 1, account, StaffRole.Operator, notifications.Clock.GetUtcNow().AddHours(-1), null));
        await AnswersAsync(client, HttpStatusCode.OK);
        await notifications.DeliverAsync(Owners.Participants, new StaffPostEndedV1(post, 2, account, notifications.Clock.GetUtcNow().AddMinutes(-1)));
        await AnswersAsync(client, HttpStatusCode.Forbidden);

        using var administrator = notifications.Client(notifications.Administrator);
        await AnswersAsync(administrator, HttpStatusCode.Forbidden);

        static async Task AnswersAsync(HttpClient client, HttpStatusCode status) => (await client.GetAsync($"{NotificationsHost.Api}/operation")).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task Notifications_adds_its_mail_queue_without_addresses()
    {
        var commitment = await notifications.PublishAsync();
        await notifications.AddFollowersAsync(commitment, 2);
        await notifications.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        using var client = notifications.Client(notifications.Operator);
        var text = await client.GetStringAsync($"{NotificationsHost.Api}/operation");
        System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("process").GetProperty("figures").EnumerateArray()
            .Single(figure => figure.GetProperty("code").GetString() == "mail_waiting").GetProperty("number").GetInt64().ShouldBeGreaterThanOrEqualTo(2);
        text.ShouldNotContain("@ejemplo.mx");
    }

    [Fact]
    public async Task In_Participants_the_first_administrator_is_operator_and_another_administrator_is_not()
    {
        var first = await participants.AdministratorAsync();
        (await first.GetAsync($"{ParticipantsHost.Api}/operation")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var (role, status) in new[] { ((string?)null, HttpStatusCode.Forbidden), ("ADMINISTRATOR", HttpStatusCode.Forbidden), ("OPERATOR", HttpStatusCode.OK) })
        {
            var person = await participants.PersonAsync(role);
            (await person.Client.GetAsync($"{ParticipantsHost.Api}/operation")).StatusCode.ShouldBe(status, role);
        }

        (await participants.Anonymous().GetAsync($"{ParticipantsHost.Api}/operation")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
