using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.TwoFactor;

public sealed record CurrentPasswordRequest(string? CurrentPassword);

/// <param name="Code">Six digits from the app.</param>
public sealed record SecondFactorCodeRequest(string? Code);

/// <param name="Secret">Base32, to be typed in where no camera is at hand.</param>
/// <param name="Address"><c>otpauth://</c>, for a QR code.</param>
public sealed record BegunSecondFactor(string Secret, string Address);

/// <param name="Codes">Shown once. Each opens one sign-in without the app.</param>
public sealed record IssuedRecoveryCodes(IReadOnlyList<string> Codes);

/// <param name="RecoveryCodesLeft">0 where there is no second factor.</param>
public sealed record SignInMethods(DateTimeOffset? SecondFactorSince, int RecoveryCodesLeft);

public static class ManageSecondFactor
{
    public static async Task<Ok<SignInMethods>> Read(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var accountId = http.RequireAccount().AccountId;
        var since = await db.SecondFactors.AsNoTracking().Where(row => row.AccountId == accountId).Select(row => row.ConfirmedAt).SingleOrDefaultAsync(cancellationToken);
        return TypedResults.Ok(new SignInMethods(since, await db.RecoveryCodes.CountAsync(row => row.AccountId == accountId && row.UsedAt == null, cancellationToken)));
    }

    /// <summary>A secret for the app. Nothing is asked for until a code confirms it.</summary>
    public static async Task<Results<Ok<BegunSecondFactor>, ProblemHttpResult>> Begin(
        CurrentPasswordRequest request, HttpContext http, ParticipantsDb db, SecondFactors factors, PasswordProof proof, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.SingleAsync(row => row.Id == http.RequireAccount().AccountId, cancellationToken);
        if (await proof.CheckAsync(account, request.CurrentPassword, cancellationToken) is { IsRefused: true } wrong)
            return http.Problem(wrong);
        await using var work = await db.BeginAsync(cancellationToken);
        if (await factors.IsOnAsync(account.Id, cancellationToken))
            return http.Problem(Refusal.Conflict("second_factor_is_on"));
        var secret = await factors.BeginAsync(account.Id, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        var issuer = await db.Instances.Select(row => row.Name).SingleOrDefaultAsync(cancellationToken) ?? "OpenGovAspire";
        return TypedResults.Ok(new BegunSecondFactor(Totp.ToBase32(secret), Totp.Address(issuer, account.Email!, secret)));
    }

    public static async Task<Results<Ok<IssuedRecoveryCodes>, ProblemHttpResult>> Confirm(
        SecondFactorCodeRequest request, HttpContext http, ParticipantsDb db, SecondFactors factors, SignInAttempts attempts, SignInChanges changes, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.SingleAsync(row => row.Id == http.RequireAccount().AccountId, cancellationToken);
        var subject = $"confirmation of {account.Id}";
        if (await attempts.BeginAsync(subject, null, cancellationToken) is { } locked)
            return SignIn.Locked(http, locked);
        await using var work = await db.BeginAsync(cancellationToken);
        if (!await factors.TakeCodeAsync(account.Id, request.Code, confirming: true, cancellationToken))
            return http.Problem(Refusal.Invalid("code", "second_factor_code_wrong"));
        var codes = await factors.IssueRecoveryCodesAsync(account.Id, cancellationToken);
        changes.Tell(account, SignInChange.SecondFactorAdded);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        await attempts.ForgetAsync(subject, null, cancellationToken);
        return TypedResults.Ok(new IssuedRecoveryCodes(codes));
    }

    public static async Task<Results<Ok<IssuedRecoveryCodes>, ProblemHttpResult>> ReplaceRecoveryCodes(
        CurrentPasswordRequest request, HttpContext http, ParticipantsDb db, SecondFactors factors, PasswordProof proof, SignInChanges changes, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.SingleAsync(row => row.Id == http.RequireAccount().AccountId, cancellationToken);
        if (await proof.CheckAsync(account, request.CurrentPassword, cancellationToken) is { IsRefused: true } wrong)
            return http.Problem(wrong);
        await using var work = await db.BeginAsync(cancellationToken);
        if (!await factors.IsOnAsync(account.Id, cancellationToken))
            return http.Problem(Refusal.Conflict("second_factor_is_off"));
        var codes = await factors.IssueRecoveryCodesAsync(account.Id, cancellationToken);
        changes.Tell(account, SignInChange.RecoveryCodesReplaced);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new IssuedRecoveryCodes(codes));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        CurrentPasswordRequest request, HttpContext http, ParticipantsDb db, SecondFactors factors, PasswordProof proof, SignInChanges changes, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.SingleAsync(row => row.Id == http.RequireAccount().AccountId, cancellationToken);
        if (await proof.CheckAsync(account, request.CurrentPassword, cancellationToken) is { IsRefused: true } wrong)
            return http.Problem(wrong);
        await using var work = await db.BeginAsync(cancellationToken);
        if (!await factors.IsOnAsync(account.Id, cancellationToken))
            return http.Problem(Refusal.Conflict("second_factor_is_off"));
        await factors.RemoveAsync(account.Id, cancellationToken);
        changes.Tell(account, SignInChange.SecondFactorRemoved);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
