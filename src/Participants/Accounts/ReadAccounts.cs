using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Privacy.Access;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <param name="Finished">False until the person accepted the invitation.</param>
/// <param name="SuspendedAt">Since when nobody may sign in to it.</param>
/// <param name="StaffPosts">All of them: those that ended stay.</param>
public sealed record AccountView(
    Guid Id, string Email, string DisplayName, bool Finished, DateTimeOffset CreatedAt, DateTimeOffset? SuspendedAt, IReadOnlyList<StaffPostView> StaffPosts, IReadOnlyList<MandateView> Mandates);

public sealed record StaffPostView(Guid Id, Guid AccountId, StaffRole Role, DateTimeOffset From, DateTimeOffset? Until, DateTimeOffset? EndedAt)
{
    public static StaffPostView Of(StaffPost post) => new(post.Id, post.AccountId, post.Role, post.Term.From, post.Term.Until, post.Term.EndedAt);
}

public sealed record MandateView(
    Guid Id, Guid AccountId, Guid OrganisationId, string OrganisationName, DateTimeOffset From, DateTimeOffset? Until, DateTimeOffset? EndedAt);

/// <param name="Email">The whole address.</param>
public sealed record AccountSearch(string? Email);

public static class ReadAccounts
{
    /// <summary>
    /// Those whom administrators give something or wait for. Who only registered is personal data of a registrant (SPEC §2.12): found by the
    /// whole address, which they must have told, and the look is written down.
    /// </summary>
    public static async Task<Results<Ok<Page<AccountView>>, ProblemHttpResult>> List(
        string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var after = Guid.Empty;
        if (cursor is not null && !(Cursor.Decode(cursor, 1) is [var key] && Guid.TryParse(key, out after)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));

        var now = db.Now;
        var listed = db.StaffPosts.Select(post => post.AccountId)
            .Union(db.Mandates.Select(mandate => mandate.AccountId))
            .Union(db.Invitations.Where(invitation => invitation.UsedAt == null && invitation.VoidedAt == null && invitation.ExpiresAt > now).Select(invitation => invitation.AccountId));
        var rows = await db.Accounts.AsNoTracking().Where(account => account.Id > after && listed.Contains(account.Id))
            .OrderBy(account => account.Id).Take(size.Value + 1).ToListAsync(cancellationToken);
        var page = rows.Take(size.Value).ToList();
        var next = rows.Count > size.Value ? Cursor.Encode(page[^1].Id.ToString()) : null;
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.AccountList, page.Select(account => account.Id));
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(new Page<AccountView>(await ViewAsync(db, page, cancellationToken), next));
    }

    /// <summary>By the whole address. It is sent in a body: addresses of requests stand in logs and traces.</summary>
    public static async Task<Results<Ok<AccountView>, ProblemHttpResult>> Find(AccountSearch request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var email = EmailAddress.Read("email", request.Email);
        if (email.IsRefused)
            return http.Problem(email);
        var normalized = EmailAddress.Normalize(email.Value);
        var id = await db.Accounts.Where(row => row.NormalizedEmail == normalized && row.ErasedAt == null).Select(row => (Guid?)row.Id).SingleOrDefaultAsync(cancellationToken);
        return id is null ? http.Problem(Refusal.Rule("account_unknown", "email")) : await One(id.Value, http, db, cancellationToken);
    }

    public static async Task<Results<Ok<AccountView>, ProblemHttpResult>> One(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (account is null)
            return http.Problem(Refusal.NotFound());
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.Account, id);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok((await ViewAsync(db, [account], cancellationToken))[0]);
    }

    private static async Task<List<AccountView>> ViewAsync(ParticipantsDb db, List<Account> accounts, CancellationToken cancellationToken)
    {
        var ids = accounts.ConvertAll(account => account.Id);
        var posts = (await db.StaffPosts.AsNoTracking().Where(post => ids.Contains(post.AccountId)).OrderBy(post => post.Id).ToListAsync(cancellationToken))
            .ToLookup(post => post.AccountId, StaffPostView.Of);
        var mandates = (await (
            from mandate in db.Mandates
            join organisation in db.Organisations on mandate.OrganisationId equals organisation.Id
            where ids.Contains(mandate.AccountId)
            orderby mandate.Id
            select new MandateView(mandate.Id, mandate.AccountId, organisation.Id, organisation.Name, mandate.Term.From, mandate.Term.Until, mandate.Term.EndedAt))
            .ToListAsync(cancellationToken)).ToLookup(mandate => mandate.AccountId);
        return accounts.ConvertAll(account => new AccountView(
            account.Id, account.Email!, account.DisplayName, account.IsFinished, account.CreatedAt, account.SuspendedAt, [.. posts[account.Id]], [.. mandates[account.Id]]));
    }
}
