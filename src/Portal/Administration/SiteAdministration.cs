using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Instance;
using OpenGov.Portal.Setup;

namespace OpenGov.Portal.Administration;

/// <summary>Name, guarantor, address and look of the instance.</summary>
internal static class SiteAdministration
{
    public static async Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string? listo)
    {
        var answer = await participants.InstanceAsync();
        return answer is { Ok: true, Value: { } instance }
            ? Pages.Of<SitePage>(await InstanceForm.ModelAsync(participants, InstanceForm.From(instance with { Version = answer.ETag }), listo))
            : Pages.For(http, answer);
    }

    public static async Task<IResult> SaveAsync(HttpContext http, ParticipantsApi participants, InstanceCache instances)
    {
        var form = await FormState.ReadAsync(http.Request);
        var current = await participants.InstanceAsync();
        var answer = await participants.ChangeInstanceAsync(InstanceForm.Body(form, Languages(form) ?? current.Value?.Languages), form.Version);
        instances.Forget();
        if (answer.Ok)
            return Pages.See("/administracion/sitio?listo=instance_changed");
        if (answer.MustSignIn || answer.Forbidden)
            return Pages.For(http, answer);
        if (answer.Stale)
            form.Set(FormState.VersionField, current.ETag);
        return Pages.Of<SitePage>(await InstanceForm.ModelAsync(participants, form.Refuse(answer, field => field.StartsWith("languages", StringComparison.Ordinal) ? "languages" : field)), answer.Away ? 503 : answer.Status);
    }

    private static string[]? Languages(FormState form) =>
        form.Value("languages").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } languages ? languages : null;

    public static async Task<IResult> SaveLogoAsync(HttpContext http, ParticipantsApi participants, InstanceCache instances)
    {
        var form = new FormState();
        var answer = await SetLogo.PutAsync(http, participants, form);
        instances.Forget();
        if (answer is null or { Ok: true })
            return Pages.See("/administracion/sitio?listo=instance_changed");
        var current = await participants.InstanceAsync();
        return answer.MustSignIn || answer.Forbidden || current.Value is null
            ? Pages.For(http, answer)
            : Pages.Of<SitePage>(
                await InstanceForm.ModelAsync(participants, InstanceForm.From(current.Value with { Version = current.ETag }).Refuse("logo", answer.Reason)),
                answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }
}
