using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

/// <summary>Signs in with a passkey: instead of address and password, or instead of the code after them.</summary>
internal static class PasskeySignIn
{
    public static async Task<IResult> AskAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.AskPasskeyAsync(form.ValueOrNull("challenge"));
        return answer is { Ok: true, Value: { } asked }
            ? Pages.Of<PasskeySignInPage>(new PasskeySignInModel(Returning(form).Set("state", asked.State), asked.Options))
            : Refused(form, answer);
    }

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.SignInWithPasskeyAsync(form.Value("state"), form.Value("credential"));
        if (answer is { Ok: true, Value: { } session })
        {
            SessionCookie.Set(http, session);
            return Pages.See(ReturnPath.Safe(form.Value(ReturnPath.Parameter)));
        }

        return Refused(form, answer);
    }

    /// <summary>Back to the sign-in with the reason: another way is open there.</summary>
    private static Microsoft.AspNetCore.Http.HttpResults.RazorComponentResult<SignInPage> Refused<T>(FormState form, Answer<T> answer) =>
        Pages.Of<SignInPage>(new SignInModel(Returning(form).Refuse(answer), null), answer.Away ? 503 : answer.Status == 429 ? 429 : StatusCodes.Status422UnprocessableEntity);

    private static FormState Returning(FormState form) => new FormState().Set(ReturnPath.Parameter, ReturnPath.Safe(form.Value(ReturnPath.Parameter)));
}

public sealed record PasskeySignInModel(FormState Form, string Options);
