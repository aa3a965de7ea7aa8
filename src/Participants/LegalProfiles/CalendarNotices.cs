using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Mails;

namespace OpenGov.Participants.LegalProfiles;

/// <summary>
/// A calendar that runs out is noticed by nobody until terms are too short: administrators get a mail for each year without a day without business
/// into which terms run that have begun or begin today; once, until the year is there.
/// </summary>
internal static class CalendarNotices
{
    public static async Task TellAsync(ParticipantsDb db, LegalProfileInForce rules, StaffMails mails, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        if (await rules.OnAsync(today, cancellationToken) is not { } profile)
            return;
        var calendar = await rules.CalendarAsync(today, cancellationToken);
        // Terms that run by the rules of their own day may be longer than those of today.
        var running = await db.Database.SqlQuery<DateOnly?>(
            $"""
            select greatest((select max(due_on) from arco_request where closed_on is null), (select max(completion_due) from call_application where state = 'PREVENTED')) as "Value"
            """).SingleAsync(cancellationToken);
        var longest = calendar.Add(today, ProfileWarnings.LongestTerm(profile.Parameters));
        var missing = calendar.YearsWithoutHolidays(today, running > longest ? running.Value : longest).ToArray();
        await using var work = await db.BeginAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"delete from calendar_notice where year <> all ({missing})", cancellationToken);
        foreach (var year in missing)
        {
            if (await db.Database.ExecuteSqlAsync($"insert into calendar_notice (year, told_at) values ({year}, {db.Now}) on conflict do nothing", cancellationToken) == 1)
                await mails.TellAsync([StaffRole.Administrator], PersonalMailKinds.CalendarMissing, "/administracion/perfil-legal", [year.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
    }
}
