using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Notifications.Deliveries;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceTests.Notifications;

public sealed class PersonalMailTests(NotificationsHost service) : IClassFixture<NotificationsHost>, IAsyncLifetime
{
    private static int people;
    private readonly string person = $"lucia{Interlocked.Increment(ref people)}@ejemplo.mx";

    public Task InitializeAsync() => service.UseReceiverAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    private PersonalMailRequestedV1 Requested(string recipient, TimeSpan? validFor = null) => new(
        Guid.CreateVersion7(), 1, Guid.CreateVersion7(), service.Clock.GetUtcNow() + (validFor ?? TimeSpan.FromHours(1)),
        Convert.ToBase64String(service.Services.GetRequiredService<InstanceKey>().SealMail(
            new(recipient, PersonalMailKinds.PasswordReset, "es", "/cuenta/restablecer/un-secreto"))));

    [Fact]
    public async Task A_mail_that_another_service_asks_for_arrives_with_its_link_and_is_then_forgotten()
    {
        var requested = Requested(person);
        await service.DeliverAsync(Owners.Participants, requested);
        var mail = (await service.Receiver.WaitForAsync(person))[^1];
        mail.Link(NotificationsHost.PublicAddress).ShouldBe($"{NotificationsHost.PublicAddress}/cuenta/restablecer/un-secreto");
        await service.UntilAsync("select exists (select from personal_mail where id = $1 and content_sealed is null)", requested.AggregateId);
        (await service.QueryAsync<string>("select state from delivery where personal_mail_id = $1", requested.AggregateId)).ShouldBe("SENT");
    }

    [Theory]
    [InlineData("1", "Una persona no puede entrar a una cuenta")]
    [InlineData("12", "12 personas no pueden entrar a una cuenta")]
    public async Task A_mail_that_counts_people_is_a_sentence_for_one_and_for_many(string count, string sentence)
    {
        var key = service.Services.GetRequiredService<InstanceKey>();
        await service.DeliverAsync(Owners.Participants, new PersonalMailRequestedV1(
            Guid.CreateVersion7(), 1, Guid.CreateVersion7(), service.Clock.GetUtcNow().AddHours(1),
            Convert.ToBase64String(key.SealMail(new(person, PersonalMailKinds.RegistrationsEnding, "es", "/administracion/registros?estado=ENDING", [count, "2026-03-01"])))));
        (await service.Receiver.WaitForAsync(person))[^1].Text.ShouldContain(sentence);
    }

    [Fact]
    public async Task A_rebuild_from_zero_sends_it_to_nobody_again()
    {
        await service.DeliverAsync(Owners.Participants, Requested(person));
        await service.Receiver.WaitForAsync(person);
        await service.Services.GetRequiredService<Rebuild>().RunAsync(Owners.Participants, CancellationToken.None);
        await service.UntilIdleAsync();
        service.Receiver.Mails.Count(mail => mail.To == person).ShouldBe(1);
    }

    [Fact]
    public async Task Neither_fact_nor_waiting_row_shows_address_or_link()
    {
        await using var host = new NotificationsHost();
        await host.InitializeAsync();
        var requested = Requested("ana.perez@ejemplo.mx");
        JsonSerializer.Serialize(requested, ContractsJson.Options).ShouldNotContain("ana.perez");
        await host.DeliverAsync(Owners.Participants, requested);
        var row = await host.QueryAsync<string>("select (p.*)::text || (d.*)::text from personal_mail p join delivery d on d.personal_mail_id = p.id");
        row.ShouldNotContain("ana.perez");
        row.ShouldNotContain("un-secreto");
        var shown = await host.Client(host.Operator).GetStringAsync($"{NotificationsHost.Api}/deliveries?state=WAITING");
        shown.ShouldContain("\"PERSONAL\"");
        shown.ShouldNotContain("ana.perez");
    }

    [Fact]
    public async Task What_waits_beyond_its_time_is_struck_out_and_its_content_erased()
    {
        // Without a mail server, and with a clock of its own.
        await using var host = new NotificationsHost();
        await host.InitializeAsync();
        var requested = Requested("ana@ejemplo.mx", TimeSpan.FromMinutes(30));
        await host.DeliverAsync(Owners.Participants, requested);
        host.Clock.Advance(TimeSpan.FromMinutes(31));
        await host.UntilAsync("select exists (select from delivery where personal_mail_id = $1 and state = 'CANCELLED')", requested.AggregateId);
        await host.Services.GetRequiredService<Housekeeping>().RunAsync(CancellationToken.None);
        (await host.QueryAsync<bool>("select content_sealed is null from personal_mail where id = $1", requested.AggregateId)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("josé@ejemplo.mx")]
    [InlineData("no es un correo")]
    public async Task An_address_that_cannot_be_written_to_fails_at_once_and_stops_nobody_else(string recipient)
    {
        var requested = Requested(recipient);
        await service.DeliverAsync(Owners.Participants, requested, Requested(person));
        await service.Receiver.WaitForAsync(person);
        (await service.QueryAsync<string>("select state || ' ' || last_error from delivery where personal_mail_id = $1", requested.AggregateId)).ShouldBe("FAILED email_invalid");
    }

    [Fact]
    public async Task An_operator_can_send_again_what_failed_while_its_link_works()
    {
        service.Receiver.Answer = verb => verb == "RCPT" ? "550 5.1.1 no such user" : null;
        var requested = Requested(person);
        await service.DeliverAsync(Owners.Participants, requested);
        await service.UntilAsync("select exists (select from delivery where personal_mail_id = $1 and state = 'FAILED')", requested.AggregateId);
        service.Receiver.Answer = _ => null;
        (await service.Client(service.Operator).PostAsync($"{NotificationsHost.Api}/deliveries/{requested.AggregateId}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await service.Receiver.WaitForAsync(person);
        await service.UntilAsync("select exists (select from delivery where personal_mail_id = $1 and state = 'SENT')", requested.AggregateId);
        (await service.Client(service.Operator).PostAsync($"{NotificationsHost.Api}/deliveries/{requested.AggregateId}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }
}
