using OpenGov.Contracts.Participants.V1;
using OpenGov.Notifications.Instance;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Notifications.Deliveries;

internal static class DeliveriesApi
{
    public static void MapDeliveries(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/notifications/v1/deliveries").WithTags("Deliveries").RequireStaff(StaffRole.Operator, StaffRole.Administrator);
        group.MapGet("", ListDeliveries.HandleAsync);
        group.MapPost("/{id:guid}/retry", RetryDelivery.HandleAsync).AddEndpointFilter<IdempotencyFilter>();
    }
}

/// <summary>One line of the delivery log.</summary>
/// <param name="Address">Masked, <c>m***@dominio.mx</c>; null once the subscription has ended and the address is erased, or where it cannot be read.</param>
/// <param name="DueAt">When it is tried next; null once it has ended.</param>
/// <param name="ErrorCode">Why the last attempt failed, as a code.</param>
/// <param name="Error">The same for people, with the server's own answer.</param>
public sealed record DeliveryView(
    Guid Id, DeliveryKind Kind, DeliveryState State, string? Address, string? CommitmentIdentifier, int Attempts,
    DateTimeOffset CreatedAt, DateTimeOffset? DueAt, DateTimeOffset? EndedAt, string? ErrorCode, string? Error);
