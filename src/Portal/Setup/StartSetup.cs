using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Instance;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Setup;

/// <summary>Shows the step that is next; where all is done, the settings.</summary>
internal static class StartSetup
{
    /// <param name="clave">The one-time key of the link that the first start printed.</param>
    public static async Task<IResult> HandleAsync(HttpContext http, Visit visit, ParticipantsApi participants, string? clave)
    {
        var answer = await participants.SetupStateAsync();
        if (answer is not { Ok: true, Value: { } state })
            return Pages.Unavailable(http);
        if (!state.AdministratorExists)
        {
            return string.IsNullOrWhiteSpace(clave)
                ? Pages.Of<SetupLinkPage>(StatusCodes.Status404NotFound)
                : Pages.Of<AdministratorPage>(new FormState().Set(CreateAdministrator.KeyField, clave));
        }

        if (visit.Session is null)
            return Pages.SignInFirst(http);
        if (state.InstanceConfigured)
            return Pages.See("/administracion");
        if (!visit.Session.IsAdministrator)
            return Pages.Of<Errors.ForbiddenPage>(StatusCodes.Status403Forbidden);

        var form = new FormState()
            .Set("theme.primaryColour", "#1f5a5b").Set("theme.accentColour", "#b8862f")
            .Set("publicAddress", visit.Instance?.PublicAddress ?? $"{http.Request.Scheme}://{http.Request.Host}");
        return Pages.Of<InstancePage>(await InstanceForm.ModelAsync(participants, form));
    }
}
