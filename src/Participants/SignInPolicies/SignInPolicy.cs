using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Participants.SignInPolicies;

/// <summary>What the institution asks of its staff's sign-ins; one row, which the schema brings.</summary>
public sealed class SignInPolicy : AggregateRoot
{
    private SignInPolicy()
    {
    }

    /// <summary>Whoever holds a post and has no second step may do nothing with a sign-in but set one up.</summary>
    public bool SecondStepForStaff { get; private set; }

    public void Ask(bool secondStepForStaff) => SecondStepForStaff = secondStepForStaff;
}
