namespace OpenGov.Participants.TwoFactor;

/// <summary>An account's authenticator app. It is asked for at a sign-in once a first code confirmed it.</summary>
public sealed class SecondFactor
{
    private SecondFactor()
    {
    }

    public Guid AccountId { get; private init; }
    public byte[] SecretSealed { get; private set; } = [];
    public DateTimeOffset CreatedAt { get; private set; }
    public DateTimeOffset? ConfirmedAt { get; private set; }
    public long LastStep { get; private set; }

    public static SecondFactor Begin(Guid accountId, byte[] secretSealed, DateTimeOffset now) =>
        new() { AccountId = accountId, SecretSealed = secretSealed, CreatedAt = now };

    /// <summary>Another secret before the first was confirmed: the page was left and opened again.</summary>
    public void BeginAgain(byte[] secretSealed, DateTimeOffset now) => (SecretSealed, CreatedAt, LastStep) = (secretSealed, now, 0);

    public void Take(long step, DateTimeOffset now) => (LastStep, ConfirmedAt) = (step, ConfirmedAt ?? now);
}

/// <summary>For whoever lost the phone: each opens one sign-in.</summary>
public sealed class RecoveryCode
{
    public Guid AccountId { get; init; }
    public required byte[] CodeHash { get; init; }
    public DateTimeOffset? UsedAt { get; private set; }

    public void Use(DateTimeOffset now) => UsedAt = now;
}
