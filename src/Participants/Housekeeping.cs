using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Elections;
using OpenGov.Participants.Files;
using OpenGov.Participants.Instances;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Minutes;
using OpenGov.Participants.OpenCalls;
using OpenGov.Participants.Organisations.Import;
using OpenGov.Participants.Privacy;
using OpenGov.Participants.Privacy.Arco;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.Participants.Protection;
using OpenGov.Participants.Registrations;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Files;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Participants;

/// <summary>What time alone ends, in every replica: each step is one statement or takes only rows that nobody holds.</summary>
internal sealed class Housekeeping(IServiceScopeFactory scopes, NpgsqlDataSource database, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ParticipantsDb>();
        // Before anything else that may fail.
        await scope.ServiceProvider.GetRequiredService<EraseAgain>().RunAsync(cancellationToken);
        // Terms end at midnight, and what a secretariat may do changes with them (INV-08).
        await SecretariatReview.RunAsync(db, scope.ServiceProvider.GetRequiredService<SecretariatDesk>(), scope.ServiceProvider.GetRequiredService<StaffMails>(), cancellationToken);
        await PersonalMails.EraseExpiredAsync(db, cancellationToken);
        await UnconfirmedRegistrations.ForgetAsync(db, cancellationToken);
        await ImportOrganisations.ForgetAsync(db, cancellationToken);
        await AccountLinks.ForgetAsync(db, cancellationToken);
        await Throttle.ForgetAsync(database, db.Now, cancellationToken);
        await ScrubTally.RunAsync(database, db.Now, cancellationToken);
        while (await TimedOutSessions.EndAsync(db, cancellationToken) > 0)
        {
            // There may be more.
        }

        await ApplicationRetention.RunAsync(db, scope.ServiceProvider.GetRequiredService<LegalProfileInForce>(), cancellationToken);
        await FilesApi.RemoveUnusedAsync(scope.ServiceProvider.GetRequiredService<FileStore>(), db.Now, cancellationToken);
        await PrivacyHousekeeping.RunAsync(
            db, scope.ServiceProvider.GetRequiredService<ArcoDesk>(), scope.ServiceProvider.GetRequiredService<ErasePerson>(), scope.ServiceProvider.GetRequiredService<LegalProfileInForce>(),
            scope.ServiceProvider.GetRequiredService<StaffMails>(), cancellationToken);
        await RegistrationsOfClosedPlans.EndAsync(
            db, scope.ServiceProvider.GetRequiredService<LegalProfileInForce>(), scope.ServiceProvider.GetRequiredService<PersonalMails>(), scope.ServiceProvider.GetRequiredService<StaffMails>(),
            scope.ServiceProvider.GetRequiredService<ErasePerson>(), cancellationToken);
        await IdleAccounts.EndAsync(
            db, scope.ServiceProvider.GetRequiredService<LegalProfileInForce>(), scope.ServiceProvider.GetRequiredService<PersonalMails>(), scope.ServiceProvider.GetRequiredService<ErasePerson>(),
            cancellationToken);
        await LanguagesInForce.ApplyAsync(db, scope.ServiceProvider.GetRequiredService<LegalProfileInForce>(), by: null, cancellationToken);
        await CalendarNotices.TellAsync(db, scope.ServiceProvider.GetRequiredService<LegalProfileInForce>(), scope.ServiceProvider.GetRequiredService<StaffMails>(), cancellationToken);
        await RegistrationsWaiting.TellAsync(db, scope.ServiceProvider.GetRequiredService<StaffMails>(), cancellationToken);
        await CallAnnouncements.TellAsync(db, scope.ServiceProvider.GetRequiredService<LegalProfileInForce>(), scope.ServiceProvider.GetRequiredService<PersonalMails>(), cancellationToken);
        await MinutesOfFormerSessions.WriteAsync(db, scope.ServiceProvider.GetRequiredService<SecretariatDesk>(), scope.ServiceProvider.GetRequiredService<MinutesDesk>(), cancellationToken);
        await scope.ServiceProvider.GetRequiredService<LedgerWriter>().WriteAsync(cancellationToken);
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
                log.LogWarning("Housekeeping waits for the database: {Reason}", FailureText.Of(exception));
            }
        }
    }
}
