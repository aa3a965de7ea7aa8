using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;

namespace OpenGov.Participants.Registrations;

/// <summary>What nobody confirmed was perhaps not theirs to give: it is forgotten with its account once the link is over.</summary>
internal static class UnconfirmedRegistrations
{
    /// <summary>The link's life, and an hour for a clock that is late.</summary>
    private static readonly TimeSpan Keep = AccountLink.LifetimeOf(LinkPurpose.ConfirmAddress) + TimeSpan.FromHours(1);

    /// <summary>In steps, so that a flood's rest is no long transaction.</summary>
    private const int Step = 1000;

    public static async Task ForgetAsync(ParticipantsDb db, CancellationToken cancellationToken)
    {
        var old = db.Now - Keep;
        List<Guid> gone;
        do
        {
            // Locked rows are another replica's.
            gone = await db.Database.SqlQuery<Guid>(
                $"""
                delete from registration where id in (
                    select id from registration where state = 'UNCONFIRMED' and registered_at < {old} order by registered_at limit {Step} for update skip locked)
                returning account_id as "Value"
                """).ToListAsync(cancellationToken);
            await ForgetPeopleAsync(db, gone, cancellationToken);
        }
        while (gone.Count == Step);

        var unanswered = db.Now - TimeSpan.FromDays(1);
        gone = await db.Database.SqlQuery<Guid>(
            $"""
            delete from representative_invitation where id in (
                select id from representative_invitation where accepted_at is null and expires_at < {unanswered} order by expires_at limit {Step} for update skip locked)
            returning account_id as "Value"
            """).ToListAsync(cancellationToken);
        await ForgetPeopleAsync(db, gone, cancellationToken);
    }

    /// <summary>Those who never came in. An account that came to something else stays: an invitation, a post, a mandate.</summary>
    private static Task<int> ForgetPeopleAsync(ParticipantsDb db, List<Guid> people, CancellationToken cancellationToken) => people.Count == 0 ? Task.FromResult(0) : db.Database.ExecuteSqlAsync(
        $"""
        with nobody as (
            select id from account
            where id = any({people}) and password_hash is null and address_confirmed_at is null
                and not exists (select from invitation where account_id = account.id and used_at is null and voided_at is null and expires_at > {db.Now})
                and not exists (select from representative_invitation where account_id = account.id)
                and not exists (select from staff_post where account_id = account.id)
                and not exists (select from mandate where account_id = account.id)
                and not exists (select from seat_holding where account_id = account.id)
                and not exists (select from secretariat_office where account_id = account.id)
                and not exists (select from declaration_signatory where account_id = account.id)
                and not exists (select from registration where account_id = account.id)
                and not exists (select from arco_request where person_id = account.id)
                and not exists (select from erasure where person_id = account.id)
            for update skip locked),
        mails as (
            update event_log set payload = null, erased_at = {db.Now} from nobody
            where personal and payload is not null and type = {EventTypes.NameOf(typeof(PersonalMailRequestedV1))} and payload ->> 'subjectId' = nobody.id::text),
        links as (delete from account_link where account_id in (select id from nobody)),
        invitations as (delete from invitation where account_id in (select id from nobody))
        delete from account where id in (select id from nobody)
        """, cancellationToken);
}
