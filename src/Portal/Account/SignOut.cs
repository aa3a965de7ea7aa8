using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

internal static class SignOut
{
    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        // The cookie goes in any case: whoever asks to be signed out on a shared machine must be.
        var answer = await participants.SignOutAsync();
        SessionCookie.Clear(http);
        return Pages.See(answer.Away ? "/cuenta/entrar?listo=signed_out_here" : "/cuenta/entrar?listo=signed_out");
    }
}
