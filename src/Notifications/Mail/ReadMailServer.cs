using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Mail;

internal static class ReadMailServer
{
    public static async Task<Results<Ok<MailServerView>, StatusCodeHttpResult>> HandleAsync(
        NotificationsDb database, InstanceKey key, HttpContext http, CancellationToken cancellationToken)
    {
        var server = await database.MailServers.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return http.IsNotModified(ETags.Of(server?.Version ?? 0))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(server is null ? MailServerView.None : MailServerView.Of(server, key));
    }
}
