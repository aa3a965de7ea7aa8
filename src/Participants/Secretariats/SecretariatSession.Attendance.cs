using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>Who is there, and whether that is enough.</summary>
public sealed partial class SecretariatSession
{
    /// <summary>People come before it begins.</summary>
    public static readonly TimeSpan DoorsOpenBefore = TimeSpan.FromHours(1);

    /// <summary>The seats that are there and still held by who came for them.</summary>
    public IReadOnlySet<Guid> PresentSeats(Composition composition) => composition.Occupied
        .Where(seat => attendances.Any(row => row.LeftAt is null && row.SeatId == seat.SeatId && row.HoldingId == seat.Of(row.Role)?.HoldingId))
        .Select(seat => seat.SeatId).ToHashSet();

    /// <summary>The seats that are there, or came at any time since a ballot opened.</summary>
    public IReadOnlySet<Guid> CameTo(Ballot ballot, Composition composition) =>
        attendances.Where(row => row.CameAt > ballot.OpenedAt).Select(row => row.SeatId).Concat(PresentSeats(composition)).ToHashSet();

    /// <summary>The titular takes the place of an alternate who was there; an alternate comes only where the titular is not.</summary>
    public Result CheckIn(Guid seatId, SeatRole role, bool remote, Composition composition, GoverningRules rules, DateTimeOffset now)
    {
        if (State is not (SecretariatSessionState.Convened or SecretariatSessionState.Open))
            return Refusal.Conflict("session_not_in_state");
        if (now < StartsAt - DoorsOpenBefore)
            return Refusal.Conflict("doors_not_open");
        if (remote && !rules.VirtualAllowed)
            return Refusal.Rule("remote_not_allowed", "remote");
        if (remote && !Remote)
            return Refusal.Rule("session_in_room_only", "remote");
        if (composition.Occupied.SingleOrDefault(seat => seat.SeatId == seatId)?.Of(role) is not { } holder)
            return Refusal.Rule("seat_not_in_force", "seatId");
        var there = attendances.SingleOrDefault(row => row.SeatId == seatId && row.LeftAt is null);
        // Who said "from elsewhere" and sits in the room is written down as that, and the other way round.
        if (there?.HoldingId == holder.HoldingId && there.Remote == remote)
            return Refusal.Conflict("already_present");
        // A titular whose term ended in the meantime keeps nobody out.
        if (there is { Role: SeatRole.Titular } && role == SeatRole.Alternate && PresentSeats(composition).Contains(seatId))
            return Refusal.Conflict("titular_is_present");
        there?.Leave(now);
        attendances.Add(Attendance.Come(Id, seatId, holder, remote, now));
        facts.Add(new SeatAttendanceChangedV1(Id, Touch(), seatId, role, Present: true, remote, now));
        return Result.Done;
    }

    public Result CheckOut(Guid seatId, DateTimeOffset now)
    {
        if (State is not (SecretariatSessionState.Convened or SecretariatSessionState.Open))
            return Refusal.Conflict("session_not_in_state");
        if (attendances.SingleOrDefault(row => row.SeatId == seatId && row.LeftAt is null) is not { } there)
            return Refusal.Conflict("seat_not_present");
        there.Leave(now);
        facts.Add(new SeatAttendanceChangedV1(Id, Touch(), seatId, there.Role, Present: false, there.Remote, now));
        return Result.Done;
    }

    public Quorum QuorumOf(Composition composition, GoverningRules rules, int call) => Quorum.Of(call, composition, PresentSeats(composition), rules);
}
