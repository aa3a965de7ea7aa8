using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Mails;

namespace OpenGov.Participants.Registrations;

/// <summary>Tells the executive secretary that the queue grew.</summary>
internal static class RegistrationsWaiting
{
    /// <summary>A registration day is one mail in the morning and one in the afternoon, not one for each person.</summary>
    public static readonly TimeSpan AtMostEvery = TimeSpan.FromHours(4);

    public static async Task TellAsync(ParticipantsDb db, StaffMails mails, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        // One replica's statement changes the row; the other's then finds it changed.
        var grew = await db.Database.ExecuteSqlAsync(
            $"""
            update registration_queue_notice set told_at = {db.Now}
            where (told_at is null or told_at <= {db.Now - AtMostEvery})
                and exists (select from registration where state = 'UNDER_REVIEW' and channel = 'WEB' and confirmed_at > coalesce(registration_queue_notice.told_at, '-infinity'))
            """, cancellationToken) == 1;
        if (!grew)
            return;
        var waiting = await db.Registrations.CountAsync(row => row.State == RegistrationState.UnderReview, cancellationToken);
        await mails.TellAsync(
            [StaffRole.ExecutiveSecretary], PersonalMailKinds.RegistrationsWaiting, "/administracion/registros", [waiting.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
    }
}
