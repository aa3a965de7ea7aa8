using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Declarations;

/// <summary>Where staff write the declaration, name who signs it, begin signing and record signatures on paper.</summary>
internal static class DeclarationDesk
{
    public const string Address = "/administracion/declaratoria";
    private const int MostRows = 60;
    private const int SpareRows = 3;
    private const long MaxFile = 25 * 1024 * 1024;

    public static Task<IResult> ShowAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants, string? listo) => PageAsync(http, client, participants, null, listo);

    public static async Task<IResult> SaveAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (Finding.IsAsked(form, Enumerable.Range(0, MostRows).Select(FieldOf)))
            return await PageAsync(http, client, participants, form, null);
        var current = await client.DeskAsync();
        var body = new
        {
            title = form.ValueOrNull("title"),
            text = form.ValueOrNull("text"),
            place = form.ValueOrNull("place"),
            documentId = current.Value?.DocumentId,
            signatories = Enumerable.Range(0, Rows(form)).Where(row => IsNamed(form, row))
                .Select(row => new { organisationId = form.Value(FieldOf(row)), post = form.ValueOrNull($"signatories.{row}.post") }),
        };
        var answer = current.Value is { } draft ? await client.RewriteAsync(draft.Id, body, form.Version) : await client.DraftAsync(body, form.Key);
        return await DoneAsync(http, client, participants, form, answer, "declaration_saved");
    }

    /// <summary>The declaration laid out for print, of a draft; a new one takes the place of the former.</summary>
    public static async Task<IResult> AddDocumentAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants)
    {
        var form = new FormState();
        var file = await ReceiveAsync(http, client, form, "file");
        if (file is null && !form.HasErrors)
            form.Refuse("file", Text.T("calls.fileRequired"));
        return form.HasErrors ? await PageAsync(http, client, participants, form, null) : await SetDocumentAsync(http, client, participants, form, file);
    }

    public static async Task<IResult> RemoveDocumentAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants) =>
        await SetDocumentAsync(http, client, participants, await FormState.ReadAsync(http.Request), null);

    private static async Task<IResult> SetDocumentAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants, FormState form, Guid? file)
    {
        var current = await client.DeskAsync();
        if (current is not { Ok: true, Value: { } draft })
            return Pages.For(http, current);
        var body = new
        {
            title = draft.Title,
            text = draft.Text,
            place = draft.Place,
            documentId = file,
            signatories = (draft.Signatories ?? []).Select(one => new { organisationId = one.OrganisationId, post = one.Post }),
        };
        return await DoneAsync(http, client, participants, form, await client.RewriteAsync(draft.Id, body, form.Version), "declaration_saved");
    }

    public static async Task<IResult> OpenAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (!form.IsChecked("confirm"))
            return await PageAsync(http, client, participants, form.Refuse("confirm", Text.T("declaration.openRequired")), null);
        return await DoneAsync(http, client, participants, form, await client.OpenAsync(id, form.Version), "declaration_opened");
    }

    public static async Task<IResult> AddSignedAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants, Guid id)
    {
        var form = new FormState();
        var file = await ReceiveAsync(http, client, form, "file");
        if (file is null && !form.HasErrors)
            form.Refuse("file", Text.T("calls.fileRequired"));
        if (!form.IsChecked("confirm"))
            form.Refuse("confirm", Text.T("declaration.signedRequired"));
        return form.HasErrors
            ? await PageAsync(http, client, participants, form, null)
            : await DoneAsync(http, client, participants, form, await client.AddSignedDocumentAsync(id, file, form.Version), "declaration_document");
    }

    public static async Task<IResult> RecordPaperAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants, Guid id)
    {
        var form = new FormState();
        var file = await ReceiveAsync(http, client, form, null);
        return form.HasErrors
            ? await PageAsync(http, client, participants, form, null)
            : await DoneAsync(http, client, participants, form, await client.RecordPaperAsync(id, form.ValueOrNull("signedOn"), file), "declaration_signed");
    }

    public static async Task<IResult> StrikeAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants, Guid id) =>
        await DoneAsync(http, client, participants, await FormState.ReadAsync(http.Request), await client.StrikeAsync(id), "declaration_saved");

    /// <param name="field">Beside which a refusal stands; null where the form is one of several alike.</param>
    private static async Task<Guid?> ReceiveAsync(HttpContext http, DeclarationsClient client, FormState form, string? field)
    {
        Guid? file = null;
        var understood = await MultipartForm.ReadAsync(http.Request, form, MaxFile + (1024 * 1024), async part =>
        {
            await using var content = new LimitedStream(part.Content, MaxFile);
            var answer = await client.UploadAsync(content, part.FileName, part.MediaType);
            file = answer.Value?.Id;
            if (file is null)
                form.Refuse(field, content.Exceeded || answer.Status == StatusCodes.Status413PayloadTooLarge ? Text.T("account.fileTooLarge", Layout.Format.Size(MaxFile)) : answer.Reason);
        });
        if (!understood)
            form.Refuse(null, Text.T("errors.refused"));
        return file;
    }

    public static int ShownRows(FormState form) => Math.Min(Math.Max(Rows(form) + SpareRows, SpareRows + 1), MostRows);

    private static int Rows(FormState form) => Enumerable.Range(0, MostRows).LastOrDefault(row => IsNamed(form, row) || form.Value(Finding.TextOf(FieldOf(row))).Length > 0, -1) + 1;

    private static string FieldOf(int row) => $"signatories.{row}.organisationId";

    private static bool IsNamed(FormState form, int row) => Guid.TryParse(form.Value(FieldOf(row)), out _);

    private static async Task<IResult> DoneAsync<T>(HttpContext http, DeclarationsClient client, ParticipantsApi participants, FormState form, Answer<T> answer, string done)
    {
        if (answer.Ok)
            return Pages.See($"{Address}?listo={done}");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound
            ? Pages.For(http, answer)
            : await PageAsync(http, client, participants, form.Refuse(answer, field => field == "signatories" ? "signatories.0.organisationId" : field), null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, DeclarationsClient client, ParticipantsApi participants, FormState? form, string? done)
    {
        var answer = await client.DeskAsync();
        if (!answer.Ok && !answer.NotFound)
            return Pages.For(http, answer);
        // What was typed into the form comes back; after another of the page's forms it is the draft.
        var shown = form is not null && (form.Value("title").Length > 0 || form.Value(Finding.Button).Length > 0) ? form : From(answer.Value, form);
        if (answer.Value is { } declaration)
            shown.Set(FormState.VersionField, declaration.Version);
        var names = (answer.Value?.Signatories ?? []).DistinctBy(one => one.OrganisationId).ToDictionary(one => one.OrganisationId.ToString(), one => one.OrganisationName, StringComparer.Ordinal);
        var organisations = await Finding.OrganisationsAsync(participants, shown, Enumerable.Range(0, ShownRows(shown)).Select(FieldOf), names);
        return Pages.Of<DeclarationDeskPage>(
            new DeclarationDeskModel(answer.Value, organisations, shown, done), shown.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static FormState From(JointDeclaration? declaration, FormState? refused)
    {
        var form = new FormState();
        foreach (var error in refused?.Errors ?? [])
            form.Refuse(error.Field, error.Text);
        if (declaration is null)
            return form;
        form.Set("title", declaration.Title).Set("text", declaration.Text).Set("place", declaration.Place);
        var row = 0;
        foreach (var signatory in declaration.Signatories ?? [])
        {
            form.Set($"signatories.{row}.organisationId", signatory.OrganisationId).Set($"signatories.{row}.post", signatory.Post);
            row++;
        }

        return form;
    }
}
