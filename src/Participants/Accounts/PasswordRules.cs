using Microsoft.AspNetCore.Identity;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Accounts;

/// <summary>
/// Length is what protects; no demand for digits or signs (NIST SP 800-63B §5.1.1.2). Besides: not the own address, not a
/// repetition or a run, and nothing that stands in the list of common passwords and words.
/// </summary>
public static class PasswordRules
{
    public const int MinLength = 12;

    /// <summary>A bound for the work of hashing; longer than any passphrase.</summary>
    public const int MaxLength = 128;

    /// <summary>A password of fewer different characters is a repetition.</summary>
    private const int MinDistinct = 5;

    public static Result Check(string field, string? password, string email)
    {
        if (string.IsNullOrEmpty(password))
            return Refusal.Invalid(field, "field_required");
        if (password.Length < MinLength)
            return Refusal.Invalid(field, "password_too_short", MinLength);
        if (password.Length > MaxLength)
            return Refusal.Invalid(field, "password_too_long", MaxLength);
        if (ContainsAddress(password, email))
            return Refusal.Invalid(field, "password_contains_email");
        if (password.Distinct().Count() < MinDistinct || IsRun(password))
            return Refusal.Invalid(field, "password_too_simple");
        return CommonPasswords.Covers(password) ? Refusal.Invalid(field, "password_common") : Result.Done;
    }

    private static bool ContainsAddress(string password, string email)
    {
        var local = email.Split('@')[0];
        return password.Contains(email, StringComparison.OrdinalIgnoreCase)
            // A local part of one or two letters is in many good passwords by chance.
            || (local.Length >= 4 && password.Contains(local, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Every character is the next (or the one before) of its neighbour: 123456789012, abcdefghijkl.</summary>
    private static bool IsRun(string password)
    {
        var steps = password.Zip(password.Skip(1), (left, right) => (right - left + 10) % 10).Distinct().ToArray();
        return steps is [1] or [9];
    }
}

/// <summary>The rules as ASP.NET Core Identity asks for them.</summary>
internal sealed class PasswordRulesValidator : IPasswordValidator<Account>
{
    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password)
    {
        var checkedPassword = PasswordRules.Check("password", password, user.Email!);
        return Task.FromResult(checkedPassword.IsRefused
            ? IdentityResult.Failed([.. checkedPassword.Refusals.Select(refusal => new IdentityError { Code = refusal.Code })])
            : IdentityResult.Success);
    }
}
