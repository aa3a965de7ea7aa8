using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

internal static class ChangePassword
{
    public static IResult Show(HttpContext http, Visit visit) =>
        visit.Session is null ? Pages.SignInFirst(http) : Pages.Of<ChangePasswordPage>(new FormState());

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.ChangePasswordAsync(form.Raw("currentPassword"), form.Raw("password"));
        if (answer.Ok)
            return Pages.See("/cuenta?listo=password_changed");
        return answer.MustSignIn
            ? Pages.SignInFirst(http)
            : Pages.Of<ChangePasswordPage>(form.Refuse(answer), answer.Away ? 503 : answer.Status == 429 ? 429 : StatusCodes.Status422UnprocessableEntity);
    }
}
