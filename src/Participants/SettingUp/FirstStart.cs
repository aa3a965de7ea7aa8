using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Instances;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.SigningKeys;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.SettingUp;

/// <summary>Where the set-up link is printed: standard output, apart from the log, which may be shipped elsewhere.</summary>
public sealed record SetUpOutput(TextWriter Writer);

public static class FirstStart
{
    /// <summary>
    /// After the schema and before the first request: a key to sign tokens with, whoever a restored backup brought back is erased again, and, while nobody administers the instance,
    /// one line <c>SETUP-LINK {url}</c> on standard output.
    /// </summary>
    public static async Task PrepareAsync(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ParticipantsDb>();
        await RotateSigningKey.EnsureAsync(db, scope.ServiceProvider.GetRequiredService<InstanceKey>(), stopping);
        await EnsureNoticeAsync(db, stopping);
        await app.Services.GetRequiredService<EraseAgain>().RunAsync(stopping);
        if (await HasAdministratorAsync(db, stopping))
            return;

        var key = Secret.New();
        db.Add(SetUpKey.For(key, db.Now));
        await db.SaveChangesAsync(stopping);
        var address = await scope.ServiceProvider.GetRequiredService<PublicAddress>().GetAsync(stopping);
        await scope.ServiceProvider.GetRequiredService<SetUpOutput>().Writer.WriteLineAsync($"SETUP-LINK {address}/configurar?clave={key}");
    }

    /// <summary>An instance that was set up by a version of the software without notices gets its first one.</summary>
    private static async Task EnsureNoticeAsync(ParticipantsDb db, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.PrivacyNotices, cancellationToken);
        if (await db.Instances.SingleOrDefaultAsync(cancellationToken) is not { } instance)
            return;
        var guarantor = await db.Organisations.Where(row => row.Id == instance.GuarantorId).Select(row => row.Name).SingleAsync(cancellationToken);
        await DefaultNotice.EnsureAsync(db, instance, guarantor, by: null, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    /// <summary>The last one cannot be ended, so that once there was an administrator there is one.</summary>
    internal static Task<bool> HasAdministratorAsync(ParticipantsDb db, CancellationToken cancellationToken) =>
        db.StaffPosts.AnyAsync(post => post.Role == StaffRole.Administrator, cancellationToken);
}
