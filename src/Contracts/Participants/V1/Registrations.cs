namespace OpenGov.Contracts.Participants.V1;

public enum RegistrationKind { Citizen, Organisation }

/// <summary>A registration counts from now on. It names nobody: who it is of stays at Participants (INV-51).</summary>
/// <param name="Sector">For which it counts.</param>
/// <param name="OrganisationId">Null for a citizen.</param>
public sealed record RegistrationAcceptedV1(Guid AggregateId, int AggregateVersion, RegistrationKind Kind, Sector Sector, Guid? OrganisationId) : IIntegrationEvent;

/// <summary>It no longer counts; its person withdrew it.</summary>
public sealed record RegistrationWithdrawnV1(Guid AggregateId, int AggregateVersion, RegistrationKind Kind, Sector Sector) : IIntegrationEvent;
