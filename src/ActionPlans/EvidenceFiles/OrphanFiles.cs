using Npgsql;
using OpenGov.ServiceDefaults.Files;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.ActionPlans.EvidenceFiles;

/// <summary>Removes uploads that no report took within a day. Every replica does it.</summary>
internal sealed class OrphanFiles(FileStore files, TimeProvider clock, ILogger<OrphanFiles> log) : BackgroundService
{
    /// <summary>Long enough to fill in a report on two days, short enough that nobody uses us as a store.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => files.RemoveUnusedAsync(clock.GetUtcNow() - Lifetime, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var removed = await RemoveAsync(stoppingToken);
                if (removed > 0)
                    log.LogInformation("Removed {Count} files that no report used", removed);
            }
            catch (NpgsqlException exception)
            {
                log.LogWarning(exception, "Unused files stay for another interval: {Reason}", FailureText.Of(exception));
            }
        }
    }
}
