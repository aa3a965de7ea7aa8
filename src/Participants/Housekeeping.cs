using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenGov.Participants.Mails;

namespace OpenGov.Participants;

/// <summary>What time alone ends, in every replica: each step is one statement or takes only rows that nobody holds.</summary>
internal sealed class Housekeeping(IServiceScopeFactory scopes, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ParticipantsDb>();
        await PersonalMails.EraseExpiredAsync(db, cancellationToken);
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
            catch (Exception exception) when (exception is NpgsqlException or DbUpdateException or InvalidOperationException { InnerException: NpgsqlException })
            {
                log.LogWarning("Housekeeping waits for the database: {Reason}", exception.Message);
            }
        }
    }
}
