using Npgsql;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Notifications.Deliveries;

/// <summary>
/// Wakes the workers of every replica in the moment in which a delivery's transaction is committed, whoever committed it.
/// A lost signal costs one polling interval.
/// </summary>
internal sealed class DeliverySignal(NpgsqlDataSource database, ILogger<DeliverySignal> log) : BackgroundService
{
    public const string NotifySql = "select pg_notify('deliveries', '')";

    /// <summary>The settings changed: a worker that waits because the server was away tries again at once.</summary>
    public const string NotifySettingsSql = "select pg_notify('deliveries', 'settings')";

    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim pending = new(0, 1);
    private volatile bool settingsChanged;

    public void Wake()
    {
        try
        {
            pending.Release();
        }
        catch (SemaphoreFullException)
        {
            // A wake-up is already waiting to be taken.
        }
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => pending.WaitAsync(atMost, cancellationToken);

    /// <summary>True once after the settings changed.</summary>
    public bool TakeSettingsChanged()
    {
        if (!settingsChanged)
            return false;
        settingsChanged = false;
        return true;
    }

    public override void Dispose()
    {
        pending.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, notification) =>
                {
                    if (notification.Payload == "settings")
                        settingsChanged = true;
                    Wake();
                };
                await using (var listen = new NpgsqlCommand("listen deliveries", connection))
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                while (true)
                    await connection.WaitAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The database is away, or a defect: polling does without this, and the service must not end with it.
                log.LogWarning("Not listening for new deliveries, polling instead: {Reason}", FailureText.Of(exception));
                await Task.Delay(Reconnect, stoppingToken);
            }
        }
    }
}
