using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

/// <summary>Whoever wrote their own name wrongly puts it right.</summary>
internal static class ChangeName
{
    public static IResult Show(HttpContext http, Visit visit) =>
        visit.Session is { } session ? Pages.Of<ChangeNamePage>(new FormState().Set("displayName", session.Account.DisplayName)) : Pages.SignInFirst(http);

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.ChangeNameAsync(form.Value("displayName"));
        if (answer.Ok)
            return Pages.See("/cuenta?listo=name_changed");
        return answer.MustSignIn
            ? Pages.SignInFirst(http)
            : Pages.Of<ChangeNamePage>(form.Refuse(answer), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }
}
