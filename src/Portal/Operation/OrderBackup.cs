using OpenGov.Contracts;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Operation;

/// <summary>A backup now, beside those that come by themselves. Whether the person may is decided by the service, which writes the order down.</summary>
internal static class OrderBackup
{
    public const string Address = "/operacion/respaldo";

    /// <summary>What the page says once the order was taken: it then shows how the backup goes, and reloads until it has ended.</summary>
    /// <remarks>Without a place in the page: to an address that names one, browsers only scroll instead of reloading.</remarks>
    public const string Begun = "backup_begun";

    public static async Task<IResult> HandleAsync(HttpContext http, ServiceCaller services)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await services.SendAsync<OrderAnswer>(
            HttpMethod.Post, Owners.Participants, $"/api/{Owners.Participants}/v1/operation/backups", new { reason = Text.T("operation.backupReason") }, idempotencyKey: form.Key);
        return answer switch
        {
            { Ok: true } => Pages.See($"/operacion?listo={Begun}"),
            { Problem.Code: "backup_running" or "backups_not_made_here" } => Pages.See($"/operacion?listo={answer.Problem.Code}"),
            _ => Pages.For(http, answer),
        };
    }
}
