using System.Diagnostics.Metrics;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>What the relay measures. Depth and age are reported by the replica that leads.</summary>
internal sealed class RelayMeters
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock;
    private readonly ILogger<RelayMeters> log;
    private readonly Counter<long> published;
    private readonly Histogram<double> latency;
    private (long Depth, double Age)? outbox;

    public RelayMeters(TimeProvider clock, ILogger<RelayMeters> log)
    {
        (this.clock, this.log) = (clock, log);
        var meter = TelemetryExtensions.Meter;
        published = meter.CreateCounter<long>("opengov.relay.published", "{fact}", "Facts that the broker confirmed");
        latency = meter.CreateHistogram<double>("opengov.relay.latency", "s", "From the record of a fact to the broker's confirm");
        meter.CreateObservableGauge("opengov.outbox.depth", () => Of(outbox?.Depth), "{fact}", "Facts that are not published yet");
        meter.CreateObservableGauge("opengov.outbox.age", () => Of(outbox?.Age), "s", "Age of the oldest fact that is not published yet");
    }

    public void Published(IReadOnlyList<RecordedEvent> facts)
    {
        published.Add(facts.Count);
        latency.Record((clock.GetUtcNow() - facts[0].OccurredAt).TotalSeconds);
    }

    /// <summary>Keeps depth and age fresh while this process leads.</summary>
    public async Task WatchAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var failures = 0;
        try
        {
            while (true)
            {
                try
                {
                    outbox = await ReadAsync(database, cancellationToken);
                    failures = 0;
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    outbox = null;
                    if (failures++ == 0)
                        log.LogWarning("Depth and age of the log are unknown: {Reason}", FailureText.Of(exception));
                }

                await Task.Delay(WatchInterval, clock, cancellationToken);
            }
        }
        finally
        {
            outbox = null;
        }
    }

    private async Task<(long Depth, double Age)> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select numbered - published + (select count(*) from event_log where sequence is null),
                least((select occurred_at from event_log where sequence = published + 1),
                    (select min(occurred_at) from event_log where sequence is null))
            from relay_position
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var oldest = await reader.IsDBNullAsync(1, cancellationToken) ? (DateTimeOffset?)null : reader.GetFieldValue<DateTimeOffset>(1);
        return (reader.GetInt64(0), oldest is { } since ? Math.Max(0, (clock.GetUtcNow() - since).TotalSeconds) : 0);
    }

    private static IEnumerable<Measurement<T>> Of<T>(T? value) where T : struct => value is { } known ? [new Measurement<T>(known)] : [];
}
