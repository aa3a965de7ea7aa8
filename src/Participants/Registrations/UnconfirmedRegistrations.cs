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
        int forgotten;
        do
        {
            // Locked rows are another replica's. An account that came to something else stays: an invitation, a post, a mandate.
            forgotten = await db.Database.ExecuteSqlAsync(
                $"""
                with gone as (
                    delete from registration where id in (
                        select id from registration where state = 'UNCONFIRMED' and registered_at < {old} order by registered_at limit {Step} for update skip locked)
                    returning account_id),
                nobody as (
                    select account_id from gone join account on account.id = account_id
                    where password_hash is null and address_confirmed_at is null
                        and not exists (select from invitation where invitation.account_id = gone.account_id and used_at is null and voided_at is null and expires_at > {db.Now})
                        and not exists (select from staff_post where staff_post.account_id = gone.account_id)
                        and not exists (select from mandate where mandate.account_id = gone.account_id)
                        and not exists (select from registration kept where kept.account_id = gone.account_id and kept.state <> 'UNCONFIRMED')
                        and not exists (select from arco_request where person_id = gone.account_id)),
                mails as (
                    update event_log set payload = null, erased_at = {db.Now} from nobody
                    where personal and payload is not null and type = {EventTypes.NameOf(typeof(PersonalMailRequestedV1))} and payload ->> 'subjectId' = nobody.account_id::text),
                links as (delete from account_link where account_id in (select account_id from nobody)),
                invitations as (delete from invitation where account_id in (select account_id from nobody))
                delete from account where id in (select account_id from nobody)
                """, cancellationToken);
        }
        while (forgotten == Step);
    }
}
