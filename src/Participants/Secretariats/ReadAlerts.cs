using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <param name="SeatId">Null, with what is said of the seat, where an ordinary session is missing.</param>
/// <param name="OrganisationName">Whose term ends, or who left the seat; null where nobody ever held it.</param>
/// <param name="Day">First day on which the term is over, or since when the seat is vacant or a session missing.</param>
/// <param name="Days">Until then; null for what is already so.</param>
/// <param name="ToldOn">When staff got the last mail about it.</param>
public sealed record CompositionAlertView(
    CompositionAlertKind Kind, Guid? SeatId, int? SeatNumber, Sector? Sector, SeatRole? Role, Guid? OrganisationId, string? OrganisationName, DateOnly Day, int? Days, DateTimeOffset? ToldOn);

internal static class ReadAlerts
{
    /// <summary>Vacant seats, and terms that end within a year without anybody who follows; by day.</summary>
    public static async Task<Results<Ok<Page<CompositionAlertView>>, ProblemHttpResult>> Handle(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        if (await desk.ReadAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var secretariat = hand.Secretariat;
        var names = await SecretariatViews.NamesAsync(db, secretariat, cancellationToken);
        var seats = secretariat.Seats.Select(seat => seat.Id).ToList();
        var told = await db.CompositionNotices.AsNoTracking().Where(row => seats.Contains(row.SeatId)).ToListAsync(cancellationToken);
        var ordinary = db.SecretariatSessions.Where(row => row.SecretariatId == id && row.Kind == SecretariatSessionKind.Ordinary);
        var held = await ordinary.Where(row => row.OpenedAt != null).MaxAsync(row => (DateTimeOffset?)row.StartsAt, cancellationToken);
        var lapsed = db.Now - SecretariatSession.LapsesAfter;
        var convened = await ordinary.Where(row => row.State == SecretariatSessionState.Convened && row.SecondCallAt > lapsed).MinAsync(row => (DateTimeOffset?)row.StartsAt, cancellationToken);
        var code = await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken);
        var missing = CompositionAlerts.SessionMissingSince(secretariat, DayOf(held), DayOf(convened), hand.Rules, hand.Today);
        return TypedResults.Ok(new Page<CompositionAlertView>(
            [
                .. missing is { } since ? [new CompositionAlertView(CompositionAlertKind.NoOrdinarySession, null, null, null, null, null, null, since, null, null)] : Array.Empty<CompositionAlertView>(),
                .. CompositionAlerts.On(secretariat, hand.Today).Select(View),
            ],
            Next: null));

        DateOnly? DayOf(DateTimeOffset? moment) => moment is { } at ? State.Today(code, at) : null;

        CompositionAlertView View(CompositionAlert alert)
        {
            var seat = secretariat.Seats.Single(row => row.Id == alert.SeatId);
            var organisation = secretariat.Holdings.SingleOrDefault(row => row.Id == alert.HoldingId)?.OrganisationId;
            var isVacancy = alert.Kind == CompositionAlertKind.Vacancy;
            return new CompositionAlertView(
                alert.Kind, seat.Id, seat.Number, seat.Sector, alert.Role, organisation, organisation is { } one ? names[one].Name : null, alert.Day, isVacancy ? null : alert.Day.DayNumber - hand.Today.DayNumber,
                told.Where(row => row.SeatId == seat.Id && row.HoldingId == alert.HoldingId && (row.Kind == CompositionNoticeKind.Vacancy) == isVacancy).Max(row => (DateTimeOffset?)row.ToldAt));
        }
    }
}
