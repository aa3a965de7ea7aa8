using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace OpenGov.ServiceDefaults.Data;

internal sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await HealthPatience.AskAsync(
                async limit =>
                {
                    await using var command = database.CreateCommand("select 1");
                    return await command.ExecuteScalarAsync(limit);
                },
                cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL does not answer.", exception);
        }
    }
}

/// <summary>
/// A database that stands still, or a pool that is used up, is bad news and not silence: whoever asks how a process is takes no
/// answer for a process that hangs, and ends it (docs/engine.md).
/// </summary>
public static class HealthPatience
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <exception cref="TimeoutException">No answer within two seconds.</exception>
    public static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        // Cancelled, so that it ends some time and gives its connection back; and not waited for meanwhile, since a server that
        // stands still reads no cancellation. The source must outlive the question.
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await ask(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }
}
