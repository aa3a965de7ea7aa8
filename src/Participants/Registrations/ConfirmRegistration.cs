using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Privacy.Consents;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Registrations;

/// <summary>What was registered with the address, for its owner to see before they confirm.</summary>
/// <param name="Consents">In effect already: what the person agreed to before the staff who registered them.</param>
public sealed record RegistrationGreeting(string DisplayName, RegistrationKind Kind, string? OrganisationName, IReadOnlyList<ConsentKind> Consents);

/// <param name="Password">12 to 128 characters (<see cref="PasswordRules"/>).</param>
/// <param name="PrivacyNoticeId">The notice that the page showed: the one in force (INV-50). Whoever filled in the form may have been somebody else.</param>
/// <param name="PublishName">Consent apart from all else (INV-51); so is <paramref name="OtherCalls"/>. Only here: who filled in the form had not proved to be the person.</param>
public sealed record ConfirmRegistrationRequest(string? Password, Guid? PrivacyNoticeId = null, bool PublishName = false, bool OtherCalls = false);

/// <param name="State">ACCEPTED, or UNDER_REVIEW where the executive secretary decides.</param>
public sealed record ConfirmedRegistration(RegistrationState State, StartedSession Session);

/// <summary>The link of the mail proves the address; the password is chosen by whoever has proved it, and by nobody before.</summary>
public static class ConfirmRegistration
{
    public static async Task<Results<Ok<RegistrationGreeting>, ProblemHttpResult>> Read(
        string token, HttpContext http, ParticipantsDb db, AccountLinks links, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        return await FindAsync(token, db, links, cancellationToken) is { } found
            ? TypedResults.Ok(new RegistrationGreeting(
                found.Account.DisplayName, found.Registration.Kind, found.Registration.Proposal?.Name, await db.ConsentsInEffectAsync(found.Account.Id, cancellationToken)))
            : http.Problem(Refusal.NotFound());
    }

    public static async Task<Results<Ok<ConfirmedRegistration>, ProblemHttpResult>> Handle(
        string token, ConfirmRegistrationRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, AccountLinks links, SignInAttempts attempts, DeviceTokens devices,
        NoticeInForce notices, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await FindAsync(token, db, links, cancellationToken) is not { } found)
            return http.Problem(Refusal.NotFound());
        var (link, account, registration) = found;
        var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
        if (notice.IsRefused)
            return http.Problem(notice);
        // Nobody counts twice: what staff registered before stands, and the form that was sent once more only proves the address.
        var counting = await db.CountingCitizenAsync(account.Id, cancellationToken);
        if (Refusals.Of(await accounts.AddPasswordAsync(account, request.Password ?? "")) is { IsRefused: true } refused)
            return http.Problem(refused);

        link.Use(db.Now);
        account.ConfirmAddress(db.Now);
        account.WasShown(notice.Value);
        var consents = new FormConsents(request.PublishName, request.OtherCalls);
        await db.AddConsentsAsync(account.Id, consents, notice.Value, db.Now, cancellationToken);
        if (registration.State == RegistrationState.Unconfirmed)
        {
            if (counting is not null && registration.Kind == RegistrationKind.Citizen)
            {
                db.Remove(registration);
                registration = counting;
            }
            else
            {
                registration.Confirm(consents, db.Now);
                if (registration.State == RegistrationState.Accepted)
                    db.Record(registration.AcceptedFact());
            }
        }

        var begun = await db.StartAsync(account, http, SignInWay.Link, cancellationToken);
        if (begun.IsRefused)
            return http.Problem(begun);
        var started = begun.Value with { DeviceToken = devices.Issue(account.Email!) };
        db.Audit(account.Id, "registration_confirmed", "registration", registration.Id, after: new { registration.State });
        await db.SaveChangesAsync(cancellationToken);
        await attempts.ForgetWithAsync(db, account.Email!, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new ConfirmedRegistration(registration.State, started));
    }

    private static async Task<(AccountLink Link, Account Account, Registration Registration)?> FindAsync(
        string token, ParticipantsDb db, AccountLinks links, CancellationToken cancellationToken)
    {
        if (await links.FindOpenAsync(token, cancellationToken) is not { Purpose: LinkPurpose.ConfirmAddress } link)
            return null;
        var account = await db.Accounts.SingleAsync(row => row.Id == link.AccountId, cancellationToken);
        // Somebody who has a password by now came in another way.
        if (account is not { PasswordHash: null, ErasedAt: null })
            return null;
        var registration = await db.Registrations.Where(row => row.AccountId == account.Id).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);
        return registration is null ? null : (link, account, registration);
    }
}
