using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Mails;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <param name="Reason">How and why the person asked for it, 5 to 1,000 characters.</param>
public sealed record WithdrawAssistedRequest(string? Reason);

/// <summary>Staff withdraw what they registered, for a person who asks for it and cannot sign in. Who gave an address is told, as after a withdrawal of their own.</summary>
public static class WithdrawAssisted
{
    public static async Task<Results<Ok<RegistrationView>, ProblemHttpResult>> Handle(
        Guid id, WithdrawAssistedRequest request, HttpContext http, ParticipantsDb db, PersonalMails mails, CancellationToken cancellationToken)
    {
        var registration = await db.Registrations.SingleOrDefaultAsync(row => row.Id == id && row.State != RegistrationState.Unconfirmed, cancellationToken);
        if (registration is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(registration.Version) is { IsRefused: true } unmatched)
            return http.Problem(unmatched);
        var fields = new Fields();
        var reason = fields.Text("reason", request.Reason, 5, 1000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var by = http.RequireAccount().AccountId;
        var withdrawn = registration.WithdrawFor(reason, by);
        if (withdrawn.IsRefused)
            return http.Problem(withdrawn);
        if (withdrawn.Value)
            db.Record(registration.WithdrawnFact());
        // The reason may speak of the person: it stands with the registration, not in the audit trail.
        db.Audit(by, "registration_withdrawn_for_person", "registration", id);
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == registration.AccountId, cancellationToken);
        mails.Request(account.Id, account.Email!, PersonalMailKinds.RegistrationWithdrawn, PersonalMails.KeepNews, "/participa", quote: reason, language: "es");
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(registration.Version);
        return TypedResults.Ok(RegistrationView.Of(registration, account));
    }
}
