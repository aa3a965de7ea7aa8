using OpenGov.Portal.Account;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Setup;

internal static class CreateAdministrator
{
    public const string KeyField = "setupKey";

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.CreateAdministratorAsync(new
        {
            setupKey = form.Value(KeyField),
            email = form.Value("email"),
            displayName = form.Value("displayName"),
            password = form.Raw("password"),
        });
        if (answer is not { Ok: true, Value: { } session })
            return Pages.Of<AdministratorPage>(form.Refuse(answer), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
        SessionCookie.Set(http, session);
        return Pages.See("/configurar");
    }
}
