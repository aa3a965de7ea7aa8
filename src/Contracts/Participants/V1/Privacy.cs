namespace OpenGov.Contracts.Participants.V1;

/// <summary>A version of the privacy notice; its text is public at Participants and in the portal.</summary>
/// <param name="Number">1, 2, 3 …, as people cite it.</param>
/// <param name="InForceFrom">It may lie ahead: a change is announced.</param>
public sealed record PrivacyNoticePublishedV1(Guid AggregateId, int AggregateVersion, int Number, DateTimeOffset InForceFrom) : IIntegrationEvent;
