using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.Participants.Registrations;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Consents;

/// <param name="Reason">How the person asked for it, 5 to 1,000 characters.</param>
public sealed record RevokeForPersonRequest(string? Reason);

/// <summary>What the notice promises: a consent is revoked before the staff too, by who cannot or does not want to sign in. It takes effect at once.</summary>
internal static class RevokeForPerson
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Guid id, string kind, RevokeForPersonRequest request, HttpContext http, ParticipantsDb db, LedgerWriter ledger, CancellationToken cancellationToken)
    {
        if (!EnumCodes.TryParse<ConsentKind>(kind, out var purpose))
            return http.Problem(Refusal.NotFound());
        var person = await db.Registrations.Where(row => row.Id == id && row.State != RegistrationState.Unconfirmed).Select(row => (Guid?)row.AccountId).SingleOrDefaultAsync(cancellationToken);
        if (person is null)
            return http.Problem(Refusal.NotFound());
        var fields = new Fields();
        var reason = fields.Text("reason", request.Reason, 5, 1000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var consent = await db.Consents.SingleOrDefaultAsync(row => row.PersonId == person && row.Kind == purpose && row.RevokedAt == null, cancellationToken);
        if (consent is null)
            return http.Problem(Refusal.Conflict("consent_not_given"));
        var by = http.RequireAccount().AccountId;
        (consent.RevokedAt, consent.RevokedBy, consent.RevocationReason) = (db.Now, by, reason);
        // The reason may speak of the person: it stands with the consent, not in the audit trail.
        db.Audit(by, "consent_revoked_for_person", "consent", consent.Id);
        await db.SaveChangesAsync(cancellationToken);
        await ledger.WriteAsync(CancellationToken.None);
        return TypedResults.NoContent();
    }
}
