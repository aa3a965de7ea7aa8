using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

/// <summary>My passkeys: seen, added and removed. What a browser needs to make one is shown by the answer of a POST.</summary>
internal static class Passkeys
{
    public static Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string? listo) => PageAsync(http, participants, new FormState(), listo, StatusCodes.Status200OK);

    public static async Task<IResult> BeginAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        // Before the password is asked for anything, and before the device is.
        if (form.Value("name").Length == 0)
            form.Refuse("name", Text.T("account.passkeyNameMissing"));
        if (form.HasErrors)
            return await PageAsync(http, participants, form, null, StatusCodes.Status422UnprocessableEntity);
        var answer = await participants.BeginPasskeyAsync(form.Raw("currentPassword"));
        return answer is { Ok: true, Value: { } asked }
            ? Pages.Of<PasskeySetupPage>(new PasskeySetupModel(new FormState().Set("name", form.Value("name")).Set("state", asked.State), asked.Options))
            : await PageAsync(http, participants, form.Refuse(answer), null, StatusOf(answer));
    }

    public static async Task<IResult> AddAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.AddPasskeyAsync(new { name = form.Value("name"), state = form.Value("state"), credential = form.Value("credential") });
        // A used or expired page cannot be tried again: back to where it starts.
        return answer.Ok ? Pages.See("/cuenta/llaves-de-acceso?listo=passkey_added") : await PageAsync(http, participants, form.Refuse(answer), null, StatusOf(answer));
    }

    public static async Task<IResult> RemoveAsync(HttpContext http, ParticipantsApi participants, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.RemovePasskeyAsync(id, form.Raw("currentPassword"));
        return answer.Ok || answer.NotFound
            ? Pages.See("/cuenta/llaves-de-acceso?listo=passkey_removed")
            : await PageAsync(http, participants, form.Refuse(answer, _ => $"currentPassword-{id}"), null, StatusOf(answer));
    }

    private static async Task<IResult> PageAsync(HttpContext http, ParticipantsApi participants, FormState form, string? done, int status)
    {
        var passkeys = await participants.PasskeysAsync();
        return passkeys is { Ok: true, Value: { } list } ? Pages.Of<PasskeysPage>(new PasskeysModel(list.Items, form, done), status) : Pages.For(http, passkeys);
    }

    private static int StatusOf<T>(Answer<T> answer) => answer.Away ? 503 : answer.Status == 429 ? 429 : StatusCodes.Status422UnprocessableEntity;
}

public sealed record PasskeysModel(IReadOnlyList<PasskeyView> Passkeys, FormState Form, string? Done);

public sealed record PasskeySetupModel(FormState Form, string Options);
