using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Secretariat;

/// <summary>Where chair and executive secretary convene the sessions of their secretariat, without what composes it.</summary>
internal static class ConveneDesk
{
    public static Task<IResult> ShowAsync(HttpContext http, SecretariatClient secretariats, Guid id) => PageAsync(http, secretariats, id, new FormState());

    public static async Task<IResult> ConveneAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var convened = await secretariats.ConveneAsync(id, ComposeSecretariat.Convocation(form), form.Key);
        return convened is { Ok: true, Value: { } session } ? Pages.See($"/administracion/sesiones/{session.Id}?listo=session_convened") : await PageAsync(http, secretariats, id, form.Refuse(convened));
    }

    private static async Task<IResult> PageAsync(HttpContext http, SecretariatClient secretariats, Guid id, FormState form)
    {
        var (asked, sessions) = (secretariats.SecretariatAsync(id), secretariats.SessionsAsync(id));
        await Task.WhenAll(asked, sessions);
        return await asked is { Ok: true, Value: { } secretariat }
            ? Pages.Of<ConvenePage>(new ConveneModel(secretariat, (await sessions).Value?.Items ?? [], form), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, await asked);
    }
}

public sealed record ConveneModel(SecretariatView Secretariat, IReadOnlyList<SessionLine> Sessions, FormState Form);
