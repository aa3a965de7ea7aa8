using OpenGov.Portal.Commitments;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

/// <summary>A responsible institution reports on an activity, with a link or a file as evidence.</summary>
internal static class ReportProgress
{
    /// <summary>Bytes of a file; ActionPlans takes as much (SPEC §2.10, evidence with hash).</summary>
    internal const long MaxFile = 25 * 1024 * 1024;

    /// <summary>Bytes of the form: the file and the texts around it.</summary>
    private const long MaxBody = MaxFile + (1024 * 1024);

    private const string StatusField = "status";
    private const string FileField = "file";
    private static readonly string[] KeptFile = ["fileId", "fileName", "fileSize", "fileSha256"];

    public static async Task<IResult> ShowAsync(HttpContext http, Visit visit, ActionPlansApi plans, Guid id)
    {
        if (visit.Session is null)
            return Pages.SignInFirst(http);
        var activity = await plans.ActivityAsync(id);
        if (activity is not { Ok: true, Value: { } found })
            return Pages.For(http, activity);
        var form = new FormState().Set(StatusField, found.Status).Set(FormState.VersionField, found.Version);
        return Pages.Of<ReportProgressPage>(await ModelAsync(plans, found, form));
    }

    public static async Task<IResult> HandleAsync(HttpContext http, Visit visit, ActionPlansApi plans, Guid id)
    {
        var form = new FormState();
        var understood = await MultipartForm.ReadAsync(http.Request, form, MaxBody, file => UploadAsync(plans, form, file));
        if (!understood)
            return Pages.Of<Errors.BadRequestPage>(new Errors.BadRequestModel(StatusCodes.Status400BadRequest), StatusCodes.Status400BadRequest);
        if (visit.Session is null)
            return Pages.SignInFirst(http);

        var current = await plans.ActivityAsync(id);
        if (current is not { Ok: true, Value: { } activity })
            return Pages.For(http, current);
        if (form.HasErrors)
            return Pages.Of<ReportProgressPage>(await ModelAsync(plans, activity, form), StatusCodes.Status422UnprocessableEntity);

        var answer = await plans.ReportAsync(id, Report(form), form.Version, form.Key);
        if (answer.Ok)
            return Pages.See($"/compromisos/{activity.CommitmentIdentifier}?listo=progress_reported#informes");
        if (answer.MustSignIn || answer.NotFound)
            return Pages.For(http, answer);

        // Somebody else reported meanwhile: their report is on the page below, the text typed stays, and sending it again is
        // a decision made knowing both.
        if (answer.Stale)
            form.Refuse(null, Text.T("account.stale")).Set(FormState.VersionField, activity.Version).Set(FormState.KeyField, Guid.CreateVersion7());
        else
            form.Refuse(answer, FieldOf);
        return Pages.Of<ReportProgressPage>(
            await ModelAsync(plans, activity, form), answer.Away ? 503 : answer.Stale ? StatusCodes.Status412PreconditionFailed : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task UploadAsync(ActionPlansApi plans, FormState form, FilePart file)
    {
        if (file.Field != FileField)
            return;
        await using var content = new LimitedStream(file.Content, MaxFile);
        var answer = await plans.UploadEvidenceAsync(content, file.FileName, file.MediaType);
        if (answer is { Ok: true, Value: { } received })
        {
            form.Set(KeptFile[0], received.Id).Set(KeptFile[1], received.FileName).Set(KeptFile[2], received.Size).Set(KeptFile[3], received.Sha256);
            return;
        }

        form.Refuse(FileField, content.Exceeded || answer.Status == StatusCodes.Status413PayloadTooLarge ? Text.T("account.fileTooLarge", Format.Size(MaxFile)) : answer.Reason);
    }

    private static object Report(FormState form)
    {
        var evidence = new List<object>();
        if (form.ValueOrNull("linkUrl") is { } url)
            evidence.Add(new { kind = "LINK", url, description = form.ValueOrNull("linkDescription") ?? url });
        if (Guid.TryParse(form.Value(KeptFile[0]), out var fileId))
            evidence.Add(new { kind = "FILE", fileId, description = form.ValueOrNull("fileDescription") ?? form.Value(KeptFile[1]) });
        return new { status = form.ValueOrNull(StatusField), explanation = form.ValueOrNull("explanation"), period = form.ValueOrNull("period"), evidence };
    }

    /// <summary>The service numbers the evidence; the form has one link and one file.</summary>
    private static string? FieldOf(string field) => field switch
    {
        _ when field.EndsWith(".fileId", StringComparison.Ordinal) => FileField,
        _ when field.StartsWith("evidence", StringComparison.Ordinal) => "linkUrl",
        _ => field,
    };

    private static async Task<ReportProgressModel> ModelAsync(ActionPlansApi plans, ActivityView activity, FormState form)
    {
        var reports = await plans.ReportsAsync(activity.Id, limit: 3);
        return new ReportProgressModel(activity, form, reports.Value?.Items ?? []);
    }
}

public sealed record ReportProgressModel(ActivityView Activity, FormState Form, IReadOnlyList<ReportView> Reports);
