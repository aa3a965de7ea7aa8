using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Calls;

/// <summary>Where staff write calls, publish, amend and cancel them, review applications and publish results.</summary>
internal static class CallDesk
{
    public const string Address = "/administracion/convocatorias";
    public const string Fields = "kind title description requirements requiredDocuments optionalDocuments opensOn closesOn resultsOn sectors takesPeople documentTitle document confirm";
    public const string AmendmentFields = "reason title description requirements requiredDocuments optionalDocuments closesOn resultsOn documentTitle document";

    public static readonly IReadOnlyList<string> Kinds = ["REGISTER_PARTICIPANTS", "CIVIL_SOCIETY_SEATS", "CONSULTATION_OR_TABLES"];
    public static readonly IReadOnlyList<string> Sectors = ["CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR"];

    private const long MaxFile = 25 * 1024 * 1024;

    public static async Task<IResult> ListAsync(HttpContext http, CallsClient calls, string? desde, string? listo)
    {
        var answer = await calls.DeskAsync(desde);
        return answer is { Ok: true, Value: { } list } ? Pages.Of<CallDeskPage>(new CallDeskModel(list, desde, listo)) : Pages.For(http, answer);
    }

    public static IResult ShowNew() => Pages.Of<CallFormPage>(new CallFormModel(null, new FormState(), null));

    public static async Task<IResult> DraftAsync(HttpContext http, CallsClient calls)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await calls.DraftAsync(Body(form, []), form.Key);
        if (answer is { Ok: true, Value: { } call })
            return Pages.See($"{Address}/{call.Id}?listo=call_saved");
        return answer.MustSignIn || answer.Forbidden ? Pages.For(http, answer) : Pages.Of<CallFormPage>(new CallFormModel(null, form.Refuse(answer, FieldOf), null), StatusCodes.Status422UnprocessableEntity);
    }

    public static Task<IResult> ShowAsync(HttpContext http, CallsClient calls, Guid id, string? desde, string? listo) => PageAsync(http, calls, id, null, desde, listo);

    public static async Task<IResult> RewriteAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var current = await calls.DeskCallAsync(id);
        if (current is not { Ok: true, Value: { } call })
            return Pages.For(http, current);
        var kept = (call.Documents ?? []).Where(document => !form.IsChecked($"remove.{document.FileId}"));
        return await DoneAsync(http, calls, id, form, await calls.RewriteAsync(id, Body(form, kept), form.Version), "call_saved");
    }

    /// <summary>A file for a draft; a published call takes one with an amendment.</summary>
    public static async Task<IResult> AddDocumentAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var current = await calls.DeskCallAsync(id);
        if (current is not { Ok: true, Value: { } call })
            return Pages.For(http, current);
        var form = From(call);
        var file = await ReceiveAsync(http, calls, form);
        if (form.HasErrors)
            return await PageAsync(http, calls, id, form, null, null);
        var documents = (call.Documents ?? []).Select(one => new { fileId = one.FileId, title = one.Title }).Append(new { fileId = file!.Id, title = TitleOf(form, file) });
        return await DoneAsync(http, calls, id, form, await calls.RewriteAsync(id, Body(form, call.Documents ?? [], documents), form.Version), "call_saved");
    }

    public static async Task<IResult> PublishAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        return form.IsChecked("confirm")
            ? await DoneAsync(http, calls, id, form, await calls.PublishAsync(id, form.Version), "call_published")
            : await PageAsync(http, calls, id, form.Refuse("confirm", Text.T("calls.confirmRequired")), null, null);
    }

    public static async Task<IResult> DiscardAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await calls.DiscardAsync(id, form.Version);
        if (answer.Ok)
            return Pages.See(Address + "?listo=call_discarded");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound ? Pages.For(http, answer) : await PageAsync(http, calls, id, form.Refuse(answer), null, null);
    }

    public static async Task<IResult> AmendAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var form = new FormState();
        var file = await ReceiveAsync(http, calls, form, isNeeded: false);
        if (form.HasErrors)
            return await PageAsync(http, calls, id, form, null, null);
        var amendment = new
        {
            reason = form.ValueOrNull("reason"),
            title = form.ValueOrNull("title"),
            description = form.ValueOrNull("description"),
            requirements = Lines(form, "requirements"),
            askedDocuments = Asked(form),
            closesOn = form.ValueOrNull("closesOn"),
            resultsOn = form.ValueOrNull("resultsOn"),
            documents = file is null ? null : new[] { new { fileId = file.Id, title = TitleOf(form, file) } },
        };
        return await DoneAsync(http, calls, id, form, await calls.AmendAsync(id, amendment, form.Version), "call_amended");
    }

    public static async Task<IResult> CancelAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        return await DoneAsync(http, calls, id, form, await calls.AmendAsync(id, new { reason = form.ValueOrNull("reason"), cancel = true }, form.Version), "call_cancelled");
    }

    public static async Task<IResult> ResolveAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        return await DoneAsync(http, calls, id, form, await calls.ResolveAsync(id, form.ValueOrNull("note"), form.Version), "call_resolved");
    }

    public static async Task<IResult> DecideAsync(HttpContext http, CallsClient calls, Guid id, Guid application)
    {
        var form = await FormState.ReadAsync(http.Request);
        bool? accepted = form.Value("accepted") switch { "yes" => true, "no" => false, _ => null };
        var answer = await calls.DecideAsync(application, accepted, form.ValueOrNull("reason"), form.Version);
        if (answer.Ok)
            return Pages.See($"{Address}/{id}?listo=application_decided#solicitudes");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound ? Pages.For(http, answer) : await PageAsync(http, calls, id, null, null, null, new RefusedDecision(application, form.Refuse(answer, field => RefusedDecision.FieldOf(application, field))));
    }

    public static async Task<IResult> PreventAsync(HttpContext http, CallsClient calls, Guid id, Guid application)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await calls.PreventAsync(application, form.ValueOrNull("reason"), form.Number("days"), form.Version);
        if (answer.Ok)
            return Pages.See($"{Address}/{id}?listo=application_prevented#solicitudes");
        if (answer.MustSignIn || answer.Forbidden || answer.NotFound)
            return Pages.For(http, answer);
        form.Refuse(answer, field => RefusedDecision.FieldOf(application, field == "reason" ? "missing" : field));
        return await PageAsync(http, calls, id, null, null, null, new RefusedDecision(application, form, IsPrevention: true));
    }

    /// <summary>The page of the call, with why something about an application was refused.</summary>
    internal static Task<IResult> AgainAsync(HttpContext http, CallsClient calls, Guid id, RefusedDecision refused) => PageAsync(http, calls, id, null, null, null, refused);

    private static async Task<IResult> DoneAsync<T>(HttpContext http, CallsClient calls, Guid id, FormState form, Answer<T> answer, string done)
    {
        if (answer.Ok)
            return Pages.See($"{Address}/{id}?listo={done}");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound ? Pages.For(http, answer) : await PageAsync(http, calls, id, form.Refuse(answer, FieldOf), null, null);
    }

    private static string? FieldOf(string field) => field == "askedDocuments" ? "requiredDocuments" : null;

    private static async Task<IResult> PageAsync(HttpContext http, CallsClient calls, Guid id, FormState? form, string? cursor, string? done, RefusedDecision? decision = null)
    {
        var answer = await calls.DeskCallAsync(id);
        if (answer is not { Ok: true, Value: { } call })
            return Pages.For(http, answer);
        var status = form is { HasErrors: true } || decision is not null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK;
        var shown = form is null || form.Value("title").Length == 0 ? Merge(From(call), form) : form;
        // Somebody who changed it meanwhile is read on the page below; sending again is a decision made knowing both.
        shown.Set(FormState.VersionField, call.Version);
        if (call.State == "DRAFT")
            return Pages.Of<CallFormPage>(new CallFormModel(call, shown, done), status);
        var applications = await calls.ApplicationsAsync(id, cursor);
        return Pages.Of<CallWorkPage>(new CallWorkModel(call, applications.Value, applications.Forbidden, cursor, shown, done, decision), status);
    }

    /// <summary>What the small forms of the page were refused for, on the whole page.</summary>
    private static FormState Merge(FormState whole, FormState? refused)
    {
        foreach (var error in refused?.Errors ?? [])
            whole.Refuse(error.Field, error.Text);
        foreach (var field in new[] { "reason", "note", "documentTitle", "requiredDocuments", "optionalDocuments" })
        {
            if (refused?.ValueOrNull(field) is { } typed)
                whole.Set(field, typed);
        }

        return whole;
    }

    private static async Task<Account.ReceivedFile?> ReceiveAsync(HttpContext http, CallsClient calls, FormState form, bool isNeeded = true)
    {
        Account.ReceivedFile? received = null;
        var understood = await MultipartForm.ReadAsync(http.Request, form, MaxFile + (1024 * 1024), async part =>
        {
            if (part.Field != "document")
                return;
            await using var content = new LimitedStream(part.Content, MaxFile);
            var answer = await calls.UploadAsync(content, part.FileName, part.MediaType);
            received = answer.Value;
            if (received is null)
                form.Refuse("document", content.Exceeded || answer.Status == StatusCodes.Status413PayloadTooLarge ? Text.T("account.fileTooLarge", Layout.Format.Size(MaxFile)) : answer.Reason);
        });
        if (!understood)
            form.Refuse(null, Text.T("errors.refused"));
        else if (received is null && isNeeded && !form.HasErrors)
            form.Refuse("document", Text.T("calls.fileRequired"));
        return received;
    }

    private static string TitleOf(FormState form, Account.ReceivedFile file) => form.ValueOrNull("documentTitle") ?? file.FileName;

    private static IEnumerable<object> Asked(FormState form) =>
        Lines(form, "requiredDocuments").Select(text => new { text, required = true }).Concat(Lines(form, "optionalDocuments").Select(text => new { text, required = false }));

    private static string[] Lines(FormState form, string field) => form.Value(field).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static object Body(FormState form, IEnumerable<CallDocument> documents, object? instead = null) => new
    {
        kind = form.ValueOrNull("kind"),
        title = form.ValueOrNull("title"),
        description = form.ValueOrNull("description"),
        requirements = Lines(form, "requirements"),
        askedDocuments = Asked(form),
        opensOn = form.ValueOrNull("opensOn"),
        closesOn = form.ValueOrNull("closesOn"),
        resultsOn = form.ValueOrNull("resultsOn"),
        sectors = Sectors.Where(sector => form.IsChecked($"sectors.{sector}")),
        takesPeople = form.IsChecked("takesPeople"),
        documents = instead ?? documents.Select(document => new { fileId = document.FileId, title = document.Title }),
    };

    private static FormState From(CallView call)
    {
        var form = new FormState()
            .Set("kind", call.Kind)
            .Set("title", call.Title)
            .Set("description", call.Description)
            .Set("requirements", string.Join('\n', call.Requirements ?? []))
            .Set("opensOn", Layout.Format.Iso(call.OpensOn))
            .Set("closesOn", Layout.Format.Iso(call.ClosesOn))
            .Set("resultsOn", call.ResultsOn is { } results ? Layout.Format.Iso(results) : "")
            .Set("takesPeople", call.TakesPeople ? "true" : "")
            .Set(FormState.VersionField, call.Version);
        foreach (var sector in call.Sectors ?? [])
            form.Set($"sectors.{sector}", "true");
        // Of a published call they stay; an amendment asks for others.
        if (call is { State: "DRAFT", AskedDocuments: { } asked })
        {
            form.Set("requiredDocuments", string.Join('\n', asked.Where(one => one.Required).Select(one => one.Text)));
            form.Set("optionalDocuments", string.Join('\n', asked.Where(one => !one.Required).Select(one => one.Text)));
        }

        return form;
    }
}
