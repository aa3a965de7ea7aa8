using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <param name="Municipality">At most 100 characters; missing, as every other: stays as it is.</param>
/// <param name="Post">At most 120, where the registration is for an organisation.</param>
/// <param name="Contact">At most 200, where staff registered the person.</param>
public sealed record CorrectRegistrationRequest(string? Municipality, string? Post, string? Contact);

/// <summary>What is said of the person in a registration is theirs to put right. The organisation that was registered is changed by staff.</summary>
public static class CorrectRegistration
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Guid id, CorrectRegistrationRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var registration = await db.Registrations.SingleOrDefaultAsync(row => row.Id == id && row.AccountId == account && row.State != RegistrationState.Unconfirmed, cancellationToken);
        if (registration is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(registration.Version) is { IsRefused: true } unmatched)
            return http.Problem(unmatched);
        var fields = new Fields();
        var correction = new Correction(
            fields.OptionalText("municipality", request.Municipality, 100), fields.OptionalText("post", request.Post, 120), fields.OptionalText("contact", request.Contact, 200));
        if (correction.Post is not null && registration.Kind != RegistrationKind.Organisation)
            fields.Refuse(Refusal.Rule("registration_without_field", "post"));
        if (correction.Contact is not null && registration.Channel != RegistrationChannel.Assisted)
            fields.Refuse(Refusal.Rule("registration_without_field", "contact"));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        registration.Correct(correction);
        db.Audit(account, "registration_corrected", "registration", id);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(registration.Version);
        return TypedResults.NoContent();
    }
}
