using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Portal.Operation;

/// <summary>Throws a service's copy of another's facts away and makes it anew; the page shows how far it is.</summary>
internal static class RebuildCopies
{
    public static async Task<IResult> ShowAsync(HttpContext http, OperationDesk desk, string service, string owner, string? listo) =>
        await PageAsync(http, desk, service, owner, new FormState(), listo, StatusCodes.Status200OK);

    public static async Task<IResult> OrderAsync(HttpContext http, OperationDesk desk, ServiceCaller services, string service, string owner)
    {
        if (!OperationPages.IsPair(service, owner))
            return Pages.NotFound(http);
        var form = await FormState.ReadAsync(http.Request);
        if (!form.IsChecked("confirm"))
            return await PageAsync(http, desk, service, owner, form.Refuse("confirm", Text.T("operation.confirmMissing")), null, StatusCodes.Status422UnprocessableEntity);
        var answer = await services.SendAsync<OrderAnswer>(
            HttpMethod.Post, service, $"/api/{service}/v1/operation/copies/{owner}/rebuild", new { reason = form.Value("reason") }, idempotencyKey: form.Key);
        if (answer.Ok)
            return Pages.See($"/operacion/copias/{service}/{owner}?listo=rebuild_begun");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound
            ? Pages.For(http, answer)
            : await PageAsync(http, desk, service, owner, form.Refuse(answer), null, answer.Away ? 503 : answer.Status);
    }

    private static async Task<IResult> PageAsync(HttpContext http, OperationDesk desk, string service, string owner, FormState form, string? done, int status)
    {
        if (!OperationPages.IsPair(service, owner))
            return Pages.NotFound(http);
        var system = await desk.AskAsync(http);
        if (await ShowOperation.RefusalAsync(http, desk, system) is { } refusal)
            return refusal;
        var report = system.Services.Where(one => one.Service == service).Select(one => one.Report).FirstOrDefault();
        if (report is null)
            return Pages.Unavailable(http);
        if (report.Copies?.FirstOrDefault(copy => copy.Owner == owner) is not { } copied)
            return Pages.NotFound(http);
        var last = report.Commands?.FirstOrDefault(command => command.Action == CommandAction.Rebuild && command.Owner == owner);
        // Two seconds: whoever ordered it watches it. It ends by itself with the rebuild.
        if (last?.State == CommandState.Running && HttpMethods.IsGet(http.Request.Method))
            http.Response.Headers["Refresh"] = "2";
        return Pages.Of<RebuildPage>(new RebuildModel(service, copied, system.HeadOf(owner, copied), last, form, done), status);
    }
}

public sealed record RebuildModel(string Service, CopyReport Copy, long Head, CommandView? Last, FormState Form, string? Done);
