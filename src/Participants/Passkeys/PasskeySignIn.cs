using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Protection;
using OpenGov.Participants.Sessions;
using OpenGov.Participants.TwoFactor;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Passkeys;

/// <param name="Challenge">From a 202 of the sign-in, where the passkey stands in for the code; without one, instead of the password.</param>
public sealed record AskPasskeyRequest(string? Challenge);

/// <param name="Credential">JSON of the browser's <c>PublicKeyCredential</c>.</param>
public sealed record PasskeySignInRequest(string? State, string? Credential);

public static class PasskeySignIn
{
    /// <summary>Without a challenge the options name no account: they tell nothing about anybody.</summary>
    public static async Task<Results<Ok<PasskeyOptions>, ProblemHttpResult>> Ask(
        AskPasskeyRequest request, HttpContext http, ParticipantsDb db, PasskeyCeremonies ceremonies, SecondStep step, CancellationToken cancellationToken)
    {
        Account? account = null;
        if (!string.IsNullOrEmpty(request.Challenge))
        {
            if (step.Read(request.Challenge) is not { } proved)
                return http.Problem(new Refusal("second_step_expired", StatusCodes.Status401Unauthorized));
            account = await db.Accounts.SingleOrDefaultAsync(row => row.Id == proved.AccountId, cancellationToken);
            if (account is null || !await db.Passkeys.AnyAsync(row => row.AccountId == account.Id, cancellationToken))
                return http.Problem(Refusal.Conflict("passkey_none"));
        }

        var asked = await ceremonies.AskForKnownAsync(account, http, cancellationToken);
        return asked.IsRefused ? http.Problem(asked) : TypedResults.Ok(asked.Value);
    }

    /// <summary>A passkey is two steps in one (the device, and what unlocks it): no other is asked for.</summary>
    public static async Task<Results<Ok<StartedSession>, ProblemHttpResult>> Handle(
        PasskeySignInRequest request, HttpContext http, ParticipantsDb db, PasskeyCeremonies ceremonies, DeviceTokens devices, Throttle throttle, CancellationToken cancellationToken)
    {
        var network = NetworkAddress.Of(http);
        if (network is not null && await throttle.LookAsync(Allowances.FailuresOfNetwork, network, cancellationToken) is { IsOver: true } over)
            return Throttle.Refuse(http, over);
        var taken = await ceremonies.TakeKnownAsync(request.State, request.Credential, http, cancellationToken);
        if (taken.IsRefused)
        {
            db.ChangeTracker.Clear();
            db.Audit(null, "passkey_failed", "account", Guid.Empty);
            await db.SaveChangesAsync(cancellationToken);
            if (network is not null)
                await throttle.TakeAsync(Allowances.FailuresOfNetwork, network, cancellationToken);
            return http.Problem(taken);
        }

        var account = taken.Value.Account;
        var begun = await db.StartAsync(account, http, SignInWay.Passkey, cancellationToken);
        if (begun.IsRefused)
            return http.Problem(begun);
        var started = begun.Value with { DeviceToken = devices.Issue(account.Email!) };
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(started);
    }
}
