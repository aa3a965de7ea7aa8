using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Instance;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Setup;

internal static class SetLogo
{
    private const string Field = "logo";

    public static Task<IResult> ShowAsync(HttpContext http, Visit visit) =>
        Task.FromResult(visit.Session is null ? Pages.SignInFirst(http) : Pages.Of<LogoPage>(new FormState()));

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants, InstanceCache instances)
    {
        var form = new FormState();
        var answer = await PutAsync(http, participants, form);
        if (answer is null)
            return Pages.See("/configurar/correo");
        if (answer.MustSignIn || answer.Forbidden)
            return Pages.For(http, answer);
        instances.Forget();
        return answer.Ok
            ? Pages.See("/configurar/correo")
            : Pages.Of<LogoPage>(form.Refuse(Field, answer.Reason), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Null where no file was chosen. The administration's page for the settings uses it too.</summary>
    public static async Task<Answer<Nothing>?> PutAsync(HttpContext http, ParticipantsApi participants, FormState form)
    {
        var sent = await http.Request.ReadFormAsync(http.RequestAborted);
        if (sent.Files[Field] is not { Length: > 0 } file)
            return null;
        form.Set(FormState.VersionField, sent[FormState.VersionField].ToString());
        await using var content = file.OpenReadStream();
        return await participants.PutLogoAsync(content, file.ContentType);
    }
}
