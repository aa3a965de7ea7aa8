using OpenGov.Contracts;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Directory;

public sealed record ImportError(int Line, string? Column, string Detail);

public sealed record ImportChange(string Column, string? Before, string? After);

public sealed record ImportRow(int Line, string Outcome, string Name, string? CurrentName, IReadOnlyList<ImportChange>? Changes);

public sealed record ImportView(Guid Id, int New, int Changed, int Unchanged, int ErrorCount, string Encoding, IReadOnlyList<ImportRow> Rows, IReadOnlyList<ImportError> Errors);

/// <summary>Organisations from a spreadsheet: what would happen is shown first, then all of it is done or nothing.</summary>
internal static class ImportOrganisations
{
    /// <summary>A file of 10 MB and the form around it.</summary>
    private const long MaxBody = (10 * 1024 * 1024) + (64 * 1024);

    private const string Address = "/api/participants/v1/organisation-imports";

    public static IResult Show(string? listo) => Pages.Of<ImportOrganisationsPage>(new ImportOrganisationsModel(new FormState(), null, listo));

    public static async Task<IResult> PreviewAsync(HttpContext http, ServiceCaller services)
    {
        var form = new FormState();
        Answer<ImportView>? answer = null;
        var isForm = await MultipartForm.ReadAsync(
            http.Request, form, MaxBody, async part => answer = await services.UploadAsync<ImportView>(HttpMethod.Post, Owners.Participants, Address, part.Content, "text/csv"));
        if (answer is { Ok: true, Value: { } preview })
            return Pages.Of<ImportOrganisationsPage>(new ImportOrganisationsModel(form, preview, null));
        if (answer is { MustSignIn: true } or { Forbidden: true })
            return Pages.For(http, answer);
        form = !isForm || answer is null ? form.Refuse("file", Text.T("directory.importFileRequired")) : form.Refuse(answer);
        return Pages.Of<ImportOrganisationsPage>(new ImportOrganisationsModel(form, null, null), answer is { Away: true } ? 503 : StatusCodes.Status422UnprocessableEntity);
    }

    public static async Task<IResult> ApplyAsync(HttpContext http, ServiceCaller services, Guid id)
    {
        var answer = await services.SendAsync<ImportView>(HttpMethod.Post, Owners.Participants, $"{Address}/{id}/application", new { });
        if (answer.Ok)
            return Pages.See("/administracion/organizaciones/importar?listo=organisations_imported");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound
            ? Pages.For(http, answer)
            : Pages.Of<ImportOrganisationsPage>(new ImportOrganisationsModel(new FormState().Refuse(answer), null, null), answer.Away ? 503 : answer.Status);
    }
}

public sealed record ImportOrganisationsModel(FormState Form, ImportView? Preview, string? Done);
