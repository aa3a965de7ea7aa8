using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Registrations;

/// <summary>What was registered with the address, for its owner to see before they confirm.</summary>
public sealed record RegistrationGreeting(string DisplayName, RegistrationKind Kind, string? OrganisationName);

/// <param name="Password">12 to 128 characters (<see cref="PasswordRules"/>).</param>
public sealed record ConfirmRegistrationRequest(string? Password);

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
            ? TypedResults.Ok(new RegistrationGreeting(found.Account.DisplayName, found.Registration.Kind, found.Registration.Proposal?.Name))
            : http.Problem(Refusal.NotFound());
    }

    public static async Task<Results<Ok<ConfirmedRegistration>, ProblemHttpResult>> Handle(
        string token, ConfirmRegistrationRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, AccountLinks links, SignInAttempts attempts, DeviceTokens devices,
        CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await FindAsync(token, db, links, cancellationToken) is not { } found)
            return http.Problem(Refusal.NotFound());
        var (link, account, registration) = found;
        // Nobody counts twice: what staff registered before stands, and the form that was sent once more only proves the address.
        var counting = await db.CountingCitizenAsync(account.Id, cancellationToken);
        if (Refusals.Of(await accounts.AddPasswordAsync(account, request.Password ?? "")) is { IsRefused: true } refused)
            return http.Problem(refused);

        link.Use(db.Now);
        account.ConfirmAddress(db.Now);
        account.WasShown(registration.PrivacyNoticeId);
        if (registration.State == RegistrationState.Unconfirmed)
        {
            db.AddConsents(registration, await db.Consents.Where(row => row.PersonId == account.Id && row.RevokedAt == null).Select(row => row.Kind).ToListAsync(cancellationToken));
            if (counting is not null && registration.Kind == RegistrationKind.Citizen)
            {
                db.Remove(registration);
                registration = counting;
            }
            else
            {
                registration.Confirm(db.Now);
                if (registration.State == RegistrationState.Accepted)
                    db.Record(registration.AcceptedFact());
            }
        }

        var begun = db.Start(account, Device.Of(http));
        if (begun.IsRefused)
            return http.Problem(begun);
        var started = begun.Value with { DeviceToken = devices.Issue(account.Email!) };
        db.Audit(account.Id, "registration_confirmed", "registration", registration.Id, after: new { registration.State });
        await db.SaveChangesAsync(cancellationToken);
        await attempts.ForgetAsync(account.Email!, null, cancellationToken);
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
