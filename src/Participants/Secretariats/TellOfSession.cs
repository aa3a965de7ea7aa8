using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Mails;
using OpenGov.Participants.States;

namespace OpenGov.Participants.Secretariats;

/// <summary>
/// Mails to whoever sits in the secretariat, and to who facilitates: the agenda that was notified is what an extraordinary session may vote on
/// (INV-14). In the transaction of the act, so once for each person and act.
/// </summary>
public sealed class TellOfSession(ParticipantsDb db, PersonalMails mails)
{
    private static readonly CultureInfo Spanish = CultureInfo.GetCultureInfo("es-MX");

    public Task ConvenedAsync(SessionInHand hand, CancellationToken cancellationToken) => TellAsync(
        hand, PersonalMailKinds.SessionConvened, $"/sesiones/{hand.Session.Id}.ics", string.Join('\n', hand.Session.Agenda.OrderBy(item => item.Number).Select(item => $"{item.Number}. {item.Title}")), cancellationToken);

    public Task CancelledAsync(SessionInHand hand, CancellationToken cancellationToken) =>
        TellAsync(hand, PersonalMailKinds.SessionCancelled, $"/sesiones/{hand.Session.Id}", hand.Session.CancelReason, cancellationToken);

    private async Task TellAsync(SessionInHand hand, string kind, string path, string? quote, CancellationToken cancellationToken)
    {
        var (session, secretariat) = (hand.Session, hand.Secretariat);
        var code = await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken);
        var local = State.Local(code, session.StartsAt);
        var day = DateOnly.FromDateTime(local);
        // Who sits today, and who takes a seat until then.
        var accounts = new[] { hand.Composition, secretariat.On(day) }
            .SelectMany(on => on.Seats.SelectMany(seat => new[] { seat.Titular?.AccountId, seat.Alternate?.AccountId }).Append(on.FacilitatorAccountId))
            .OfType<Guid>().Distinct().ToList();
        var kindName = session.Kind == SecretariatSessionKind.Ordinary ? "ordinaria" : "extraordinaria";
        string[] values =
        [
            secretariat.Name, string.Create(Spanish, $"sesión {kindName} {session.Number}"), local.ToString("d 'de' MMMM 'de' yyyy, HH:mm 'h'", Spanish), session.Place,
        ];
        foreach (var one in await db.Accounts.Where(row => accounts.Contains(row.Id)).Select(row => new { row.Id, row.Email }).OrderBy(row => row.Id).ToListAsync(cancellationToken))
            mails.Request(one.Id, one.Email!, kind, PersonalMails.KeepNews, path, values, quote, language: "es");
    }
}
