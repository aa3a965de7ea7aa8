using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <summary>Whether somebody takes part in the exercise: an account alone is not enough.</summary>
public enum Standing
{
    /// <summary>No registration that counts or waits.</summary>
    Unregistered,

    /// <summary>The executive secretary has not decided yet.</summary>
    UnderReview,

    /// <summary>An accepted registration, a mandate in force or a staff post.</summary>
    TakesPart,
}

/// <param name="Standing">What it allows is each owner's rule.</param>
public sealed record OwnStanding(Standing Standing);

internal static class Standings
{
    public static async Task<Standing> StandingAsync(this ParticipantsDb db, Guid account, CancellationToken cancellationToken)
    {
        var now = db.Now;
        var states = await db.Registrations.Where(row => row.AccountId == account && (row.State == RegistrationState.Accepted || row.State == RegistrationState.UnderReview))
            .Select(row => row.State).Distinct().ToListAsync(cancellationToken);
        if (states.Contains(RegistrationState.Accepted)
            || await db.Mandates.AnyAsync(row => row.AccountId == account && row.Term.From <= now && (row.Term.Until == null || row.Term.Until > now)
                && (row.Term.EndedAt == null || row.Term.EndedAt > now), cancellationToken)
            || await db.StaffPosts.AnyAsync(row => row.AccountId == account && row.Term.From <= now && (row.Term.Until == null || row.Term.Until > now)
                && (row.Term.EndedAt == null || row.Term.EndedAt > now), cancellationToken))
        {
            return Standing.TakesPart;
        }

        return states.Count > 0 ? Standing.UnderReview : Standing.Unregistered;
    }

    public static async Task<Ok<OwnStanding>> Own(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken) =>
        TypedResults.Ok(new OwnStanding(await db.StandingAsync(http.RequireAccount().AccountId, cancellationToken)));
}
