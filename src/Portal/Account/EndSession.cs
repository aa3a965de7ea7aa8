using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

internal static class EndSession
{
    public static async Task<IResult> OthersAsync(HttpContext http, ParticipantsApi participants)
    {
        var answer = await participants.EndOtherSessionsAsync();
        return answer.Ok ? Pages.See("/cuenta?listo=sessions_ended") : Pages.For(http, answer);
    }

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants, Guid id)
    {
        var answer = await participants.EndSessionAsync(id);
        return answer.Ok || answer.NotFound ? Pages.See("/cuenta?listo=session_ended") : Pages.For(http, answer);
    }
}
