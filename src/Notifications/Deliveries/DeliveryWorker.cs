using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenGov.Notifications.Mail;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Security;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.Notifications.Deliveries;

/// <summary>
/// Sends what is due: one dispatcher claims, a few senders keep a connection each. Runs in every replica. Nothing is kept in
/// memory that another replica could not take over when a lease ends.
/// </summary>
internal sealed class DeliveryWorker(
    DeliveryQueue queue, HandOverMarks marks, DeliverySignal signal, IMailTransport transport, MailWriter writer, InstanceKey key, IServiceScopeFactory scopes,
    IConfiguration configuration, FailPoints failPoints, TimeProvider clock, ILogger<DeliveryWorker> log) : BackgroundService
{
    /// <summary>Covers a lost signal and the minute marks of the ladder.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RecoverEvery = TimeSpan.FromSeconds(5);

    /// <summary>One message, from connecting to the server's last word. Well inside the lease.</summary>
    private readonly TimeSpan messageLimit = queue.Lease * 2 / 3;

    private static readonly Counter<long> Outcomes = TelemetryExtensions.Meter.CreateCounter<long>("opengov.mail.deliveries", description: "Attempts to deliver a mail, by outcome.");
    private static readonly Histogram<double> Latency = TelemetryExtensions.Meter.CreateHistogram<double>("opengov.mail.latency", "s", "From the making of a delivery to the server's acceptance.");

    /// <summary>Connections at once and in each replica. A relay answers in 5 to 50 ms, so four send some 100 to 800 mails a second;
    /// more would meet the connection limits of common providers.</summary>
    private readonly int senders = Math.Clamp(configuration.GetValue("Notifications:Senders", 4), 1, 64);

    private readonly SendingPause pause = new(clock);
    private bool settingsAreReadable = true;

    private sealed record Work(MailServerSettings Settings, MailInstance Instance, ClaimedDelivery Delivery);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var channel = Channel.CreateBounded<Work>(senders);
        var sending = Enumerable.Range(0, senders).Select(sender => SendAllAsync(sender, channel.Reader)).ToArray();
        long? recovered = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (recovered is not { } last || clock.GetElapsedTime(last) >= RecoverEvery)
                {
                    recovered = clock.GetTimestamp();
                    if (await queue.RecoverAsync(stoppingToken) is > 0 and var count)
                        log.LogWarning("{Count} mails of a worker that is gone wait again", count);
                }

                while (await DispatchAsync(channel.Writer, stoppingToken) == senders)
                {
                    // A full batch: there may be more.
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or DbUpdateException or InvalidOperationException { InnerException: NpgsqlException })
            {
                log.LogWarning("The mail queue cannot be read: {Reason}", FailureText.Of(exception));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // Whatever it is, it must not end the service: it would end again at each start.
                log.LogError(exception, "The mail queue could not be worked on");
            }

            try
            {
                await signal.WaitAsync(Poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }

        // What is being sent is brought to its end; what was claimed and not begun goes back.
        pause.BeginForEver();
        channel.Writer.Complete();
        await Task.WhenAll(sending);
    }

    /// <returns>How many rows were taken from the queue.</returns>
    private async Task<int> DispatchAsync(ChannelWriter<Work> work, CancellationToken cancellationToken)
    {
        if (signal.TakeSettingsChanged())
            pause.End();
        if (pause.IsOn)
            return 0;

        await work.WaitToWriteAsync(cancellationToken);
        if (await ReadSettingsAsync(cancellationToken) is not var (settings, instance))
            return 0;
        var claimed = await queue.ClaimAsync(senders, cancellationToken);
        foreach (var delivery in claimed.Deliveries)
            await work.WriteAsync(new(settings, instance, delivery), CancellationToken.None);
        return claimed.Rows;
    }

    /// <summary>Null while there is no server, no password that can be read, or no public address for the links: then mails wait.</summary>
    private async Task<(MailServerSettings Settings, MailInstance Instance)?> ReadSettingsAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<NotificationsDb>();
        var server = await database.MailServers.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (server is null || await database.FindInstanceAsync(cancellationToken) is not { } instance)
            return null;
        var settings = server.TryOpen(key);
        // Said once, and not each second for as long as nobody types the password again.
        if (settings is null && settingsAreReadable)
            log.LogError("The mail server's password was sealed with another key; mails wait until it is set again");
        settingsAreReadable = settings is not null;
        return settings is null ? null : (settings, instance);
    }

    private async Task SendAllAsync(int sender, ChannelReader<Work> work)
    {
        IMailSession? session = null;
        MailServerSettings? sessionSettings = null;
        await foreach (var item in work.ReadAllAsync())
        {
            try
            {
                if (session is not null && (!session.IsUsable || sessionSettings != item.Settings))
                    session = await CloseAsync(session);
                session = await SendAsync(sender, session, item);
                sessionSettings = item.Settings;
            }
            catch (Exception exception)
            {
                // The database is away, or a bug: the lease brings the row back. A sender must not end.
                log.LogError(exception, "Delivery {Delivery} ended without an outcome", item.Delivery.Id);
                session = await CloseAsync(session);
            }

            if (!work.TryPeek(out _))
                session = await CloseAsync(session);
        }

        await CloseAsync(session);
    }

    private static async Task<IMailSession?> CloseAsync(IMailSession? session)
    {
        if (session is not null)
            await session.DisposeAsync();
        return null;
    }

    private async Task<IMailSession?> SendAsync(int sender, IMailSession? session, Work work)
    {
        var delivery = work.Delivery;
        if (pause.IsOn || clock.GetUtcNow() + messageLimit > delivery.LeaseUntil)
        {
            await queue.ReleaseAsync(delivery, TimeSpan.Zero, null, CancellationToken.None);
            return session;
        }

        using var activity = TelemetryExtensions.Source.StartActivity("deliver mail", ActivityKind.Producer, delivery.TraceParent);
        activity?.SetTag("opengov.delivery.kind", delivery.Letter.Kind.Code());
        using var limit = new CancellationTokenSource(messageLimit);
        string outcome;
        try
        {
            if (TryWrite(work) is { } message)
            {
                session ??= await OpenAsync(work, limit.Token);
                failPoints.Hit("mail.claimed");
                await session.SendAsync(work.Settings.From, delivery.Letter.To, message, token => HandOverAsync(sender, delivery, token), limit.Token);
                failPoints.Hit("mail.accepted");
                await InsistAsync(() => queue.SentAsync(delivery, CancellationToken.None));
                failPoints.Hit("mail.recorded");
                Latency.Record((clock.GetUtcNow() - delivery.CreatedAt).TotalSeconds);
                outcome = "sent";
            }
            else
            {
                await InsistAsync(() => queue.FailAsync(delivery.Id, delivery.Lease, DeliveryQueue.Unwritable, CancellationToken.None));
                outcome = "unwritable";
            }
        }
        catch (MailException failure)
        {
            outcome = await RecordAsync(delivery, failure);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            session = await CloseAsync(session);
            outcome = await RecordAsync(delivery, new MailException(MailFailure.Transient, "smtp_timeout"));
        }
        catch (Exception exception)
        {
            // The database is away, or a bug, and the server may have the message: as after the end of a process, the lease and the mark of
            // the hand-over say what becomes of the row.
            log.LogError(exception, "Delivery {Delivery} ended without an outcome", delivery.Id);
            session = await CloseAsync(session);
            outcome = "unknown";
        }

        Outcomes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        activity?.SetTag("opengov.delivery.outcome", outcome);
        return session;
    }

    /// <summary>Null where the mail cannot be written: the only failure of ours that is the mail's own.</summary>
    private byte[]? TryWrite(Work work)
    {
        try
        {
            return writer.Write(work.Settings, work.Instance, work.Delivery.Letter);
        }
        catch (Exception exception)
        {
            log.LogError(exception, "Delivery {Delivery} could not be written", work.Delivery.Id);
            return null;
        }
    }

    /// <summary>
    /// Until a message is begun no failure is the mail's, also none that nobody foresaw, such as a library for TLS that is not there: the
    /// queue waits until it is mended.
    /// </summary>
    private async Task<IMailSession> OpenAsync(Work work, CancellationToken cancellationToken)
    {
        try
        {
            return await transport.OpenAsync(work.Settings, work.Instance.Host, cancellationToken);
        }
        catch (Exception exception) when (exception is not (MailException or OperationCanceledException))
        {
            log.LogError(exception, "The mail server could not be spoken to");
            throw new MailException(MailFailure.Server, "smtp_failed", FailureText.NamesOf(exception), exception);
        }
    }

    private async Task<bool> HandOverAsync(int sender, ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        failPoints.Hit("mail.written");
        bool mayGo;
        try
        {
            mayGo = await queue.HandOverAsync(delivery, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // PostgreSQL may have committed and gone before it could say so. The last line was not sent, and only we know. (Where our time
            // is over, it is written down as an attempt.)
            await InsistAsync(() => queue.TakeBackAsync(delivery.Id, delivery.Lease, CancellationToken.None));
            throw;
        }

        failPoints.Hit("mail.handed-over");
        if (mayGo)
        {
            marks.Mark(sender, delivery);
            failPoints.Hit("mail.marked");
        }

        return mayGo;
    }

    /// <summary>
    /// Writes down what only this process knows, waiting for a database that is away: the sender's next mail would take the place
    /// of this one's mark.
    /// </summary>
    private async Task InsistAsync(Func<Task> record)
    {
        while (true)
        {
            try
            {
                await record();
                return;
            }
            catch (NpgsqlException) when (!pause.IsForEver)
            {
                await Task.Delay(Poll, clock);
            }
        }
    }

    /// <summary>What the server answered is known to nobody else, and it is definite.</summary>
    private async Task<string> RecordAsync(ClaimedDelivery delivery, MailException failure)
    {
        var error = failure.Reply is null ? failure.Code : $"{failure.Code}: {failure.Reply}";
        switch (failure.Failure)
        {
            case MailFailure.Withdrawn:
                // Unsubscribed in this moment, or no longer ours; the row says which.
                await InsistAsync(() => queue.ReleaseAsync(delivery, TimeSpan.Zero, null, CancellationToken.None));
                return "withdrawn";
            case MailFailure.Server:
                pause.Begin();
                log.LogWarning("The mail server does not take mail: {Code}", failure.Code);
                await InsistAsync(() => queue.ReleaseAsync(delivery, TimeSpan.Zero, error, CancellationToken.None));
                return "server";
            case MailFailure.Closed:
                pause.Begin();
                log.LogWarning("The mail server went away instead of taking a mail");
                await InsistAsync(() => queue.ClosedAsync(delivery, error, CancellationToken.None));
                return "server";
            case MailFailure.Unconfirmed:
                log.LogWarning("The mail server took a mail and did not answer");
                await InsistAsync(() => queue.UnconfirmedAsync(delivery.Id, delivery.Lease, error, CancellationToken.None));
                return "unconfirmed";
            case MailFailure.Transient when RetryLadder.After(delivery.Attempts + 1) is { } wait:
                await InsistAsync(() => queue.TryLaterAsync(delivery, wait, error, CancellationToken.None));
                return "later";
            default:
                await InsistAsync(() => queue.FailAsync(delivery.Id, delivery.Lease, error, CancellationToken.None));
                return "failed";
        }
    }
}
