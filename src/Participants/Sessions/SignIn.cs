using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Protection;
using OpenGov.Participants.SignInPolicies;
using OpenGov.Participants.TwoFactor;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Sessions;

/// <param name="DeviceToken">From an earlier sign-in in the same browser: its attempts are counted apart from strangers'.</param>
public sealed record SignInRequest(string? Email, string? Password, string? DeviceToken = null);

/// <summary>
/// Every way of failing answers the same, in about the same time: an unknown address, an unfinished account and a wrong
/// password each cost one password hash.
/// </summary>
public static class SignIn
{
    /// <summary>Old sign-ins are kept this long for the list of an account's own sessions and the audit trail's references.</summary>
    private static readonly TimeSpan KeepEnded = TimeSpan.FromDays(30);

    public static async Task<Results<Ok<StartedSession>, Accepted<SecondStepAsked>, ProblemHttpResult>> Handle(
        SignInRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, SignInAttempts attempts, DeviceTokens devices, Throttle throttle, DummyPassword dummy,
        SecondFactors factors, SecondStep step, CancellationToken cancellationToken)
    {
        var email = EmailAddress.Read("email", request.Email);
        if (email.IsRefused || request.Password is not { Length: > 0 and <= PasswordRules.MaxLength })
            return http.Problem(Failed());
        var (device, network) = (devices.Read(request.DeviceToken, email.Value), NetworkAddress.Of(http));
        // Guesses at many accounts from one network; a browser that its owner signed in with before is not theirs.
        if (device is null && network is not null && await throttle.LookAsync(Allowances.FailuresOfNetwork, network, cancellationToken) is { IsOver: true } over)
            return Throttle.Refuse(http, over);
        if (await attempts.BeginAsync(email.Value, device, cancellationToken) is { } locked)
            return Locked(http, locked);

        var account = await accounts.FindByEmailAsync(email.Value);
        if (account is not { IsFinished: true })
            dummy.Verify(request.Password);
        if (account is not { IsFinished: true } || !await accounts.CheckPasswordAsync(account, request.Password))
        {
            // Written for an unknown address too (of nobody): the time that it takes must not tell them apart.
            db.ChangeTracker.Clear();
            db.Audit(account?.Id, "sign_in_failed", "account", account?.Id ?? Guid.Empty);
            await db.SaveChangesAsync(cancellationToken);
            if (network is not null)
                await throttle.TakeAsync(Allowances.FailuresOfNetwork, network, cancellationToken);
            return http.Problem(Failed());
        }

        // Only to who knows the password.
        if (account.MaySignIn() is { IsRefused: true } refused)
            return http.Problem(refused);
        if (await factors.IsOnAsync(account.Id, cancellationToken))
        {
            await db.SaveChangesAsync(cancellationToken);
            await attempts.ForgetAsync(email.Value, device, cancellationToken);
            return TypedResults.Accepted((string?)null, step.Ask(account.Id, device, await db.Passkeys.AnyAsync(row => row.AccountId == account.Id, cancellationToken)));
        }

        var begun = await db.StartAsync(account, http, SignInWay.Password, cancellationToken);
        if (begun.IsRefused)
            return http.Problem(begun);
        var started = begun.Value with { DeviceToken = devices.Issue(email.Value) };
        // A password hashed with an older iteration count was hashed anew by CheckPasswordAsync and is saved with the session.
        await db.SaveChangesAsync(cancellationToken);
        await attempts.ForgetAsync(email.Value, device, cancellationToken);
        var old = db.Now - KeepEnded;
        await db.Sessions.Where(session => session.AccountId == account.Id && session.ExpiresAt < old).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Ok(started with { SecondStepMissing = await db.LacksSecondStepAsync(account.Id, cancellationToken) });
    }

    internal static ProblemHttpResult Locked(HttpContext http, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return http.Problem(new Refusal("account_locked", StatusCodes.Status429TooManyRequests, null, (int)Math.Ceiling(wait.TotalMinutes)));
    }

    private static Refusal Failed() => new("sign_in_failed", StatusCodes.Status401Unauthorized);
}

/// <summary>A hash of the current strength that no password matches, to spend the time on.</summary>
public sealed class DummyPassword(IOptions<PasswordHasherOptions> options)
{
    private static readonly Account Nobody = new("nobody@example.invalid", PersonName.Read(new Fields(), "displayName", "-")!, DateTimeOffset.UnixEpoch);
    private readonly PasswordHasher<Account> hasher = new(options);
    private readonly string hash = new PasswordHasher<Account>(options).HashPassword(Nobody, Secret.New());

    public void Verify(string password) => hasher.VerifyHashedPassword(Nobody, hash, password);
}
