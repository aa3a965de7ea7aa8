using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Administration;

/// <summary>What a draft still lacks, and its publication, which cannot be undone.</summary>
internal static class PublishPlan
{
    public const string Fields = "resolutionId approval.number approval.session approval.adoptedOn approval.documentUrl changeSummary confirm";

    public static Task<IResult> ShowAsync(HttpContext http, ActionPlansApi plans, Guid id, string? listo) => PageAsync(http, plans, id, new FormState(), listo);

    public static async Task<IResult> HandleAsync(HttpContext http, ActionPlansApi plans, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (!form.IsChecked("confirm"))
            return await PageAsync(http, plans, id, form.Refuse("confirm", Text.T("administration.confirmRequired")), null);

        var answer = await plans.PublishAsync(id, Body(form), form.Version, form.Key);
        if (answer is { Ok: true, Value: { } published })
            return Pages.See("/plan?id=" + Uri.EscapeDataString(published.Identifier));
        if (answer.MustSignIn || answer.Forbidden || answer.NotFound)
            return Pages.For(http, answer);

        // The page shows the draft as it is now; the version of the next attempt is that one's.
        form.Refuse(answer).Set(FormState.VersionField, "");
        return await PageAsync(http, plans, id, form, null, answer.Away ? 503 : answer.Status);
    }

    private static object Body(FormState form) => new
    {
        approval = form.ValueOrNull("approval.number") is null && form.Date("approval.adoptedOn") is null
            ? null
            : new
            {
                number = form.Value("approval.number"),
                session = form.ValueOrNull("approval.session"),
                adoptedOn = form.ValueOrNull("approval.adoptedOn"),
                documentUrl = form.ValueOrNull("approval.documentUrl"),
            },
        changeSummary = form.ValueOrNull("changeSummary"),
        resolutionId = Guid.TryParse(form.Value("resolutionId"), out var resolution) ? resolution : (Guid?)null,
    };

    private static async Task<IResult> PageAsync(HttpContext http, ActionPlansApi plans, Guid id, FormState form, string? done, int status = StatusCodes.Status200OK)
    {
        var answer = await plans.ReadinessAsync(id);
        if (answer is not { Ok: true, Value: { } readiness })
            return Pages.For(http, answer);
        if (form.Version.Length == 0)
            form.Set(FormState.VersionField, readiness.Version);
        return Pages.Of<PublishPlanPage>(new PublishPlanModel(readiness, form, done), form.HasErrors && status == 200 ? 422 : status);
    }
}

public sealed record PublishPlanModel(Readiness Readiness, FormState Form, string? Done);
