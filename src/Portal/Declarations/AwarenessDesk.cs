using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Declarations;

/// <summary>Awareness activities for everybody, and where staff plan them and record how many came.</summary>
internal static class AwarenessDesk
{
    public const string Address = "/administracion/sensibilizacion";
    public const string Fields = "topic description heldOn place link";
    public const string AttendanceFields = "civilSociety publicBodies guarantors citizens reason";

    public static Task<IResult> ShowAsync(HttpContext http, DeclarationsClient client, string? desde) => ListAsync(http, client, new FormState(), desde, null, isDesk: false);

    public static Task<IResult> DeskAsync(HttpContext http, DeclarationsClient client, string? desde, string? listo) => ListAsync(http, client, new FormState(), desde, listo, isDesk: true);

    public static async Task<IResult> PlanAsync(HttpContext http, DeclarationsClient client)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await client.PlanAsync(
            new { topic = form.ValueOrNull("topic"), description = form.ValueOrNull("description"), heldOn = form.ValueOrNull("heldOn"), place = form.ValueOrNull("place"), link = form.ValueOrNull("link") }, form.Key);
        if (answer is { Ok: true, Value: { } activity })
            return Pages.See($"{Address}/{activity.Id}?listo=awareness_saved");
        return answer.MustSignIn || answer.Forbidden ? Pages.For(http, answer) : await ListAsync(http, client, form.Refuse(answer), null, null, isDesk: true);
    }

    public static Task<IResult> OneAsync(HttpContext http, DeclarationsClient client, Guid id, string? listo) => OnePageAsync(http, client, id, new FormState(), listo);

    public static async Task<IResult> AttendAsync(HttpContext http, DeclarationsClient client, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        return await DoneAsync(http, client, id, form, await client.AttendAsync(id, new
        {
            civilSociety = form.Number("civilSociety"),
            publicBodies = form.Number("publicBodies"),
            guarantors = form.Number("guarantors"),
            citizens = form.Number("citizens"),
            reason = form.ValueOrNull("reason"),
        }, form.Version));
    }

    public static async Task<IResult> CancelAsync(HttpContext http, DeclarationsClient client, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        return await DoneAsync(http, client, id, form, await client.CancelAsync(id, form.ValueOrNull("cancelReason"), form.Version));
    }

    private static async Task<IResult> DoneAsync(HttpContext http, DeclarationsClient client, Guid id, FormState form, Answer<AwarenessView> answer)
    {
        if (answer.Ok)
            return Pages.See($"{Address}/{id}?listo=awareness_saved");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound ? Pages.For(http, answer) : await OnePageAsync(http, client, id, form.Refuse(answer), null);
    }

    private static async Task<IResult> OnePageAsync(HttpContext http, DeclarationsClient client, Guid id, FormState form, string? done)
    {
        var answer = await client.ActivityAsync(id);
        return answer is { Ok: true, Value: { } activity }
            ? Pages.Of<AwarenessWorkPage>(
                new AwarenessWorkModel(activity, form.Set(FormState.VersionField, activity.Version), done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }

    private static async Task<IResult> ListAsync(HttpContext http, DeclarationsClient client, FormState form, string? cursor, string? done, bool isDesk)
    {
        var answer = await client.AwarenessAsync(cursor);
        return answer is { Ok: true, Value: { } list }
            ? Pages.Of<AwarenessPage>(new AwarenessModel(list, cursor, form, done, isDesk), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }
}
