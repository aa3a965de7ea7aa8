using Npgsql;
using OpenGov.ServiceDefaults.Operation;
using OpenTelemetry;
using Polly.Timeout;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Brings the copies up to the owners' logs through their feeds: at the start, after a gap, and from time to time, so that
/// nothing depends on the broker but speed.
/// </summary>
internal sealed class CatchUp(
    Inbox inbox, FeedReader feed, BrokerState broker, CatchUpState state, InboxMeters meters, Rebuild rebuild, ILogger<CatchUp> log)
    : BackgroundService
{
    /// <summary>While the broker is away an effect must still follow its fact within a second.</summary>
    private static readonly TimeSpan WithoutBroker = TimeSpan.FromMilliseconds(300);

    /// <summary>With a broker the feed only finds what a broken queue or a lost message left out.</summary>
    private static readonly TimeSpan WithBroker = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(inbox.Owners.Select(owner => FollowAsync(owner, stoppingToken)));

    /// <summary>Reads and applies pages until the position is at the owner's head, or another replica is at it.</summary>
    /// <returns>The owner's last sequence, as its feed said it at the end.</returns>
    public async Task<long> RunAsync(string owner, bool wait, CancellationToken cancellationToken)
    {
        while (true)
        {
            long position;
            using (SuppressInstrumentationScope.Begin())
                position = await inbox.PositionAsync(owner, cancellationToken);
            var page = await feed.ReadAsync(owner, position, cancellationToken);
            state.Seen(owner, position, page.Head);
            if (page.Events.Count == 0)
                return page.Head;
            switch (await inbox.ApplyAsync(owner, page.Events, wait, cancellationToken))
            {
                case InboxOutcome.Busy:
                    return page.Head;
                case InboxOutcome.Gap:
                    throw new InvalidOperationException($"The feed of {owner} has a hole after {position}.");
            }

            meters.FromFeed(owner, page.Events.Count);
            state.Seen(owner, page.Events[^1].Sequence, page.Head);
            // Not by the number of facts: a page of large ones ends before that (EventLog.LargestPage).
            if (page.Events[^1].Sequence >= page.Head)
                return page.Head;
        }
    }

    private async Task FollowAsync(string owner, CancellationToken stoppingToken)
    {
        var failures = 0;
        var mayBeDue = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = broker.IsConnected ? WithBroker : WithoutBroker;
            try
            {
                if (mayBeDue && await inbox.IsRebuildDueAsync(owner, stoppingToken))
                    await rebuild.RunAsync(owner, stoppingToken, onlyIfDue: true);
                mayBeDue = false;
                await RunAsync(owner, wait: false, stoppingToken);
                if (failures > 0)
                    log.LogInformation("The feed of {Owner} is read again", owner);
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (failures++ == 0)
                    log.Log(IsExpected(exception) ? LogLevel.Warning : LogLevel.Error, IsExpected(exception) ? null : exception, "Cannot catch up with {Owner}: {Reason}", owner, FailureText.Of(exception));
                state.Failed(owner, FailureText.NamesOf(exception));
                pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, WithoutBroker.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 10) - 1)));
            }

            await state.WaitAsync(owner, pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsExpected(Exception exception) =>
        exception is HttpRequestException or TimeoutRejectedException or NpgsqlException || FactApplier.IsPassing(exception);
}
