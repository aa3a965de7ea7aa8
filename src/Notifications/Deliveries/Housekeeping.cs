using Npgsql;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Notifications.Deliveries;

/// <summary>Erases what is no longer needed: addresses that were never confirmed, old counts, old lines of the log.</summary>
internal sealed class Housekeeping(NpgsqlDataSource database, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>Long enough to answer who was told of last quarter's progress.</summary>
    private static readonly TimeSpan KeepLog = TimeSpan.FromDays(180);

    /// <returns>Addresses erased.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var batch = database.CreateBatch();
        Add("""
            update subscription set state = 'EXPIRED', address_sealed = null, address_hash = null, ended_at = $1, version = version + 1
            where state = 'PENDING' and expires_at < $1
            """, now);
        Add("delete from confirmation_token where expires_at < $1", now);
        Add("delete from solicited_mail where at < $1", now - Subscriptions.MailAllowance.Window);
        Add("update personal_mail set content_sealed = null where expires_at < $1 and content_sealed is not null", now);
        Add("delete from delivery where ended_at < $1", now - KeepLog);
        Add("delete from personal_mail p where expires_at < $1 and not exists (select from delivery d where d.personal_mail_id = p.id)", now - KeepLog);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return (int)batch.BatchCommands[0].RecordsAffected;

        void Add(string sql, DateTimeOffset time)
        {
#pragma warning disable CA2100 // The text is written above.
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = time } } });
#pragma warning restore CA2100
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                if (await RunAsync(stoppingToken) is > 0 and var erased)
                    log.LogInformation("Erased {Count} addresses that were not confirmed in time", erased);
            }
            catch (NpgsqlException exception)
            {
                log.LogWarning("Housekeeping waits for the database: {Reason}", FailureText.Of(exception));
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Nothing that goes wrong here may stop the mails.
                log.LogError(exception, "Housekeeping did not end its round");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
