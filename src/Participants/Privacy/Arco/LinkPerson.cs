using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Privacy.Access;
using OpenGov.Participants.Registrations;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Arco;

/// <param name="PersonEmail">The whole address of the person's account.</param>
/// <param name="RegistrationId">A registration of theirs, for a person without e-mail. With both, both must be the same person's.</param>
public sealed record LinkPersonRequest(string? PersonEmail, Guid? RegistrationId);

/// <summary>Says whose data a request from the desk is about, so that it can be answered with them and carried out on them.</summary>
public static class LinkPerson
{
    public static async Task<Results<Ok<ArcoView>, ProblemHttpResult>> Handle(
        Guid id, LinkPersonRequest request, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken)
    {
        if (!await db.ArcoRequests.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var fields = new Fields();
        var found = await FindAsync(db, request.PersonEmail, request.RegistrationId, fields, cancellationToken);
        if (found is null && !fields.AreRefused)
            fields.Refuse(Refusal.Invalid("personEmail", "field_required"));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        // The answer shows the person's name, for staff to compare; the person finds the request among their own from now on.
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.ArcoRequest, id, found!.Value);
        return await ActOnRequest.ActAsync(id, null, "arco_linked", PersonalMailKinds.ArcoReceived, http, db, desk, (row, _, _) => row.Link(found.Value), cancellationToken);
    }

    public static Task<Results<Ok<ArcoView>, ProblemHttpResult>> Remove(Guid id, HttpContext http, ParticipantsDb db, ArcoDesk desk, CancellationToken cancellationToken) =>
        ActOnRequest.ActAsync(id, null, "arco_unlinked", null, http, db, desk, (row, _, _) => row.Unlink(), cancellationToken);

    /// <returns>Null where neither is given, or something is refused.</returns>
    internal static async Task<Guid?> FindAsync(ParticipantsDb db, string? email, Guid? registration, Fields fields, CancellationToken cancellationToken)
    {
        Guid? byEmail = null, byRegistration = null;
        if (!string.IsNullOrWhiteSpace(email) && fields.From(EmailAddress.Read("personEmail", email)) is { } address)
        {
            var normalized = EmailAddress.Normalize(address);
            byEmail = await db.Accounts.Where(row => row.NormalizedEmail == normalized && row.ErasedAt == null).Select(row => (Guid?)row.Id).SingleOrDefaultAsync(cancellationToken);
            if (byEmail is null)
                fields.Refuse(Refusal.Rule("account_unknown", "personEmail"));
        }

        if (registration is { } id)
        {
            byRegistration = await (
                from row in db.Registrations
                join account in db.Accounts on row.AccountId equals account.Id
                where row.Id == id && row.State != RegistrationState.Unconfirmed && account.ErasedAt == null
                select (Guid?)account.Id).SingleOrDefaultAsync(cancellationToken);
            if (byRegistration is null)
                fields.Refuse(Refusal.Rule("registration_unknown", "registrationId"));
        }

        if (byEmail is not null && byRegistration is not null && byEmail != byRegistration)
            fields.Refuse(Refusal.Rule("arco_person_differs", "registrationId"));
        return fields.AreRefused ? null : byEmail ?? byRegistration;
    }
}
