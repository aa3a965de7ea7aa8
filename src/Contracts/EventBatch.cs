using System.Text.Json;

namespace OpenGov.Contracts;

/// <summary>One fact as it stands in its owner's event log.</summary>
/// <param name="Sequence">The owner's dense sequence, 1, 2, 3 …: a consumer that misses a number knows it.</param>
/// <param name="EventId">Unique id (UUID v7); consumers deduplicate by sequence and id.</param>
/// <param name="Type">Full name of the event's record, for example <c>OpenGov.Contracts.ActionPlans.V1.ProgressReportedV1</c>.</param>
/// <param name="AggregateId">See <see cref="IIntegrationEvent.AggregateId"/>.</param>
/// <param name="AggregateVersion">See <see cref="IIntegrationEvent.AggregateVersion"/>.</param>
/// <param name="OccurredAt">When the owner recorded it, with offset.</param>
/// <param name="TraceParent">W3C trace context of the request that caused it; the consumer's effect continues that trace.</param>
/// <param name="Payload">The record as JSON; null once erased.</param>
public sealed record RecordedEvent(
    long Sequence,
    Guid EventId,
    string Type,
    Guid AggregateId,
    int AggregateVersion,
    DateTimeOffset OccurredAt,
    string? TraceParent,
    JsonElement? Payload);

/// <summary>
/// What the relay publishes: a run of consecutive facts of one owner. One message carries many facts when the log is being
/// drained and one fact when the system is quiet.
/// </summary>
public sealed record EventBatchV1(string Owner, IReadOnlyList<RecordedEvent> Events);
