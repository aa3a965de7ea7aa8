using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

internal static class AcceptInvitation
{
    public static async Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string token)
    {
        var answer = await participants.InvitationAsync(token);
        return answer is { Ok: true, Value: { } invitation }
            ? Pages.Of<InvitationPage>(new InvitationModel(invitation.DisplayName, token, new FormState()))
            : answer.Away ? Pages.Unavailable(http) : Pages.Of<InvitationGonePage>(StatusCodes.Status404NotFound);
    }

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants, string token)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.AcceptInvitationAsync(token, form.Raw("password"), form.Notice);
        if (answer is { Ok: true, Value: { } session })
        {
            SessionCookie.Set(http, session);
            return Pages.See(session.SecondStepMissing ? SecondFactor.Address : "/cuenta?listo=password_set");
        }

        if (answer.NotFound)
            return Pages.Of<InvitationGonePage>(StatusCodes.Status404NotFound);
        var invitation = await participants.InvitationAsync(token);
        return Pages.Of<InvitationPage>(
            new InvitationModel(invitation.Value?.DisplayName ?? "", token, form.Refuse(answer)), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }
}

public sealed record InvitationModel(string DisplayName, string Token, FormState Form);
