using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Calls;

/// <summary>
/// One form for the text and the files of an application: it is saved as often as one likes, and sent. What was uploaded stays, also where something
/// else of the form is refused. Staff have the same page for a person who cannot sign in.
/// </summary>
internal static class WriteApplication
{
    public const string Address = "/cuenta/convocatorias";

    /// <summary>Files at a time besides those that the call asks for.</summary>
    public const int OtherFiles = 3;

    /// <summary>Bytes of one file.</summary>
    public const long MaxFile = 25 * 1024 * 1024;

    /// <summary>Bytes of the form: two of the largest files and the texts. Whoever has more saves them one after another.</summary>
    public const long MaxForm = (2 * MaxFile) + (1024 * 1024);

    public static string RecordedAddress(Guid call, Guid application) => $"{CallDesk.Address}/{call}/solicitudes/{application}/documentos";

    public static string FieldOf(Guid asked) => $"documento.{asked}";

    public static string OtherField(int number) => $"otro.{number}";

    public static Task<IResult> ShowAsync(HttpContext http, CallsClient calls, Guid id, string? listo) => PageAsync(http, calls, id, null, null, listo);

    public static Task<IResult> ShowRecordedAsync(HttpContext http, CallsClient calls, Guid id, Guid application, string? listo) => PageAsync(http, calls, application, id, null, listo);

    public static Task<IResult> HandleAsync(HttpContext http, Visit visit, CallsClient calls, Guid id) => SaveAsync(http, visit, calls, id, null);

    public static Task<IResult> HandleRecordedAsync(HttpContext http, Visit visit, CallsClient calls, Guid id, Guid application) => SaveAsync(http, visit, calls, application, id);

    public static Task<IResult> DiscardAsync(HttpContext http, CallsClient calls, Guid id) => DropAsync(http, calls, id, null);

    public static Task<IResult> DiscardRecordedAsync(HttpContext http, CallsClient calls, Guid id, Guid application) => DropAsync(http, calls, application, id);

    private static async Task<IResult> DropAsync(HttpContext http, CallsClient calls, Guid id, Guid? call)
    {
        var answer = await calls.DiscardApplicationAsync(id);
        if (answer.Ok)
            return Pages.See(DoneAddress(call, "application_discarded"));
        return answer.MustSignIn || answer.NotFound ? Pages.For(http, answer) : await PageAsync(http, calls, id, call, new FormState().Refuse(answer), null);
    }

    private static async Task<IResult> SaveAsync(HttpContext http, Visit visit, CallsClient calls, Guid id, Guid? call)
    {
        var form = new FormState();
        var understood = await MultipartForm.ReadAsync(http.Request, form, MaxForm, part => TakeAsync(calls, id, form, part));
        if (!understood)
            return Pages.Of<Errors.BadRequestPage>(new Errors.BadRequestModel(StatusCodes.Status400BadRequest), StatusCodes.Status400BadRequest);
        if (visit.Session is null)
            return Pages.SignInFirst(http);
        var current = await calls.ApplicationAsync(id);
        if (current is not { Ok: true, Value: { } view })
            return Pages.For(http, current);
        foreach (var document in view.Changeable.Where(document => form.IsChecked($"quitar.{document.Id}")).ToList())
            Take(form, await calls.RemoveDocumentAsync(id, document.Id));
        if (view.Application.State == "DRAFT")
            Take(form, await calls.WriteAsync(id, form.ValueOrNull("statement")));
        if (form.HasErrors)
            return await PageAsync(http, calls, id, call, form, null);

        switch (form.Value("accion"))
        {
            case "enviar":
                Take(form, await calls.SendAsync(id, form.Notice));
                return form.HasErrors ? await PageAsync(http, calls, id, call, form, null) : Pages.See(DoneAddress(call, call is null ? "application_submitted" : "application_recorded"));
            case "completar" when call is null:
                Take(form, await calls.CompleteAsync(id, form.ValueOrNull("text")));
                return form.HasErrors ? await PageAsync(http, calls, id, call, form, null) : Pages.See(DoneAddress(call, "application_completed"));
            default:
                return Pages.See(AddressOf(id, call) + "?listo=application_saved");
        }
    }

    /// <summary>Passed on as it comes; a file for a field that the form does not have is not stored.</summary>
    private static async Task TakeAsync(CallsClient calls, Guid id, FormState form, FilePart part)
    {
        Guid? asked = part.Field.StartsWith("documento.", StringComparison.Ordinal) && Guid.TryParse(part.Field["documento.".Length..], out var requirement) ? requirement : null;
        if (asked is null && !part.Field.StartsWith("otro.", StringComparison.Ordinal))
            return;
        await using var content = new LimitedStream(part.Content, MaxFile);
        var answer = await calls.AttachAsync(id, asked, content, part.FileName, part.MediaType);
        if (!answer.Ok)
            form.Refuse(part.Field, content.Exceeded || answer.Status == StatusCodes.Status413PayloadTooLarge ? Text.T("account.fileTooLarge", Format.Size(MaxFile)) : answer.Reason);
    }

    private static void Take<T>(FormState form, Answer<T> answer)
    {
        if (!answer.Ok)
            form.Refuse(answer, field => field.StartsWith("documents.", StringComparison.Ordinal) ? "documento." + field["documents.".Length..] : null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, CallsClient calls, Guid id, Guid? call, FormState? form, string? done)
    {
        var answer = await calls.ApplicationAsync(id);
        if (answer is not { Ok: true, Value: { } view })
            return Pages.For(http, answer);
        // A page of staff is about what staff recorded.
        if (call is not null && (!view.Recorded || view.CallId != call))
            return Pages.NotFound(http);
        return Pages.Of<ApplicationPage>(
            new ApplicationModel(view, form ?? new FormState().Set("statement", view.Application.Statement), done, AddressOf(id, call), call is not null),
            form is { HasErrors: true } ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static string AddressOf(Guid id, Guid? call) => call is { } recorded ? RecordedAddress(recorded, id) : $"{Address}/{id}";

    private static string DoneAddress(Guid? call, string done) => call is null ? $"{Address}?listo={done}" : $"{CallDesk.Address}/{call}?listo={done}#solicitudes";
}
