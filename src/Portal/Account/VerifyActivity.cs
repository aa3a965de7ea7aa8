using OpenGov.Portal.Commitments;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

/// <summary>Somebody of another institution confirms that an activity was done, or takes that back (INV-30).</summary>
internal static class VerifyActivity
{
    public static async Task<IResult> ShowAsync(HttpContext http, Visit visit, ActionPlansApi plans, Guid id)
    {
        if (visit.Session is null)
            return Pages.SignInFirst(http);
        var activity = await plans.ActivityAsync(id);
        return activity is { Ok: true, Value: { } found }
            ? Pages.Of<VerifyActivityPage>(await ModelAsync(plans, found, new FormState().Set(FormState.VersionField, found.Version)))
            : Pages.For(http, activity);
    }

    public static async Task<IResult> HandleAsync(HttpContext http, Visit visit, ActionPlansApi plans, Guid id)
    {
        if (visit.Session is null)
            return Pages.SignInFirst(http);
        var form = await FormState.ReadAsync(http.Request);
        var current = await plans.ActivityAsync(id);
        if (current is not { Ok: true, Value: { } activity })
            return Pages.For(http, current);

        var verified = activity.Status != "VERIFIED";
        var answer = await plans.VerifyAsync(id, new { note = form.Value("note"), verified }, form.Version, form.Key);
        if (answer.Ok)
            return Pages.See($"/compromisos/{activity.CommitmentIdentifier}?listo={(verified ? "activity_verified" : "verification_withdrawn")}");
        if (answer.MustSignIn || answer.NotFound)
            return Pages.For(http, answer);
        if (answer.Stale)
            form.Refuse(null, Text.T("account.stale")).Set(FormState.VersionField, activity.Version).Set(FormState.KeyField, Guid.CreateVersion7());
        else
            form.Refuse(answer);
        return Pages.Of<VerifyActivityPage>(await ModelAsync(plans, activity, form), answer.Away ? 503 : answer.Stale ? 412 : 422);
    }

    private static async Task<VerifyActivityModel> ModelAsync(ActionPlansApi plans, ActivityView activity, FormState form) =>
        new(activity, form, (await plans.ReportsAsync(activity.Id, limit: 10)).Value?.Items);
}

/// <param name="Reports">Null: not available, and without the evidence nobody should verify.</param>
public sealed record VerifyActivityModel(ActivityView Activity, FormState Form, IReadOnlyList<ReportView>? Reports);
