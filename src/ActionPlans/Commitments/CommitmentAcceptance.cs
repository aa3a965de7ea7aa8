namespace OpenGov.ActionPlans.Commitments;

/// <summary>A responsible institution accepted a commitment in the wording that the hash stands for (INV-20).</summary>
public sealed class CommitmentAcceptance
{
    public Guid CommitmentId { get; init; }
    public Guid OrganisationId { get; init; }
    public required string DefinitionHash { get; init; }
    public DateTimeOffset AcceptedAt { get; init; }
    public Guid AccountId { get; init; }
}
