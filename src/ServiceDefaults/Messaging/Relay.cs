using Npgsql;
using OpenGov.ServiceDefaults.Operation;
using OpenTelemetry;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Numbers this service's facts and publishes them. It runs in every replica; one leads, the others pass on their wake-ups and
/// stand by (docs/decisions/0002).
/// </summary>
internal sealed class Relay(
    NpgsqlDataSource database, RelaySignal signal, BatchPublisher publisher, RelayMeters meters, FailPoints failPoints, ILogger<Relay> log)
    : BackgroundService
{
    private const string Channel = "opengov_relay";

    /// <summary>A lost wake-up costs at most this.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a fact may wait for its number before another replica takes the lead. Doubles with each time it does.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Polling is not worth a trace; publishing is traced all the same.
        using var untraced = SuppressInstrumentationScope.Begin();
        var standby = new Standby(database, log);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var leadership = await RelayLeadership.TryAcquireAsync(database, stoppingToken);
                if (leadership is null)
                {
                    await FollowAsync(standby, stoppingToken);
                }
                else
                {
                    standby.Reset();
                    await LeadAsync(leadership.Connection, stoppingToken);
                }

                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (failures++ == 0)
                    log.LogWarning("The relay starts over: {Reason}", FailureText.Of(exception));
                await Task.Delay(PollInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LeadAsync(NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        log.LogInformation("This process relays the service's facts");
        using var deposed = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var others = Task.WhenAll(
            publisher.RunAsync(deposed.Token), ListenAsync(deposed.Token), meters.WatchAsync(database, deposed.Token));
        try
        {
            while (true)
            {
                if (await EventNumbering.IsNeededAsync(connection, stoppingToken))
                {
                    failPoints.Hit("relay.numbering");
                    publisher.Numbered(await EventNumbering.RunAsync(connection, stoppingToken));
                    failPoints.Hit("relay.numbered");
                }
                else
                {
                    await signal.WaitAsync(PollInterval, stoppingToken);
                }
            }
        }
        finally
        {
            await deposed.CancelAsync();
            await others.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Tells the leader what this process has committed. NOTIFY is sent here and not in the writes' transactions, because
    /// PostgreSQL commits transactions with a NOTIFY one after the other.
    /// </summary>
    private async Task FollowAsync(Standby standby, CancellationToken stoppingToken)
    {
        if (await signal.WaitAsync(PollInterval, stoppingToken))
        {
            await using var notify = database.CreateCommand($"notify {Channel}");
            await notify.ExecuteNonQueryAsync(stoppingToken);
        }

        await standby.WatchAsync(stoppingToken);
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                connection.Notification += (_, _) => signal.Wake();
                await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
                    await listen.ExecuteNonQueryAsync(cancellationToken);
                while (true)
                    await connection.WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Polling stands in until it listens again.
                log.LogWarning("The relay does not hear the other replicas: {Reason}", FailureText.Of(exception));
                await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Watches, from a replica that does not lead, whether the one that leads still does its work.</summary>
    private sealed class Standby(NpgsqlDataSource database, ILogger log)
    {
        private TimeSpan limit = Patience;
        private long seen = -1;
        private long since = TimeProvider.System.GetTimestamp();

        public void Reset() => (limit, seen) = (Patience, -1);

        public async Task WatchAsync(CancellationToken cancellationToken)
        {
            await using var command = database.CreateCommand(
                "select case when exists (select from event_log where sequence is null) then numbered else -1 end from relay_position");
            var stuck = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
            if (stuck != seen || stuck == -1)
            {
                (seen, since) = (stuck, TimeProvider.System.GetTimestamp());
                return;
            }

            if (TimeProvider.System.GetElapsedTime(since) < limit)
                return;
            // A leader that is only slow with very many facts must come to its end some day.
            limit *= 2;
            since = TimeProvider.System.GetTimestamp();
            if (await RelayLeadership.DeposeAsync(database, cancellationToken))
                log.LogWarning("Facts waited for their number; the session of the replica that relays was ended");
        }
    }
}
