using Microsoft.AspNetCore.Identity;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Accounts;

internal static class Refusals
{
    /// <summary>Identity's errors carry our codes (its own validators are replaced); they name their field here.</summary>
    public static Result Of(IdentityResult result) => result.Succeeded
        ? Result.Done
        : Result.From([.. result.Errors.Select(error => error.Code switch
        {
            "email_taken" => new Refusal("email_taken", StatusCodes.Status409Conflict, "email"),
            "password_too_short" => Refusal.Invalid("password", "password_too_short", PasswordRules.MinLength),
            "password_too_long" => Refusal.Invalid("password", "password_too_long", PasswordRules.MaxLength),
            "field_required" or "password_contains_email" or "password_too_simple" or "password_common" => Refusal.Invalid("password", error.Code),
            _ => throw new InvalidOperationException($"Identity refused with {error.Code}."),
        })]);
}
