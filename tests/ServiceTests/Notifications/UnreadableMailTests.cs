using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceTests.Notifications;

/// <summary>One mail that cannot be read, or settings that cannot, stop neither the others nor the service.</summary>
public sealed class UnreadableMailTests : IAsyncLifetime
{
    private const string Settings = $"{NotificationsHost.Api}/mail-server";
    private readonly NotificationsHost service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    private Task ShouldBeAliveAsync() => Eventually.ShouldBeAsync(async () => (await service.Client().GetAsync("/health")).StatusCode, HttpStatusCode.OK);

    [Fact]
    public async Task Notices_without_their_commitment_wait_and_take_nobodys_place()
    {
        var (missing, there) = (await service.PublishAsync(), await service.PublishAsync());
        var waiting = await service.AddFollowersAsync(missing, 9);
        var follower = (await service.AddFollowersAsync(there, 1))[0];
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(missing));
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(there));
        // As in the middle of a rebuild.
        await service.ExecuteAsync("create table kept as select * from commitment where id = $1", missing);
        await service.ExecuteAsync("delete from commitment where id = $1", missing);
        await service.UseReceiverAsync();
        await service.Receiver.WaitForAsync(follower);
        service.Receiver.Mails.Count.ShouldBe(1);

        await service.ExecuteAsync("insert into commitment select * from kept");
        await service.Receiver.WaitForAsync(null, 1 + waiting.Length);
    }

    [Fact]
    public async Task A_mail_that_cannot_be_read_fails_with_its_reason_and_stops_no_other()
    {
        var (damaged, sound) = (await service.PublishAsync(), await service.PublishAsync());
        await service.AddFollowersAsync(damaged, 6);
        var follower = (await service.AddFollowersAsync(sound, 1))[0];
        var personal = new PersonalMailRequestedV1(
            Guid.CreateVersion7(), 1, Guid.CreateVersion7(), service.Clock.GetUtcNow().AddHours(1),
            Convert.ToBase64String(service.Services.GetRequiredService<InstanceKey>().SealMail(new("ana@ejemplo.mx", PersonalMailKinds.PasswordReset, "es", "/cuenta/restablecer/x"))));
        await service.DeliverAsync(Owners.Participants, personal);
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(damaged));
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(sound));
        await service.ExecuteAsync("update personal_mail set content_sealed = $1", RandomNumberGenerator.GetBytes(200));
        await service.ExecuteAsync("update subscription set address_sealed = $2 where commitment_id = $1 and id in (select id from subscription where commitment_id = $1 limit 3)", damaged, RandomNumberGenerator.GetBytes(60));
        await service.ExecuteAsync("""update notice set content = '{"evidenceCount":"many"}' where commitment_id = $1""", damaged);

        await service.UseReceiverAsync();
        await service.Receiver.WaitForAsync(follower);
        await service.UntilAsync("select count(*) = 7 from delivery where state = 'FAILED' and last_error = 'mail_unwritable' and attempts = 1");
        service.Receiver.Mails.Count.ShouldBe(1);
        await ShouldBeAliveAsync();

        var log = await service.Client(service.Operator).GetFromJsonAsync<JsonElement>($"{NotificationsHost.Api}/deliveries?state=FAILED");
        var shown = log.GetProperty("items").EnumerateArray().ToArray();
        shown.Length.ShouldBe(7);
        shown.ShouldAllBe(item => item.GetProperty("error").GetString()!.StartsWith("El correo no se pudo redactar: algo de lo guardado no se puede leer"));
    }

    [Fact]
    public async Task With_a_password_of_another_key_mails_wait_and_the_settings_say_so_until_it_is_typed_again()
    {
        const string Password = "contraseña-muy-secreta";
        service.Receiver.Login = ("avisos", Password);
        using var client = service.Client(service.Administrator);
        (await client.PutAsJsonAsync(Settings, Server(Password))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var otherKey = new InstanceKey(new ConfigurationBuilder().AddInMemoryCollection([new("OpenGov:InstanceKey", "the key of another instance, long enough")]).Build());
        await service.ExecuteAsync("update mail_server set password_sealed = $1", otherKey.Seal("notifications: password of the mail server", "x"u8));
        var commitment = await service.PublishAsync();
        var follower = (await service.AddFollowersAsync(commitment, 1))[0];
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        // The worker looks each second.
        await Task.Delay(TimeSpan.FromMilliseconds(2500));
        await ShouldBeAliveAsync();
        (await service.QueryAsync<string>("select string_agg(state || attempts, ',') from delivery")).ShouldBe("WAITING0");

        var view = await client.GetFromJsonAsync<JsonElement>(Settings);
        view.GetProperty("passwordUnreadable").GetBoolean().ShouldBeTrue();
        view.GetProperty("hasPassword").GetBoolean().ShouldBeFalse();
        var test = await (await client.PostAsJsonAsync($"{Settings}/test", new { to = "ana@ejemplo.mx" })).Content.ReadFromJsonAsync<JsonElement>();
        test.GetProperty("code").GetString().ShouldBe("mail_password_unreadable");
        test.GetProperty("title").GetString()!.ShouldStartWith("La contraseña guardada del servidor de correo no se puede leer");

        client.DefaultRequestHeaders.TryAddWithoutValidation("If-Match", "\"1\"");
        var kept = await (await client.PutAsJsonAsync(Settings, Server(null))).Content.ReadFromJsonAsync<JsonElement>();
        kept.GetProperty("code").GetString().ShouldBe("mail_password_required");
        (await client.PutAsJsonAsync(Settings, Server(Password))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await service.Receiver.WaitForAsync(follower);
    }

    [Fact]
    public async Task Settings_that_make_no_sense_are_logged_and_mails_flow_when_they_do_again()
    {
        await service.UseReceiverAsync();
        await service.ExecuteAsync("update mail_server set from_address = 'no address at all'");
        var commitment = await service.PublishAsync();
        var follower = (await service.AddFollowersAsync(commitment, 1))[0];
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        await Task.Delay(TimeSpan.FromMilliseconds(2500));
        await ShouldBeAliveAsync();
        service.Receiver.Mails.ShouldBeEmpty();

        await service.ExecuteAsync("update mail_server set from_address = 'avisos@ejemplo.mx'");
        await service.Receiver.WaitForAsync(follower);
    }

    private object Server(string? password) => new
    {
        host = "127.0.0.1", port = service.Receiver.Port, security = "NONE", userName = "avisos", password, fromAddress = "avisos@ejemplo.mx", fromName = "Avisos",
    };
}
