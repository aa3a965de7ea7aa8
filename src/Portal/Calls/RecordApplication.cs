using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Calls;

/// <summary>Staff apply for a person who was registered with their help and cannot sign in, and act on such an application afterwards.</summary>
internal static class RecordApplication
{
    public const string Fields = "name personId statement";

    public static Task<IResult> ShowAsync(HttpContext http, CallsClient calls, Guid id) => PageAsync(http, calls, id, new FormState(), null, new FormState());

    /// <summary>The name is sent in a form: addresses stand in logs and histories.</summary>
    public static async Task<IResult> SearchAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var search = await FormState.ReadAsync(http.Request);
        var answer = await calls.AssistedPeopleAsync(search.ValueOrNull("name"));
        if (answer is { Ok: true, Value: { } found })
            return await PageAsync(http, calls, id, search, found.Items, new FormState().Set("name", search.Value("name")));
        return answer.MustSignIn || answer.Forbidden ? Pages.For(http, answer) : await PageAsync(http, calls, id, search.Refuse(answer), null, new FormState());
    }

    public static async Task<IResult> HandleAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var chosen = form.Value("personId").Split('/');
        var application = new
        {
            personId = Guid.TryParse(chosen[0], out var person) ? person : (Guid?)null,
            organisationId = chosen.Length > 1 && Guid.TryParse(chosen[1], out var organisation) ? organisation : (Guid?)null,
            statement = form.ValueOrNull("statement"),
            privacyNoticeId = form.Notice,
        };
        if ((await calls.DeskCallAsync(id)).Value?.AskedDocuments is { Count: > 0 })
        {
            var begun = await calls.RecordDraftAsync(id, application, form.Key);
            return begun is { Ok: true, Value: { } draft }
                ? Pages.See($"{WriteApplication.RecordedAddress(id, draft.Application.Id)}?listo=application_begun")
                : await RefusedAsync(http, calls, id, form, begun);
        }

        var answer = await calls.RecordAsync(id, application, form.Key);
        return answer.Ok ? Pages.See($"{CallDesk.Address}/{id}?listo=application_recorded#solicitudes") : await RefusedAsync(http, calls, id, form, answer);
    }

    public static async Task<IResult> CompleteAsync(HttpContext http, CallsClient calls, Guid id, Guid application)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await calls.CompleteRecordedAsync(application, form.ValueOrNull("text"), form.Version);
        if (answer.Ok)
            return Pages.See($"{CallDesk.Address}/{id}?listo=recorded_completed#solicitudes");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound
            ? Pages.For(http, answer)
            : await CallDesk.AgainAsync(http, calls, id, new RefusedDecision(application, form.Refuse(answer, field => RefusedDecision.FieldOf(application, field)), IsCompletion: true));
    }

    public static async Task<IResult> WithdrawAsync(HttpContext http, CallsClient calls, Guid id, Guid application)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await calls.WithdrawRecordedAsync(application, form.Version);
        if (answer.Ok)
            return Pages.See($"{CallDesk.Address}/{id}?listo=recorded_withdrawn#solicitudes");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound
            ? Pages.For(http, answer)
            : await CallDesk.AgainAsync(http, calls, id, new RefusedDecision(application, form.Refuse(answer), IsCompletion: true));
    }

    private static async Task<IResult> RefusedAsync<T>(HttpContext http, CallsClient calls, Guid id, FormState form, Answer<T> answer)
    {
        if (answer.MustSignIn || answer.NotFound)
            return Pages.For(http, answer);
        var found = await calls.AssistedPeopleAsync(form.ValueOrNull("name"));
        return await PageAsync(http, calls, id, new FormState().Set("name", form.Value("name")), found.Value?.Items, form.Refuse(answer, field => field == "organisationId" ? "personId" : null));
    }

    private static async Task<IResult> PageAsync(HttpContext http, CallsClient calls, Guid id, FormState search, IReadOnlyList<AssistedPerson>? found, FormState form)
    {
        var answer = await calls.DeskCallAsync(id);
        return answer is { Ok: true, Value: { } call }
            ? Pages.Of<RecordApplicationPage>(
                new RecordApplicationModel(call, search, found, form), search.HasErrors || form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }
}
