using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

internal static class SignOut
{
    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        // The cookie goes in any case: whoever asks to be signed out on a shared machine must be.
        var answer = await participants.SignOutAsync();
        SessionCookie.Clear(http);
        // What pages or scripts of this sign-in left in the browser goes too; the cookies of others (language, device) stay.
        http.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return Pages.See(answer.Away ? "/cuenta/entrar?listo=signed_out_here" : "/cuenta/entrar?listo=signed_out");
    }
}
