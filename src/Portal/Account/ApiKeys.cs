using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

/// <summary>Keys for programs. A new one is shown by the answer of its POST and by no address.</summary>
internal static class ApiKeys
{
    internal static readonly string[] Services = ["participants", "action-plans", "transparency", "notifications", "national"];

    public static Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string? listo) =>
        PageAsync(http, participants, new FormState().Set("days", 90), null, listo, StatusCodes.Status200OK);

    public static async Task<IResult> CreateAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var scopes = Services.SelectMany(service => (string[])[$"{service}:read", $"{service}:write"]).Where(form.IsChecked).ToArray();
        var answer = await participants.CreateApiKeyAsync(new { name = form.Value("name"), scopes, days = form.Number("days"), currentPassword = form.Raw("currentPassword") });
        return answer is { Ok: true, Value: { } created }
            ? await PageAsync(http, participants, new FormState().Set("days", 90), created, null, StatusCodes.Status200OK)
            : await PageAsync(http, participants, form.Refuse(answer), null, null, answer.Away ? 503 : answer.Status == 429 ? 429 : StatusCodes.Status422UnprocessableEntity);
    }

    public static async Task<IResult> RevokeAsync(HttpContext http, ParticipantsApi participants, Guid id)
    {
        var answer = await participants.RevokeApiKeyAsync(id);
        return answer.Ok || answer.NotFound ? Pages.See("/cuenta/llaves?listo=api_key_revoked") : Pages.For(http, answer);
    }

    private static async Task<IResult> PageAsync(HttpContext http, ParticipantsApi participants, FormState form, CreatedApiKey? created, string? done, int status)
    {
        var keys = await participants.ApiKeysAsync();
        return keys is { Ok: true, Value: { } list } ? Pages.Of<ApiKeysPage>(new ApiKeysModel(list.Items, form, created, done), status) : Pages.For(http, keys);
    }
}

public sealed record ApiKeysModel(IReadOnlyList<ApiKeyView> Keys, FormState Form, CreatedApiKey? Created, string? Done);
