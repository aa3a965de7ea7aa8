using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Sessions;

public static class EndSession
{
    /// <summary>Sign-out.</summary>
    public static Task<Results<NoContent, ProblemHttpResult>> Current(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken) =>
        One(http.RequireAccount().SessionId, http, db, cancellationToken);

    /// <summary>All but the one that this request was sent in.</summary>
    public static async Task<NoContent> Others(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount();
        await db.EndAllAsync(account.AccountId, except: account.SessionId, by: account.AccountId, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>One of the caller's own; another account's is not found.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> One(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount();
        var session = await db.Sessions.SingleOrDefaultAsync(row => row.Id == id && row.AccountId == account.AccountId, cancellationToken);
        if (session?.IsRunning(db.Now) != true)
            return http.Problem(Refusal.NotFound());
        db.End(session, by: account.AccountId);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
