namespace OpenGov.Participants.Accounts;

/// <summary>A link with which a person sets the password of an account. One use, seven days, one open at a time.</summary>
public sealed class Invitation
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private Invitation()
    {
    }

    public Guid Id { get; private init; }
    public Guid AccountId { get; private init; }
    public byte[] TokenHash { get; private init; } = [];
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }
    public DateTimeOffset? UsedAt { get; private set; }
    public DateTimeOffset? VoidedAt { get; private set; }

    public static Invitation For(Guid accountId, string token, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        AccountId = accountId,
        TokenHash = Secret.Hash(token),
        CreatedAt = now,
        ExpiresAt = now + Lifetime,
    };

    public bool IsOpen(DateTimeOffset now) => UsedAt is null && VoidedAt is null && now < ExpiresAt;

    public void Use(DateTimeOffset now) => UsedAt = now;

    public void Void(DateTimeOffset now) => VoidedAt = now;
}
