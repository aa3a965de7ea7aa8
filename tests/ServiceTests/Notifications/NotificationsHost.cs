using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Notifications;
using OpenGov.Notifications.Mail;
using OpenGov.Notifications.Subscriptions;
using OpenGov.TestSupport;

namespace OpenGov.ServiceTests.Notifications;

/// <summary>Notifications with an administrator, an operator, an instance and a mail server in the test process.</summary>
public sealed class NotificationsHost : ServiceHost<NotificationsDb>
{
    public const string Api = "/api/notifications/v1";
    public const string PublicAddress = "https://abierto.ejemplo.mx";

    private bool usesReceiver;

    public Guid Administrator { get; } = Guid.CreateVersion7();
    public Guid Operator { get; } = Guid.CreateVersion7();
    public ShiftedClock Clock { get; } = new();
    public SmtpReceiver Receiver { get; } = new();

    /// <summary>Of a host that is to give up on a silent mail server soon; as deployed otherwise.</summary>
    public int LeaseSeconds { get; init; } = 60;

    /// <summary>Stands in for the way out, of a host whose way out is to fail.</summary>
    public IMailTransport? Transport { get; init; }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await DeliverAsync(
            Owners.Participants,
            new InstanceConfiguredV1(
                Guid.CreateVersion7(), 1, "15", "MX-MEX", "Estado de México", "Gobierno abierto del Estado de México", Guid.CreateVersion7(), "Infoem",
                PublicAddress, ["es"], ExampleData: true),
            new StaffPostAssignedV1(Guid.CreateVersion7(), 1, Administrator, StaffRole.Administrator, DateTimeOffset.UtcNow.AddDays(-1), null),
            new StaffPostAssignedV1(Guid.CreateVersion7(), 1, Operator, StaffRole.Operator, DateTimeOffset.UtcNow.AddDays(-1), null));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    protected override void Configure(IWebHostBuilder builder) =>
        builder.UseSetting("Notifications:LeaseSeconds", LeaseSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .ConfigureTestServices(services =>
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
                if (Transport is not null)
                    services.Replace(ServiceDescriptor.Singleton(Transport));
            });

    /// <summary>Points the service at <see cref="Receiver"/>; once for each host, before its clock is moved (tokens would be too old).</summary>
    public async Task UseReceiverAsync()
    {
        if (usesReceiver)
            return;
        usesReceiver = true;
        using var client = Client(Administrator);
        (await client.PutAsJsonAsync($"{Api}/mail-server", MailServer(Receiver.Port))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    public static object MailServer(int port) => new
    {
        host = "127.0.0.1", port, security = "NONE", userName = (string?)null, password = (string?)null,
        fromAddress = "avisos@ejemplo.mx", fromName = "Gobierno abierto",
    };

    public async Task<Guid> PublishAsync(string title = "Cultura de gobierno abierto")
    {
        var id = Guid.CreateVersion7();
        await DeliverAsync(Owners.ActionPlans, new CommitmentPublishedV1(
            id, 1, Guid.CreateVersion7(), "MX-MEX-PAL01", 1, $"MX-MEX-PAL01-{id.ToString("N")[^6..].ToUpperInvariant()}", 1, null, title, CommitmentKind.Cocreated,
            [CommitmentType.Tool], "transparencia", [Pillar.Transparency], "Problema", "Objetivo", [new(null, "Infoem", null)], [], ["15"], [], [], [],
            Progress(0), CommitmentStatus.Published, DateTimeOffset.UtcNow));
        return id;
    }

    public static ProgressReportedV1 Report(Guid commitment, string activity = "Diseñar la plataforma", int version = 2) => new(
        commitment, version, Guid.CreateVersion7(), Guid.CreateVersion7(), "MX-MEX-PAL01-C01", Guid.CreateVersion7(), Guid.CreateVersion7(), activity,
        ActivityStatus.NotStarted, ActivityStatus.InProgress, "Se firmó el convenio.", "2021-Q1", new(null, "Infoem", null),
        [new(Guid.CreateVersion7(), EvidenceKind.Link, "https://ejemplo.mx/convenio", "Convenio", null, null, null)], Progress(20), DateTimeOffset.UtcNow);

    public static CommitmentProgress Progress(int percent) =>
        new(new ExactFraction("0", "1"), new ExactFraction($"{percent}", "1"), CompletionLevel.Limited);

    public Task<HttpResponseMessage> AskToFollowAsync(Guid commitment, string email, string? language = null)
    {
        var client = Client();
        return client.PostAsJsonAsync($"{Api}/subscriptions", new { email, subject = new { kind = "COMMITMENT", id = commitment }, language });
    }

    public Task<HttpResponseMessage> PostTokenAsync(string address, string token) => Client().PostAsJsonAsync($"{Api}/{address}", new { token });

    /// <summary>Asks, reads the mail, confirms.</summary>
    public async Task FollowAsync(Guid commitment, string email, string? language = null)
    {
        (await AskToFollowAsync(commitment, email, language)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var mail = (await Receiver.WaitForAsync(email))[^1];
        (await PostTokenAsync("subscription-confirmations", TokenOf(mail, "confirmar"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    public static string TokenOf(ReceivedMail mail, string page) => mail.Link($"{PublicAddress}/avisos/{page}/")[$"{PublicAddress}/avisos/{page}/".Length..];

    /// <summary>Adds followers that have confirmed, without their mails.</summary>
    public async Task<string[]> AddFollowersAsync(Guid commitment, int count)
    {
        await using var scope = Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<NotificationsDb>();
        var vault = Services.GetRequiredService<AddressVault>();
        var addresses = Enumerable.Range(1, count).Select(number => $"persona{number}.{commitment.ToString("N")[^8..]}@ejemplo.mx").ToArray();
        foreach (var text in addresses)
        {
            var address = EmailAddress.Parse(text, "email").Value;
            var subscription = Subscription.Request(commitment, vault.Seal(address), vault.HashOf(address), "es", database.Now);
            subscription.Confirm(database.Now);
            database.Add(subscription);
        }

        await database.SaveChangesAsync();
        return addresses;
    }

    public async Task<T> QueryAsync<T>(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until the query answers true, at most a minute.</summary>
    public async Task UntilAsync(string sql, params object[] values)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await QueryAsync<bool>(sql, values))
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException(sql);
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    /// <summary>Waits until no mail is due or under way: what has not arrived by then does not come.</summary>
    public Task UntilIdleAsync() => UntilAsync(
        "select not exists (select from delivery where state in ('SENDING', 'HANDED_OVER') or state = 'WAITING' and due_at <= $1)", Clock.GetUtcNow().AddSeconds(1));
}
