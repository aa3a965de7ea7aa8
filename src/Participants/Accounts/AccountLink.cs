namespace OpenGov.Participants.Accounts;

public enum LinkPurpose { ResetPassword, ConfirmAddress, ChangeAddress }

/// <summary>A link that a person gets by e-mail. One use, one open for each purpose; the token stands nowhere but in the mail.</summary>
public sealed class AccountLink
{
    private AccountLink()
    {
    }

    public Guid Id { get; private init; }
    public Guid? AccountId { get; private init; }
    public LinkPurpose Purpose { get; private init; }
    public byte[] TokenHash { get; private init; } = [];
    public byte[]? NewAddressSealed { get; private set; }
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }
    public DateTimeOffset? UsedAt { get; private set; }
    public DateTimeOffset? VoidedAt { get; private set; }

    public static TimeSpan LifetimeOf(LinkPurpose purpose) =>
        // Whoever registers may read the mail in the evening; whoever lost a password waits for it.
        purpose == LinkPurpose.ConfirmAddress ? TimeSpan.FromHours(24) : TimeSpan.FromHours(1);

    public static AccountLink For(Guid? accountId, LinkPurpose purpose, string token, byte[]? newAddressSealed, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        AccountId = accountId,
        Purpose = purpose,
        TokenHash = Secret.Hash(token),
        NewAddressSealed = newAddressSealed,
        CreatedAt = now,
        ExpiresAt = now + LifetimeOf(purpose),
    };

    public bool IsOpen(DateTimeOffset now) => AccountId is not null && UsedAt is null && VoidedAt is null && now < ExpiresAt;

    public void Use(DateTimeOffset now) => (UsedAt, NewAddressSealed) = (now, null);
}
