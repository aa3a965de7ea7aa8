using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.ServiceDefaults.Time;

namespace OpenGov.Participants.Registrations;

/// <summary>
/// Registrations are kept for some months after the close of the plan under which they were made, then erased with their person (SPEC §4.3).
/// Who has a mandate, seat or post goes on, and so does who signs in after the mail that tells of it, or uses a key. For who cannot sign in the executive secretary
/// says that they go on, and is told in time. Whom an administrator keeps out is not ended for staying away.
/// </summary>
internal static class RegistrationsOfClosedPlans
{
    /// <summary>Long enough to come back from a holiday.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    /// <summary>Accounts looked at in one round. A round comes each minute, so that 200,000 accounts are through in less than two hours.</summary>
    internal const int Page = 2000;

    /// <summary>People told or erased in one round: an erasure touches many tables.</summary>
    private const int AtOnce = 50;

    /// <summary>
    /// Of the accounts {3}: people whose every registration was under a plan that closed before the day {0}, who hold nothing on the day {1} or at the moment {2},
    /// and wait for nothing. With the moment since which all of their registrations are told of.
    /// </summary>
    private static readonly string Over =
        $$"""
        select a.id as "Id", a.email as "Email", a.password_hash is null or a.email like '%@sin-correo.invalid' as "CannotSignIn", (
            select nullif(max(coalesce(r.expiry_told_at, 'infinity')), 'infinity') from registration r where r.account_id = a.id and r.state <> 'UNCONFIRMED') as "ToldAt"
        from account a
        where a.id = any({3}) and a.erased_at is null and a.suspended_at is null
            and exists (select from registration r where r.account_id = a.id and r.state <> 'UNCONFIRMED')
            and not exists (
                select from registration r
                where r.account_id = a.id and coalesce((
                    select min(p.ends_on) from plan_period p
                    where p.ends_on >= (coalesce(r.renewed_at, r.registered_at) at time zone {{StateZone.Sql}})::date), 'infinity') >= {0})
            and not exists (select from mandate m where m.account_id = a.id and coalesce(m.valid_until, 'infinity') > {2} and coalesce(m.ended_at, 'infinity') > {2})
            and not exists (select from staff_post p where p.account_id = a.id and coalesce(p.valid_until, 'infinity') > {2} and coalesce(p.ended_at, 'infinity') > {2})
            and not exists (select from seat_holding h where h.account_id = a.id and coalesce(h.valid_until, 'infinity') > {1} and coalesce(h.ended_on, 'infinity') > {1})
            and not exists (select from secretariat_office o where o.account_id = a.id and coalesce(o.ended_on, 'infinity') > {1})
            and not exists (select from call_application c where c.account_id = a.id and c.state in ('SUBMITTED', 'PREVENTED'))
            and not exists (select from arco_request q where q.person_id = a.id and q.closed_on is null)
        order by a.id
        """;

    /// <summary>
    /// One round. All accounts are gone through once a day, a page a round: what a round costs does not grow with the instance, nor with people who stay because
    /// they hold something.
    /// </summary>
    public static async Task EndAsync(ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, StaffMails staff, ErasePerson erase, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        if (await PassAsync(db, cancellationToken) is { After: null } done && done.Day >= today)
            return;
        var months = ((await rules.OnAsync(today, cancellationToken))?.Parameters.Retention ?? new Retention(24, 12)).RegistrationMonths;
        var closedBefore = today.AddMonths(-months);
        if (!await db.Database.SqlQuery<bool>($"select exists (select from plan_period where ends_on < {closedBefore}) as \"Value\"").SingleAsync(cancellationToken))
            return;
        await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
        // Once more, under the lock: another replica may have gone on with it.
        var pass = await PassAsync(db, cancellationToken);
        if (pass is { After: null } && pass.Day >= today)
            return;
        var (day, after) = pass?.After is { } last ? (pass.Day, last) : (today, Guid.Empty);
        var page = await db.Database.SqlQuery<Guid>($"select id as \"Value\" from account where id > {after} order by id limit {Page}").ToListAsync(cancellationToken);
        // In every round: a pass takes hours where many are due, and who comes back while it is under way stays too.
        await RenewAsync(db, page, cancellationToken);
        var due = (await OverAsync(page)).Where(person => person.ToldAt is null || person.ToldAt <= db.Now - Notice).Take(AtOnce + 1).ToList();
        Guid? next = due.Count > AtOnce ? due[AtOnce - 1].Id : page.Count == Page ? page[^1] : null;
        var cannotSignIn = pass?.CannotSignIn ?? 0;
        cannotSignIn += await TellAsync(db, mails, [.. due.Take(AtOnce).Where(person => person.ToldAt is null)], today, cancellationToken);
        foreach (var person in due.Take(AtOnce).Where(person => person.ToldAt is not null))
        {
            // Asked once more behind the lock: whoever signs in at this moment, or is kept by staff, came first and stays, or waits and is refused.
            await db.Database.ExecuteSqlAsync($"select from account a join registration r on r.account_id = a.id where a.id = {person.Id} for update", cancellationToken);
            await RenewAsync(db, [person.Id], cancellationToken);
            if (await OverAsync([person.Id]) is [{ ToldAt: not null }])
                await erase.RunAsync(person.Id, request: null, ErasureReason.Retention, by: null, cancellationToken);
        }

        // One mail about all of them, not one a minute: it is counted on in the row, and written in the round that ends the pass.
        if (next is null && cannotSignIn > 0)
        {
            await staff.TellAsync(
                [StaffRole.ExecutiveSecretary], PersonalMailKinds.RegistrationsEnding, "/administracion/registros?estado=ENDING",
                [cannotSignIn.ToString(CultureInfo.InvariantCulture), Until(day)], cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            cannotSignIn = 0;
        }

        await db.Database.ExecuteSqlAsync(
            $"""
            insert into retention_pass (day, after, cannot_sign_in) values ({day}, {next}, {cannotSignIn})
            on conflict (only_row) do update set day = excluded.day, after = excluded.after, cannot_sign_in = excluded.cannot_sign_in
            """, cancellationToken);
        await work.CommitAsync(cancellationToken);
        db.ChangeTracker.Clear();

        Task<List<OverPerson>> OverAsync(IReadOnlyList<Guid> accounts) =>
            db.Database.SqlQueryRaw<OverPerson>(Over, closedBefore, today, db.Now, accounts.ToArray()).ToListAsync(cancellationToken);
    }

    private static Task<Pass?> PassAsync(ParticipantsDb db, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<Pass>($"select day as \"Day\", after as \"After\", cannot_sign_in as \"CannotSignIn\" from retention_pass").SingleOrDefaultAsync(cancellationToken);

    /// <summary>Whoever was told and came back stays.</summary>
    private static Task<int> RenewAsync(ParticipantsDb db, IReadOnlyList<Guid> accounts, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        update registration r set renewed_at = {db.Now}, expiry_told_at = null, version = version + 1
        where r.account_id = any({accounts.ToArray()}) and r.expiry_told_at is not null and (
            exists (select from session s where s.account_id = r.account_id and s.last_seen_at > r.expiry_told_at)
            or exists (select from api_key k where k.account_id = r.account_id and k.last_used_at > r.expiry_told_at))
        """, cancellationToken);

    /// <summary>A mail tells people only of what they can do.</summary>
    /// <returns>How many of them cannot sign in.</returns>
    private static async Task<int> TellAsync(ParticipantsDb db, PersonalMails mails, IReadOnlyList<OverPerson> people, DateOnly today, CancellationToken cancellationToken)
    {
        if (people.Count == 0)
            return 0;
        var until = Until(today);
        foreach (var person in people)
        {
            if (person.CannotSignIn)
                mails.Request(person.Id, person.Email, PersonalMailKinds.RegistrationEndingAssisted, Notice, values: [until], language: "es");
            else
                mails.Request(person.Id, person.Email, PersonalMailKinds.RegistrationEnding, Notice, "/cuenta/entrar", [until], language: "es");
        }

        var ids = people.Select(person => person.Id).ToArray();
        await db.Database.ExecuteSqlAsync($"update registration set expiry_told_at = {db.Now}, version = version + 1 where account_id = any({ids}) and expiry_told_at is null", cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return people.Count(person => person.CannotSignIn);
    }

    /// <summary>The day that stands in the mails. Of a pass that runs past midnight it is the first one's: nobody counts on a day too many.</summary>
    private static string Until(DateOnly told) => told.AddDays((int)Notice.TotalDays).ToString("O", CultureInfo.InvariantCulture);

    /// <param name="After">The last account looked at; null: all were.</param>
    /// <param name="CannotSignIn">Of those told in this pass: people of whom the executive secretary gets to know at its end.</param>
    private sealed record Pass(DateOnly Day, Guid? After, int CannotSignIn);

    private sealed record OverPerson(Guid Id, string Email, bool CannotSignIn, DateTimeOffset? ToldAt);
}
