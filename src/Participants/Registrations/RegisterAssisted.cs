using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <param name="Email">Missing for a person without one: they take part through staff, and cannot sign in.</param>
/// <param name="Contact">Telephone or another way to reach the person, at most 200 characters.</param>
/// <param name="IdentityCheck">What was shown to prove who it is, at most 200 characters; no copy is kept.</param>
/// <param name="MandateUntil">When the mandate for the organisation ends; no end where it is missing.</param>
/// <param name="PrivacyNoticeId">The notice that was read to the person or that they read: the one in force (INV-50).</param>
public sealed record RegisterAssistedRequest(
    string? DisplayName, string? Email, string? Contact, string? IdentityCheck, string? Municipality, OrganisationRequest? Organisation, string? Post, Guid? PrivacyNoticeId,
    bool PublishName = false, bool OtherCalls = false, DateTimeOffset? MandateUntil = null);

/// <summary>Staff register a person who is there or on the telephone. It counts at once: staff answer for who it is.</summary>
public static class RegisterAssisted
{
    public static async Task<Results<Created<RegistrationView>, ProblemHttpResult>> Handle(
        RegisterAssistedRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, LegalProfileInForce profile, NoticeInForce notices,
        AccountLinks links, PersonalMails mails, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var name = PersonName.Read(fields, "displayName", request.DisplayName);
        var email = string.IsNullOrWhiteSpace(request.Email) ? null : fields.From(EmailAddress.Read("email", request.Email));
        var contact = fields.OptionalText("contact", request.Contact, 200);
        var identityCheck = fields.Text("identityCheck", request.IdentityCheck, 2, 200);
        var form = await RegistrationFields.ReadAsync(
            new RegistrationInput(request.Municipality, request.Organisation, request.Post, request.PrivacyNoticeId, new FormConsents(request.PublishName, request.OtherCalls)),
            fields, db, profile, notices, cancellationToken);
        if (form is not null)
            fields.Add(await RegistrationFields.CheckDuplicatesAsync(db, form, request.Organisation?.IsNoOther ?? true, toStaff: true, cancellationToken));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);

        var by = http.RequireAccount().AccountId;
        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        // Whose account it is cannot be told here, and nobody is registered into somebody else's.
        if (email is not null && await accounts.FindByEmailAsync(email) is not null)
            return http.Problem(new Refusal("assisted_email_taken", StatusCodes.Status409Conflict, "email"));
        var account = Account.Assisted(email, name!, db.Now);
        if (Refusals.Of(await accounts.CreateAsync(account)) is { IsRefused: true } refused)
            return http.Problem(refused);
        account.WasShown(form!.Notice);
        var registration = Registration.Assisted(account.Id, form, contact, identityCheck, db.Now);
        db.Add(registration);
        if (await db.AcceptAsync(registration, by, request.MandateUntil, isNoOther: true, profile, cancellationToken) is { IsRefused: true } notAccepted)
            return http.Problem(notAccepted);
        await db.AddConsentsAsync(account.Id, form.Consents, form.Notice, db.Now, cancellationToken);
        if (email is not null)
        {
            var token = await links.IssueAsync(account.Id, LinkPurpose.ConfirmAddress, null, cancellationToken);
            mails.Request(account.Id, email, PersonalMailKinds.ConfirmAddress, AccountLink.LifetimeOf(LinkPurpose.ConfirmAddress), $"/participa/confirmar/{token}");
        }

        db.Audit(by, "registered_assisted", "registration", registration.Id, after: new { registration.Kind, registration.Sector });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(registration.Version);
        return TypedResults.Created($"/api/participants/v1/registrations/{registration.Id}", RegistrationView.Of(registration, account));
    }
}
