using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

/// <summary>Asks for the link that sets a new password. The answer is the same whoever has an account.</summary>
internal static class ForgotPassword
{
    public static IResult Show() => Pages.Of<ForgotPasswordPage>(new FormState());

    public static IResult ShowSent() => Pages.Of<ForgotSentPage>();

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.AskPasswordResetAsync(form.Value("email"));
        return answer.Ok
            ? Pages.See("/cuenta/olvido/enviado")
            : Pages.Of<ForgotPasswordPage>(form.Refuse(answer), answer.Away ? 503 : answer.Status == 429 ? 429 : StatusCodes.Status422UnprocessableEntity);
    }
}
