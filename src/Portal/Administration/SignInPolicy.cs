using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Administration;

/// <summary>What is asked of the sign-ins of staff.</summary>
internal static class SignInPolicy
{
    public static async Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string? listo)
    {
        var answer = await participants.SignInPolicyAsync();
        return answer is { Ok: true, Value: { } policy }
            ? Page(new FormState().Set("secondStepForStaff", policy.SecondStepForStaff ? "true" : "").Set(FormState.VersionField, answer.ETag), policy, listo)
            : Pages.For(http, answer);
    }

    public static async Task<IResult> SaveAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.ChangeSignInPolicyAsync(form.IsChecked("secondStepForStaff"), form.Version);
        if (answer.Ok)
            return Pages.See("/administracion/inicio-de-sesion?listo=sign_in_policy_changed");
        var current = await participants.SignInPolicyAsync();
        if (answer.MustSignIn || answer.Forbidden || current.Value is null)
            return Pages.For(http, answer);
        if (answer.Stale)
            form.Set(FormState.VersionField, current.ETag);
        return Page(form.Refuse(answer), current.Value, null, answer.Away ? 503 : answer.Status);
    }

    private static Microsoft.AspNetCore.Http.HttpResults.RazorComponentResult<SignInPolicyPage> Page(FormState form, SignInPolicyView policy, string? done, int status = 200) =>
        Pages.Of<SignInPolicyPage>(new SignInPolicyModel(form, policy, done), status);
}

/// <param name="StaffWithout">How many with a post have no second step yet.</param>
public sealed record SignInPolicyView(bool SecondStepForStaff, int StaffWithout);

public sealed record SignInPolicyModel(FormState Form, SignInPolicyView Policy, string? Done);
