using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

internal static class SignIn
{
    public static IResult Show(string? volver, string? listo) =>
        Pages.Of<SignInPage>(new SignInModel(new FormState().Set(ReturnPath.Parameter, ReturnPath.Safe(volver)), listo));

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.SignInAsync(form.Value("email"), form.Raw("password"), SessionCookie.DeviceOf(http));
        if (answer is { Ok: true, Value.Challenge: { } challenge })
            return Pages.Of<SecondStepPage>(new SecondStepModel(new FormState().Set(ReturnPath.Parameter, ReturnPath.Safe(form.Value(ReturnPath.Parameter))).Set("challenge", challenge).Set("hasPasskey", answer.Value.HasPasskey ? "true" : "")));
        if (answer is { Ok: true, Value: { } session })
        {
            SessionCookie.Set(http, session);
            return Pages.See(session.SecondStepMissing ? SecondFactor.Address : ReturnPath.Safe(form.Value(ReturnPath.Parameter)));
        }

        // Never which of the two was wrong, and never a hint at whether the account exists.
        form.Refuse(answer);
        if (answer.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Pages.Of<SignInPage>(new SignInModel(form, null), answer.Away ? 503 : answer.Status == 429 ? 429 : 422);
    }
}

public sealed record SignInModel(FormState Form, string? Done);
