using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Account;

internal static class ShowAccount
{
    public static async Task<IResult> HandleAsync(HttpContext http, Visit visit, ParticipantsApi participants, SecretariatClient secretariats, string? listo)
    {
        if (visit.Session is not { } session)
            return Pages.SignInFirst(http);
        var (sessions, offices) = (participants.MySessionsAsync(), secretariats.OwnOfficesAsync());
        await Task.WhenAll(sessions, offices);
        // Only staff are urged to turn the second step on; nobody else waits for the question.
        var methods = session.IsStaff ? await participants.SignInMethodsAsync() : null;
        return Pages.Of<AccountPage>(new AccountModel(session, (await sessions).Value?.Items, (await offices).Value?.Items ?? [], methods?.Value, listo));
    }
}

/// <param name="Sessions">Null: Participants did not answer.</param>
public sealed record AccountModel(SessionView Session, IReadOnlyList<MySession>? Sessions, IReadOnlyList<OwnOffice> Offices, SignInMethods? Methods, string? Done);
