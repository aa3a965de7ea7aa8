using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

/// <summary>A responsible institution reads the commitments of a draft that name it, and accepts them as worded (INV-20).</summary>
internal static class AcceptCommitments
{
    public static async Task<IResult> ShowAsync(HttpContext http, Visit visit, ActionPlansApi plans, string? listo) =>
        visit.Session is null ? Pages.SignInFirst(http) : await PageAsync(http, plans, new FormState(), listo);

    public static async Task<IResult> HandleAsync(HttpContext http, Visit visit, ActionPlansApi plans, Guid id)
    {
        if (visit.Session is null)
            return Pages.SignInFirst(http);
        var form = await FormState.ReadAsync(http.Request);
        var answer = await plans.AcceptAsync(id, form.Value("hash"), form.Key);
        return answer.Ok ? Pages.See("/cuenta/aceptaciones?listo=commitment_accepted") : await PageAsync(http, plans, form.Refuse(answer), null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, ActionPlansApi plans, FormState form, string? done)
    {
        var answer = await plans.PendingAcceptancesAsync();
        return answer is { Ok: true, Value: { } list }
            ? Pages.Of<AcceptCommitmentsPage>(new AcceptCommitmentsModel(list.Items, form, done), form.HasErrors ? 422 : 200)
            : Pages.For(http, answer);
    }
}

public sealed record AcceptCommitmentsModel(IReadOnlyList<PendingAcceptance> Pending, FormState Form, string? Done);
