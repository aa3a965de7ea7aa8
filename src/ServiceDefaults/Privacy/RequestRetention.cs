using Npgsql;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.ServiceDefaults.Privacy;

/// <summary>
/// Drops idempotency keys two days old, in every service: no client repeats a request later, and the answers that they keep may
/// name people.
/// </summary>
public sealed class RequestRetention(NpgsqlDataSource database, TimeProvider clock, ILogger<RequestRetention> log) : BackgroundService
{
    public static readonly TimeSpan Keep = TimeSpan.FromDays(2);
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <returns>Keys dropped.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("delete from idempotency_key where created_at < $1");
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - Keep });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (NpgsqlException exception)
            {
                log.LogWarning("Dropping old idempotency keys waits for the database: {Reason}", FailureText.Of(exception));
            }
        }
    }
}
