using Microsoft.AspNetCore.Identity;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Accounts;

/// <summary>
/// Asks once more for the password before something changes that would give an account away: an unlocked screen is not its
/// owner. Guesses are counted by the account, as at a sign-in.
/// </summary>
public sealed class PasswordProof(UserManager<Account> accounts, SignInAttempts attempts)
{
    public async Task<Result> CheckAsync(Account account, string? password, CancellationToken cancellationToken)
    {
        // Nothing typed is no guess.
        if (string.IsNullOrEmpty(password))
            return Refusal.Invalid("currentPassword", "field_required");
        var subject = $"password of {account.Id}";
        if (await attempts.BeginAsync(subject, null, cancellationToken) is { } locked)
            return new Refusal("account_locked", StatusCodes.Status429TooManyRequests, "currentPassword", (int)Math.Ceiling(locked.TotalMinutes));
        if (password.Length > PasswordRules.MaxLength || !await accounts.CheckPasswordAsync(account, password))
            return Refusal.Invalid("currentPassword", "current_password_wrong");
        await attempts.ForgetAsync(subject, null, cancellationToken);
        return Result.Done;
    }
}
