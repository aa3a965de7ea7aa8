using MassTransit;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Operation;
using Polly.Timeout;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Takes messages of one owner from the broker. A message is acknowledged when its facts are committed; while the database, or
/// the feed that must fill a gap, is away, it waits, and with it all behind it.
/// </summary>
internal sealed class InboxConsumer(Inbox inbox, CatchUp catchUp, InboxMeters meters, FailPoints failPoints, IHostApplicationLifetime lifetime, ILogger<InboxConsumer> log)
    : IConsumer<EventBatchV1>
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public Task Consume(ConsumeContext<EventBatchV1> context) => TakeAsync(context.Message, context.CancellationToken);

    /// <summary>Returns when the message may be acknowledged.</summary>
    internal async Task TakeAsync(EventBatchV1 batch, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        for (var pause = FirstPause; !stopping.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                while (await inbox.ApplyAsync(batch.Owner, batch.Events, wait: true, stopping.Token) == InboxOutcome.Gap)
                {
                    meters.Gap(batch.Owner);
                    // The feed is the truth, and it was asked after the message came: what goes beyond it is another log's (a broker
                    // folder from before a restore) or nobody's. Waiting for the log to grow so far would apply foreign facts.
                    if (await catchUp.RunAsync(batch.Owner, wait: true, stopping.Token) is var head && head < batch.Events[^1].Sequence)
                    {
                        log.LogError("Dropped a message of {Owner} up to {Sequence}: the owner's log ends at {Head}", batch.Owner, batch.Events[^1].Sequence, head);
                        return;
                    }
                }

                failPoints.Hit("inbox.acknowledging");
                return;
            }
            catch (Exception exception) when (FactApplier.IsPassing(exception) || exception is HttpRequestException or TimeoutRejectedException)
            {
                if (pause == FirstPause && !stopping.IsCancellationRequested)
                    log.LogWarning("Facts of {Owner} wait: {Reason}", batch.Owner, FailureText.Of(exception));
                await Task.Delay(pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        // The process ends. What is acknowledged unapplied here is seen as a gap, and the feed fills it.
    }
}
