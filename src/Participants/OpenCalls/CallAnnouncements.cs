using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Privacy.Consents;

namespace OpenGov.Participants.OpenCalls;

/// <summary>
/// A new call is told to whom consented to it (<see cref="ConsentKind.OtherCalls"/>, INV-51): one mail to each, in the order of accounts, so that what is kept is
/// where it stopped and no list of people. The consent is read at that moment: revoked before, no mail.
/// </summary>
internal static class CallAnnouncements
{
    /// <summary>People in one transaction.</summary>
    internal const int Page = 500;

    /// <summary>Of one round, which comes each minute: 200,000 people are told in less than an hour and a half, and nothing else waits long.</summary>
    private const int PagesOfRound = 5;

    public static async Task TellAsync(ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, CancellationToken cancellationToken)
    {
        for (var page = 0; page < PagesOfRound && await TellPageAsync(db, rules, mails, cancellationToken); page++)
        {
            // There may be more.
        }
    }

    /// <returns>Whether there may be more.</returns>
    private static async Task<bool> TellPageAsync(ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        await using var work = await db.BeginAsync(cancellationToken);
        // The row is taken by one replica; the other finds it held and leaves it. Nobody is called to what is called off or over.
        var call = await db.Database.SqlQuery<Announced>(
            $"""
            select c.id as "Id", c.number as "Number", c.title as "Title", (c.cancelled_at is null and c.closes_on >= {today}) as "IsNews", a.after as "After"
            from call_announcement a join open_call c on c.id = a.call_id
            where a.done_at is null order by c.number limit 1 for update of a skip locked
            """).ToListAsync(cancellationToken) is [var one] ? one : null;
        if (call is null)
            return false;
        var (after, now) = (call.After ?? Guid.Empty, db.Now);
        var people = !call.IsNews ? [] : await (
            from consent in db.Consents
            join account in db.Accounts on consent.PersonId equals account.Id
            where consent.Kind == ConsentKind.OtherCalls && consent.RevokedAt == null && consent.PersonId > after
                && account.ErasedAt == null && account.SuspendedAt == null && account.AddressConfirmedAt != null
            orderby consent.PersonId
            select new { account.Id, account.Email }).Take(Page).ToListAsync(cancellationToken);
        foreach (var person in people)
            mails.Request(person.Id, person.Email!, PersonalMailKinds.OtherCall, PersonalMails.KeepNews, $"/participa/convocatorias/{call.Number}", [call.Title], language: "es");
        await db.SaveChangesAsync(cancellationToken);
        Guid? last = people.Count > 0 ? people[^1].Id : call.After;
        DateTimeOffset? done = people.Count < Page ? now : null;
        await db.Database.ExecuteSqlAsync($"update call_announcement set after = {last}, done_at = {done} where call_id = {call.Id}", cancellationToken);
        await work.CommitAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return true;
    }

    private sealed record Announced(Guid Id, int Number, string Title, bool IsNews, Guid? After);
}
