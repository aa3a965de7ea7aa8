using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

public sealed class AgendaItem
{
    private AgendaItem()
    {
    }

    public Guid Id { get; private init; }
    public Guid SessionId { get; private init; }
    public int Number { get; private init; }
    public string Title { get; private init; } = "";

    /// <summary>UPPER_SNAKE; says by which rule it is decided.</summary>
    public string Matter { get; private init; } = "";

    /// <summary>It stood on the agenda that was sent out (INV-14).</summary>
    public bool Notified { get; private init; }

    internal static AgendaItem Write(Guid session, int number, AgendaPoint point, bool notified) =>
        new() { Id = Guid.CreateVersion7(), SessionId = session, Number = number, Title = point.Title, Matter = point.Matter, Notified = notified };
}

/// <summary>A seat in the session, from a moment to another.</summary>
public sealed class Attendance
{
    private Attendance()
    {
    }

    public Guid Id { get; private init; }
    public Guid SessionId { get; private init; }
    public Guid SeatId { get; private init; }
    public Guid HoldingId { get; private init; }
    public SeatRole Role { get; private init; }
    public bool Remote { get; private init; }
    public DateTimeOffset CameAt { get; private init; }
    public DateTimeOffset? LeftAt { get; private set; }

    internal static Attendance Come(Guid session, Guid seat, Holder holder, bool remote, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), SessionId = session, SeatId = seat, HoldingId = holder.HoldingId, Role = holder.Role, Remote = remote, CameAt = now };

    internal void Leave(DateTimeOffset now) => LeftAt = now;
}
