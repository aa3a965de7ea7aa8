using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

public enum CompositionAlertKind
{
    /// <summary>A term ends within <see cref="CompositionAlerts.AheadDays"/> and nobody follows.</summary>
    TermEnds,

    /// <summary>A seat without titular, whose alternate stands in for nobody.</summary>
    Vacancy,

    /// <summary>No ordinary session was held or convened within the frequency that the mechanism sets (SPEC §2.5).</summary>
    NoOrdinarySession,
}

/// <param name="HoldingId">Whose term ends, or the last that left the seat vacant; null where nobody ever held it.</param>
/// <param name="Day">First day on which the term is over, or since when the seat is vacant.</param>
public sealed record CompositionAlert(CompositionAlertKind Kind, SeatRole Role, Guid SeatId, Guid? HoldingId, DateOnly Day);

/// <summary>What somebody has to see to so that no seat stays without its holder: terms that end, seats that are vacant.</summary>
public static class CompositionAlerts
{
    /// <summary>How far ahead staff see the ends of terms: an election takes months.</summary>
    public const int AheadDays = 365;

    /// <summary>Days before the end of a term on which staff get a mail.</summary>
    public static readonly IReadOnlyList<int> MailDays = [60, 30];

    /// <summary>By day. A term whose seat is taken by somebody else from its last day on needs nothing.</summary>
    public static IReadOnlyList<CompositionAlert> On(Secretariat secretariat, DateOnly today)
    {
        var alerts = new List<CompositionAlert>();
        foreach (var seat in secretariat.Seats.Where(seat => seat.IsInForce(today)))
        {
            foreach (var role in Enum.GetValues<SeatRole>())
            {
                var held = secretariat.Holdings.Where(row => row.SeatId == seat.Id && row.Role == role).ToList();
                if (held.SingleOrDefault(row => row.IsInForce(today)) is { } current)
                {
                    if (current.End is { } end && end <= today.AddDays(AheadDays) && !held.Exists(row => row.IsInForce(end)))
                        alerts.Add(new(CompositionAlertKind.TermEnds, role, seat.Id, current.Id, end));
                }
                else if (role == SeatRole.Titular)
                {
                    var last = held.Where(row => row.From <= today).MaxBy(row => row.End);
                    alerts.Add(new(CompositionAlertKind.Vacancy, role, seat.Id, last?.Id, last?.End ?? seat.CreatedOn));
                }
            }
        }

        return [.. alerts.OrderBy(alert => alert.Day)];
    }

    /// <summary>Since when an ordinary session is missing; null where one was held in time, or is convened for a day that is no further ahead than the frequency.</summary>
    /// <param name="held">Day of the latest ordinary session that was opened.</param>
    /// <param name="convened">Day of the next ordinary session that is convened and has not lapsed.</param>
    public static DateOnly? SessionMissingSince(Secretariat secretariat, DateOnly? held, DateOnly? convened, GoverningRules rules, DateOnly today)
    {
        if (secretariat is not { State: SecretariatState.Installed, InstalledOn: { } installed } || convened <= today.AddMonths(rules.OrdinaryFrequencyMonths))
            return null;
        var due = (held > installed ? held.Value : installed).AddMonths(rules.OrdinaryFrequencyMonths);
        return due <= today ? due : null;
    }

    /// <summary>The mail that is due for it; null where none is. Who looks late, or appoints for a few days, is told the nearer day only.</summary>
    public static CompositionNoticeKind? MailOf(CompositionAlert alert, DateOnly today) => alert.Kind switch
    {
        CompositionAlertKind.Vacancy => CompositionNoticeKind.Vacancy,
        _ when alert.Day <= today.AddDays(MailDays[1]) => CompositionNoticeKind.ThirtyDays,
        _ when alert.Day <= today.AddDays(MailDays[0]) => CompositionNoticeKind.SixtyDays,
        _ => null,
    };
}

public enum CompositionNoticeKind { SixtyDays, ThirtyDays, Vacancy }

/// <summary>That staff were told, once.</summary>
public sealed class CompositionNotice
{
    public required Guid Id { get; init; }
    public required Guid SeatId { get; init; }
    public Guid? HoldingId { get; init; }
    public required CompositionNoticeKind Kind { get; init; }
    public required DateTimeOffset ToldAt { get; init; }
}
