using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Notifications.Deliveries;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Mail;

internal static class SetMailServer
{
    /// <summary>
    /// The first time without <c>If-Match</c>, later with it. Mails that waited for a server, or for this one to answer, are due
    /// at once.
    /// </summary>
    public static async Task<Results<Ok<MailServerView>, ProblemHttpResult>> HandleAsync(
        MailServerRequest request, NotificationsDb database, InstanceKey key, HttpContext http, CancellationToken cancellationToken)
    {
        var server = await database.MailServers.SingleOrDefaultAsync(cancellationToken);
        if (server is not null && http.RequireMatch(server.Version) is { IsRefused: true } mismatch)
            return http.Problem(mismatch);
        var before = server is null ? null : MailServerView.Of(server, key);
        if (server is null)
            database.Add(server = MailServer.New());
        if (server.Set(request, key) is { IsRefused: true } refused)
            return http.Problem(refused);

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var after = MailServerView.Of(server, key);
        database.Audit(http.RequireAccount().AccountId, "mail_server_set", "mail_server", server.Id, before, after);
        await database.SaveChangesAsync(cancellationToken);
        await database.Database.ExecuteSqlAsync(
            $"update delivery set due_at = {database.Now} where state = 'WAITING' and due_at > {database.Now}", cancellationToken);
        await database.Database.ExecuteSqlRawAsync(DeliverySignal.NotifySettingsSql, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(server.Version);
        return TypedResults.Ok(after);
    }
}
