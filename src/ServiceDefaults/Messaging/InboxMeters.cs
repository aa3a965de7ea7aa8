using System.Diagnostics.Metrics;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>What the inbox counts; each measurement carries the owner.</summary>
internal sealed class InboxMeters
{
    private readonly Counter<long> duplicates = TelemetryExtensions.Meter.CreateCounter<long>(
        "opengov.inbox.duplicates", "{fact}", "Facts that were dropped because they had been applied");

    private readonly Counter<long> gaps = TelemetryExtensions.Meter.CreateCounter<long>(
        "opengov.inbox.gaps", "{gap}", "Times a message arrived while facts before it were missing");

    private readonly Counter<long> fromFeed = TelemetryExtensions.Meter.CreateCounter<long>(
        "opengov.inbox.filled", "{fact}", "Facts taken from an owner's feed");

    private readonly Counter<long> applied = TelemetryExtensions.Meter.CreateCounter<long>(
        "opengov.inbox.applied", "{fact}", "Facts applied or parked");

    private readonly Histogram<double> latency = TelemetryExtensions.Meter.CreateHistogram<double>(
        "opengov.inbox.latency", "s", "From the record at the owner to the committed effect");

    public void Duplicates(string owner, int count)
    {
        if (count > 0)
            duplicates.Add(count, Tag(owner));
    }

    public void Gap(string owner) => gaps.Add(1, Tag(owner));

    public void FromFeed(string owner, int count) => fromFeed.Add(count, Tag(owner));

    public void Applied(string owner, IReadOnlyList<RecordedEvent> facts, DateTimeOffset now)
    {
        applied.Add(facts.Count, Tag(owner));
        // Within a run the first waited longest: one measurement for each run is enough.
        latency.Record((now - facts[0].OccurredAt).TotalSeconds, Tag(owner));
    }

    private static KeyValuePair<string, object?> Tag(string owner) => new("opengov.owner", owner);
}
