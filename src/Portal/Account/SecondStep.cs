using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

/// <summary>After the password, the code of the app. What the password proved stands sealed in the form.</summary>
internal static class SecondStep
{
    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.SecondStepAsync(form.Value("challenge"), form.Value("code"));
        if (answer is { Ok: true, Value: { } session })
        {
            SessionCookie.Set(http, session);
            return Pages.See(ReturnPath.Safe(form.Value(ReturnPath.Parameter)));
        }

        form.Refuse(answer);
        form.Set("code", "");
        return answer.Problem?.Code == "second_step_expired"
            ? Pages.Of<SignInPage>(new SignInModel(form, null), StatusCodes.Status422UnprocessableEntity)
            : Pages.Of<SecondStepPage>(new SecondStepModel(form), answer.Away ? 503 : answer.Status == 429 ? 429 : StatusCodes.Status422UnprocessableEntity);
    }
}

public sealed record SecondStepModel(FormState Form);
