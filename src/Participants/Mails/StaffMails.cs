using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Secretariats;

namespace OpenGov.Participants.Mails;

/// <summary>Mails to whoever holds a post now, or the office that does the same. Nobody asks for them in a request, so they are in Spanish.</summary>
public sealed class StaffMails(ParticipantsDb db, PersonalMails mails, LegalProfileInForce profiles)
{
    /// <summary>Adds one mail for each person to the unit of work: whoever holds a post, and where it is the secretary's, the elected one too.</summary>
    public Task TellAsync(IReadOnlyList<StaffRole> roles, string kind, string path, IReadOnlyList<string> values, CancellationToken cancellationToken) =>
        TellAsync(roles, orElected: roles.Contains(StaffRole.ExecutiveSecretary), kind, path, values, cancellationToken);

    /// <summary>The same for what only a post opens, such as requests over personal data: the elected secretary could not follow the link.</summary>
    public Task TellPostsAsync(IReadOnlyList<StaffRole> roles, string kind, string path, IReadOnlyList<string> values, CancellationToken cancellationToken) =>
        TellAsync(roles, orElected: false, kind, path, values, cancellationToken);

    private async Task TellAsync(IReadOnlyList<StaffRole> roles, bool orElected, string kind, string path, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        var now = db.Now;
        var people = await (
            from post in db.StaffPosts
            join account in db.Accounts on post.AccountId equals account.Id
            where roles.Contains(post.Role) && post.Term.From <= now && (post.Term.Until == null || post.Term.Until > now)
                && (post.Term.EndedAt == null || post.Term.EndedAt > now) && account.PasswordHash != null
            select new { account.Id, account.Email }).Distinct().ToListAsync(cancellationToken);
        if (orElected)
        {
            var elected = ElectedSecretary.Accounts(db, await profiles.TodayAsync(cancellationToken));
            people = [.. people.Union(await db.Accounts.Where(account => elected.Contains(account.Id) && account.PasswordHash != null).Select(account => new { account.Id, account.Email }).ToListAsync(cancellationToken))];
        }

        foreach (var one in people)
            mails.Request(one.Id, one.Email!, kind, PersonalMails.KeepNews, path, values, language: "es");
    }
}
