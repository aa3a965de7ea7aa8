using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

internal static class ShowAccount
{
    public static async Task<IResult> HandleAsync(HttpContext http, Visit visit, ParticipantsApi participants, string? listo)
    {
        if (visit.Session is not { } session)
            return Pages.SignInFirst(http);
        var sessions = await participants.MySessionsAsync();
        return Pages.Of<AccountPage>(new AccountModel(session, sessions.Value?.Items, listo));
    }
}

/// <param name="Sessions">Null: Participants did not answer.</param>
public sealed record AccountModel(SessionView Session, IReadOnlyList<MySession>? Sessions, string? Done);
