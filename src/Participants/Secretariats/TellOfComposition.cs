using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Mails;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Participants.Secretariats;

/// <summary>Mails to whoever sees to the composition: once for each end of a term and each vacancy, whichever replica comes first and however often it starts.</summary>
internal static class TellOfComposition
{
    private static readonly CultureInfo Spanish = CultureInfo.GetCultureInfo("es-MX");

    /// <param name="seen">As it was read a moment ago: a holding that ended since is told all the same, and nothing else can have changed but for the better.</param>
    public static async Task RunAsync(ParticipantsDb db, SecretariatInHand seen, StaffMails mails, CancellationToken cancellationToken)
    {
        var (secretariat, today) = (seen.Secretariat, seen.Today);
        var due = CompositionAlerts.On(secretariat, today).Select(alert => (Alert: alert, Mail: CompositionAlerts.MailOf(alert, today))).Where(pair => pair.Mail is not null).ToList();
        if (due.Count == 0)
            return;
        var seats = due.ConvertAll(pair => pair.Alert.SeatId);
        var told = await db.CompositionNotices.AsNoTracking().Where(row => seats.Contains(row.SeatId)).Select(row => new { row.SeatId, row.HoldingId, row.Kind }).ToListAsync(cancellationToken);
        due.RemoveAll(pair => told.Exists(row => row.SeatId == pair.Alert.SeatId && row.HoldingId == pair.Alert.HoldingId && row.Kind == pair.Mail));
        if (due.Count == 0)
            return;

        await using var work = await db.BeginAsync(cancellationToken);
        var mine = new List<(CompositionAlert Alert, CompositionNoticeKind Mail)>();
        foreach (var (alert, mail) in due)
        {
            // One replica's row goes in; the other waits for it and then finds it there.
            var kind = mail!.Value.Code();
            if (await db.Database.ExecuteSqlAsync(
                $"insert into composition_notice (id, seat_id, holding_id, kind, told_at) values ({Guid.CreateVersion7()}, {alert.SeatId}, {alert.HoldingId}, {kind}, {db.Now}) on conflict do nothing", cancellationToken) == 1)
                mine.Add((alert, mail.Value));
        }

        var names = await SecretariatViews.NamesAsync(db, secretariat, cancellationToken);
        // Seven terms that end on one day are one mail.
        foreach (var group in mine.GroupBy(pair => (pair.Mail, Day: pair.Mail == CompositionNoticeKind.Vacancy ? (DateOnly?)null : pair.Alert.Day)))
        {
            var which = string.Join("; ", group.Select(pair => Line(secretariat, pair.Alert, names)));
            var path = $"/administracion/secretariado/{secretariat.Id}/periodos";
            StaffRole[] readers = [StaffRole.Administrator, StaffRole.ExecutiveSecretary];
            if (group.Key.Day is { } day)
                await mails.TellAsync(readers, PersonalMailKinds.SeatTermsEnd, path, [which, day.ToString("d 'de' MMMM 'de' yyyy", Spanish), secretariat.Name], cancellationToken);
            else
                await mails.TellAsync(readers, PersonalMailKinds.SeatsVacant, path, [which, secretariat.Name], cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private static string Line(Secretariat secretariat, CompositionAlert alert, Dictionary<Guid, (string Name, string? Acronym)> names)
    {
        var number = secretariat.Seats.Single(seat => seat.Id == alert.SeatId).Number;
        return alert.HoldingId is { } id && secretariat.Holdings.Single(row => row.Id == id) is { } holding
            ? string.Create(Spanish, $"asiento {number}, {names[holding.OrganisationId].Name}{(alert.Role == SeatRole.Alternate ? " (suplente)" : "")}")
            : string.Create(Spanish, $"asiento {number}");
    }
}
