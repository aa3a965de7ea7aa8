using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OpenGov.Notifications.Mail;

/// <summary>Never more than information: without a mail server mails wait, and everything else works.</summary>
internal sealed class MailHealth(NotificationsDb database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await database.MailServers.AnyAsync(cancellationToken)
                ? HealthCheckResult.Healthy("A mail server is set.")
                : HealthCheckResult.Healthy("No mail server is set; mails wait.");
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or TimeoutException or InvalidOperationException)
        {
            // The check "database" says so.
            return HealthCheckResult.Healthy("Not known: the database does not answer.");
        }
    }
}
