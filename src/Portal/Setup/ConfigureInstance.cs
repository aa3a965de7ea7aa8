using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Instance;

namespace OpenGov.Portal.Setup;

internal static class ConfigureInstance
{
    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants, InstanceCache instances)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.ConfigureInstanceAsync(InstanceForm.Body(form, null));
        if (answer.MustSignIn || answer.Forbidden)
            return Pages.For(http, answer);
        if (!answer.Ok)
            return Pages.Of<InstancePage>(await InstanceForm.ModelAsync(participants, form.Refuse(answer)), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
        instances.Forget();
        return Pages.See("/configurar/logo");
    }
}
