using Microsoft.AspNetCore.Http.Features;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Administration;

/// <summary>A plan document is checked or imported; every error is shown with its place in the document.</summary>
internal static class ImportPlan
{
    /// <summary>Bytes of the form: a document of 2 MB, as a file or as text, and what is around it.</summary>
    private const long MaxBody = (2 * 1024 * 1024) + (64 * 1024);

    public static IResult Show() => Pages.Of<ImportPlanPage>(new ImportPlanModel(new FormState(), [], null));

    public static async Task<IResult> HandleAsync(HttpContext http, ActionPlansApi plans)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBody;
        var form = await FormState.ReadAsync(http.Request);
        var document = await DocumentAsync(http, form);
        if (document.Length == 0)
            return Pages.Of<ImportPlanPage>(new ImportPlanModel(form.Refuse("file", Text.T("administration.documentRequired")), [], null), 422);

        var onlyCheck = form.Value("action") == "check";
        var answer = await plans.ImportAsync(document, onlyCheck, form.Key);
        if (answer is { Ok: true, Value: { } result })
        {
            return onlyCheck
                ? Pages.Of<ImportPlanPage>(new ImportPlanModel(form, [], result))
                : Pages.See(result is { Origin: "OWN", Id: { } id } ? $"/administracion/planes/{id}?listo=plan_imported" : $"/planes-importados/{result.Identifier}");
        }

        if (answer.MustSignIn || answer.Forbidden)
            return Pages.For(http, answer);
        var reasons = answer.Problem?.Errors ?? [];
        return Pages.Of<ImportPlanPage>(
            new ImportPlanModel(form.Refuse(reasons.Count == 0 ? null : "document", reasons.Count == 0 ? answer.Reason : Text.T("administration.documentRefused", reasons.Count)), reasons, null),
            answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>The chosen file, else the text; what came from a file is shown as text again so that it need not be chosen twice.</summary>
    private static async Task<string> DocumentAsync(HttpContext http, FormState form)
    {
        if (http.Request.HasFormContentType && (await http.Request.ReadFormAsync(http.RequestAborted)).Files["file"] is { Length: > 0 } file)
        {
            using var reader = new StreamReader(file.OpenReadStream());
            form.Set("document", await reader.ReadToEndAsync(http.RequestAborted));
        }

        return form.Value("document");
    }
}

/// <param name="Reasons">Why the document was refused, by JSON pointer.</param>
/// <param name="Checked">What the document would become; null unless it was only checked.</param>
public sealed record ImportPlanModel(FormState Form, IReadOnlyList<ProblemReason> Reasons, ImportResult? Checked);
