using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <summary>Who cannot sign in says to the staff that they stay, when a registration ends with time; whoever can does it by signing in.</summary>
public static class RenewRegistration
{
    public static async Task<Results<Ok<RegistrationView>, ProblemHttpResult>> Handle(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var registration = await db.Registrations.SingleOrDefaultAsync(row => row.Id == id && row.State != RegistrationState.Unconfirmed, cancellationToken);
        if (registration is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(registration.Version) is { IsRefused: true } unmatched)
            return http.Problem(unmatched);
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == registration.AccountId, cancellationToken);
        if (account.PasswordHash is not null)
            return http.Problem(Refusal.Conflict("registration_person_signs_in"));
        if (registration.Renew(db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        // The person ends or stays as one.
        foreach (var other in await db.Registrations.Where(row => row.AccountId == account.Id && row.Id != id && row.ExpiryToldAt != null).ToListAsync(cancellationToken))
            other.Renew(db.Now);
        db.Audit(http.RequireAccount().AccountId, "registration_renewed_for_person", "registration", id);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(registration.Version);
        return TypedResults.Ok(RegistrationView.Of(registration, account));
    }
}
