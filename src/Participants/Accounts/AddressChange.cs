namespace OpenGov.Participants.Accounts;

/// <summary>That an account took another address, and which fact told it: whose erasure also erases that fact's payload. No address stands here.</summary>
public sealed class AddressChange
{
    private AddressChange()
    {
    }

    public Guid Id { get; private init; }
    public Guid AccountId { get; private init; }
    public DateTimeOffset At { get; private init; }

    public static AddressChange Of(Guid account, DateTimeOffset now) => new() { Id = Guid.CreateVersion7(), AccountId = account, At = now };
}
