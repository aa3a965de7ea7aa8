using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Privacy.Erasures;

namespace OpenGov.Participants.Privacy;

/// <summary>
/// People with an account who never registered: further representatives, former staff, who was invited and never finished. Some months after they last held something or
/// signed in they are told, and erased if they do not sign in then (SPEC §4.3). Registrations have terms of their own.
/// </summary>
internal static class IdleAccounts
{
    /// <summary>As before a registration ends: long enough to come back from a holiday.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    /// <summary>Accounts looked at in one round, people told or erased in it: as <see cref="Registrations.RegistrationsOfClosedPlans"/>.</summary>
    private const int Page = 2000;
    private const int AtOnce = 50;

    /// <summary>
    /// Of the accounts {0}: who never registered, waits for nothing, and last held something, signed in or could be expected before the moment {1}; with when they were
    /// told since. What runs on has no end yet, a program's use of a key is use, and whom an administrator keeps out cannot show that they want to stay.
    /// </summary>
    private const string Idle =
        """
        select a.id as "Id", a.email as "Email", a.email like '%@sin-correo.invalid' as "CannotBeTold", a.password_hash is null as "IsUnfinished", case when a.ending_told_at > last.used then a.ending_told_at end as "ToldAt"
        from account a cross join lateral (
            select greatest(
                a.created_at, a.address_confirmed_at, a.used_at,
                (select max(s.last_seen_at) from session s where s.account_id = a.id),
                (select max(k.last_used_at) from api_key k where k.account_id = a.id),
                (select max(coalesce(least(m.valid_until, m.ended_at), 'infinity')) from mandate m where m.account_id = a.id),
                (select max(coalesce(least(p.valid_until, p.ended_at), 'infinity')) from staff_post p where p.account_id = a.id),
                (select max(coalesce(least(h.valid_until, h.ended_on), 'infinity')) from seat_holding h where h.account_id = a.id),
                (select max(coalesce(o.ended_on, 'infinity')) from secretariat_office o where o.account_id = a.id),
                (select max(i.expires_at) from invitation i where i.account_id = a.id and i.used_at is null and i.voided_at is null),
                (select max(i.expires_at) from representative_invitation i where i.account_id = a.id and i.accepted_at is null and i.voided_at is null)) as used) last
        where a.id = any({0}) and a.erased_at is null and a.suspended_at is null and last.used < {1}
            and not exists (select from registration r where r.account_id = a.id)
            and not exists (select from call_application c where c.account_id = a.id and c.state in ('SUBMITTED', 'PREVENTED'))
            and not exists (select from arco_request q where q.person_id = a.id and q.closed_on is null)
        order by a.id
        """;

    /// <summary>One round. All accounts are gone through once a day, a page a round.</summary>
    public static async Task EndAsync(ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, ErasePerson erase, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        if (await PassAsync(db, cancellationToken) is { After: null } done && done.Day >= today)
            return;
        await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
        // Once more, under the lock: another replica may have gone on with it.
        var pass = await PassAsync(db, cancellationToken);
        if (pass is { After: null } && pass.Day >= today)
            return;
        var retention = (await rules.OnAsync(today, cancellationToken))?.Parameters.Retention ?? new Retention(24, 12);
        var (day, after) = pass?.After is { } last ? (pass.Day, last) : (today, Guid.Empty);
        var page = await db.Database.SqlQuery<Guid>($"select id as \"Value\" from account where id > {after} order by id limit {Page}").ToListAsync(cancellationToken);
        var due = (await IdleAsync(page)).Where(person => person.CannotBeTold || person.ToldAt is null || person.ToldAt <= db.Now - Notice).Take(AtOnce + 1).ToList();
        Guid? next = due.Count > AtOnce ? due[AtOnce - 1].Id : page.Count == Page ? page[^1] : null;
        foreach (var person in due.Take(AtOnce))
        {
            if (!person.CannotBeTold && person.ToldAt is null)
            {
                await TellAsync(db, mails, person, today, cancellationToken);
                continue;
            }

            // Asked once more behind the lock: whoever signs in at this moment came first and stays, or waits and is refused.
            await db.Database.ExecuteSqlAsync($"select from account where id = {person.Id} for update", cancellationToken);
            if (await IdleAsync([person.Id]) is [{ } still] && still.ToldAt == person.ToldAt)
                await erase.RunAsync(person.Id, request: null, ErasureReason.Retention, by: null, cancellationToken);
        }

        await db.Database.ExecuteSqlAsync(
            $"insert into idle_account_pass (day, after) values ({day}, {next}) on conflict (only_row) do update set day = excluded.day, after = excluded.after", cancellationToken);
        await work.CommitAsync(cancellationToken);
        db.ChangeTracker.Clear();

        Task<List<IdlePerson>> IdleAsync(IReadOnlyList<Guid> accounts) =>
            db.Database.SqlQueryRaw<IdlePerson>(Idle, accounts.ToArray(), db.Now.AddMonths(-retention.AccountMonths)).ToListAsync(cancellationToken);
    }

    private static async Task TellAsync(ParticipantsDb db, PersonalMails mails, IdlePerson person, DateOnly today, CancellationToken cancellationToken)
    {
        var until = today.AddDays((int)Notice.TotalDays).ToString("O", CultureInfo.InvariantCulture);
        // Who never finished the account has nothing to sign in with: a new invitation is what keeps it.
        if (person.IsUnfinished)
            mails.Request(person.Id, person.Email, PersonalMailKinds.AccountUnfinishedEnding, Notice, values: [until], language: "es");
        else
            mails.Request(person.Id, person.Email, PersonalMailKinds.AccountEnding, Notice, "/cuenta/entrar", [until], language: "es");
        await db.Database.ExecuteSqlAsync($"update account set ending_told_at = {db.Now} where id = {person.Id}", cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }

    private static Task<Pass?> PassAsync(ParticipantsDb db, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<Pass>($"select day as \"Day\", after as \"After\" from idle_account_pass").SingleOrDefaultAsync(cancellationToken);

    /// <param name="After">The last account looked at; null: all were.</param>
    private sealed record Pass(DateOnly Day, Guid? After);

    private sealed record IdlePerson(Guid Id, string Email, bool CannotBeTold, bool IsUnfinished, DateTimeOffset? ToldAt);
}
