namespace OpenGov.Notifications.Commitments;

/// <summary>Row of this service's copy of published commitments, kept by <see cref="CommitmentsCopy"/>.</summary>
public sealed class FollowableCommitment
{
    public Guid Id { get; init; }
    public required string Identifier { get; init; }
    public required string Title { get; init; }
    public bool Withdrawn { get; init; }
}
