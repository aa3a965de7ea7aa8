using Npgsql;

namespace OpenGov.ActionPlans.EvidenceFiles;

/// <summary>
/// Removes uploads that no report took within a day. Every replica does it; they cannot disturb each other, because a file that a
/// report is taking just now is locked and skipped.
/// </summary>
internal sealed class OrphanFiles(NpgsqlDataSource database, TimeProvider clock, ILogger<OrphanFiles> log) : BackgroundService
{
    /// <summary>Long enough to fill in a report on two days, short enough that nobody uses us as a store.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            delete from evidence_file where id in (
                select id from evidence_file where attached_at is null and started_at < $1 order by id limit 100 for update skip locked)
            """);
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - Lifetime });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

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
                log.LogWarning(exception, "Unused files stay for another interval: {Reason}", exception.Message);
            }
        }
    }
}
