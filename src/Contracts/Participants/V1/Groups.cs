namespace OpenGov.Contracts.Participants.V1;

/// <summary>Who prepares something for a secretariat, without deciding anything (SPEC §1.2).</summary>
public enum GroupKind
{
    /// <summary>Looks for members until the installation.</summary>
    Promoter,

    /// <summary>Has a mandate by resolution.</summary>
    Working,
}

/// <param name="AggregateId">The group.</param>
/// <param name="Until">Last day; null until it is ended.</param>
/// <param name="ResolutionId">That created it; null for a promoter group.</param>
public sealed record WorkingGroupStartedV1(
    Guid AggregateId, int AggregateVersion, Guid SecretariatId, GroupKind Kind, string Name, IReadOnlyList<Guid> Members, DateOnly StartedOn, DateOnly? Until, Guid? ResolutionId) : IIntegrationEvent;

/// <param name="IsMember">Joined, or left.</param>
public sealed record GroupMemberChangedV1(Guid AggregateId, int AggregateVersion, Guid OrganisationId, bool IsMember, DateOnly On) : IIntegrationEvent;

/// <summary>Before its last day, or where it had none.</summary>
/// <param name="ResolutionId">That ended it; null for a promoter group.</param>
public sealed record WorkingGroupEndedV1(Guid AggregateId, int AggregateVersion, DateOnly EndedOn, Guid? ResolutionId) : IIntegrationEvent;
