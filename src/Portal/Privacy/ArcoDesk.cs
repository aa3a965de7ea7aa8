using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Privacy;

/// <summary>Where staff attend to requests over personal data, and see who looked at them.</summary>
internal static class ArcoDesk
{
    /// <summary>Acts of the work page, and the states in which each is offered. The service decides.</summary>
    public static readonly IReadOnlyList<(string Act, string State)> Acts =
        [("prevention", "RECEIVED"), ("completion", "PREVENTED"), ("extension", "RECEIVED"), ("answer", "RECEIVED"), ("redirection", "RECEIVED"), ("effect", "ANSWERED"), ("erasure", "ANSWERED")];

    public static async Task<IResult> ListAsync(HttpContext http, PrivacyClient privacy, string? desde, string? listo)
    {
        var answer = await privacy.RequestsAsync(desde);
        return answer is { Ok: true, Value: { } list } ? Pages.Of<ArcoListPage>(new ArcoListModel(list, new FormState(), desde, listo)) : Pages.For(http, answer);
    }

    public static async Task<IResult> RecordAsync(HttpContext http, PrivacyClient privacy)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await privacy.RecordAsync(
            new
            {
                right = form.ValueOrNull("right"),
                description = form.ValueOrNull("description"),
                applicantName = form.ValueOrNull("applicantName"),
                applicantContact = form.ValueOrNull("applicantContact"),
                identityCheck = form.ValueOrNull("identityCheck"),
            }, form.Key);
        if (answer is { Ok: true, Value: { } request })
            return Pages.See($"/administracion/derechos/{request.Id}?listo=arco_received");
        var list = await privacy.RequestsAsync(null);
        return list is { Ok: true, Value: { } items }
            ? Pages.Of<ArcoListPage>(new ArcoListModel(items, form.Refuse(answer), null, null), StatusCodes.Status422UnprocessableEntity)
            : Pages.For(http, list);
    }

    public static async Task<IResult> ShowAsync(HttpContext http, PrivacyClient privacy, Guid id, string? listo)
    {
        var answer = await privacy.RequestAsync(id);
        return answer is { Ok: true, Value: { } request } ? Pages.Of<ArcoPage>(new ArcoModel(request, new FormState(), listo)) : Pages.For(http, answer);
    }

    public static async Task<IResult> ActAsync(HttpContext http, PrivacyClient privacy, Guid id, string act)
    {
        var form = await FormState.ReadAsync(http.Request);
        object? body = act switch
        {
            "prevention" or "completion" or "redirection" => new { text = form.ValueOrNull("text") },
            "extension" => new { reason = form.ValueOrNull("text"), days = form.Number("days") },
            "answer" => new { outcome = form.ValueOrNull("outcome"), text = form.ValueOrNull("text") },
            "effect" or "erasure" => new { },
            _ => null,
        };
        if (body is null)
            return Pages.NotFound(http);
        var answer = await privacy.ActAsync(id, act, body, form.Version);
        if (answer.Ok)
            return Pages.See($"/administracion/derechos/{id}?listo=arco_acted");
        var shown = await privacy.RequestAsync(id);
        return shown is { Ok: true, Value: { } request }
            ? Pages.Of<ArcoPage>(new ArcoModel(request, form.Refuse(answer), null), StatusCodes.Status422UnprocessableEntity)
            : Pages.For(http, shown);
    }

    public static async Task<IResult> AccessesAsync(HttpContext http, PrivacyClient privacy, string? desde)
    {
        var answer = await privacy.AccessesAsync(desde);
        return answer is { Ok: true, Value: { } list } ? Pages.Of<AccessesPage>(new AccessesModel(list, desde)) : Pages.For(http, answer);
    }
}

public sealed record ArcoListModel(Listing<ArcoLine> Requests, FormState Form, string? Cursor, string? Done);

public sealed record AccessesModel(Listing<AccessView> Accesses, string? Cursor);
