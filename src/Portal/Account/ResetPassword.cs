using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

internal static class ResetPassword
{
    public static async Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string token)
    {
        var answer = await participants.PasswordResetAsync(token);
        return answer is { Ok: true, Value: { } owner }
            ? Pages.Of<ResetPasswordPage>(new InvitationModel(owner.DisplayName, token, new FormState()))
            : answer.Away ? Pages.Unavailable(http) : Pages.Of<AccountLinkGonePage>(StatusCodes.Status404NotFound);
    }

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants, string token)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.ResetPasswordAsync(token, form.Raw("password"));
        if (answer is { Ok: true, Value: { } reset })
        {
            SessionCookie.SetDevice(http, reset.DeviceToken);
            return Pages.See("/cuenta/entrar?listo=password_reset");
        }

        if (answer.NotFound)
            return Pages.Of<AccountLinkGonePage>(StatusCodes.Status404NotFound);
        var owner = await participants.PasswordResetAsync(token);
        return Pages.Of<ResetPasswordPage>(
            new InvitationModel(owner.Value?.DisplayName ?? "", token, form.Refuse(answer)), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }
}
