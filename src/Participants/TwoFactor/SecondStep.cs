using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.TwoFactor;

/// <summary>The password was right; a code is asked for.</summary>
/// <param name="Challenge">Goes back with the code. Opaque, five minutes.</param>
/// <param name="HasPasskey">A passkey may stand in for the code.</param>
public sealed record SecondStepAsked(string Challenge, DateTimeOffset ExpiresAt, bool HasPasskey);

/// <param name="Code">Six digits from the app, or a recovery code.</param>
public sealed record SecondStepRequest(string? Challenge, string? Code);

/// <summary>
/// Between password and code nothing is stored: what was proved stands sealed in the challenge. Codes are counted by account
/// and kind of browser as passwords are, and a code is taken once.
/// </summary>
public sealed class SecondStep(InstanceKey key, TimeProvider clock)
{
    private const string SealPurpose = "participants: second step";
    private const int MaxLength = 1024;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    internal sealed record Proved(Guid AccountId, string? Device, DateTimeOffset ExpiresAt);

    public SecondStepAsked Ask(Guid accountId, string? device, bool hasPasskey)
    {
        var proved = new Proved(accountId, device, clock.GetUtcNow() + Lifetime);
        return new SecondStepAsked(Base64Url.EncodeToString(key.Seal(SealPurpose, JsonSerializer.SerializeToUtf8Bytes(proved, ContractsJson.Options))), proved.ExpiresAt, hasPasskey);
    }

    internal Proved? Read(string? challenge)
    {
        if (challenge is not { Length: > 0 and <= MaxLength })
            return null;
        var bytes = new byte[MaxLength];
        if (Base64Url.DecodeFromChars(challenge, bytes, out _, out var written) != OperationStatus.Done)
            return null;
        try
        {
            var proved = JsonSerializer.Deserialize<Proved>(key.Open(SealPurpose, bytes.AsSpan(0, written)), ContractsJson.Options)!;
            return clock.GetUtcNow() < proved.ExpiresAt ? proved : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public static async Task<Results<Ok<StartedSession>, ProblemHttpResult>> Handle(
        SecondStepRequest request, HttpContext http, ParticipantsDb db, SecondStep step, SecondFactors factors, SignInAttempts attempts, DeviceTokens devices, SignInChanges changes,
        CancellationToken cancellationToken)
    {
        if (step.Read(request.Challenge) is not { } proved)
            return http.Problem(new Refusal("second_step_expired", StatusCodes.Status401Unauthorized));
        var subject = $"second factor of {proved.AccountId}";
        if (await attempts.BeginAsync(subject, proved.Device, cancellationToken) is { } locked)
            return SignIn.Locked(http, locked);

        await using var work = await db.BeginAsync(cancellationToken);
        var account = await db.Accounts.SingleOrDefaultAsync(row => row.Id == proved.AccountId, cancellationToken);
        var isCode = account is not null && await factors.TakeCodeAsync(account.Id, request.Code, confirming: false, cancellationToken);
        var isRecovery = account is not null && !isCode && await factors.TakeRecoveryCodeAsync(account.Id, request.Code, cancellationToken);
        if (account is null || !(isCode || isRecovery))
        {
            db.Audit(account?.Id, "second_step_failed", "account", proved.AccountId);
            await db.SaveChangesAsync(cancellationToken);
            await work.CommitAsync(cancellationToken);
            return http.Problem(new Refusal("second_factor_code_wrong", StatusCodes.Status401Unauthorized, "code"));
        }

        var begun = await db.StartAsync(account, http, isRecovery ? SignInWay.PasswordAndRecoveryCode : SignInWay.PasswordAndCode, cancellationToken);
        if (begun.IsRefused)
            return http.Problem(begun);
        if (isRecovery)
            changes.Tell(account, SignInChange.RecoveryCodeUsed);
        var started = begun.Value with { DeviceToken = devices.Issue(account.Email!) };
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        await attempts.ForgetAsync(subject, proved.Device, cancellationToken);
        return TypedResults.Ok(started);
    }
}
