using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Notifications.Deliveries;

public enum DeliveryKind { Confirmation, AlreadyFollowing, ProgressReported, ActivityVerified, CommitmentWithdrawn, Personal }

/// <summary>See the table <c>delivery</c> in <c>Schema/0001_notifications.sql</c>.</summary>
public enum DeliveryState { Waiting, Sending, HandedOver, Sent, Unconfirmed, Failed, Cancelled }

/// <summary>One mail to one follower, or to the one person that another service asked for. The worker moves it by SQL (<see cref="DeliveryQueue"/>); people add and repeat it here.</summary>
public sealed class Delivery
{
    private Delivery()
    {
    }

    public Guid Id { get; private init; }
    public Guid? SubscriptionId { get; private init; }
    public Guid? PersonalMailId { get; private init; }
    public Guid? NoticeId { get; private init; }
    public DeliveryKind Kind { get; private init; }
    public DeliveryState State { get; private set; }
    public short Priority { get; private init; }
    public int Attempts { get; private set; }
    public DateTimeOffset DueAt { get; private set; }
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset? EndedAt { get; private set; }
    public string? LastError { get; private set; }
    public byte[]? TokenSealed { get; private set; }
    public string? TraceParent { get; private init; }

    /// <summary>A mail that the owner of the address asked for and waits for.</summary>
    public static Delivery Solicited(DeliveryKind kind, Guid subscription, byte[]? tokenSealed, DateTimeOffset now, string? traceParent) => new()
    {
        Id = Guid.CreateVersion7(),
        SubscriptionId = subscription,
        Kind = kind,
        State = DeliveryState.Waiting,
        DueAt = now,
        CreatedAt = now,
        TokenSealed = tokenSealed,
        TraceParent = traceParent,
    };

    /// <summary>An operator sends it again: with a new ladder, at once. Only what failed, waits or has an unknown end.</summary>
    public Result Retry(DateTimeOffset now)
    {
        if (State is not (DeliveryState.Failed or DeliveryState.Unconfirmed or DeliveryState.Waiting))
            return Refusal.Conflict("delivery_not_repeatable");
        (State, Attempts, DueAt, EndedAt) = (DeliveryState.Waiting, 0, now, null);
        return Result.Done;
    }
}
