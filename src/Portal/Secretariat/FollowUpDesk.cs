using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Secretariat;

/// <summary>Where staff tells what became of resolutions; the resolution itself is never edited.</summary>
internal static class FollowUpDesk
{
    public static readonly IReadOnlyList<string> States = ["PENDING", "IN_PROGRESS", "FULFILLED", "NOT_FULFILLED"];

    public static async Task<IResult> ListAsync(HttpContext http, SecretariatClient secretariats, Guid id, string? desde)
    {
        var (asked, list) = (secretariats.SecretariatAsync(id), secretariats.ResolutionsAsync(id, desde));
        await Task.WhenAll(asked, list);
        if (await asked is not { Ok: true, Value: { } secretariat })
            return Pages.For(http, await asked);
        return await list is { Ok: true, Value: { } found } ? Pages.Of<FollowUpsPage>(new FollowUpsModel(secretariat, found, desde)) : Pages.For(http, await list);
    }

    public static Task<IResult> ShowAsync(HttpContext http, SecretariatClient secretariats, Guid id, string? listo) => PageAsync(http, secretariats, id, new FormState(), listo);

    public static async Task<IResult> TellAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var told = new { state = form.ValueOrNull("state"), note = form.ValueOrNull("note"), on = form.TypedDate("on") };
        if (form.HasErrors)
            return await PageAsync(http, secretariats, id, form, null);
        var answer = await secretariats.FollowUpAsync(id, told, form.Key);
        return answer.Ok ? Pages.See($"/administracion/acuerdos/{id}?listo=resolution_followed_up") : await PageAsync(http, secretariats, id, form.Refuse(answer), null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, SecretariatClient secretariats, Guid id, FormState form, string? done)
    {
        var answer = await secretariats.ResolutionAsync(id);
        return answer is { Ok: true, Value: { } resolution }
            ? Pages.Of<FollowUpPage>(new FollowUpModel(resolution, form, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }
}

public sealed record FollowUpsModel(SecretariatView Secretariat, Listing<ResolutionView> Resolutions, string? Cursor)
{
    public string Address(string? cursor) => $"/administracion/secretariado/{Secretariat.Id}/acuerdos" + Query.Of(("desde", cursor));
}

public sealed record FollowUpModel(ResolutionView Resolution, FormState Form, string? Done);
