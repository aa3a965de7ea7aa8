using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Notifications.Subscriptions;

public enum SubscriptionState { Pending, Active, Unsubscribed, Expired }

/// <summary>
/// One address that follows one commitment. It is asked for by anybody, confirmed by whoever reads the address's mail, and ended
/// by a link in any of the mails. An ended subscription keeps neither the address nor its hash: to follow again is a new one.
/// </summary>
public sealed class Subscription : AggregateRoot
{
    /// <summary>Long enough for a holiday week; after it the address of somebody who did not answer is erased.</summary>
    public static readonly TimeSpan ConfirmWithin = TimeSpan.FromDays(7);

    private Subscription()
    {
    }

    public Guid CommitmentId { get; private init; }
    public SubscriptionState State { get; private set; }
    public byte[]? AddressSealed { get; private set; }
    public byte[]? AddressHash { get; private set; }

    /// <summary>es or en.</summary>
    public string Language { get; private set; } = "es";

    public DateTimeOffset RequestedAt { get; private set; }

    /// <summary>End of a pending subscription.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? ConfirmedAt { get; private set; }
    public DateTimeOffset? EndedAt { get; private set; }

    public bool HasEnded => State is SubscriptionState.Unsubscribed or SubscriptionState.Expired;

    public static Subscription Request(Guid commitment, byte[] addressSealed, byte[] addressHash, string language, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        CommitmentId = commitment,
        State = SubscriptionState.Pending,
        AddressSealed = addressSealed,
        AddressHash = addressHash,
        Language = language,
        RequestedAt = now,
        ExpiresAt = now + ConfirmWithin,
    };

    /// <summary>The same address asked once more before it confirmed.</summary>
    public void RequestAgain(string language, DateTimeOffset now)
    {
        if (State == SubscriptionState.Pending)
            (Language, RequestedAt, ExpiresAt) = (language, now, now + ConfirmWithin);
    }

    /// <returns>False when there is nothing left to confirm. Confirming twice is confirming once.</returns>
    public bool Confirm(DateTimeOffset now)
    {
        if (State == SubscriptionState.Pending && now <= ExpiresAt)
            (State, ConfirmedAt) = (SubscriptionState.Active, now);
        return State == SubscriptionState.Active;
    }

    /// <summary>Ends it and forgets the address. Doing so twice is doing so once.</summary>
    public void Unsubscribe(DateTimeOffset now)
    {
        if (!HasEnded)
            (State, AddressSealed, AddressHash, EndedAt) = (SubscriptionState.Unsubscribed, null, null, now);
    }
}

/// <summary>Row of <c>confirmation_token</c>.</summary>
public sealed class ConfirmationToken
{
    public required byte[] Hash { get; init; }
    public Guid SubscriptionId { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Row of <c>solicited_mail</c>.</summary>
public sealed class SolicitedMail
{
    public Guid Id { get; init; }
    public required byte[] AddressHash { get; init; }
    public Guid CommitmentId { get; init; }
    public DateTimeOffset At { get; init; }
}
