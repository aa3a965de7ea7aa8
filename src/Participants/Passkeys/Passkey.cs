using Microsoft.AspNetCore.Identity;

namespace OpenGov.Participants.Passkeys;

/// <summary>The public half of a key pair that one of a person's devices keeps for this site.</summary>
public sealed class Passkey
{
    /// <summary>Phone, computer, a key on the key ring, and some to spare.</summary>
    public const int MaxOfAccount = 10;

    /// <summary>WebAuthn §5.8.4. They come from the browser as text: others are dropped.</summary>
    private static readonly string[] KnownTransports = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

    private Passkey()
    {
    }

    public Guid Id { get; private init; }
    public Guid AccountId { get; private init; }
    public byte[] CredentialId { get; private init; } = [];
    public string Name { get; private init; } = "";
    public byte[] PublicKey { get; private init; } = [];
    public long SignCount { get; private set; }
    public string[] Transports { get; private init; } = [];
    public bool BackupEligible { get; private init; }
    public bool BackedUp { get; private set; }
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset? LastUsedAt { get; private set; }

    public static Passkey Add(Guid accountId, string name, UserPasskeyInfo attested, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        AccountId = accountId,
        CredentialId = attested.CredentialId,
        Name = name,
        PublicKey = attested.PublicKey,
        SignCount = attested.SignCount,
        Transports = [.. KnownTransports.Intersect(attested.Transports ?? [], StringComparer.Ordinal)],
        BackupEligible = attested.IsBackupEligible,
        BackedUp = attested.IsBackedUp,
        CreatedAt = now,
    };

    public void Use(UserPasskeyInfo asserted, DateTimeOffset now) => (SignCount, BackedUp, LastUsedAt) = (asserted.SignCount, asserted.IsBackedUp, now);

    /// <summary>As the framework's ceremonies want it. What the device said when the key was made is not kept.</summary>
    public UserPasskeyInfo Describe() =>
        new(CredentialId, PublicKey, CreatedAt, (uint)SignCount, Transports, isUserVerified: true, BackupEligible, BackedUp, attestationObject: [], clientDataJson: []) { Name = Name };
}
