namespace OpenGov.Contracts.Transparency.V1;

/// <summary>This service holds nothing more of a person, but what INV-52 keeps.</summary>
/// <param name="AggregateId">The erasure, as Participants named it.</param>
public sealed record ErasureCarriedOutV1(Guid AggregateId, int AggregateVersion) : IIntegrationEvent;
