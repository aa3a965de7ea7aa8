namespace OpenGov.Contracts.Participants.V1;

/// <summary>Posts of the operator's own staff.</summary>
public enum StaffRole
{
    /// <summary>Settings, accounts, organisations, legal profile.</summary>
    Administrator,

    /// <summary>Runs the exercise: plans, publication, calls.</summary>
    ExecutiveSecretary,

    /// <summary>Sees and repairs the running system.</summary>
    Operator,
}

/// <param name="AggregateId">The post, one account in one role from a moment to another.</param>
/// <param name="Until">Null: no end is set.</param>
public sealed record StaffPostAssignedV1(
    Guid AggregateId, int AggregateVersion, Guid AccountId, StaffRole Role, DateTimeOffset From, DateTimeOffset? Until) : IIntegrationEvent;

public sealed record StaffPostEndedV1(Guid AggregateId, int AggregateVersion, Guid AccountId, DateTimeOffset EndedAt) : IIntegrationEvent;

/// <summary>An account may act for an organisation (accredited representative or liaison) from a moment to another.</summary>
public sealed record MandateGrantedV1(
    Guid AggregateId, int AggregateVersion, Guid AccountId, Guid OrganisationId, DateTimeOffset From, DateTimeOffset? Until) : IIntegrationEvent;

public sealed record MandateEndedV1(
    Guid AggregateId, int AggregateVersion, Guid AccountId, Guid OrganisationId, DateTimeOffset EndedAt) : IIntegrationEvent;

/// <summary>A sign-in ended (sign-out, expiry or revocation): its tokens are refused at once, not after five minutes.</summary>
public sealed record SessionEndedV1(Guid AggregateId, int AggregateVersion, Guid AccountId, DateTimeOffset EndedAt) : IIntegrationEvent;
