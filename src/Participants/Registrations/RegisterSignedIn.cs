using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.Protection;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <param name="Municipality">By name, at most 100 characters.</param>
/// <param name="Organisation">Missing for somebody who takes part as a citizen.</param>
/// <param name="Post">The person's post in the organisation, at most 120 characters.</param>
/// <param name="PrivacyNoticeId">The notice that the form showed: the one in force (INV-50).</param>
/// <param name="PublishName">Consent apart from all else (INV-51); so is <paramref name="OtherCalls"/>. One that was given before stays.</param>
public sealed record RegisterSignedInRequest(
    string? Municipality, OrganisationRequest? Organisation, string? Post, Guid? PrivacyNoticeId, bool PublishName = false, bool OtherCalls = false);

/// <summary>
/// Whoever has an account registers with it: after a refusal or a withdrawal, with a further organisation, or as a citizen beside one.
/// Name and address stand in the account, and the address is proved: nothing is left to confirm.
/// </summary>
public static class RegisterSignedIn
{
    /// <summary>Whoever corrects and sends again does so a few times; each registration is looked at by somebody.</summary>
    private static readonly Allowance OfAccount = new("registrations of account", 10, TimeSpan.FromDays(1));

    public static async Task<Results<Created<OwnRegistration>, ProblemHttpResult>> Handle(
        RegisterSignedInRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce profile, NoticeInForce notices, Throttle throttle, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var form = await RegistrationFields.ReadAsync(
            new RegistrationInput(request.Municipality, request.Organisation, request.Post, request.PrivacyNoticeId, new FormConsents(request.PublishName, request.OtherCalls)), fields, db, profile, notices, cancellationToken);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var by = http.RequireAccount().AccountId;
        if (await throttle.TakeAsync(OfAccount, by.ToString(), cancellationToken) is { IsOver: true } over)
            return Throttle.Refuse(http, over);
        if (await RegistrationFields.CheckDuplicatesAsync(db, form!, isNoOther: true, toStaff: false, cancellationToken) is { IsRefused: true } duplicate)
            return http.Problem(duplicate);

        await using var work = await db.BeginAsync(cancellationToken);
        // Two windows at once: the second finds what the first registered.
        var account = await db.Locked(by).SingleAsync(cancellationToken);
        var earlier = await db.Registrations.AsNoTracking().Where(row => row.AccountId == by).ToListAsync(cancellationToken);
        var registered = Registration.SignedIn(account, form!, earlier, db.Now);
        if (registered.IsRefused)
            return http.Problem(registered);
        var registration = registered.Value;
        db.Add(registration);
        account.WasShown(registration.PrivacyNoticeId);
        await db.AddConsentsAsync(by, form!.Consents, form.Notice, db.Now, cancellationToken);
        if (registration.State == RegistrationState.Accepted)
            db.Record(registration.AcceptedFact());
        db.Audit(by, "registered_signed_in", "registration", registration.Id, after: new { registration.Kind, registration.State });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created("/api/participants/v1/my/registrations", OwnRegistration.Of(registration, registration.Proposal?.Name));
    }
}
