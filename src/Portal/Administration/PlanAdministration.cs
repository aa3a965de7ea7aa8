using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Plans;

namespace OpenGov.Portal.Administration;

/// <summary>The exercise, the drafts and what is published.</summary>
internal static class PlanAdministration
{
    public static Task<IResult> ListAsync(HttpContext http, ActionPlansApi plans, string? listo) => PageAsync(http, plans, new FormState(), listo);

    public static async Task<IResult> OpenExerciseAsync(HttpContext http, ActionPlansApi plans)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (form.Date("openedOn") is not { } day)
            return await PageAsync(http, plans, form.Refuse("openedOn", Text.T("forms.dateRequired")), null);
        var answer = await plans.OpenExerciseAsync(new { title = form.Value("title"), openedOn = day }, form.Key);
        return answer.Ok ? Pages.See("/administracion/planes?listo=exercise_opened") : await PageAsync(http, plans, form.Refuse(answer), null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, ActionPlansApi plans, FormState form, string? done)
    {
        var exercise = plans.ExerciseAsync();
        var all = await plans.PlansAsync(drafts: true);
        return all is { Ok: true, Value: { } list }
            ? Pages.Of<PlanAdministrationPage>(
                new PlanAdministrationModel((await exercise).Value, (await exercise).NotFound, list.Items, form, done), form.HasErrors ? 422 : 200)
            : Pages.For(http, all);
    }
}

/// <param name="MayOpen">There is no exercise yet.</param>
public sealed record PlanAdministrationModel(ExerciseView? Exercise, bool MayOpen, IReadOnlyList<PlanSummary> Plans, FormState Form, string? Done);
