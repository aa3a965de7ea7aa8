using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Privacy;

/// <summary>A person's own data: consents, requests over them, who looked at them, and a copy of all.</summary>
internal static class MyPrivacy
{
    public static readonly IReadOnlyList<string> Rights = ["ACCESS", "RECTIFICATION", "CANCELLATION", "OBJECTION", "PORTABILITY"];

    public static Task<IResult> ShowAsync(HttpContext http, Visit visit, PrivacyClient privacy, string? listo) => PageAsync(http, visit, privacy, new FormState(), listo);

    public static async Task<IResult> ConsentAsync(HttpContext http, PrivacyClient privacy, string kind)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = form.Value("decision") == "give" ? await privacy.ConsentAsync(kind, form.Number("textVersion"), form.Notice) : await privacy.RevokeAsync(kind);
        return answer.Ok || answer.Status is StatusCodes.Status422UnprocessableEntity or StatusCodes.Status400BadRequest
            // Another text is in force by now: the page shows it, and the choice is asked again.
            ? Pages.See("/cuenta/privacidad" + (answer.Ok ? "?listo=consent_changed" : "") + "#consentimientos")
            : Pages.For(http, answer);
    }

    public static async Task<IResult> AskAsync(HttpContext http, Visit visit, PrivacyClient privacy)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await privacy.AskAsync(new { right = form.ValueOrNull("right"), description = form.ValueOrNull("description"), privacyNoticeId = form.Notice }, form.Key);
        if (answer is { Ok: true, Value: { } request })
            return Pages.See($"/cuenta/derechos/{request.Id}?listo=arco_received");
        return answer.MustSignIn ? Pages.SignInFirst(http) : await PageAsync(http, visit, privacy, form.Refuse(answer), null);
    }

    public static async Task<IResult> RequestAsync(HttpContext http, PrivacyClient privacy, Guid id, string? listo)
    {
        var answer = await privacy.MyRequestAsync(id);
        return answer is { Ok: true, Value: { } request } ? Pages.Of<MyRequestPage>(new ArcoModel(request, new FormState(), listo)) : Pages.For(http, answer);
    }

    public static async Task<IResult> ActAsync(HttpContext http, PrivacyClient privacy, Guid id, string act)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (act is not ("completion" or "withdrawal"))
            return Pages.NotFound(http);
        var answer = await privacy.ActOnMineAsync(id, act, new { text = form.ValueOrNull("text") }, form.Version);
        if (answer.Ok)
            return Pages.See($"/cuenta/derechos/{id}?listo=arco_acted");
        var shown = await privacy.MyRequestAsync(id);
        return shown is { Ok: true, Value: { } request }
            ? Pages.Of<MyRequestPage>(new ArcoModel(request, form.Refuse(answer), null), StatusCodes.Status422UnprocessableEntity)
            : Pages.For(http, shown);
    }

    public static async Task<IResult> DownloadAsync(HttpContext http, PrivacyClient privacy)
    {
        var answer = await privacy.MyDataAsync();
        if (answer is not { Ok: true, Value: { } data })
            return Pages.For(http, answer);
        var (title, name, documents) = (Text.T("privacy.myDataTitle"), "mis-datos.zip", DataCopy.DocumentsIn(data));
        return documents.Count == 0 ? await DataCopy.FileAsync(http, data, title, name) : await DataCopy.SendAsync(http, data, title, name, documents, privacy);
    }

    private static async Task<IResult> PageAsync(HttpContext http, Visit visit, PrivacyClient privacy, FormState form, string? done)
    {
        if (visit.Session is null)
            return Pages.SignInFirst(http);
        var (consents, requests, accesses) = (privacy.ConsentsAsync(), privacy.MyRequestsAsync(), privacy.MyAccessesAsync());
        return Pages.Of<MyPrivacyPage>(
            new MyPrivacyModel((await consents).Value?.Items, (await requests).Value?.Items, (await accesses).Value?.Items, form, done),
            form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

/// <param name="Consents">Null: Participants did not answer; so for the others.</param>
public sealed record MyPrivacyModel(
    IReadOnlyList<ConsentView>? Consents, IReadOnlyList<ArcoView>? Requests, IReadOnlyList<AccessView>? Accesses, FormState Form, string? Done);

public sealed record ArcoModel(ArcoView Request, FormState Form, string? Done);
