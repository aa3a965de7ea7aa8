using System.Diagnostics;
using MassTransit;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Telemetry;
using OpenTelemetry;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Publishes numbered facts in their order, a message at a time, each confirmed by the broker before the next is sent. A message
/// carries all facts that wait (up to a limit), so that a backlog takes few of them. A deposed leader may still send a
/// message: consumers know the sequence and drop what they have.
/// </summary>
internal sealed class BatchPublisher(
    string owner, EventLog log, RelayPosition position, RabbitTopology topology, IServiceProvider services, RelayMeters meters, FailPoints failPoints,
    ILogger<BatchPublisher> logger) : IDisposable
{
    private const int LargestBatch = 500;

    /// <summary>A confirm takes milliseconds; one that does not come by then never will, and sending again does no harm.</summary>
    private static readonly TimeSpan ConfirmsWithin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim wake = new(0, 1);
    private long numbered;

    /// <summary>The highest number that it was told of.</summary>
    internal long LastNumbered => Interlocked.Read(ref numbered);

    /// <summary>Facts up to this one have numbers now.</summary>
    public void Numbered(long last)
    {
        // What one caller read may be older than what the other has said meanwhile.
        for (var known = Interlocked.Read(ref numbered); known < last;)
        {
            var before = Interlocked.CompareExchange(ref numbered, last, known);
            if (before == known)
                break;
            known = before;
        }

        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has not yet taken the last wake-up.
        }
    }

    public void Dispose() => wake.Dispose();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<IBus>() is not { } bus)
            return;
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await topology.DeclareAsync(cancellationToken);
                if (failures > 0)
                    logger.LogInformation("The broker is back; facts are published again");
                failures = 0;
                await PublishAsync(bus, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (failures++ == 0)
                    logger.LogWarning("Facts wait for the broker: {Reason}", FailureText.Of(exception));
                await Task.Delay(RetryInterval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task PublishAsync(IBus bus, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{RabbitTopology.ExchangeOf(owner)}?type=fanout"));
        var (sent, last) = await position.ReadAsync(cancellationToken);
        Numbered(last);
        var stored = sent;
        while (true)
        {
            var known = Interlocked.Read(ref numbered);
            if (sent >= known)
            {
                if (stored < sent)
                    await position.PublishedAsync(stored = sent, cancellationToken);
                await wake.WaitAsync(cancellationToken);
                continue;
            }

            var facts = await log.ReadAsync(sent, LargestBatch, EventLog.LargestPage, cancellationToken);
            if (facts.Count == 0)
            {
                // The log ends before what was said of it: a database that lost its last moments came back.
                Interlocked.CompareExchange(ref numbered, sent, known);
                continue;
            }

            failPoints.Hit("relay.publishing");
            await SendAsync(endpoint, facts, cancellationToken);
            failPoints.Hit("relay.published");
            sent = facts[^1].Sequence;
            meters.Published(facts);
        }
    }

    private async Task SendAsync(ISendEndpoint endpoint, IReadOnlyList<RecordedEvent> facts, CancellationToken cancellationToken)
    {
        using var traced = SuppressInstrumentationScope.Begin(value: false);
        // A message with one fact continues the trace of its request; one with many links to them.
        _ = ActivityContext.TryParse(facts[0].TraceParent, traceState: null, isRemote: true, out var cause);
        using var activity = facts.Count == 1
            ? TelemetryExtensions.Source.StartActivity("relay", ActivityKind.Producer, cause)
            : TelemetryExtensions.Source.StartActivity("relay", ActivityKind.Producer, default(ActivityContext), links: LinksOf(facts));
        activity?.SetTag("messaging.batch.message_count", facts.Count).SetTag("opengov.sequence", facts[^1].Sequence);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConfirmsWithin);
        var sending = endpoint.Send(new EventBatchV1(owner, facts), limit.Token);
        failPoints.Hit("relay.unconfirmed");
        await sending;
    }

    /// <summary>As many as a span keeps (OpenTelemetry's default limit).</summary>
    internal static IEnumerable<ActivityLink> LinksOf(IReadOnlyList<RecordedEvent> facts) => facts
        .Select(fact => ActivityContext.TryParse(fact.TraceParent, traceState: null, isRemote: true, out var cause) ? cause : default)
        .Where(cause => cause != default)
        .Distinct()
        .Take(128)
        .Select(cause => new ActivityLink(cause));
}
