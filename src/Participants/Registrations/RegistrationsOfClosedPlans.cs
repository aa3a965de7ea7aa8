using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Privacy.Erasures;

namespace OpenGov.Participants.Registrations;

/// <summary>
/// Registrations are kept for some months after the close of the plan under which they were made, then erased with their person (SPEC §4.3).
/// Who has a mandate, seat or post goes on, and so does who signs in after the mail that tells of it.
/// </summary>
internal static class RegistrationsOfClosedPlans
{
    /// <summary>Long enough to come back from a holiday.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    /// <summary>
    /// People whose every registration was under a plan that closed before the day {0}, who hold nothing on the day {1} or at the moment {2}, and ask for nothing.
    /// </summary>
    private const string Over =
        """
        select a.id as "Value" from account a
        where a.erased_at is null
            and exists (select from registration r where r.account_id = a.id and r.state <> 'UNCONFIRMED')
            and not exists (
                select from registration r
                where r.account_id = a.id and coalesce((
                    select min(p.ends_on) from plan_period p where p.ends_on >= coalesce(r.renewed_at, r.registered_at)::date), 'infinity') >= {0})
            and not exists (select from mandate m where m.account_id = a.id and coalesce(m.valid_until, 'infinity') > {2} and coalesce(m.ended_at, 'infinity') > {2})
            and not exists (select from staff_post p where p.account_id = a.id and coalesce(p.valid_until, 'infinity') > {2} and coalesce(p.ended_at, 'infinity') > {2})
            and not exists (select from seat_holding h where h.account_id = a.id and coalesce(h.valid_until, 'infinity') > {1} and coalesce(h.ended_on, 'infinity') > {1})
            and not exists (select from secretariat_office o where o.account_id = a.id and coalesce(o.ended_on, 'infinity') > {1})
            and not exists (select from arco_request q where q.person_id = a.id and q.closed_on is null)
        """;

    /// <summary>Fifty in one round, the rest a minute later.</summary>
    private const string ToBeTold = Over +
        """

            and a.email not like '%@sin-correo.invalid'
            and exists (select from registration r where r.account_id = a.id and r.state <> 'UNCONFIRMED' and r.expiry_told_at is null)
        order by a.id limit 50
        """;

    /// <summary>Told before the moment {3}, or without an address to be told at.</summary>
    private const string ToBeErased = Over +
        """

            and (a.email like '%@sin-correo.invalid'
                or not exists (select from registration r where r.account_id = a.id and r.state <> 'UNCONFIRMED' and coalesce(r.expiry_told_at, 'infinity') > {3}))
        order by a.id limit 50
        """;

    public static async Task EndAsync(ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, ErasePerson erase, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        var months = ((await rules.OnAsync(today, cancellationToken))?.Parameters.Retention ?? new Retention(24, 12)).RegistrationMonths;
        var closedBefore = today.AddMonths(-months);
        if (!await db.Database.SqlQuery<bool>($"select exists (select from plan_period where ends_on < {closedBefore}) as \"Value\"").SingleAsync(cancellationToken))
            return;
        await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
        await RenewAsync(db, cancellationToken);
        await TellAsync(db, mails, closedBefore, today, cancellationToken);
        foreach (var person in await db.Database.SqlQueryRaw<Guid>(ToBeErased, closedBefore, today, db.Now, db.Now - Notice).ToListAsync(cancellationToken))
            await erase.RunAsync(person, request: null, ErasureReason.Retention, by: null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    /// <summary>Whoever was told and came back stays.</summary>
    private static Task<int> RenewAsync(ParticipantsDb db, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        update registration r set renewed_at = {db.Now}, expiry_told_at = null, version = version + 1
        where r.expiry_told_at is not null and exists (select from session s where s.account_id = r.account_id and s.last_seen_at > r.expiry_told_at)
        """, cancellationToken);

    private static async Task TellAsync(ParticipantsDb db, PersonalMails mails, DateOnly closedBefore, DateOnly today, CancellationToken cancellationToken)
    {
        var people = await db.Database.SqlQueryRaw<Guid>(ToBeTold, closedBefore, today, db.Now).ToListAsync(cancellationToken);
        if (people.Count == 0)
            return;
        var until = today.AddDays((int)Notice.TotalDays).ToString("O", CultureInfo.InvariantCulture);
        foreach (var account in await db.Accounts.AsNoTracking().Where(row => people.Contains(row.Id)).Select(row => new { row.Id, row.Email }).ToListAsync(cancellationToken))
            mails.Request(account.Id, account.Email!, PersonalMailKinds.RegistrationEnding, Notice, "/cuenta/entrar", [until], language: "es");
        await db.Database.ExecuteSqlAsync($"update registration set expiry_told_at = {db.Now}, version = version + 1 where account_id = any({people}) and expiry_told_at is null", cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}
