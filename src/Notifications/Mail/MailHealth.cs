using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Notifications.Mail;

/// <summary>Never more than information: without a mail server mails wait, and everything else works.</summary>
internal sealed class MailHealth(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await HealthPatience.AskAsync(IsSetAsync, cancellationToken)
                ? HealthCheckResult.Healthy("A mail server is set.")
                : HealthCheckResult.Healthy("No mail server is set; mails wait.");
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            // The check "database" says so.
            return HealthCheckResult.Healthy("Not known: the database does not answer.");
        }
    }

    private async Task<bool> IsSetAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select exists (select from mail_server)");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
