using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.Participants.Privacy.Arco;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Participants.Privacy.Erasures;

public enum ErasureReason
{
    Arco,
    Retention,

    /// <summary>Erased before, and brought back by a restored backup.</summary>
    Restore,
}

/// <summary>That a person's data were erased, why, and how far the other services are. It holds an id and nothing of the person.</summary>
public sealed class Erasure : AggregateRoot
{
    /// <summary>Who must confirm: everybody who keeps copies of this service's facts.</summary>
    public static IReadOnlyList<string> Services { get; } = [Owners.ActionPlans, Owners.Transparency, Owners.Notifications];

    private Erasure()
    {
    }

    public Guid PersonId { get; private init; }
    public Guid? ArcoRequestId { get; private init; }
    public ErasureReason Reason { get; private init; }
    public Guid? OrderedBy { get; private init; }
    public DateTimeOffset OrderedAt { get; private init; }
    public DateTimeOffset? CompletedAt { get; private set; }

    public static Erasure Order(Guid person, Guid? request, ErasureReason reason, Guid? by, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), PersonId = person, ArcoRequestId = request, Reason = reason, OrderedBy = by, OrderedAt = now };
}

/// <summary>Row of <c>erasure_confirmation</c>.</summary>
public sealed class ErasureConfirmation
{
    public Guid ErasureId { get; init; }
    public required string Service { get; init; }
    public DateTimeOffset ConfirmedAt { get; init; }
}

/// <param name="At">Null: not yet.</param>
public sealed record ServiceErasure(string Service, DateTimeOffset? At);

public sealed record ErasureView(Guid Id, DateTimeOffset OrderedAt, DateTimeOffset? CompletedAt, IReadOnlyList<ServiceErasure> Services)
{
    /// <summary>A person is erased once, however often that was granted.</summary>
    internal static async Task<ErasureView?> OfRequestAsync(ParticipantsDb db, ArcoRequest request, CancellationToken cancellationToken)
    {
        if (!request.GrantsCancellation || await db.Erasures.AsNoTracking().SingleOrDefaultAsync(row => row.PersonId == request.PersonId, cancellationToken) is not { } erasure)
            return null;
        var confirmed = await db.ErasureConfirmations.AsNoTracking().Where(row => row.ErasureId == erasure.Id).ToListAsync(cancellationToken);
        return new(erasure.Id, erasure.OrderedAt, erasure.CompletedAt,
        [
            new(Owners.Participants, erasure.OrderedAt),
            .. Erasure.Services.Select(service => new ServiceErasure(service, confirmed.Find(row => row.Service == service)?.ConfirmedAt)),
        ]);
    }
}
