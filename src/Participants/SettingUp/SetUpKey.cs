using OpenGov.Participants.Accounts;

namespace OpenGov.Participants.SettingUp;

/// <summary>
/// The right to become the first administrator. Each replica makes one at its start, since it cannot know whether the link
/// of another is still at hand; the first one used voids all.
/// </summary>
public sealed class SetUpKey
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private SetUpKey()
    {
    }

    public byte[] KeyHash { get; private init; } = [];
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }
    public DateTimeOffset? VoidedAt { get; private set; }

    public static SetUpKey For(string key, DateTimeOffset now) =>
        new() { KeyHash = Secret.Hash(key), CreatedAt = now, ExpiresAt = now + Lifetime };

    public bool IsValid(DateTimeOffset now) => VoidedAt is null && now < ExpiresAt;
}
