using OpenGov.Contracts;
using OpenGov.Notifications.Mail;
using OpenGov.Notifications.Subscriptions;

namespace OpenGov.ServiceTests.Notifications;

/// <summary>What nobody foresaw on the way out is not held against a mail: only what cannot be written fails for it.</summary>
public sealed class UnforeseenFailureTests : IAsyncLifetime
{
    private readonly FailingTransport transport = new();
    private readonly NotificationsHost service;

    public UnforeseenFailureTests() => service = new NotificationsHost { Transport = transport };

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Before_the_message_the_queue_waits_and_nothing_fails()
    {
        await service.UseReceiverAsync();
        var commitment = await service.PublishAsync();
        var follower = (await service.AddFollowersAsync(commitment, 1))[0];
        transport.Opening = new TypeInitializationException("Interop.OpenSsl", new DllNotFoundException("libssl.so.3"));
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        await service.UntilAsync("select coalesce(bool_and(state = 'WAITING' and attempts = 0 and last_error like 'smtp_failed: TypeInitializationException%'), false) from delivery");

        transport.Opening = null;
        service.Clock.Advance(TimeSpan.FromSeconds(16));
        await service.Receiver.WaitForAsync(follower);
        await service.UntilAsync("select bool_and(state = 'SENT' and attempts = 1) from delivery");
    }

    [Fact]
    public async Task After_the_servers_word_the_mail_is_as_one_of_a_process_that_ended()
    {
        await service.UseReceiverAsync();
        var commitment = await service.PublishAsync();
        var follower = (await service.AddFollowersAsync(commitment, 1))[0];
        transport.Accepted = new InvalidOperationException("nobody foresaw this");
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        await service.Receiver.WaitForAsync(follower);
        // Its lease is over, and the time in which its process may explain itself.
        service.Clock.Advance(TimeSpan.FromMinutes(7));
        await service.UntilAsync("select bool_and(state = 'UNCONFIRMED' and last_error = 'worker_lost') from delivery");
        service.Receiver.Mails.Count.ShouldBe(1);
    }

    private sealed class FailingTransport : IMailTransport
    {
        private readonly SmtpTransport inner = new();

        /// <summary>Thrown instead of opening a session.</summary>
        public Exception? Opening { get; set; }

        /// <summary>Thrown when the server has taken a message.</summary>
        public Exception? Accepted { get; set; }

        public async Task<IMailSession> OpenAsync(MailServerSettings settings, string helloName, CancellationToken cancellationToken) =>
            Opening is null ? new Session(this, await inner.OpenAsync(settings, helloName, cancellationToken)) : throw Opening;

        private sealed class Session(FailingTransport transport, IMailSession inner) : IMailSession
        {
            public bool IsUsable => inner.IsUsable;

            public async Task<string> SendAsync(
                EmailAddress from, EmailAddress to, ReadOnlyMemory<byte> message, Func<CancellationToken, Task<bool>> handOver, CancellationToken cancellationToken)
            {
                var reply = await inner.SendAsync(from, to, message, handOver, cancellationToken);
                return transport.Accepted is null ? reply : throw transport.Accepted;
            }

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
