using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Minutes;

/// <summary>Where the secretary corrects minutes that nobody has approved yet.</summary>
internal static class MinutesDesk
{
    public static Task<IResult> ShowAsync(HttpContext http, MinutesClient client, Guid id, string? listo) => PageAsync(http, client, id, new FormState(), listo);

    public static async Task<IResult> CorrectAsync(HttpContext http, MinutesClient client, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await client.CorrectAsync(id, new { agendaItem = form.Number("agendaItem"), text = form.ValueOrNull("text"), reason = form.ValueOrNull("reason") }, form.Version);
        return answer.Ok ? Pages.See($"/administracion/sesiones/{id}/acta?listo=minutes_corrected")
            : answer.MustSignIn || answer.Forbidden || answer.NotFound ? Pages.For(http, answer)
            : await PageAsync(http, client, id, form.Refuse(answer), null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, MinutesClient client, Guid id, FormState form, string? done)
    {
        var answer = await client.OneAsync(id);
        if (answer is not { Ok: true, Value: { } minutes })
            return Pages.For(http, answer);
        // What the person reads now is what the next correction follows on.
        form.Set(FormState.VersionField, minutes.Version);
        return Pages.Of<MinutesDeskPage>(new MinutesDeskModel(minutes, form, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

public sealed record MinutesDeskModel(MinutesView Minutes, FormState Form, string? Done);
