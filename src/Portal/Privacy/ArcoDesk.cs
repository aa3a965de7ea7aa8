using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Privacy;

/// <summary>Where staff attend to requests over personal data.</summary>
internal static class ArcoDesk
{
    /// <summary>Acts of the work page, and the states in which each is offered. The service decides.</summary>
    public static readonly IReadOnlyList<(string Act, string State)> Acts =
        [("person", "RECEIVED"), ("person", "PREVENTED"), ("person", "ANSWERED"), ("person-removal", "RECEIVED"), ("person-removal", "PREVENTED"), ("prevention", "RECEIVED"), ("completion", "PREVENTED"), ("extension", "RECEIVED"), ("answer", "RECEIVED"), ("redirection", "RECEIVED"), ("rectification", "ANSWERED"), ("effect", "ANSWERED"), ("erasure", "ANSWERED")];

    /// <summary>Which act was refused: its texts and reasons are shown again in its form alone.</summary>
    public const string ActField = "act";

    /// <summary>Fields of the form with which a request is recorded.</summary>
    public const string RecordFields = "applicantName applicantContact identityCheck personEmail registrationId right description";

    /// <param name="todas">"si": also those that are over, the newest first.</param>
    /// <param name="registro">The registration of whoever stands at the desk, where staff came from its page.</param>
    public static Task<IResult> ListAsync(HttpContext http, PrivacyClient privacy, string? todas, string? desde, string? registro, string? listo) =>
        ListPageAsync(http, privacy, new FormState().Set("registrationId", registro), todas == "si", desde, listo);

    public static async Task<IResult> RecordAsync(HttpContext http, PrivacyClient privacy)
    {
        var form = await FormState.ReadAsync(http.Request);
        var registration = RegistrationOf(form, "registrationId");
        if (form.HasErrors)
            return await ListPageAsync(http, privacy, form, false, null, null);
        var answer = await privacy.RecordAsync(
            new
            {
                right = form.ValueOrNull("right"),
                description = form.ValueOrNull("description"),
                applicantName = form.ValueOrNull("applicantName"),
                applicantContact = form.ValueOrNull("applicantContact"),
                identityCheck = form.ValueOrNull("identityCheck"),
                privacyNoticeId = form.Notice,
                personEmail = form.ValueOrNull("personEmail"),
                registrationId = registration,
            }, form.Key);
        return answer is { Ok: true, Value: { } request }
            ? Pages.See($"/administracion/derechos/{request.Id}?listo=arco_received")
            : await ListPageAsync(http, privacy, form.Refuse(answer), false, null, null);
    }

    public static async Task<IResult> ShowAsync(HttpContext http, PrivacyClient privacy, Guid id, string? listo)
    {
        var answer = await privacy.RequestAsync(id);
        return answer is { Ok: true, Value: { } request } ? Pages.Of<ArcoPage>(new ArcoModel(request, new FormState(), listo)) : Pages.For(http, answer);
    }

    /// <summary>What every service keeps of the person, to be handed over with the answer.</summary>
    public static async Task<IResult> DownloadAsync(HttpContext http, PrivacyClient privacy, Guid id)
    {
        var request = await privacy.RequestAsync(id);
        if (request is not { Ok: true, Value: { } asked })
            return Pages.For(http, request);
        var answer = await privacy.DataForAsync(id);
        return answer is { Ok: true, Value: { } data }
            ? new DataCopy(data, Text.T("privacy.dataFor", asked.Folio), $"{asked.Folio}.zip")
            : answer.Away ? Pages.Unavailable(http) : Pages.Of<ArcoPage>(new ArcoModel(asked, new FormState().Refuse(answer), null), StatusCodes.Status422UnprocessableEntity);
    }

    public static async Task<IResult> ActAsync(HttpContext http, PrivacyClient privacy, Guid id, string act)
    {
        var form = await FormState.ReadAsync(http.Request);
        object? body = act switch
        {
            "prevention" or "completion" or "redirection" => new { text = Typed("text") },
            "extension" => new { reason = Typed("reason"), days = form.TypedNumber("extension.days") },
            "answer" => new { outcome = Typed("outcome"), text = Typed("text") },
            "rectification" => new
            {
                accountId = form.TypedId("rectification.accountId"),
                displayName = Typed("displayName"),
                municipality = Typed("municipality"),
                post = Typed("post"),
                contact = Typed("contact"),
                elsewhere = Typed("elsewhere"),
            },
            "effect" => new { reason = Typed("reason") },
            "person" => new { personEmail = Typed("personEmail"), registrationId = RegistrationOf(form, "person.registrationId") },
            "person-removal" => new { },
            // Those that the page showed beside the button.
            "erasure" => new { ends = form.Value("ends").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(one => Guid.TryParse(one, out _)).ToList() },
            _ => null,
        };
        if (body is null)
            return Pages.NotFound(http);
        if (form.HasErrors)
            return await RefusedAsync(http, privacy, id, form.Set(ActField, act));
        var answer = await privacy.ActAsync(id, act.Replace('-', '/'), body, form.Version);
        return answer.Ok
            ? Pages.See($"/administracion/derechos/{id}?listo=arco_acted")
            : await RefusedAsync(http, privacy, id, form.Set(ActField, act).Refuse(answer, field => $"{act}.{field}"));

        // Several acts stand on one page: each field bears its act's name.
        string? Typed(string field) => form.ValueOrNull($"{act}.{field}");
    }

    private static async Task<IResult> RefusedAsync(HttpContext http, PrivacyClient privacy, Guid id, FormState form)
    {
        var shown = await privacy.RequestAsync(id);
        return shown is { Ok: true, Value: { } request }
            ? Pages.Of<ArcoPage>(new ArcoModel(request, form, null), StatusCodes.Status422UnprocessableEntity)
            : Pages.For(http, shown);
    }

    private static async Task<IResult> ListPageAsync(HttpContext http, PrivacyClient privacy, FormState form, bool all, string? cursor, string? done)
    {
        var figures = privacy.FiguresAsync();
        var answer = await privacy.RequestsAsync(all, cursor);
        return answer is { Ok: true, Value: { } list }
            ? Pages.Of<ArcoListPage>(new ArcoListModel(list, (await figures).Value, form, all, cursor, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }

    /// <summary>The key of a registration, or the address of its page as staff copy it.</summary>
    private static Guid? RegistrationOf(FormState form, string field)
    {
        if (form.ValueOrNull(field) is not { } text)
            return null;
        if (Guid.TryParse(text.TrimEnd('/').Split('/')[^1].Split('?', '#')[0], out var id))
            return id;
        form.Refuse(field, Text.T("privacy.registrationInvalid"));
        return null;
    }
}

/// <param name="Figures">Null: they could not be counted now.</param>
/// <param name="All">Also those that are over.</param>
public sealed record ArcoListModel(Listing<ArcoLine> Requests, ArcoFigures? Figures, FormState Form, bool All, string? Cursor, string? Done);
