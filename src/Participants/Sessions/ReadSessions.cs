using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.SignInPolicies;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Sessions;

public sealed record SignedInAccount(Guid Id, string DisplayName, string Email);

public sealed record OwnStaffPost(Guid Id, StaffRole Role, DateTimeOffset? Until);

public sealed record OwnMandate(Guid Id, Guid OrganisationId, string OrganisationName, DateTimeOffset? Until);

/// <summary>Who is signed in, and the posts and mandates in force now.</summary>
/// <param name="SecondStepMissing">Until a second step is set up, this sign-in may do nothing with them.</param>
public sealed record CurrentSession(SignedInAccount Account, IReadOnlyList<OwnStaffPost> StaffPosts, IReadOnlyList<OwnMandate> Mandates, DateTimeOffset ExpiresAt, bool SecondStepMissing);

/// <param name="Browser">Family only; PROGRAM where it was no browser.</param>
/// <param name="Current">The one that this request was sent in.</param>
public sealed record SessionView(
    Guid Id, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, BrowserFamily Browser, OperatingSystemFamily System, bool Current);

public static class ReadSessions
{
    public static async Task<Ok<CurrentSession>> Current(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var (accountId, sessionId) = http.RequireAccount();
        var now = db.Now;
        var session = await db.Sessions.AsNoTracking().SingleAsync(row => row.Id == sessionId, cancellationToken);
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == accountId, cancellationToken);
        var posts = await db.StaffPosts.AsNoTracking().Where(row => row.AccountId == accountId).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var mandates = await (
            from mandate in db.Mandates.AsNoTracking()
            join organisation in db.Organisations.AsNoTracking() on mandate.OrganisationId equals organisation.Id
            where mandate.AccountId == accountId
            orderby organisation.NameKey
            select new { Mandate = mandate, organisation.Name }).ToListAsync(cancellationToken);
        return TypedResults.Ok(new CurrentSession(
            new SignedInAccount(account.Id, account.DisplayName, account.Email!),
            [.. posts.Where(post => post.Term.IsInForce(now)).Select(post => new OwnStaffPost(post.Id, post.Role, post.Term.End))],
            [.. mandates.Where(row => row.Mandate.Term.IsInForce(now))
                .Select(row => new OwnMandate(row.Mandate.Id, row.Mandate.OrganisationId, row.Name, row.Mandate.Term.End))],
            session.ExpiresAt, !session.ByPasskey && await db.LacksSecondStepAsync(accountId, cancellationToken)));
    }

    /// <summary>The caller's running sign-ins, newest first. An account has few; there is one page.</summary>
    public static async Task<Ok<Page<SessionView>>> Own(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var (accountId, sessionId) = http.RequireAccount();
        var (now, idle) = (db.Now, db.Now - Session.IdleLimit);
        var running = await db.Sessions.AsNoTracking()
            .Where(row => row.AccountId == accountId && row.EndedAt == null && row.ExpiresAt > now && row.LastSeenAt > idle)
            .OrderByDescending(row => row.Id).Take(Cursor.MaxLimit)
            .Select(row => new SessionView(row.Id, row.StartedAt, row.LastSeenAt, row.ExpiresAt, row.Browser, row.System, row.Id == sessionId))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<SessionView>(running, Next: null));
    }
}
