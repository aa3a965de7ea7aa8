namespace OpenGov.Notifications.Deliveries;

/// <summary>A delivery that this worker holds until its lease ends.</summary>
internal sealed record ClaimedDelivery(Guid Lease, DateTimeOffset LeaseUntil, int Attempts, DateTimeOffset CreatedAt, string? TraceParent, Mail.Letter Letter)
{
    public Guid Id => Letter.DeliveryId;
}

/// <param name="Rows">How many rows were taken: more than there are deliveries where some could not be opened and have failed.</param>
internal sealed record ClaimedBatch(int Rows, IReadOnlyList<ClaimedDelivery> Deliveries);
