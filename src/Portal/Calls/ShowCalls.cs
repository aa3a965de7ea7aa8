using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Calls;

/// <summary>Calls as everybody sees them, and the applications of who is signed in.</summary>
internal static class ShowCalls
{
    public const string Fields = "organisationId statement";

    /// <summary>Value of <c>organisationId</c> with which a person applies for themselves.</summary>
    public const string Myself = "yo";

    public static readonly IReadOnlyList<string> States = ["ANNOUNCED", "OPEN", "CLOSED", "RESOLVED", "CANCELLED"];

    public static async Task<IResult> ListAsync(HttpContext http, CallsClient calls, string? estado, string? desde)
    {
        var state = States.Contains(estado) ? estado : null;
        var answer = await calls.CallsAsync(state, desde);
        return answer is { Ok: true, Value: { } list } ? Pages.Of<CallsPage>(new CallsModel(list, state, desde)) : Pages.For(http, answer);
    }

    public static async Task<IResult> OneAsync(HttpContext http, CallsClient calls, Visit visit, int number, string? listo) => await PageAsync(http, calls, visit, number, new FormState(), listo);

    public static async Task<IResult> ApplyAsync(HttpContext http, CallsClient calls, Visit visit, int number)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (visit.Session is null)
            return Pages.See($"/cuenta/entrar?{Account.ReturnPath.Parameter}={Uri.EscapeDataString($"/participa/convocatorias/{number}")}");
        if (form.Value("organisationId").Length == 0)
            return await PageAsync(http, calls, visit, number, form.Refuse("organisationId", Text.T("calls.whoRequired")), null);
        var organisation = form.Value("organisationId") == Myself ? null : form.ValueOrNull("organisationId");
        var application = new { organisationId = organisation, statement = form.ValueOrNull("statement"), privacyNoticeId = form.Notice };
        // Where documents are asked for, it is a draft until they are attached.
        if ((await calls.CallAsync(number)).Value?.AskedDocuments is { Count: > 0 })
        {
            var begun = await calls.BeginAsync(number, application, form.Key);
            if (begun is { Ok: true, Value: { } draft })
                return Pages.See($"{WriteApplication.Address}/{draft.Application.Id}?listo=application_begun");
            return begun.MustSignIn ? Pages.For(http, begun) : await PageAsync(http, calls, visit, number, form.Refuse(begun), null);
        }

        var answer = await calls.ApplyAsync(number, application, form.Key);
        if (answer.Ok)
            return Pages.See("/cuenta/convocatorias?listo=application_submitted");
        return answer.MustSignIn ? Pages.For(http, answer) : await PageAsync(http, calls, visit, number, form.Refuse(answer), null);
    }

    public static async Task<IResult> OwnAsync(HttpContext http, CallsClient calls, string? listo) => await OwnPageAsync(http, calls, listo, null);

    public static async Task<IResult> WithdrawAsync(HttpContext http, CallsClient calls, Guid id)
    {
        var answer = await calls.WithdrawAsync(id);
        if (answer.Ok)
            return Pages.See("/cuenta/convocatorias?listo=application_withdrawn");
        return answer.MustSignIn || answer.NotFound ? Pages.For(http, answer) : await OwnPageAsync(http, calls, null, new FormState().Refuse(null, answer.Reason));
    }

    private static async Task<IResult> OwnPageAsync(HttpContext http, CallsClient calls, string? done, FormState? refused)
    {
        var answer = await calls.OwnApplicationsAsync();
        return answer is { Ok: true, Value: { } list }
            ? Pages.Of<OwnApplicationsPage>(new OwnApplicationsModel(list.Items, done, refused), refused is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict)
            : Pages.For(http, answer);
    }

    private static async Task<IResult> PageAsync(HttpContext http, CallsClient calls, Visit visit, int number, FormState form, string? done)
    {
        var answer = await calls.CallAsync(number);
        if (answer is not { Ok: true, Value: { } call })
            return Pages.For(http, answer);
        var standing = visit.Session is not null && call is { TakesPeople: true, State: "OPEN" } ? (await calls.StandingAsync()).Value?.Standing : null;
        return Pages.Of<CallPage>(
            new CallModel(call, visit.Session?.Mandates ?? (visit.Session is null ? null : []), standing, form, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}
